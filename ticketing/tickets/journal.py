"""Writing a ticket's log: every change is an event, an audit entry and a re-arming of its clocks, in that order.

Services call ``note_event`` and nothing else, so no change can forget the promise.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.audit import service as audit
from ticketing.customers.models import Customer
from ticketing.platform import outbox
from ticketing.platform.actor import Actor
from ticketing.platform.clock import Clock
from ticketing.sla import queries as sla_queries
from ticketing.sla import service as sla
from ticketing.sla.timelines import ClockEvent
from ticketing.tickets.models import Ticket, TicketEvent

PUBLIC = frozenset(
    {
        "complained",
        "enquired",
        "accepted",
        "claimed",
        "added_to",
        "findings_recorded",
        "answer_delivered",
        "closed",
        "reopened",
        "withdrawn",
    }
)
WEBHOOKS = frozenset(
    {"accepted", "findings_recorded", "answer_delivered", "closed", "reopened", "withdrawn", "sla_breached"}
)


def note_event(
    session: Session,
    *,
    clock: Clock,
    actor: Actor,
    ticket: Ticket,
    kind: str,
    at: datetime | None = None,
    text: str | None = None,
    **data: Any,
) -> TicketEvent:
    """Append one event to a ticket; ``at`` only where the thing happened earlier than now (the complaint itself)."""
    now = clock.now()
    event = TicketEvent(
        ticket_id=ticket.id,
        round=ticket.round,
        kind=kind,
        at=at or now,
        actor=actor.label,
        actor_name=actor.name,
        public=kind in PUBLIC,
        text=text,
        data=data,
    )
    session.add(event)
    ticket.updated_at = now
    session.flush()
    audit.record(
        session, clock=clock, actor=actor, action=f"ticket.{kind}", subject=("ticket", ticket.number), event_id=event.id
    )
    if kind in WEBHOOKS:
        _announce(session, clock=clock, ticket=ticket, event=event)
    rearm(session, clock=clock, ticket=ticket)
    return event


def rearm(session: Session, *, clock: Clock, ticket: Ticket) -> None:
    """Recompute the ticket's clocks from its log and keep its next due time beside it for the queue."""
    sla.rearm(session, clock=clock, subject=subject_of(session, ticket))
    refresh_due(session, ticket=ticket)


def refresh_due(session: Session, *, ticket: Ticket) -> None:
    """Copy the earliest live deadline and whether any was breached onto the ticket row."""
    standing = sla_queries.standing(session, ticket_id=ticket.id)
    ticket.next_due_at, ticket.next_due_clock, ticket.breached = standing.due_at, standing.clock, standing.breached
    session.flush()


def subject_of(session: Session, ticket: Ticket) -> sla.Subject:
    """What the promise engine needs to know of a ticket."""
    tier = session.scalar(select(Customer.tier).where(Customer.id == ticket.customer_id)) or "standard"
    events = session.scalars(
        select(TicketEvent).where(TicketEvent.ticket_id == ticket.id).order_by(TicketEvent.at, TicketEvent.id)
    )
    return sla.Subject(
        ticket_id=ticket.id,
        kind=ticket.kind,
        category=ticket.category,
        priority=ticket.priority,
        tier=tier,
        status=ticket.status,
        round=ticket.round,
        events=tuple(ClockEvent(kind=event.kind, at=event.at, round=event.round, data=event.data) for event in events),
    )


def _announce(session: Session, *, clock: Clock, ticket: Ticket, event: TicketEvent) -> None:
    outbox.enqueue(
        session,
        clock=clock,
        channel="webhook",
        dedupe_key=f"webhook:event:{event.id}",
        payload={
            "type": f"ticket.{event.kind}",
            "timestamp": event.at.isoformat(),
            "data": {"number": ticket.number, "status": ticket.status, "round": event.round},
        },
        subject=("ticket", ticket.id),
    )
