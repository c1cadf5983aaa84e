"""Goodwill on a case: an agent proposes points and says why, a supervisor decides, the customer is told.

Source: handbook §4.5 (points), §6.3 (separation of duties: nobody approves their own proposal).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from ticketing.audit import service as audit
from ticketing.customers.models import Customer
from ticketing.notify import service as notify
from ticketing.platform.actor import Actor
from ticketing.platform.clock import Clock
from ticketing.platform.errors import DomainError
from ticketing.points import rules, service
from ticketing.points.models import PointGrant
from ticketing.staff.models import Staff
from ticketing.staff.rules import Permission, Role, allowed
from ticketing.tickets import recusal, telling
from ticketing.tickets.models import Ticket

MONTH = timedelta(days=30)


@dataclass(frozen=True)
class GrantShown:
    """A grant with the names around it."""

    grant: PointGrant
    number: str
    customer: Customer
    proposer: str


def propose(session: Session, *, clock: Clock, actor: Actor, ticket: Ticket, amount: int, reason: str) -> PointGrant:
    """Ask for points for the customer of a case.

    Raises ``permission_denied``, ``points_reason_missing``, ``points_over_limit``, ``points_over_month``, ``points_pending``
    while another proposal of the case waits, and what recusal raises for someone with an interest in it.
    """
    _require(actor, Permission.POINTS_PROPOSE)
    # An agent knows their own cases; leads and supervisors answer for all of them.
    (recusal.require_handler if actor.role == Role.AGENT else recusal.check_actor)(session, ticket=ticket, actor=actor)
    if not reason.strip() or len(reason) > rules.LONGEST_REASON:
        raise DomainError("points_reason_missing", most=rules.LONGEST_REASON)
    if amount < 1 or rules.over_limit(actor.role, amount):
        raise DomainError("points_over_limit", most=rules.LIMITS.get(actor.role or "", 0))
    session.execute(select(Customer.id).where(Customer.id == ticket.customer_id).with_for_update())
    if session.scalar(select(PointGrant.id).where(PointGrant.ticket_id == ticket.id, PointGrant.state == "proposed")):
        raise DomainError("points_pending")
    _refuse_beyond_month(session, clock=clock, customer_id=ticket.customer_id, amount=amount)
    assert actor.staff_id is not None
    grant = PointGrant(
        ticket_id=ticket.id, customer_id=ticket.customer_id, amount=amount, reason=reason.strip(), state="proposed",
        proposed_by=actor.staff_id, proposed_at=clock.now(),
    )  # fmt: skip
    session.add(grant)
    session.flush()
    audit.record(
        session, clock=clock, actor=actor, action="points.proposed", subject=("point_grant", grant.id), amount=amount,
        ticket=ticket.number,
    )  # fmt: skip
    return grant


def decide(
    session: Session, *, clock: Clock, actor: Actor, grant_id: int, approve: bool, comment: str = ""
) -> PointGrant:
    """Approve or refuse a proposal of someone else. Deciding the same again changes nothing.

    Raises ``permission_denied``, ``points_grant_not_found``, ``points_own_grant``, ``points_decided`` when it was decided the
    other way, and ``points_comment_missing`` for a refusal without a word.
    """
    _require(actor, Permission.POINTS_APPROVE)
    grant = session.scalar(select(PointGrant).where(PointGrant.id == grant_id).with_for_update())
    if grant is None:
        raise DomainError("points_grant_not_found")
    if grant.proposed_by == actor.staff_id:
        raise DomainError("points_own_grant")
    wanted = "approved" if approve else "refused"
    if grant.state != "proposed":
        if grant.state == wanted:
            return grant
        raise DomainError("points_decided")
    ticket = session.get_one(Ticket, grant.ticket_id)
    recusal.check_actor(session, ticket=ticket, actor=actor)
    if not approve and not comment.strip():
        raise DomainError("points_comment_missing")
    grant.state, grant.decided_by, grant.decided_at = wanted, actor.staff_id, clock.now()
    grant.comment = comment.strip()[: rules.LONGEST_REASON] or None
    session.flush()
    if approve:
        _give(session, clock=clock, actor=actor, grant=grant, ticket=ticket)
    audit.record(
        session,
        clock=clock,
        actor=actor,
        action=f"points.{wanted}",
        subject=("point_grant", grant.id),
        amount=grant.amount,
    )
    return grant


def pending(session: Session, *, limit: int = 100) -> Sequence[GrantShown]:
    """What waits for a decision, the oldest first."""
    return _shown(session, _GRANTS.where(PointGrant.state == "proposed").order_by(PointGrant.id).limit(limit))


def decided(session: Session, *, limit: int = 30) -> Sequence[GrantShown]:
    """What was decided lately."""
    return _shown(session, _GRANTS.where(PointGrant.state != "proposed").order_by(PointGrant.id.desc()).limit(limit))


def of_customer(session: Session, customer_id: int) -> Sequence[GrantShown]:
    """A customer's grants, the newest first."""
    mine = _GRANTS.where(PointGrant.customer_id == customer_id)
    return _shown(session, mine.order_by(PointGrant.id.desc()).limit(20))


_GRANTS = (
    select(PointGrant, Ticket.number, Customer, Staff.name)
    .join(Ticket, Ticket.id == PointGrant.ticket_id)
    .join(Customer, Customer.id == PointGrant.customer_id)
    .join(Staff, Staff.id == PointGrant.proposed_by)
)


def _shown(session: Session, wanted: Select[PointGrant, str, Customer, str]) -> list[GrantShown]:
    return [GrantShown(*row) for row in session.execute(wanted)]


def _give(session: Session, *, clock: Clock, actor: Actor, grant: PointGrant, ticket: Ticket) -> None:
    entry = service.grant(
        session, clock=clock, actor=actor, customer_id=grant.customer_id, amount=grant.amount, key=f"goodwill:{grant.id}",
        ticket_id=ticket.id,
    )  # fmt: skip
    notify.to_customer(
        session,
        clock=clock,
        code="points_granted",
        language=ticket.language,
        values={"number": ticket.number, "amount": entry.amount, "balance": entry.balance, "expires": str(entry.expires_on)},
        conversation_id=ticket.conversation_id,
        email_of=telling.email_of(session, ticket),
        card={"number": ticket.number, "page_url": "/my/points", "page_title": "My points" if ticket.language == "en" else "我的积分"},
        dedupe=f"points:{grant.id}",
        subject=("point_grant", grant.id),
    )  # fmt: skip


def _refuse_beyond_month(session: Session, *, clock: Clock, customer_id: int, amount: int) -> None:
    lately = session.scalar(
        select(func.coalesce(func.sum(PointGrant.amount), 0)).where(
            PointGrant.customer_id == customer_id,
            PointGrant.state != "refused",
            PointGrant.proposed_at > clock.now() - MONTH,
        )
    )
    if (lately or 0) + amount > rules.MONTHLY_MOST:
        raise DomainError("points_over_month", most=rules.MONTHLY_MOST, given=lately or 0)


def _require(actor: Actor, permission: Permission) -> None:
    if not allowed(actor.role, permission):
        raise DomainError("permission_denied")
