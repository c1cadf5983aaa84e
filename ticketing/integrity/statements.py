"""The daily statement: what became of every promise on one local day, closed, hashed and chained to the day before.

It is bookkeeping: entries of the book of promises whose instant lies before the day's end are closed with it, each
exactly once. What is booked later for a closed day, because it was noticed later, is closed with the next one. So a
statement never changes, and a recomputation at any later time must give the same hash.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import case, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ticketing.audit.models import AuditEntry
from ticketing.integrity import alarms, rules
from ticketing.integrity.models import DailyStatement
from ticketing.integrity.rules import Counts
from ticketing.platform.clock import Clock
from ticketing.platform.db import Database
from ticketing.platform.log import log
from ticketing.sla import ledger
from ticketing.sla.models import ARMED, OWED, ArmedLevel, ClockVerdict, PromiseEntry
from ticketing.tickets.models import Ticket, TicketEvent

GRACE = timedelta(minutes=10)
"""So long after midnight: what began before it is written by then."""
AT_ONCE = 31
"""Days made, and looked at again, in one go."""


@dataclass(frozen=True)
class Checked:
    """One statement recomputed; ``differs`` names the parts that are not what was stated."""

    day: date
    differs: tuple[str, ...]


def make_due(database: Database, *, clock: Clock) -> int:
    """Make the statements of all days that are over; gives how many. A second call makes none."""
    made = 0
    while made < AT_ONCE:
        try:
            with database.transaction() as session:
                day = next_day(session)
                if day is None or rules.end_of(day) + GRACE > clock.now():
                    break
                statement = make(session, clock=clock, day=day)
                if statement.counts["unaccounted"]:
                    alarms.about_statement(session, clock=clock, day=day, problem="unaccounted")
        except IntegrityError:
            log.info("integrity.already_stated", action="skip")
            break
        made += 1
    return made


def next_day(session: Session) -> date | None:
    """The day to be stated next: after the last one, or the first with a promise; None before any."""
    last: date | None = session.scalar(select(func.max(DailyStatement.day)))
    if last is not None:
        return last + timedelta(days=1)
    first = session.scalar(select(func.min(PromiseEntry.at)))
    return rules.day_of(first) if first is not None else None


def make(session: Session, *, clock: Clock, day: date) -> DailyStatement:
    """Close a day. IntegrityError when another worker has just done so."""
    previous = session.scalar(select(DailyStatement).order_by(DailyStatement.day.desc()).limit(1))
    end = rules.end_of(day)
    session.execute(
        update(PromiseEntry)
        .where(PromiseEntry.stated_on.is_(None), PromiseEntry.at < end)
        .values(stated_on=day)
        .execution_options(synchronize_session=False)
    )
    unexplained = _unexplained(session)
    last = session.execute(
        select(AuditEntry.position, AuditEntry.seal)
        .where(AuditEntry.position.is_not(None))
        .order_by(AuditEntry.position.desc())
        .limit(1)
    ).first()
    statement = DailyStatement(
        day=day,
        made_at=clock.now(),
        last_ticket_id=session.scalar(select(func.max(Ticket.id))) or 0,
        last_event_id=_last_event(session, end),
        audit_position=last.position if last else 0,
        audit_seal=last.seal if last else rules.START,
        previous_hash=previous.hash if previous else rules.START,
    )
    before = previous.counts["closing"] if previous else unexplained - _moved(session, day)
    counted = _counts(session, statement, before)
    unfired = select(func.count()).select_from(ArmedLevel).where(ARMED, ArmedLevel.due_at < end)
    statement.counts = counted.as_json() | {
        "unfired": session.scalar(unfired) or 0,
        "unaccounted": unexplained - counted.closing,
    }
    statement.entries_hash = rules.chain(_entries(session, day))
    statement.events_hash = rules.chain(_events(session, previous, statement))
    statement.hash = _hash(statement)
    session.add(statement)
    session.flush()
    log.info("integrity.stated", action="state", day=day.isoformat(), hash=statement.hash)
    return statement


def verify(session: Session, *, last: int | None = None) -> Iterator[Checked]:
    """Recompute statements in order of days, all or the last so many, and name what differs in each."""
    asked = select(DailyStatement).order_by(DailyStatement.day)
    if last is not None:
        newest = select(DailyStatement.day).order_by(DailyStatement.day.desc()).offset(last).limit(1)
        asked = asked.where(DailyStatement.day >= func.coalesce(newest.scalar_subquery(), date.min))
    previous: DailyStatement | None = None
    for number, statement in enumerate(session.scalars(asked).all()):
        if number or last is None or statement.previous_hash == rules.START:
            yield Checked(statement.day, tuple(_differences(session, previous, statement)))
        previous = statement


def verify_recent(database: Database, *, clock: Clock) -> int:
    """Recompute the last days, mark each with what came out, and raise the alarm over one that differs."""
    with database.reading() as session:
        checked = list(verify(session, last=AT_ONCE))
    with database.transaction() as session:
        for each in checked:
            sound = not each.differs
            session.execute(
                update(DailyStatement)
                .where(DailyStatement.day == each.day)
                .values(verified_at=clock.now(), sound=sound)
                .execution_options(synchronize_session=False)
            )
            if not sound:
                alarms.about_statement(session, clock=clock, day=each.day, problem="differs")
    return len(checked)


def _differences(session: Session, previous: DailyStatement | None, stated: DailyStatement) -> Iterator[str]:
    before = previous.counts["closing"] if previous else stated.counts["opening"]
    again = _counts(session, stated, before).as_json()
    # These two are what was seen at that moment; the hash alone keeps them.
    again |= {name: stated.counts[name] for name in ("unfired", "unaccounted")}
    if again != stated.counts:
        yield "counts"
    if rules.chain(_entries(session, stated.day)) != stated.entries_hash:
        yield "entries"
    if rules.chain(_events(session, previous, stated)) != stated.events_hash:
        yield "events"
    sealed = session.scalar(select(AuditEntry.seal).where(AuditEntry.position == stated.audit_position))
    if (sealed or rules.START) != stated.audit_seal:
        yield "audit"
    follows = previous is None or stated.day == previous.day + timedelta(days=1)
    if not follows or stated.previous_hash != (previous.hash if previous else rules.START):
        yield "chain"
    if _hash(stated) != stated.hash:
        yield "hash"


def _counts(session: Session, statement: DailyStatement, opening: int) -> Counts:
    """What can be counted again at any time: from entries of that day and tickets there were."""
    begin, end = rules.begin_of(statement.day), rules.end_of(statement.day)
    of_day = PromiseEntry.stated_on == statement.day
    grouped = select(PromiseEntry.kind, func.count()).where(of_day).group_by(PromiseEntry.kind)
    by_kind: dict[str, int] = dict(session.execute(grouped).all())
    entries = sum(by_kind.values())
    fired = {kind: by_kind.pop(kind, 0) for kind in rules.FIRED}
    opened = select(func.count()).where(
        Ticket.created_at >= begin, Ticket.created_at < end, Ticket.id <= statement.last_ticket_id
    )
    late = select(func.count()).select_from(PromiseEntry).where(of_day, PromiseEntry.at < begin)
    return Counts(
        tickets_opened=session.scalar(opened) or 0,
        opening=opening,
        closing=rules.running(opening, by_kind),
        late_entries=session.scalar(late) or 0,
        entries=entries,
        fired=fired,
        **by_kind,
    )


def _unexplained(session: Session) -> int:
    """Promises running now, less what is booked but not stated yet: what the day must close with. One snapshot."""
    live = select(func.count()).where(OWED, ClockVerdict.verdict.in_(ledger.LIVE)).scalar_subquery()
    open_entries = select(_balance()).where(PromiseEntry.stated_on.is_(None)).scalar_subquery()
    return int(session.scalar(select(live - open_entries)) or 0)


def _moved(session: Session, day: date) -> int:
    return int(session.scalar(select(_balance()).where(PromiseEntry.stated_on == day)) or 0)


def _balance() -> Any:
    """By how much entries change the number of running promises."""
    change = case(
        (PromiseEntry.kind.in_(ledger.OPENS), 1),
        (PromiseEntry.kind.in_(ledger.CLOSES), -1),
        else_=0,
    )
    return func.coalesce(func.sum(change), 0)


def _last_event(session: Session, end: datetime) -> int:
    """The last event written before the day's end: the one before the first that happened after it."""
    first_after = session.scalar(select(func.min(TicketEvent.id)).where(TicketEvent.at >= end))
    return first_after - 1 if first_after is not None else session.scalar(select(func.max(TicketEvent.id))) or 0


