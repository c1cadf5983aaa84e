"""Writing a record's log: event, audit entry, clocks, in that order. Services call ``note`` and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.audit import service as audit
from ticketing.platform.actor import SYSTEM, Actor
from ticketing.platform.clock import Clock
from ticketing.rootcauses import rules
from ticketing.rootcauses.models import RootCause, RootCauseEvent
from ticketing.sla import service as sla
from ticketing.sla.holders import Holder
from ticketing.sla.models import ClockVerdict
from ticketing.sla.timelines import ClockEvent

ZONE = ZoneInfo("Asia/Shanghai")
"""Due dates of actions end with the day here."""
CLOCKED = frozenset(
    {
        "opened",
        "analysed",
        "action_agreed",
        "action_done",
        "action_dropped",
        "watching",
        "checked",
        "reopened",
        "closed",
    }
)


def note(
    session: Session, *, clock: Clock, actor: Actor, record: RootCause, kind: str, text: str | None = None, **data: Any
) -> RootCauseEvent:
    """Append one event; every change goes through here, so none can forget the promise."""
    now = clock.now()
    event = RootCauseEvent(
        root_cause_id=record.id,
        round=record.round,
        kind=kind,
        at=now,
        actor=actor.label,
        actor_name=actor.name,
        text=text,
        data=data,
    )
    session.add(event)
    record.updated_at = now
    session.flush()
    audit.record(
        session,
        clock=clock,
        actor=actor,
        action=f"root_cause.{kind}",
        subject=("root_cause", record.number),
        event_id=event.id,
    )
    if kind in CLOCKED:
        rearm(session, clock=clock, record=record)
    return event


def rearm(session: Session, *, clock: Clock, record: RootCause) -> None:
    """Recompute the record's promises from its log, and keep the next due one beside it for the register."""
    agreed = [rules.Agreed(each.number, each.agreed_at, each.due_on) for each in record.actions]
    holder = Holder("root_cause", record.id)
    deadlines = sla.rearm_composed(
        session, clock=clock, holder=holder, policy=rules.policy(agreed, ZONE), events=events_of(session, record)
    )
    owed = [(deadline.due_at, deadline.clock) for deadline in deadlines if deadline.is_live and deadline.due_at]
    record.next_due_at, record.next_due_clock = min(owed, default=(None, None))
    session.flush()


def follow_calendar(session: Session, *, clock: Clock, record: RootCause) -> bool:
    """Arm the record's levels again after its calendar changed; its log says so only if a deadline moved."""
    before = _dues(session, record)
    rearm(session, clock=clock, record=record)
    if before == _dues(session, record):
        return False
    note(session, clock=clock, actor=SYSTEM, record=record, kind="calendar_changed")
    return True


def _dues(session: Session, record: RootCause) -> dict[tuple[str, int], datetime | None]:
    asked = select(ClockVerdict.clock, ClockVerdict.round, ClockVerdict.target_at)
    rows = session.execute(asked.where(ClockVerdict.root_cause_id == record.id))
    return {(row.clock, row.round): row.target_at for row in rows}


def events_of(session: Session, record: RootCause) -> list[ClockEvent]:
    """The record's log as the engine reads it."""
    return logs_of(session, [record.id]).get(record.id, [])


def logs_of(session: Session, record_ids: Sequence[int]) -> dict[int, list[ClockEvent]]:
    """Their logs as the engine reads them: an action's or a check's events carry its number."""
    log = session.scalars(
        select(RootCauseEvent)
        .where(RootCauseEvent.root_cause_id.in_(record_ids), RootCauseEvent.kind.in_(CLOCKED))
        .order_by(RootCauseEvent.at, RootCauseEvent.id)
    )
    found: dict[int, list[ClockEvent]] = {}
    for event in log:
        told = found.setdefault(event.root_cause_id, [])
        numbered = event.data.get("action") or event.data.get("days")
        told.append(ClockEvent(event.kind, event.at, event.round))
        if numbered:
            told.append(ClockEvent(f"{event.kind}_{numbered}", event.at, event.round))
    return found
