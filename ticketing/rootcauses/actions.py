"""Corrective actions (整改措施): agreed with an owner and a date, done with evidence, verified by another person."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from ticketing.platform.actor import Actor
from ticketing.platform.clock import Clock
from ticketing.platform.errors import DomainError
from ticketing.rootcauses.journal import ZONE, note
from ticketing.rootcauses.models import CorrectiveAction, RootCause
from ticketing.rootcauses.rules import Status, Step
from ticketing.rootcauses.service import require_step, require_work, worker


def agree(
    session: Session, *, clock: Clock, actor: Actor, record: RootCause, what: str, owner_id: int, due_on: date | None
) -> CorrectiveAction:
    """Agree a measure. Raises ``root_cause_action_incomplete``, ``root_cause_date_past`` or ``staff_not_found``."""
    require_work(actor)
    require_step(record, Step.AGREE_ACTION)
    action = _add(session, clock=clock, record=record, what=what, owner_id=owner_id, due_on=due_on)
    record.status = Status.ACTING
    _told(session, clock=clock, actor=actor, record=record, action=action)
    return action


def reschedule(
    session: Session, *, clock: Clock, actor: Actor, record: RootCause, number: int, due_on: date | None, reason: str
) -> CorrectiveAction:
    """Move an action's date, with a reason. A date already missed stays a breach on the record."""
    require_work(actor)
    action = _in(record, number, "agreed")
    if not reason.strip():
        raise DomainError("root_cause_reason_missing")
    due = _due(clock, due_on)
    before, action.due_on = action.due_on, due
    session.flush()
    # Told like the agreement itself, so that the clock is computed anew; it still runs from the day of the agreement.
    note(
        session, clock=clock, actor=actor, record=record, kind="action_agreed", text=reason.strip(),
        action=number, before=before.isoformat(), due_on=due.isoformat(),
    )  # fmt: skip
    return action


def finish(
    session: Session, *, clock: Clock, actor: Actor, record: RootCause, number: int, evidence: str
) -> CorrectiveAction:
    """Report an action as done, with the evidence; raises ``root_cause_evidence_missing``."""
    require_work(actor)
    action = _in(record, number, "agreed")
    if not evidence.strip():
        raise DomainError("root_cause_evidence_missing")
    action.status, action.evidence = "done", evidence.strip()
    action.done_at, action.done_by = clock.now(), actor.staff_id
    note(session, clock=clock, actor=actor, record=record, kind="action_done", text=action.evidence, action=number)
    return action


def verify(session: Session, *, clock: Clock, actor: Actor, record: RootCause, number: int) -> CorrectiveAction:
    """Confirm that it was done and fits. Neither who did it nor its owner may; the last one begins the watching.

    Raises ``root_cause_verify_other``.
    """
    require_work(actor)
    action = _in(record, number, "done")
    _require_other(actor, action)
    action.status, action.verified_at, action.verified_by = "verified", clock.now(), actor.staff_id
    note(session, clock=clock, actor=actor, record=record, kind="action_verified", action=number)
    _watch_if_all_done(session, clock=clock, actor=actor, record=record)
    return action


def send_back(
    session: Session, *, clock: Clock, actor: Actor, record: RootCause, number: int, reason: str, due_on: date | None
) -> CorrectiveAction:
    """Not good enough: another action with the same words and owner takes its place, due anew."""
    require_work(actor)
    action = _in(record, number, "done")
    _require_other(actor, action)
    if not reason.strip():
        raise DomainError("root_cause_reason_missing")
    again = _add(session, clock=clock, record=record, what=action.what, owner_id=action.owner_id, due_on=due_on)
    action.status = "returned"
    note(session, clock=clock, actor=actor, record=record, kind="action_returned", text=reason.strip(), action=number)
    _told(session, clock=clock, actor=actor, record=record, action=again)
    return again


def drop(
    session: Session, *, clock: Clock, actor: Actor, record: RootCause, number: int, reason: str
) -> CorrectiveAction:
    """Give an action up, with a reason; the last one left cannot be, for then nothing would be done."""
    require_work(actor)
    action = _in(record, number, "agreed")
    if not reason.strip():
        raise DomainError("root_cause_reason_missing")
    if not any(each.status in {"agreed", "done", "verified"} for each in _others(record, action)):
        raise DomainError("root_cause_last_action")
    action.status = "dropped"
    note(session, clock=clock, actor=actor, record=record, kind="action_dropped", text=reason.strip(), action=number)
    _watch_if_all_done(session, clock=clock, actor=actor, record=record)
    return action


def _add(
    session: Session, *, clock: Clock, record: RootCause, what: str, owner_id: int, due_on: date | None
) -> CorrectiveAction:
    if not what.strip():
        raise DomainError("root_cause_action_incomplete")
    due = _due(clock, due_on)
    action = CorrectiveAction(
        root_cause_id=record.id,
        number=max((each.number for each in record.actions), default=0) + 1,
        round=record.round,
        what=what.strip(),
        owner=worker(session, owner_id),
        agreed_at=clock.now(),
        due_on=due,
        status="agreed",
    )
    record.actions.append(action)
    session.flush()
    return action


def _told(session: Session, *, clock: Clock, actor: Actor, record: RootCause, action: CorrectiveAction) -> None:
    note(
        session, clock=clock, actor=actor, record=record, kind="action_agreed", text=action.what,
        action=action.number, owner=action.owner_id, due_on=action.due_on.isoformat(),
    )  # fmt: skip


def _watch_if_all_done(session: Session, *, clock: Clock, actor: Actor, record: RootCause) -> None:
    mine = [each for each in record.actions if each.round == record.round]
    if any(each.status in {"agreed", "done"} for each in mine) or record.status != Status.ACTING:
        return
    record.status, record.watching_since = Status.WATCHING, clock.now()
    note(session, clock=clock, actor=actor, record=record, kind="watching")


def _in(record: RootCause, number: int, status: str) -> CorrectiveAction:
    """The action, if it is in that state; raises ``root_cause_action_not_found`` or ``root_cause_action_moved``."""
    action = next((each for each in record.actions if each.number == number), None)
    if action is None:
        raise DomainError("root_cause_action_not_found", number=number)
    if action.status != status or record.status == Status.CLOSED:
        raise DomainError("root_cause_action_moved")
    return action


def _others(record: RootCause, action: CorrectiveAction) -> list[CorrectiveAction]:
    return [each for each in record.actions if each is not action and each.round == action.round]


def _require_other(actor: Actor, action: CorrectiveAction) -> None:
    if actor.staff_id in {action.done_by, action.owner_id}:
        raise DomainError("root_cause_verify_other")


def _due(clock: Clock, due_on: date | None) -> date:
    if due_on is None:
        raise DomainError("root_cause_action_incomplete")
    if due_on < clock.now().astimezone(ZONE).date():
        raise DomainError("root_cause_date_past")
    return due_on
