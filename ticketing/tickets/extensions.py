"""More of the law's time for a complex case: 15 → 30 → 60 days, each with a reason and another person's approval.

Source: 《银行业保险业消费投诉处理管理办法》(2020): 15 days, complex cases 30, a further 30 with approval, the complainant
told in writing. The handbook's 24 h and 48 h are never extended.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from ticketing.notify import people
from ticketing.notify import service as notify
from ticketing.notify.rules import Colleague, Recipient
from ticketing.platform.actor import Actor
from ticketing.platform.clock import Clock
from ticketing.platform.errors import DomainError
from ticketing.sla import queries as sla_queries
from ticketing.staff.rules import Permission, Role
from ticketing.tickets import gate_news, recusal, telling, wording
from ticketing.tickets.extension_rules import CLOCK, LAST_STEP, may_decide, target_seconds
from ticketing.tickets.gate_models import StatutoryExtension
from ticketing.tickets.gates import lacking, require, take
from ticketing.tickets.holding import hold
from ticketing.tickets.journal import note_event
from ticketing.tickets.models import Ticket
from ticketing.tickets.rules import Step


@dataclass(frozen=True)
class Pending:
    """A request that waits for an approver."""

    extension: StatutoryExtension
    ticket: Ticket
    may_decide: bool


def of_round(session: Session, *, ticket: Ticket) -> Sequence[StatutoryExtension]:
    """The requests of this round, oldest first."""
    return session.scalars(
        select(StatutoryExtension)
        .where(StatutoryExtension.ticket_id == ticket.id, StatutoryExtension.round == ticket.round)
        .order_by(StatutoryExtension.id)
    ).all()


def due_at(session: Session, *, ticket: Ticket) -> datetime | None:
    """When the law's time for this round is over; None if the policy has no such clock or it has stopped."""
    for item in sla_queries.clocks(session, ticket_id=ticket.id, round=ticket.round):
        if item.clock == CLOCK and item.owed:
            return item.due_at
    return None


def next_step(session: Session, *, clock: Clock, ticket: Ticket) -> int:
    """Which extension could be asked for now: 1 or 2.

    Raises ``extension_not_counted``, ``extension_too_late``, ``extension_pending`` or ``extension_used_up``.
    """
    due = due_at(session, ticket=ticket)
    if due is None:
        raise DomainError("extension_not_counted")
    if clock.now() >= due:
        raise DomainError("extension_too_late")
    asked = of_round(session, ticket=ticket)
    if any(row.status == "pending" for row in asked):
        raise DomainError("extension_pending")
    step = 1 + sum(row.status == "approved" for row in asked)
    if step > LAST_STEP:
        raise DomainError("extension_used_up")
    return step


def request(session: Session, *, clock: Clock, actor: Actor, ticket: Ticket, reason: str) -> StatutoryExtension:
    """The owner asks for more time, with the reason the customer will read; approvers are told."""
    recusal.require_handler(session, ticket=ticket, actor=actor)
    hold(session, ticket)
    if not reason.strip():
        raise lacking(("reason",), actor.language)
    step = next_step(session, clock=clock, ticket=ticket)
    take(ticket, Step.REQUEST_EXTENSION, actor, frozenset({"reason", "statutory_time_left"}))
    due = due_at(session, ticket=ticket)
    assert due is not None
    assert actor.staff_id is not None
    row = StatutoryExtension(
        ticket_id=ticket.id,
        round=ticket.round,
        step=step,
        reason=reason.strip(),
        status="pending",
        requested_at=clock.now(),
        requested_by=actor.staff_id,
        due_before=due,
    )
    session.add(row)
    session.flush()
    note_event(session, clock=clock, actor=actor, ticket=ticket, kind="extension_requested", text=row.reason, step=step)
    _tell_approvers(session, clock=clock, ticket=ticket, row=row)
    return row


def approve(
    session: Session, *, clock: Clock, actor: Actor, ticket: Ticket, extension_id: int, reason: str
) -> StatutoryExtension:
    """Grant the time; the clock is set anew and the customer told in writing. A second time changes nothing.

    Raises ``extension_four_eyes``, ``extension_compliance_only``, ``extension_decided`` or ``extension_too_late``.
    """
    row = _decidable(session, clock=clock, actor=actor, ticket=ticket, extension_id=extension_id)
    if row.status == "approved":
        return row
    _settle(row, "approved", clock=clock, actor=actor, ticket=ticket, reason=reason)
    note_event(
        session,
        clock=clock,
        actor=actor,
        ticket=ticket,
        kind="extended",
        text=row.reason,
        clock_name=CLOCK,
        target_seconds=target_seconds(row.step),
        step=row.step,
    )
    row.due_after = due_at(session, ticket=ticket)
    assert row.due_after is not None
    telling.written(
        session,
        clock=clock,
        ticket=ticket,
        code="extended",
        dedupe=f"extended:{row.id}",
        reason=row.reason,
        due=wording.day(row.due_after, telling.ZONE, ticket.language),
    )
    _tell_requester(session, clock=clock, ticket=ticket, row=row)
    return row


