"""Writing a ticket's log: every change is an event, an audit entry and a re-arming of its clocks, in that order.

Services call ``note_event`` and nothing else, so no change can forget the promise. Where many tickets change in one
transaction (platform/gathering.py) each of the three is done for all of them together.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.audit import service as audit
from ticketing.customers.models import Customer
from ticketing.platform import outbox
from ticketing.platform.actor import Actor
from ticketing.platform.clock import Clock
from ticketing.platform.gathering import together
from ticketing.sla import queries as sla_queries
from ticketing.sla import service as sla
from ticketing.sla.policies import EVENT_OF
from ticketing.sla.timelines import ClockEvent
from ticketing.tickets.models import Ticket, TicketEvent

PUBLIC = frozenset(
    {
        "complained",
        "enquired",
        "accepted",
        "claimed",
        "assigned",
        "added_to",
        "evidence_added",
        "findings_recorded",
        "answer_delivered",
        "closed",
        "reopened",
        "withdrawn",
        "merged",
        "absorbed",
        "split",
        "extended",
    }
)
WEBHOOKS = frozenset(
    {
        "accepted",
        "findings_recorded",
        "answer_delivered",
        "closed",
        "reopened",
        "withdrawn",
        "sla_breached",
        "merged",
        "extended",
    }
)

MOVES_NO_CLOCK = frozenset(EVENT_OF.values())
"""Events that no policy may react to; any other may be named by one."""
REGRADES = frozenset({"priority_changed"})
"""Events that move clocks only if another policy applies because of them."""


def note_event(
    session: Session,
    *,
    clock: Clock,
    actor: Actor,
    ticket: Ticket,
    kind: str,
    at: datetime | None = None,
    text: str | None = None,
    clock_name: str | None = None,
    of_round: int | None = None,
    **data: Any,
) -> TicketEvent:
    """Append one event to a ticket; ``at`` only where the thing happened earlier than now (the complaint itself).

    ``of_round`` is the round it belongs to, where that may be an earlier one than the ticket's: a letter's or a promise's.
    ``clock_name`` is the promise it is about, ``data.clock`` in the log. The event has its id once it is written: at
    once, or at the end of a gathering.
    """
    now = clock.now()
    event = TicketEvent(
        ticket_id=ticket.id,
        round=of_round or ticket.round,
        kind=kind,
        at=at or now,
        actor=actor.label,
        actor_name=actor.name,
        public=kind in PUBLIC,
        text=text,
        data=data if clock_name is None else data | {"clock": clock_name},
    )
    session.add(event)
    ticket.updated_at = now
    together(session, _enter, _Noted(clock, actor, ticket, event, ticket.status))
    if kind not in MOVES_NO_CLOCK:
        together(session, _regrade if kind in REGRADES else _rearm, (clock, ticket))
    return event


@dataclass(frozen=True, slots=True)
class _Noted:
    """An event that is to be entered; ``status`` is the ticket's when it happened."""

    clock: Clock
    actor: Actor
    ticket: Ticket
    event: TicketEvent
    status: str


def _enter(session: Session, noted: Sequence[_Noted]) -> None:
    """Write the events, and then what names them by their ids."""
    session.flush()
    for each in noted:
        audit.record(
            session,
            clock=each.clock,
            actor=each.actor,
            action=f"ticket.{each.event.kind}",
            subject=("ticket", each.ticket.number),
            event_id=each.event.id,
        )
        if each.event.kind in WEBHOOKS:
            _announce(session, each)


def rearm(session: Session, *, clock: Clock, ticket: Ticket) -> None:
    """Recompute the ticket's clocks from its log and keep its next due time beside it for the queue."""
    sla.rearm(session, clock=clock, subject=subject_of(session, ticket))
    refresh_due(session, ticket=ticket)


def _rearm(session: Session, moved: Sequence[tuple[Clock, Ticket]]) -> None:
    for ticket, clock in {ticket: clock for clock, ticket in moved}.items():
        rearm(session, clock=clock, ticket=ticket)


def _regrade(session: Session, changed: Sequence[tuple[Clock, Ticket]]) -> None:
    """Re-arm those tickets to which another policy applies now."""
    clock, _ = changed[-1]
    theirs = Customer.id.in_({ticket.customer_id for _, ticket in changed})
    tiers = {row.id: row.tier for row in session.execute(select(Customer.id, Customer.tier).where(theirs))}
    graded = [subject_of(session, ticket, log=(), tier=tiers[ticket.customer_id]) for _, ticket in changed]
    kept = sla.regrade(session, clock=clock, attributes={each.ticket_id: each.attributes for each in graded})
    _rearm(session, [(clock, ticket) for clock, ticket in changed if ticket.id not in kept])


def refresh_due(session: Session, *, ticket: Ticket) -> None:
    """Copy the earliest live deadline and whether any was breached onto the ticket row."""
    together(session, _refresh, ticket)


def _refresh(session: Session, tickets: Sequence[Ticket]) -> None:
    # The verdicts were written by whoever changed them; the tickets' other changes go with these into one statement.
    with session.no_autoflush:
        found = sla_queries.standings(session, ticket_ids=[ticket.id for ticket in tickets])
    for ticket in tickets:
        standing = found[ticket.id]
        ticket.next_due_at, ticket.next_due_clock, ticket.breached = standing.due_at, standing.clock, standing.breached


def subject_of(
    session: Session, ticket: Ticket, *, log: Iterable[TicketEvent] | None = None, tier: str | None = None
) -> sla.Subject:
    """What the promise engine needs to know of a ticket; its log and its customer's tier are read unless given."""
    if tier is None:
        tier = session.scalar(select(Customer.tier).where(Customer.id == ticket.customer_id)) or "standard"
    if log is None:
        mine = select(TicketEvent).where(TicketEvent.ticket_id == ticket.id)
        log = session.scalars(mine.order_by(TicketEvent.at, TicketEvent.id))
    return sla.Subject(
        ticket_id=ticket.id,
        kind=ticket.kind,
        category=ticket.category,
        severity=ticket.severity,
        priority=ticket.priority,
        tier=tier,
        status=ticket.status,
        round=ticket.round,
        events=tuple(ClockEvent(event.kind, event.at, event.round, event.data) for event in log),
    )


def _announce(session: Session, noted: _Noted) -> None:
    ticket, event = noted.ticket, noted.event
    outbox.enqueue(
        session,
        clock=noted.clock,
        channel="webhook",
        dedupe_key=f"webhook:event:{event.id}",
        payload={
            "type": f"ticket.{event.kind}",
            "timestamp": event.at.isoformat(),
            "data": {"number": ticket.number, "status": noted.status, "round": event.round},
        },
        subject=("ticket", ticket.id),
    )
