"""Firing what is due: each level once, in due order, with its escalation in the same transaction.

Its cost grows with what is due: a partial index holds the armed rows, and nothing else is read. Levels are fired some
dozens to a transaction, because a commit and a look at the ticket cost more than the level itself. If one of them
fails, the transaction is undone and every ticket of it gets its own, with a savepoint for each level: so one failing
escalation, or a killed worker, holds up and loses nothing else. A ticket that another worker or a request holds is
passed over with all its levels. The holders are locked before their rows, as services do, so the two never deadlock.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session

from ticketing.platform import metrics
from ticketing.platform.clock import Clock
from ticketing.platform.db import Database
from ticketing.platform.gathering import gathering
from ticketing.platform.log import log
from ticketing.sla import ledger
from ticketing.sla.holders import Holder, held_by, lock_free
from ticketing.sla.models import ARMED, ArmedLevel, ClockVerdict
from ticketing.sla.policies import Action, LevelKind
from ticketing.sla.rules import Verdict

RETRY_SECONDS = (5, 30, 120, 600, 1800)
"""Pauses between attempts of an escalation that failed; the last one repeats for ever, nothing is given up."""

_BATCH = {"postgresql": 50, "sqlite": 10}
"""Levels in one transaction. A request that wants one of their tickets waits so long, on SQLite whoever writes."""
_LIMIT = 5_000


@dataclass(frozen=True, slots=True)
class FiredLevel:
    """A level that fires now. `due_at` is when this level was due, `target_at` the deadline it belongs to."""

    holder: Holder
    clock: str
    round: int
    level: str
    kind: str
    due_at: datetime
    target_at: datetime
    fired_at: datetime
    actions: tuple[Action, ...]

    @property
    def ticket_id(self) -> int:
        """The ticket, where one holds the promise; ValueError otherwise."""
        if self.holder.kind != "ticket":
            raise ValueError(f"held by {self.holder}")
        return self.holder.id


@dataclass(frozen=True, slots=True)
class SweepReport:
    """Levels fired, escalations that failed and will be tried again, rows another worker or a request holds at last.

    `more` says that the limit was reached before everything due was seen.
    """

    fired: int = 0
    failed: int = 0
    skipped: int = 0
    more: bool = False


Escalate = Callable[[Session, FiredLevel], None]
Prepare = Callable[[Session, Sequence[FiredLevel]], object]
_Position = tuple[datetime, int]


def sweep(
    database: Database,
    *,
    clock: Clock,
    escalate: Escalate,
    prepare: Prepare = lambda _session, _fired: None,
    batch: int | None = None,
    limit: int = _LIMIT,
) -> SweepReport:
    """Fire everything due, oldest first; at most `limit` levels, the next sweep takes the rest.

    An escalation may change its ticket so that another promise was due long ago, as a raised priority with a shorter
    policy does; so it looks from the oldest again until nothing fires.

    `escalate(session, fired)` runs in the transaction that marks the level as fired. If it raises, what it wrote is
    undone, the verdict stays, and it is tried again later. `prepare` is told before which levels come, so that what
    they need can be read at once; what it gives is kept until they have fired.
    """
    sweeping = _Sweep(database, clock, escalate, prepare)
    size = batch or _BATCH[database.dialect]
    counts = Counter[str]()
    after: _Position | None = None
    fired_before = 0
    while counts.total() < limit:
        with database.reading() as session:
            asked = due_levels(clock.now(), after, min(size, limit - counts.total()))
            due = session.execute(asked).all()
        if due:
            after = (due[-1].due_at, due[-1].id)
            fired = sweeping.fire([Holder.named(row.ticket_id, row.root_cause_id) for row in due], after)
            counts += fired
            # A level of a holder that was passed over, or that a request has settled meanwhile.
            counts["skipped"] += max(0, len(due) - fired.total())
        if len(due) < size:
            if counts["fired"] == fired_before or counts.total() >= limit:
                break
            after, fired_before, counts["skipped"] = None, counts["fired"], 0
    return SweepReport(**counts, more=counts.total() >= limit)


def due_levels(now: datetime, after: _Position | None, batch: int) -> Select[datetime, int, int | None, int | None]:
    """What is due, oldest first; its conditions fit the partial index of armed rows.

    Done at exactly the deadline is in time, so a breach is due only once its instant is past.
    """
    row = ArmedLevel
    asked = (
        select(row.due_at, row.id, row.ticket_id, row.root_cause_id)
        .where(_is_due(now))
        .order_by(row.due_at, row.id)
        .limit(batch)
    )
    if after is not None:
        asked = asked.where(row.due_at >= after[0], or_(row.due_at > after[0], row.id > after[1]))
    return asked


def _is_due(now: datetime) -> ColumnElement[bool]:
    row = ArmedLevel
    return and_(
        ARMED,
        row.due_at <= now,
        or_(row.due_at < now, row.kind != LevelKind.BREACH.value),
        or_(row.next_attempt_at.is_(None), row.next_attempt_at <= now),
    )


class _Sweep:
    """Fires batches."""

    def __init__(self, database: Database, clock: Clock, escalate: Escalate, prepare: Prepare) -> None:
        self.database = database
        self.clock = clock
        self.escalate = escalate
        self.prepare = prepare

    def fire(self, holders: Sequence[Holder], until: _Position) -> Counter[str]:
        """Fire what these have due up to that position; counts of `fired` and `failed`."""
        holders = list(dict.fromkeys(holders))
        try:
            return self._together(holders, until)
        except Exception:  # noqa: BLE001  whatever broke, the other levels must fire
            log.warning("sla.batch_undone", holders=len(holders), exc_info=True)
        counts = Counter[str]()
        for holder in holders:
            counts += self._one_by_one(holder, until)
        return counts

    def _together(self, holders: Sequence[Holder], until: _Position) -> Counter[str]:
        now = self.clock.now()
        with self.database.transaction() as session:
            rows, verdicts = _claim(session, holders, until, now)
            levels = [_fired(row, verdicts, now) for row in rows]
            with gathering(session):
                for row in rows:
                    _record_breach(session, row, verdicts, now)
                    _mark(session, row, now)
                session.flush()
                kept = self.prepare(session, levels)
                for level in levels:
                    self.escalate(session, level)
            del kept
        return _counted(rows, now)

    def _one_by_one(self, holder: Holder, until: _Position) -> Counter[str]:
        now, done = self.clock.now(), list[ArmedLevel]()
        with self.database.transaction() as session:
            rows, verdicts = _claim(session, [holder], until, now)
            for row in rows:
                _record_breach(session, row, verdicts, now)
                session.flush()
                try:
                    with session.begin_nested(), gathering(session):
                        _mark(session, row, now)
                        self.escalate(session, _fired(row, verdicts, now))
                    done.append(row)
                except Exception as error:  # noqa: BLE001  whatever broke, the other levels must fire
                    _postpone(row, now, error)
        return _counted(done, now) + Counter(failed=len(rows) - len(done))


_Verdicts = Mapping[tuple[Holder, str, int], ClockVerdict]


def _claim(
    session: Session, holders: Sequence[Holder], until: _Position, now: datetime
) -> tuple[Sequence[ArmedLevel], _Verdicts]:
    """Hold those that nobody else holds; their levels now due up to that position, in due order, and their verdicts."""
    mine = lock_free(session, holders)
    if not mine:
        return [], {}
    row = ArmedLevel
    due = select(row).where(_is_due(now), held_by(row, mine), row.due_at <= until[0])
    due = due.where(or_(row.due_at < until[0], row.id <= until[1])).order_by(row.due_at, row.id)
    rows = session.scalars(due).all()
    found = session.scalars(select(ClockVerdict).where(held_by(ClockVerdict, mine)))
    return rows, {(Holder.of(each), each.clock, each.round): each for each in found}


def _record_breach(session: Session, row: ArmedLevel, verdicts: _Verdicts, now: datetime) -> None:
    """Late is late whenever the job notices: the breach is at the due time."""
    verdict = verdicts.get((Holder.of(row), row.clock, row.round))
    if row.kind == LevelKind.BREACH and verdict and verdict.verdict in (Verdict.RUNNING, Verdict.PAUSED):
        before = verdict.verdict
        verdict.verdict, verdict.breached_at, verdict.target_at = Verdict.BREACHED.value, row.due_at, row.due_at
        ledger.book_change(session, verdict, before=before, now=now)


def _mark(session: Session, row: ArmedLevel, now: datetime) -> None:
    row.state, row.fired_at, row.last_error = "fired", now, None
    ledger.enter(session, Holder.of(row), row.clock, row.round, row.kind, at=now, now=now, level=row.level)


def _fired(row: ArmedLevel, verdicts: _Verdicts, now: datetime) -> FiredLevel:
    holder = Holder.of(row)
    verdict = verdicts.get((holder, row.clock, row.round))
    return FiredLevel(
        holder=holder,
        clock=row.clock,
        round=row.round,
        level=row.level,
        kind=row.kind,
        due_at=row.due_at,
        target_at=verdict.target_at if verdict and verdict.target_at else row.due_at,
        fired_at=now,
        actions=tuple(Action(each["do"], each["to"]) for each in row.actions),
    )


def _counted(rows: Sequence[ArmedLevel], now: datetime) -> Counter[str]:
    """Tell the metrics of levels whose transaction is over."""
    for row in rows:
        metrics.DEADLINES_FIRED.labels(row.clock, row.kind).inc()
        metrics.DEADLINE_LATENESS_SECONDS.observe((now - row.due_at).total_seconds())
    return Counter(fired=len(rows))


def _postpone(row: ArmedLevel, now: datetime, error: Exception) -> None:
    """Undone by its savepoint, the row is armed again; remember the failure and when to try next."""
    log.exception(
        "sla.escalation_failed",
        ticket_id=row.ticket_id,
        root_cause_id=row.root_cause_id,
        clock=row.clock,
        level=row.level,
    )
    row.attempts += 1
    row.next_attempt_at = now + timedelta(seconds=RETRY_SECONDS[min(row.attempts, len(RETRY_SECONDS)) - 1])
    row.last_error = type(error).__name__[:80]
