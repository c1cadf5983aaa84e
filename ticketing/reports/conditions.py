"""What the board's words mean, as SQL: each figure and the list behind it use the same condition.

A promise is late as soon as its time has passed, whether or not the sweep has noticed yet (design §4).
Conditions that must meet a partial index are literal text, because SQLite uses it only for a condition it can see.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, TextClause, and_, select, text, union
from sqlalchemy.sql.selectable import CompoundSelect

from ticketing.sla.models import OF_TICKETS, OWED, ClockVerdict
from ticketing.surveys.models import Survey
from ticketing.tickets.assignment_pass import UNOWNED
from ticketing.tickets.models import Ticket, Unassigned
from ticketing.tickets.rules import OPEN as OPEN_STATUSES
from ticketing.tickets.rules import Status

QUEUED = text("conversation.owner = 'queued'")
WINDOWS = (1, 4, 8)
SATISFACTION_DAYS = 30
EVERY_STATUS = [str(status) for status in Status]
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
        midnight = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
        return cls(now, midnight.astimezone(UTC))

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
    return select(ClockVerdict.ticket_id).where(OF_TICKETS, *owed_before(span.now)).distinct()


def due_within(span: Span, hours: int) -> Ids:
    """Tickets of which a promise will be broken within that many hours."""
    return select(ClockVerdict.ticket_id).where(OWED, OF_TICKETS, falls_due(span.now, hours)).distinct()


def breached_today(span: Span) -> Ids:
    """Tickets of which a promise was broken today: noticed ones, and those the sweep has yet to see."""
    noticed = select(ClockVerdict.ticket_id).where(
        OF_TICKETS, ClockVerdict.breached_at >= span.today, ClockVerdict.breached_at < span.now
    )
    unseen = select(ClockVerdict.ticket_id).where(
        OF_TICKETS, *owed_before(span.now), ClockVerdict.verdict == "running", ClockVerdict.target_at >= span.today
    )
    return union(noticed, unseen)


def opened_since(instant: datetime) -> ColumnElement[bool]:
    """Tickets opened since; every status is named so that the index on status and time serves."""
    return and_(Ticket.status.in_(EVERY_STATUS), Ticket.created_at >= instant)


def closed_since(instant: datetime) -> ColumnElement[bool]:
    """Tickets closed since and not reopened; said by what they are not, so that the index on the time of closing serves."""
    return and_(Ticket.closed_at >= instant, Ticket.status.not_in([Status.WITHDRAWN, Status.MERGED]))


def rated_since(instant: datetime) -> Ids:
    """Tickets whose survey was answered since."""
    return select(Survey.ticket_id).where(Survey.answered_at >= instant, Survey.ticket_id.is_not(None)).distinct()


def unassignable() -> Ids:
    """Tickets without an owner for which nobody could be found, or which nobody has claimed in time."""
    return (
        select(Unassigned.ticket_id)
        .join(Ticket, Ticket.id == Unassigned.ticket_id)
        .where(UNOWNED, Unassigned.reason.is_not(None))
    )
