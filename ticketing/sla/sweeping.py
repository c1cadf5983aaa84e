"""Firing what is due: each level once, in due order, with its escalation in the same transaction.

Its cost grows with what is due: a partial index holds the armed rows, and nothing else is read. Every level has its
own transaction, so that one failing escalation, or a killed worker, holds up and loses nothing else, and SQLite's only
writer is given back between levels. The ticket is locked before its rows, as services do, so the two never deadlock.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, Table, or_, select, update
from sqlalchemy.orm import Session

from ticketing.platform import metrics
from ticketing.platform.clock import Clock
from ticketing.platform.db import Database
from ticketing.platform.log import log
from ticketing.sla.models import ARMED, ArmedLevel, ClockVerdict
from ticketing.sla.policies import Action, LevelKind
from ticketing.sla.rules import Verdict

RETRY_SECONDS = (5, 30, 120, 600, 1800)
"""Pauses between attempts of an escalation that failed; the last one repeats for ever, nothing is given up."""

_LIMIT = 5_000


@dataclass(frozen=True, slots=True)
class FiredLevel:
    """A level that fires now. `due_at` is when this level was due, `target_at` the deadline it belongs to."""

    ticket_id: int
    clock: str
    round: int
    level: str
    kind: str
    due_at: datetime
    target_at: datetime
    fired_at: datetime
    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class SweepReport:
    """Levels fired, escalations that failed and will be tried again, rows another worker or a request was holding.

    `more` says that the limit was reached before everything due was seen.
    """

    fired: int = 0
    failed: int = 0
    skipped: int = 0
    more: bool = False


Escalate = Callable[[Session, FiredLevel], None]
_Position = tuple[datetime, int]


def sweep(
    database: Database, *, clock: Clock, escalate: Escalate, batch: int = 100, limit: int = _LIMIT
) -> SweepReport:
    """Fire everything due, oldest first; at most `limit` levels, the next sweep takes the rest.

    `escalate(session, fired)` runs in the transaction that marks the level as fired. If it raises, what it wrote is
    undone, the verdict stays, and it is tried again later.
    """
    counts = {"fired": 0, "failed": 0, "skipped": 0}
    after: _Position | None = None
    while sum(counts.values()) < limit:
        with database.reading() as session:
            asked = due_levels(clock.now(), after, min(batch, limit - sum(counts.values())))
            due = session.execute(asked).all()
        for due_at, row_id, ticket_id in due:
            counts[_fire(database, row_id, ticket_id, clock=clock, escalate=escalate)] += 1
            after = (due_at, row_id)
        if len(due) < batch:
            break
    return SweepReport(**counts, more=sum(counts.values()) >= limit)


def lock_ticket(session: Session, ticket_id: int, *, skip_locked: bool = False) -> bool:
    """Hold the ticket's row to the end of the transaction; False if it is held by another and was skipped.

    SQLite has one writer and needs no lock.
    """
    if session.get_bind().dialect.name == "sqlite":
        return True
    ticket = _ticket_table()
    asked = select(ticket.c.id).where(ticket.c.id == ticket_id).with_for_update(skip_locked=skip_locked)
    return session.scalar(asked) is not None


def due_levels(now: datetime, after: _Position | None, batch: int) -> Select[datetime, int, int]:
    """What is due, oldest first; its conditions fit the partial index of armed rows.

    Done at exactly the deadline is in time, so a breach is due only once its instant is past.
    """
    row = ArmedLevel
    asked = (
        select(row.due_at, row.id, row.ticket_id)
        .where(
            ARMED,
            row.due_at <= now,
            or_(row.due_at < now, row.kind != LevelKind.BREACH.value),
            or_(row.next_attempt_at.is_(None), row.next_attempt_at <= now),
        )
        .order_by(row.due_at, row.id)
        .limit(batch)
    )
    if after is not None:
        asked = asked.where(row.due_at >= after[0], or_(row.due_at > after[0], row.id > after[1]))
    return asked


def _fire(database: Database, row_id: int, ticket_id: int, *, clock: Clock, escalate: Escalate) -> str:
    now = clock.now()
    with database.transaction() as session:
        if not lock_ticket(session, ticket_id, skip_locked=True):
            return "skipped"
        row = session.scalar(select(ArmedLevel).where(ArmedLevel.id == row_id).with_for_update(skip_locked=True))
        if row is None or not _still_due(row, now):
            return "skipped"
        if row.kind == LevelKind.BREACH:
            _record_breach(session, row)
        try:
            with session.begin_nested():
                row.state, row.fired_at, row.last_error = "fired", now, None
                session.flush()
                escalate(session, _fired(session, row, now))
        except Exception as error:  # noqa: BLE001  whatever broke, the other levels must fire
            _postpone(row, now, error)
            return "failed"
    metrics.DEADLINES_FIRED.labels(row.clock, row.kind).inc()
    metrics.DEADLINE_LATENESS_SECONDS.observe((now - row.due_at).total_seconds())
    return "fired"


def _still_due(row: ArmedLevel, now: datetime) -> bool:
    """Whether nothing changed between looking and locking."""
    reached = row.due_at < now or (row.due_at == now and row.kind != LevelKind.BREACH)
    return row.state == "armed" and reached and (row.next_attempt_at is None or row.next_attempt_at <= now)


def _record_breach(session: Session, row: ArmedLevel) -> None:
    """Late is late whenever the job notices: the breach is at the due time."""
    session.execute(
        update(ClockVerdict)
        .where(
            ClockVerdict.ticket_id == row.ticket_id,
            ClockVerdict.clock == row.clock,
            ClockVerdict.round == row.round,
            ClockVerdict.verdict.in_((Verdict.RUNNING.value, Verdict.PAUSED.value)),
        )
        .values(verdict=Verdict.BREACHED.value, breached_at=row.due_at, target_at=row.due_at)
    )


def _fired(session: Session, row: ArmedLevel, now: datetime) -> FiredLevel:
    target_at = session.scalar(
        select(ClockVerdict.target_at).where(
            ClockVerdict.ticket_id == row.ticket_id, ClockVerdict.clock == row.clock, ClockVerdict.round == row.round
        )
    )
    return FiredLevel(
        ticket_id=row.ticket_id,
        clock=row.clock,
        round=row.round,
        level=row.level,
        kind=row.kind,
        due_at=row.due_at,
        target_at=target_at or row.due_at,
        fired_at=now,
        actions=tuple(Action(each["do"], each["to"]) for each in row.actions),
    )


def _postpone(row: ArmedLevel, now: datetime, error: Exception) -> None:
    """Undone by its savepoint, the row is armed again; remember the failure and when to try next."""
    log.exception("sla.escalation_failed", ticket_id=row.ticket_id, clock=row.clock, level=row.level)
    row.attempts += 1
    row.next_attempt_at = now + timedelta(seconds=RETRY_SECONDS[min(row.attempts, len(RETRY_SECONDS)) - 1])
    row.last_error = type(error).__name__[:80]


def _ticket_table() -> Table:
    """The tickets domain's table, found through the foreign key, because this domain must not import that one."""
    (key,) = ArmedLevel.__table__.c.ticket_id.foreign_keys
    table = key.column.table
    assert isinstance(table, Table)
    return table