def refuse(
    session: Session, *, clock: Clock, actor: Actor, ticket: Ticket, extension_id: int, reason: str
) -> StatutoryExtension:
    """Refuse the time; the limit stays as it is. A second time changes nothing."""
    row = _decidable(session, clock=clock, actor=actor, ticket=ticket, extension_id=extension_id)
    if row.status == "refused":
        return row
    _settle(row, "refused", clock=clock, actor=actor, ticket=ticket, reason=reason)
    note_event(
        session, clock=clock, actor=actor, ticket=ticket, kind="extension_refused", text=reason.strip(), step=row.step
    )
    _tell_requester(session, clock=clock, ticket=ticket, row=row)
    return row


def lapse(session: Session, *, ticket: Ticket) -> None:
    """The ticket ends; a request nobody decided ends with it."""
    for row in of_round(session, ticket=ticket):
        if row.status == "pending":
            row.status = "lapsed"


def pending(session: Session, *, actor: Actor, limit: int = 100) -> list[Pending]:
    """What waits for approvers, the next due first."""
    rows = session.execute(
        select(StatutoryExtension, Ticket)
        .join(Ticket, Ticket.id == StatutoryExtension.ticket_id)
        .options(joinedload(Ticket.owner))
        .where(StatutoryExtension.status == "pending")
        .order_by(StatutoryExtension.due_before, StatutoryExtension.id)
        .limit(limit)
    )
    return [Pending(row, ticket, can_decide(session, actor=actor, ticket=ticket, row=row)) for row, ticket in rows]


def can_decide(session: Session, *, actor: Actor, ticket: Ticket, row: StatutoryExtension) -> bool:
    """Whether the reader may decide this request."""
    refusal = may_decide(
        row.step,
        role=actor.role or "",
        staff_id=actor.staff_id,
        requested_by=row.requested_by,
        first_approver=_first_approver(session, ticket),
    )
    return refusal is None and actor.staff_id not in recusal.kept_out(session, ticket)


def _decidable(
    session: Session, *, clock: Clock, actor: Actor, ticket: Ticket, extension_id: int
) -> StatutoryExtension:
    """The request, held; raises if this person may not decide it now."""
    require(actor, Permission.EXTENSION_APPROVE)
    recusal.check_actor(session, ticket=ticket, actor=actor)
    hold(session, ticket)
    row = session.scalar(
        select(StatutoryExtension)
        .where(StatutoryExtension.id == extension_id, StatutoryExtension.ticket_id == ticket.id)
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise DomainError("extension_not_found")
    refusal = may_decide(
        row.step,
        role=actor.role or "",
        staff_id=actor.staff_id,
        requested_by=row.requested_by,
        first_approver=_first_approver(session, ticket),
    )
    if refusal is not None:
        raise DomainError(refusal)
    return row


def _settle(row: StatutoryExtension, status: str, *, clock: Clock, actor: Actor, ticket: Ticket, reason: str) -> None:
    if row.status != "pending":
        raise DomainError("extension_decided")
    if not reason.strip():
        raise lacking(("reason",), actor.language)
    if clock.now() >= row.due_before:
        raise DomainError("extension_too_late")
    take(
        ticket,
        Step.DECIDE_EXTENSION,
        actor,
        frozenset({"extension_request", "reason", "statutory_time_left"}),
    )
    row.status, row.decided_at, row.decided_by = status, clock.now(), actor.staff_id
    row.decision_reason = reason.strip()


def _first_approver(session: Session, ticket: Ticket) -> int | None:
    rows = of_round(session, ticket=ticket)
    return next((row.decided_by for row in rows if row.step == 1 and row.status == "approved"), None)


def _tell_approvers(session: Session, *, clock: Clock, ticket: Ticket, row: StatutoryExtension) -> None:
    roles = (Role.COMPLIANCE,) if row.step == LAST_STEP else (Role.SUPERVISOR, Role.COMPLIANCE)
    out = recusal.kept_out(session, ticket) | {row.requested_by}
    approvers = [each for each in people.roll(session, clock=clock).people if each.role in roles and each.id not in out]
    _tell(session, clock=clock, ticket=ticket, row=row, code="extension_requested", to=approvers)


def _tell_requester(session: Session, *, clock: Clock, ticket: Ticket, row: StatutoryExtension) -> None:
    asked = people.roll(session, clock=clock).person(row.requested_by)
    _tell(session, clock=clock, ticket=ticket, row=row, code=f"extension_{row.status}", to=[asked] if asked else [])


def _tell(
    session: Session,
    *,
    clock: Clock,
    ticket: Ticket,
    row: StatutoryExtension,
    code: str,
    to: Sequence[Colleague],
) -> None:
    due = row.due_after or row.due_before
    news = gate_news.about(
        ticket,
        code,
        dedupe=f"extension:{row.id}:{row.status}",
        urgent=row.status == "pending",
        more=lambda language: {
            "reason": row.decision_reason or row.reason,
            "due": wording.moment(due, telling.ZONE, language),
        },
    )
    notify.to_staff(session, clock=clock, news=news, to=[Recipient(each) for each in to])
