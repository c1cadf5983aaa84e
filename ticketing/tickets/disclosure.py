"""Showing a customer's details in full: with a reason, to whoever may, and with an audit row."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from ticketing.audit import service as audit
from ticketing.customers.models import Customer
from ticketing.platform.actor import Actor
from ticketing.platform.clock import Clock
from ticketing.platform.errors import DomainError
from ticketing.staff.rules import Permission
from ticketing.tickets.gates import require
from ticketing.tickets.models import Ticket

REASONS = ("call_back", "verify_identity", "send_answer", "correct_record")


@dataclass(frozen=True)
class Details:
    """What was masked before."""

    name: str
    phone: str
    email: str
    contact: str


def reveal(session: Session, *, clock: Clock, actor: Actor, ticket: Ticket, reason: str) -> Details:
    """The customer's details; raises ``permission_denied`` and ``reveal_reason_missing``."""
    require(actor, Permission.CUSTOMER_REVEAL)
    if reason not in REASONS:
        raise DomainError("reveal_reason_missing")
    customer = session.get_one(Customer, ticket.customer_id)
    audit.record(
        session,
        clock=clock,
        actor=actor,
        action="customer.revealed",
        subject=("customer", customer.id),
        ticket=ticket.number,
        reason=reason,
    )
    return Details(customer.name or "", customer.phone or "", customer.email or "", ticket.contact or "")