def _entries(session: Session, day: date) -> Iterable[tuple[Any, ...]]:
    row = PromiseEntry
    asked = (
        select(row.id, row.ticket_id, row.root_cause_id, row.clock, row.round, row.level, row.kind, row.at,
               row.recorded_at)
        .where(row.stated_on == day)
        .order_by(row.id)
    )  # fmt: skip
    return (tuple(found) for found in session.execute(asked.execution_options(yield_per=1000)))


def _events(session: Session, previous: DailyStatement | None, statement: DailyStatement) -> Iterable[tuple[Any, ...]]:
    """What promises are computed from; not what people wrote, which may have to be erased one day."""
    row = TicketEvent
    asked = (
        select(row.id, row.ticket_id, row.round, row.kind, row.at, row.data)
        .where(row.id > (previous.last_event_id if previous else 0), row.id <= statement.last_event_id)
        .order_by(row.id)
    )
    for found in session.execute(asked.execution_options(yield_per=1000)):
        clock = {name: found.data[name] for name in ("clock", "target_seconds") if name in found.data}
        yield found.id, found.ticket_id, found.round, found.kind, found.at, clock


def _hash(statement: DailyStatement) -> str:
    parts = (
        "last_ticket_id", "last_event_id", "audit_position", "audit_seal", "entries_hash", "events_hash",
    )  # fmt: skip
    return rules.seal(
        statement.previous_hash,
        day=statement.day,
        counts=Counts.of(statement.counts),
        parts={name: getattr(statement, name) for name in parts},
    )
