"""A complaint that is really two: one part becomes a ticket of its own, due as if it had been made on its own."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy.orm import Session

from ticketing.customers.models import Customer
from ticketing.platform.actor import Actor
from ticketing.platform.clock import Clock
from ticketing.sla import queries as sla_queries
from ticketing.staff.rules import Permission
from ticketing.tickets import links, recusal, telling, wording
from ticketing.tickets.gates import require_owner_or, take
from ticketing.tickets.journal import note_event
from ticketing.tickets.models import Ticket
from ticketing.tickets.rules import Step
from ticketing.tickets.service import Intake, open_ticket


def split(
    session: Session,
    *,
    clock: Clock,
    actor: Actor,
    ticket: Ticket,
    description: str,
    category: str,
    amount: Decimal | None = None,
) -> Ticket:
    """Open a ticket for one part of this one, with this one's intake time; both keep their promises.

    By the owner or whoever may merge. The new ticket waits in its class's queue for whoever fits it.
    """
    require_owner_or(session, ticket, actor, Permission.TICKET_MERGE)
    recusal.check_actor(session, ticket=ticket, actor=actor)
    take(ticket, Step.SPLIT, actor, frozenset({"description"} if description.strip() else ()))
    part = open_ticket(
        session,
        clock=clock,
        actor=actor,
        customer=session.get_one(Customer, ticket.customer_id),
        conversation_id=ticket.conversation_id,
        intake=Intake(
            kind=ticket.kind,
            category=category,
            description=description.strip(),
            language=ticket.language,
            came_by=ticket.came_by,
            contact_channel=ticket.contact_channel,
            contact=ticket.contact,
            complained_at=ticket.current.started_at,
            product=ticket.product,
            order_number=ticket.order_number,
            amount=amount,
            currency=ticket.currency,
            wish=ticket.wish,
            part_of=ticket.id,
        ),
    )
    recusal.copy_to(session, clock=clock, source=ticket, target=part)
    links.record(session, clock=clock, actor=actor, ticket=part, other=ticket, kind=links.SPLIT_FROM)
    note_event(session, clock=clock, actor=actor, ticket=ticket, kind="split", other=part.number)
    telling.written(
        session,
        clock=clock,
        ticket=ticket,
        code="split",
        dedupe=f"split:{part.id}",
        about=part,
        part=part.number,
        description=part.description,
        due=_due_text(session, part),
    )
    return part


def _due_text(session: Session, part: Ticket) -> str:
    due = [
        item.due_at
        for item in sla_queries.clocks(session, ticket_id=part.id, round=part.round)
        if item.clock in telling.ANSWER_CLOCKS and item.due_at is not None
    ]
    return wording.due(max(due), telling.ZONE, part.language) if due else ""
