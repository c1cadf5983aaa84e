"""The supervisor's board in at most twelve statements, each on an index; cost grows with what is open, not with history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, TextClause, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, lazyload, load_only

from ticketing.conversations.models import Conversation
from ticketing.platform.clock import Clock
from ticketing.reports import conditions, places
from ticketing.reports.conditions import QUEUED, Span
from ticketing.reports.places import Places
from ticketing.sla.models import ARMED, OWED, ArmedLevel, ClockVerdict
from ticketing.staff.models import Staff, Team
from ticketing.surveys.models import Survey
from ticketing.tickets.models import Ticket

LIST_LENGTH = 10
HOURS_AHEAD = 12
CLOCKS_PER_TICKET = 6
"""More than any policy has; so many rows surely hold enough tickets after each was kept once."""
SWEEP_GRACE = timedelta(seconds=30)
POINTS_PER_STAR = 20


@dataclass(frozen=True)
class Pressing:
    """A ticket with the promise that presses most."""

    number: str
    status: str
    category: str
    severity: str
    clock: str
    due_at: datetime
    owner: str | None


@dataclass(frozen=True)
class Satisfaction:
    """Out of 100, a star being worth 20; None where nobody answered (handbook §4.3)."""

    answers: int
    index: float | None
    speed: float | None
    completeness: float | None
    solution: float | None


@dataclass(frozen=True)
class Waiting:
    """Customers waiting in chat for a person, and since when the first of them."""

    chats: int
    since: datetime | None


@dataclass(frozen=True)
class Sweep:
    """Whether deadlines fire in time: levels due for more than half a minute and not fired, and the oldest of them."""

    behind: int
    oldest_due_at: datetime | None


@dataclass(frozen=True)
class Board:
    """Everything the board shows, as of one instant."""

    span: Span
    places: Places
    broken_by_hour: Mapping[datetime, int]
    due_by_hour: Mapping[datetime, int]
    late: Sequence[Pressing]
    due_next: Sequence[Pressing]
    opened_today: int
    closed_today: int
    unassignable: int
    waiting: Waiting
    satisfaction: Satisfaction
    chat_satisfaction: Satisfaction
    sweep: Sweep
    teams: Sequence[Team]


def board(session: Session, *, clock: Clock, zone: ZoneInfo) -> Board:
    """The board as of now; "today" is the day of ``zone``."""
    span = Span.at(clock.now(), zone)
    opened_today, closed_today, unassignable = _counted(session, span)
    return Board(
        span=span,
        places=places.read(session, span),
        broken_by_hour=places.broken_by_hour(session, span),
        due_by_hour=places.due_by_hour(session, span, hours=HOURS_AHEAD),
        late=_pressing(session, *conditions.owed_before(span.now)),
        due_next=_pressing(session, OWED, ClockVerdict.target_at >= span.now),
        opened_today=opened_today,
        closed_today=closed_today,
        unassignable=unassignable,
        waiting=_waiting(session),
        satisfaction=satisfaction(session, span),
        chat_satisfaction=satisfaction(session, span, of=Survey.handover_id),
        sweep=_sweep(session, span),
        teams=teams(session),
    )


def satisfaction(
    session: Session, span: Span, *, of: InstrumentedAttribute[int | None] = Survey.ticket_id
) -> Satisfaction:
    """The index of the last 30 days and its three parts: of tickets, to whose list the tile leads, or of chats with people."""
    count, *means = session.execute(
        select(func.count(), func.avg(Survey.speed), func.avg(Survey.completeness), func.avg(Survey.solution)).where(
            Survey.answered_at >= span.rated_since, of.is_not(None)
        )
    ).one()
    if not count:
        return Satisfaction(0, None, None, None, None)
    speed, completeness, solution = (float(mean) * POINTS_PER_STAR for mean in means)
    return Satisfaction(count, (speed + completeness + solution) / 3, speed, completeness, solution)


def teams(session: Session) -> Sequence[Team]:
    """All teams, for their names."""
    return session.scalars(select(Team).order_by(Team.id)).all()


def _pressing(session: Session, *where: ColumnElement[bool] | TextClause) -> list[Pressing]:
    """The first tickets in order of due time, each with its most pressing promise."""
    rows = session.execute(
        select(Ticket, ClockVerdict.clock, ClockVerdict.target_at, Staff.name)
        .join(Ticket, Ticket.id == ClockVerdict.ticket_id)
        .outerjoin(Staff, Staff.id == Ticket.owner_id)
        .options(load_only(Ticket.number, Ticket.status, Ticket.category, Ticket.severity), lazyload(Ticket.rounds))
        .where(*where)
        .order_by(ClockVerdict.target_at, ClockVerdict.id)
        .limit(LIST_LENGTH * CLOCKS_PER_TICKET)
    )
    first: dict[str, Pressing] = {}
    for ticket, clock, due_at, owner in rows:
        if due_at is not None and ticket.number not in first:
            first[ticket.number] = Pressing(
                ticket.number, ticket.status, ticket.category, ticket.severity, clock, due_at, owner
            )
    return list(first.values())[:LIST_LENGTH]


def _counted(session: Session, span: Span) -> tuple[int, int, int]:
    """Tickets opened and closed today, and those that nobody has and nobody could be found for."""
    opened = select(func.count(Ticket.id)).where(conditions.opened_since(span.today)).scalar_subquery()
    closed = select(func.count(Ticket.id)).where(conditions.closed_since(span.today)).scalar_subquery()
    nobody = select(func.count()).select_from(conditions.unassignable().subquery()).scalar_subquery()
    row = session.execute(select(opened, closed, nobody)).one()
    return row[0], row[1], row[2]


def _waiting(session: Session) -> Waiting:
    count, since = session.execute(select(func.count(), func.min(Conversation.queued_at)).where(QUEUED)).one()
    return Waiting(count, since)


def _sweep(session: Session, span: Span) -> Sweep:
    count, oldest = session.execute(
        select(func.count(), func.min(ArmedLevel.due_at)).where(ARMED, ArmedLevel.due_at <= span.now - SWEEP_GRACE)
    ).one()
    return Sweep(count, oldest)
