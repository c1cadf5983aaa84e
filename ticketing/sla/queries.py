"""Reads for queues, pages, the supervisor's board and reports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, TextClause, func, select
from sqlalchemy.orm import Session

from ticketing.platform.clock import Clock
from ticketing.sla.models import ARMED, OF_TICKETS, OWED, ArmedLevel, ClockVerdict
from ticketing.sla.rules import Verdict

_MANY = 500


@dataclass(frozen=True, slots=True)
class ClockStanding:
    """One clock of one ticket: `state` is a verdict, `due_at` None while a pause keeps it open."""

    ticket_id: int
    clock: str
    round: int
    state: str
    due_at: datetime | None
    started_at: datetime
    stopped_at: datetime | None
    breached_at: datetime | None
    target_seconds: int
    owed: bool


@dataclass(frozen=True, slots=True)
class TicketStanding:
    """The ticket's earliest promise still owed, late ones first, and whether any promise was ever broken."""

    due_at: datetime | None
    clock: str | None
    breached: bool


@dataclass(frozen=True, slots=True)
class BoardCounts:
    """How many promises are owed, due soon, late and not yet done, and how many were broken or kept since then."""

    owed: int
    due_soon: int
    late: int
    breached_since: int
    met_since: int


def clocks(session: Session, *, ticket_id: int, round: int | None = None) -> list[ClockStanding]:
    """The ticket's clocks, all or of one round, earliest due first. A repeating clock has rounds of its own."""
    asked = select(ClockVerdict).where(ClockVerdict.ticket_id == ticket_id)
    if round is not None:
        asked = asked.where(ClockVerdict.round == round)
    return _standings(session.scalars(asked.order_by(ClockVerdict.target_at, ClockVerdict.id)))


def standing(session: Session, *, ticket_id: int) -> TicketStanding:
    """How one ticket stands."""
    return standings(session, ticket_ids=[ticket_id])[ticket_id]


def standings(session: Session, *, ticket_ids: Sequence[int]) -> Mapping[int, TicketStanding]:
    """How these tickets stand, in one query; a ticket without clocks has nothing due."""
    rows = session.scalars(select(ClockVerdict).where(ClockVerdict.ticket_id.in_(ticket_ids)))
    of_ticket: dict[int, list[ClockStanding]] = {ticket_id: [] for ticket_id in ticket_ids}
    for row in _standings(rows):
        of_ticket[row.ticket_id].append(row)
    found = {}
    for ticket_id, mine in of_ticket.items():
        owed = sorted((row.due_at, row.clock) for row in mine if row.owed and row.due_at is not None)
        breached = any(row.state == Verdict.BREACHED for row in mine)
        due_at, name = owed[0] if owed else (None, None)
        found[ticket_id] = TicketStanding(due_at, name, breached)
    return found


def due_within(session: Session, *, clock: Clock, within: timedelta, limit: int = _MANY) -> list[ClockStanding]:
    """Promises not broken yet that fall due within that time, earliest first: what will breach."""
    now = clock.now()
    asked = (
        select(ClockVerdict)
        .where(OWED, OF_TICKETS, ClockVerdict.target_at >= now, ClockVerdict.target_at <= now + within)
        .order_by(ClockVerdict.target_at, ClockVerdict.id)
        .limit(limit)
    )
    return _standings(session.scalars(asked))


def late(session: Session, *, clock: Clock, limit: int = _MANY) -> list[ClockStanding]:
    """Promises past their due time and not yet done, oldest first; also those no sweep has seen yet."""
    asked = (
        select(ClockVerdict)
        .where(OWED, OF_TICKETS, ClockVerdict.target_at < clock.now())
        .order_by(ClockVerdict.target_at, ClockVerdict.id)
        .limit(limit)
    )
    return _standings(session.scalars(asked))


def breached(session: Session, *, since: datetime, until: datetime, limit: int = _MANY) -> list[ClockStanding]:
    """Promises broken in `[since, until)`, newest first, whether done by now or not."""
    asked = (
        select(ClockVerdict)
        .where(OF_TICKETS, ClockVerdict.breached_at >= since, ClockVerdict.breached_at < until)
        .order_by(ClockVerdict.breached_at.desc(), ClockVerdict.id)
        .limit(limit)
    )
    return _standings(session.scalars(asked))


def counts(
    session: Session, *, clock: Clock, within: timedelta, since: datetime, name: str | None = None
) -> BoardCounts:
    """The board's figures, of all clocks or of the one of that name."""
    now, target = clock.now(), ClockVerdict.target_at
    mine = [OF_TICKETS] if name is None else [OF_TICKETS, ClockVerdict.clock == name]

    def count(*where: ColumnElement[bool] | TextClause) -> int:
        return session.scalar(select(func.count()).select_from(ClockVerdict).where(*mine, *where)) or 0

    return BoardCounts(
        owed=count(OWED),
        due_soon=count(OWED, target >= now, target <= now + within),
        late=count(OWED, target < now),
        breached_since=count(ClockVerdict.breached_at >= since),
        met_since=count(ClockVerdict.verdict == Verdict.MET.value, ClockVerdict.stopped_at >= since),
    )


def overdue_levels(session: Session, *, clock: Clock, by: timedelta) -> int:
    """Armed levels that should have fired longer ago than `by`; anything but zero means that the sweep does not run."""
    asked = select(func.count()).select_from(ArmedLevel)
    return session.scalar(asked.where(ARMED, ArmedLevel.due_at < clock.now() - by)) or 0


def levels(session: Session, *, ticket_id: int) -> list[ArmedLevel]:
    """The ticket's levels in due order, for its page."""
    asked = select(ArmedLevel).where(ArmedLevel.ticket_id == ticket_id).order_by(ArmedLevel.due_at, ArmedLevel.id)
    return list(session.scalars(asked))


def _standings(rows: Iterable[ClockVerdict]) -> list[ClockStanding]:
    """Tickets' promises only; those of root-cause records are shown with the record."""
    return [
        ClockStanding(
            ticket_id=row.ticket_id,
            clock=row.clock,
            round=row.round,
            state=row.verdict,
            due_at=row.target_at,
            started_at=row.started_at,
            stopped_at=row.stopped_at,
            breached_at=row.breached_at,
            target_seconds=row.target_seconds,
            owed=row.verdict in (Verdict.RUNNING, Verdict.PAUSED)
            or (row.verdict == Verdict.BREACHED and row.stopped_at is None and row.ended_at is None),
        )
        for row in rows
        if row.ticket_id is not None
    ]
