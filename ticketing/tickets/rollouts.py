"""Carrying a changed policy or calendar to the tickets now running, batch by batch, each in one transaction.

The row's cursor moves in the transaction of its batch, so a killed worker repeats nothing and leaves nothing out, and
two workers take turns. Every ticket goes through `journal`, the one way a deadline is armed again. A ticket on which it
fails is tried again until it follows or ends, as are the root-cause records that owe something by a changed calendar.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from ticketing.platform.actor import SYSTEM
from ticketing.platform.clock import Clock
from ticketing.platform.db import Database
from ticketing.platform.log import log
from ticketing.rootcauses import journal as causes
from ticketing.rootcauses.models import RootCause
from ticketing.sla.models import OWED, ClockVerdict, PolicyAssignment, Rollout, RolloutRest, SlaPolicy
from ticketing.sla.policy_store import match_policy
from ticketing.sla.sweeping import RETRY_SECONDS
from ticketing.tickets import journal, rules
from ticketing.tickets.models import Ticket

BATCH = 20

Step = Callable[[Session, Clock, Ticket], bool]


def advance(database: Database, *, clock: Clock) -> bool:
    """Take one batch of the oldest rollout that is due, else one of the rest; False when there is nothing to do."""
    return _next_batch(database, clock) or _next_of_rest(database, clock)


def _next_batch(database: Database, clock: Clock) -> bool:
    due = (
        select(Rollout)
        .where(Rollout.state.in_(("waiting", "running")), Rollout.not_before <= clock.now())
        .order_by(Rollout.not_before, Rollout.id)
        .limit(1)
    )
    # Looking first costs SQLite's only writer nothing while there is nothing to do.
    with database.reading() as session:
        if session.scalar(due) is None:
            return False
    with database.transaction() as session:
        rollout = session.scalar(due.with_for_update(skip_locked=True))
        if rollout is None:
            return False
        _take_batch(session, clock, rollout)
    return True


def _take_batch(session: Session, clock: Clock, rollout: Rollout) -> None:
    policy = session.get_one(SlaPolicy, rollout.policy_id) if rollout.policy_id is not None else None
    concerned = _concerned(rollout, policy)
    if rollout.state == "waiting":
        rollout.state = "running"
        rollout.last_ticket_id = session.scalar(select(func.max(Ticket.id))) or 0
        rollout.total = session.scalar(select(func.count()).select_from(concerned.subquery())) or 0
        _note_records(session, clock, rollout)
    rest = concerned.where(Ticket.id > rollout.cursor, Ticket.id <= rollout.last_ticket_id)
    batch = session.scalars(rest.order_by(Ticket.id).limit(BATCH)).all()
    step = _policy_step(policy) if policy is not None else _follow_calendar
    for ticket_id in batch:
        _take_ticket(session, clock, rollout, ticket_id, step)
        rollout.cursor = ticket_id
    if len(batch) < BATCH:
        rollout.state, rollout.finished_at = "done", clock.now()


def _concerned(rollout: Rollout, policy: SlaPolicy | None) -> Select[int]:
    """The open tickets to look at."""
    is_open = select(Ticket.id).where(Ticket.status.in_(rules.OPEN))
    if policy is not None:
        return is_open.where(Ticket.kind == policy.ticket_kind)
    owing = select(ClockVerdict.ticket_id).where(OWED, ClockVerdict.calendar == rollout.calendar)
    return is_open.where(Ticket.id.in_(owing))


def _take_ticket(session: Session, clock: Clock, rollout: Rollout, ticket_id: int, step: Step) -> None:
    """One ticket; a fault of one is counted and does not hold up the others."""
    rollout.looked_at += 1
    try:
        with session.begin_nested():
            ticket = session.get_one(Ticket, ticket_id, with_for_update={"of": Ticket}, populate_existing=True)
            changed = ticket.status in rules.OPEN and step(session, clock, ticket)
    except OperationalError:
        raise  # a lock or the database: the batch is taken again
    except Exception:  # noqa: BLE001
        log.exception("rollout.ticket_failed", action="skip", rollout_id=rollout.id, ticket_id=ticket_id)
        rollout.failed += 1
        _try_later(session, clock, RolloutRest(rollout_id=rollout.id, ticket_id=ticket_id, attempts=0))
        return
    rollout.changed += changed


def _note_records(session: Session, clock: Clock, rollout: Rollout) -> None:
    """Those that owe something by the changed calendar; no policy of tickets reaches them."""
    if rollout.calendar is None:
        return
    owing = select(ClockVerdict.root_cause_id).where(
        OWED, ClockVerdict.calendar == rollout.calendar, ClockVerdict.root_cause_id.is_not(None)
    )
    session.add_all(
        RolloutRest(rollout_id=rollout.id, root_cause_id=record_id, attempts=0, next_attempt_at=clock.now())
        for record_id in session.scalars(owing.distinct())
    )


def _next_of_rest(database: Database, clock: Clock) -> bool:
    due = (
        select(RolloutRest)
        .where(RolloutRest.next_attempt_at <= clock.now())
        .order_by(RolloutRest.next_attempt_at, RolloutRest.id)
        .limit(1)
    )
    with database.reading() as session:
        if session.scalar(due) is None:
            return False
    with database.transaction() as session:
        row = session.scalar(due.with_for_update(skip_locked=True))
        if row is None:
            return False
        _try_again(session, clock, row)
    return True


def _try_again(session: Session, clock: Clock, row: RolloutRest) -> None:
    """One of the rest: gone if it went well, else put off, each time for longer."""
    rollout = session.get_one(Rollout, row.rollout_id, with_for_update=True, populate_existing=True)
    before = row.attempts
    try:
        with session.begin_nested():
            changed = _bring(session, clock, rollout, row)
    except OperationalError:
        raise
    except Exception:  # noqa: BLE001
        log.exception("rollout.rest_failed", action="try later", rollout_id=rollout.id, rest_id=row.id)
        rollout.failed += before == 0
        _try_later(session, clock, row)
        return
    rollout.changed += changed
    rollout.failed -= before > 0
    session.delete(row)


def _bring(session: Session, clock: Clock, rollout: Rollout, row: RolloutRest) -> bool:
    """Let the ticket or record follow; whether that changed anything."""
    if row.root_cause_id is not None:
        record = session.get_one(
            RootCause, row.root_cause_id, with_for_update={"of": RootCause}, populate_existing=True
        )
        return causes.follow_calendar(session, clock=clock, record=record)
    policy = session.get_one(SlaPolicy, rollout.policy_id) if rollout.policy_id is not None else None
    step = _policy_step(policy) if policy is not None else _follow_calendar
    ticket = session.get_one(Ticket, row.ticket_id, with_for_update={"of": Ticket}, populate_existing=True)
    return ticket.status in rules.OPEN and step(session, clock, ticket)


def _try_later(session: Session, clock: Clock, row: RolloutRest) -> None:
    row.attempts += 1
    row.next_attempt_at = clock.now() + timedelta(seconds=RETRY_SECONDS[min(row.attempts, len(RETRY_SECONDS)) - 1])
    session.add(row)


def _policy_step(policy: SlaPolicy) -> Step:
    """Swap the policy of tickets that have an older version of this one, or that this one now matches."""

    def step(session: Session, clock: Clock, ticket: Ticket) -> bool:
        has = _assigned(session, ticket.id)
        matched = match_policy(session, journal.subject_of(session, ticket).attributes, clock.now())
        if policy.code not in {row.code for row in (has, matched) if row is not None} or has is matched:
            return False
        journal.note_event(
            session,
            clock=clock,
            actor=SYSTEM,
            ticket=ticket,
            kind="policy_changed",
            policy=matched.code if matched else None,
            version=matched.version if matched else None,
        )
        return True

    return step


def _follow_calendar(session: Session, clock: Clock, ticket: Ticket) -> bool:
    """Arm the ticket's levels again; its log says so only if a deadline moved."""
    before = _dues(session, ticket.id)
    journal.rearm(session, clock=clock, ticket=ticket)
    if before == _dues(session, ticket.id):
        return False
    journal.note_event(session, clock=clock, actor=SYSTEM, ticket=ticket, kind="calendar_changed")
    return True


def _assigned(session: Session, ticket_id: int) -> SlaPolicy | None:
    asked = (
        select(PolicyAssignment.policy_id)
        .where(PolicyAssignment.ticket_id == ticket_id)
        .order_by(PolicyAssignment.since.desc())
        .limit(1)
    )
    policy_id = session.scalar(asked)
    return None if policy_id is None else session.get(SlaPolicy, policy_id)


def _dues(session: Session, ticket_id: int) -> dict[tuple[str, int], datetime | None]:
    rows = session.execute(
        select(ClockVerdict.clock, ClockVerdict.round, ClockVerdict.target_at).where(
            ClockVerdict.ticket_id == ticket_id
        )
    )
    return {(row.clock, row.round): row.target_at for row in rows}
