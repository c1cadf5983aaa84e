"""What the board's words mean, as SQL: each figure and the list behind it use the same condition.

A promise is late as soon as its time has passed, whether or not the sweep has noticed yet (design §4).
Conditions that must meet a partial index are literal text, because SQLite uses it only for a condition it can see.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, TextClause, and_, or_, select, text, union
from sqlalchemy.sql.selectable import CompoundSelect

from ticketing.reports.hours import HOUR, midnight
from ticketing.sla.models import OF_TICKETS, OWED, ClockVerdict
from ticketing.surveys.models import Survey
from ticketing.tickets.assignment_pass import UNOWNED
from ticketing.tickets.models import Ticket, Unassigned
from ticketing.tickets.rules import OPEN as OPEN_STATUSES
from ticketing.tickets.rules import Status

IS_OPEN = text("ticket.status NOT IN ('closed', 'withdrawn', 'merged')")
"""The same as the partial indexes of open tickets say it."""
QUEUED = text("conversation.owner = 'queued'")
WINDOWS = (1, 4, 8)
SATISFACTION_DAYS = 30
REPEAT = text("ticket.repeat_of_id IS NOT NULL")
OPEN = Ticket.status.in_([str(status) for status in Status if status in OPEN_STATUSES])
"""Named one by one, so that the index on status leads straight to them past everything closed."""

Ids = Select[int | None] | CompoundSelect[int | None]


@dataclass(frozen=True)
class Span:
    """The instants a report is about: now, and where today began in the viewer's zone."""

    now: datetime
    today: datetime

    @classmethod
    def at(cls, now: datetime, zone: ZoneInfo) -> Span:
        """The span of a report made now."""
        return cls(now, midnight(now, zone))

    @property
    def rated_since(self) -> datetime:
        """Where the satisfaction index begins."""
        return self.now - timedelta(days=SATISFACTION_DAYS)


def owed_before(instant: datetime) -> tuple[TextClause, ColumnElement[bool]]:
    """Promises still owed and due before an instant."""
    return OWED, ClockVerdict.target_at < instant


def falls_due(now: datetime, hours: int) -> ColumnElement[bool]:
    """Due from now on, up to and including that many hours ahead."""
    return and_(ClockVerdict.target_at >= now, ClockVerdict.target_at <= now + timedelta(hours=hours))


def late(span: Span) -> Ids:
    """Tickets with a promise broken and still owed."""
    return select(ClockVerdict.ticket_id).where(OF_TICKETS, *owed_before(span.now))


def due_within(span: Span, hours: int) -> Ids:
    """Tickets of which a promise will be broken within that many hours."""
    return select(ClockVerdict.ticket_id).where(OWED, OF_TICKETS, falls_due(span.now, hours))


def due_between(span: Span, since: datetime, until: datetime) -> Ids:
    """Tickets of which a promise falls due in ``[since, until)`` and from now on."""
    ahead = (ClockVerdict.target_at >= max(since, span.now), ClockVerdict.target_at < until)
    return select(ClockVerdict.ticket_id).where(OWED, OF_TICKETS, *ahead)


def breached_today(span: Span) -> Ids:
    """Tickets of which a promise was broken today."""
    return breached_between(span, span.today, span.now)


def breached_between(span: Span, since: datetime, until: datetime) -> Ids:
    """Tickets of which a promise was broken in ``[since, until)``: noticed ones, and those the sweep has yet to see."""
    until = min(until, span.now)
    noticed = select(ClockVerdict.ticket_id).where(
        OF_TICKETS, ClockVerdict.breached_at >= since, ClockVerdict.breached_at < until
    )
    unseen = select(ClockVerdict.ticket_id).where(
        OF_TICKETS, *owed_before(until), ClockVerdict.verdict == "running", ClockVerdict.target_at >= since
    )
    return union(noticed, unseen)


def opened_since(instant: datetime) -> ColumnElement[bool]:
    """Tickets opened since."""
    return Ticket.created_at >= instant


def opened_between(since: datetime, until: datetime) -> ColumnElement[bool]:
    """Tickets opened in ``[since, until)``."""
    return and_(Ticket.created_at >= since, Ticket.created_at < until)


def opened_in_hours(hours: Sequence[datetime]) -> ColumnElement[bool]:
    """Tickets opened in one of these hours."""
    return or_(*(opened_between(at, at + HOUR) for at in hours)) if hours else Ticket.id.is_(None)


def repeats_between(since: datetime, until: datetime) -> ColumnElement[bool]:
    """Complaints opened in ``[since, until)`` that repeat an earlier one of the same customer."""
    return and_(REPEAT, Ticket.kind == "complaint", opened_between(since, until))


def closed_since(instant: datetime) -> ColumnElement[bool]:
    """Tickets closed since and not reopened; said by what they are not, so that the index on the time of closing serves."""
    return and_(Ticket.closed_at >= instant, Ticket.status.not_in([Status.WITHDRAWN, Status.MERGED]))


def closed_between(since: datetime, until: datetime) -> ColumnElement[bool]:
    """Tickets closed in ``[since, until)`` and not reopened."""
    return and_(closed_since(since), Ticket.closed_at < until)


def rated_between(since: datetime, until: datetime) -> Ids:
    """Tickets whose survey was answered in ``[since, until)``."""
    return (
        select(Survey.ticket_id)
        .where(Survey.answered_at >= since, Survey.answered_at < until, Survey.ticket_id.is_not(None))
        .distinct()
    )


def surveyed_between(since: datetime, until: datetime, *, answered: bool | None = None) -> Ids:
    """Tickets whose customers were asked in ``[since, until)``, and have answered or have not."""
    asked = select(Survey.ticket_id).where(
        Survey.sent_at >= since, Survey.sent_at < until, Survey.ticket_id.is_not(None)
    )
    if answered is not None:
        asked = asked.where(Survey.answered_at.is_not(None) if answered else Survey.answered_at.is_(None))
    return asked.distinct()


def unassignable() -> Ids:
    """Tickets without an owner for which nobody could be found, or which nobody has claimed in time."""
    return (
        select(Unassigned.ticket_id)
        .join(Ticket, Ticket.id == Unassigned.ticket_id)
        .where(UNOWNED, Unassigned.reason.is_not(None))
    )
