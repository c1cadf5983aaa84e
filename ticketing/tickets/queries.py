"""What the agent desk reads of one case or chat; nothing lazy leaves these functions. The queue is in worklist.py."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, contains_eager, lazyload, load_only

from ticketing.conversations.models import Conversation
from ticketing.customers.models import Customer
from ticketing.platform.errors import DomainError
from ticketing.sla import queries as sla_queries
from ticketing.staff.models import Staff
from ticketing.staff.rules import PERMISSIONS, Permission
from ticketing.tickets import letters, outgoing, recusal
from ticketing.tickets.models import Letter, Ticket, TicketEvent


@dataclass(frozen=True)
class Case:
    """Everything the case page shows; ``send_at`` is when an answer that can still be taken back goes out."""

    ticket: Ticket
    conversation: Conversation | None
    clocks: Sequence[sla_queries.ClockStanding]
    events: Sequence[TicketEvent]
    letter: Letter | None
    send_at: datetime | None
    others: Sequence[Ticket]
    kept_out: frozenset[int]

    @property
    def last_event_id(self) -> int:
        """The newest entry of the log; a form remembers it to tell later what changed since."""
        return max((event.id for event in self.events), default=0)


@dataclass(frozen=True)
class Chat:
    """A conversation with its customer and their latest tickets."""

    conversation: Conversation
    customer: Customer
    tickets: Sequence[Ticket]


def by_number(session: Session, *, number: str) -> Ticket:
    """One ticket for working on; raises ``ticket_not_found``."""
    ticket = session.scalar(select(Ticket).where(Ticket.number == number))
    if ticket is None:
        raise DomainError("ticket_not_found", number=number)
    return ticket


def named(session: Session, *, number: str) -> Ticket:
    """The ticket whose number a member of staff typed beside another one's; raises ``other_ticket_unknown``."""
    ticket = session.scalar(select(Ticket).where(Ticket.number == number))
    if ticket is None:
        raise DomainError("other_ticket_unknown", number=number)
    return ticket


def case(session: Session, *, number: str) -> Case:
    """One ticket with everything around it; raises ``ticket_not_found``."""
    found = session.execute(
        select(Ticket, Conversation)
        .join(Ticket.customer)
        .outerjoin(Ticket.owner)
        .outerjoin(Conversation, Conversation.id == Ticket.conversation_id)
        .options(contains_eager(Ticket.customer), contains_eager(Ticket.owner))
        .where(Ticket.number == number)
    ).first()
    if found is None:
        raise DomainError("ticket_not_found", number=number)
    ticket, conversation = found
    letter = letters.latest(session, ticket=ticket)
    return Case(
        ticket=ticket,
        conversation=conversation,
        clocks=sla_queries.clocks(session, ticket_id=ticket.id, round=ticket.round),
        events=timeline(session, ticket_id=ticket.id),
        letter=letter,
        send_at=outgoing.send_at(session, letter=letter),
        others=_tickets_of(session, ticket.customer_id, beside=ticket.id),
        kept_out=recusal.kept_out(session, ticket),
    )


def chat(session: Session, *, public_id: str) -> Chat:
    """A conversation for the desk; raises ``conversation_not_found``."""
    found = session.execute(
        select(Conversation, Customer)
        .join(Customer, Customer.id == Conversation.customer_id)
        .where(Conversation.public_id == public_id)
    ).first()
    if found is None:
        raise DomainError("conversation_not_found")
    return Chat(found[0], found[1], _tickets_of(session, found[1].id))


def timeline(session: Session, *, ticket_id: int, after: int = 0, limit: int = 200) -> Sequence[TicketEvent]:
    """What happened to a ticket, the newest first; ``after`` is an event's id."""
    return session.scalars(
        select(TicketEvent)
        .where(TicketEvent.ticket_id == ticket_id, TicketEvent.id > after)
        .order_by(TicketEvent.at.desc(), TicketEvent.id.desc())
        .limit(limit)
    ).all()


def last_event_id(session: Session, *, ticket_id: int) -> int:
    """The newest entry of a ticket's log."""
    return session.scalar(select(func.max(TicketEvent.id)).where(TicketEvent.ticket_id == ticket_id)) or 0


def colleagues(session: Session) -> Sequence[Staff]:
    """Who may be given a ticket, by team and name."""
    roles = [role.value for role, held in PERMISSIONS.items() if Permission.TICKET_WORK in held]
    return session.scalars(
        select(Staff).where(Staff.active.is_(True), Staff.role.in_(roles)).order_by(Staff.team_id, Staff.name)
    ).all()


def _tickets_of(session: Session, customer_id: int, *, beside: int = 0) -> Sequence[Ticket]:
    """The customer's latest tickets, without the one ``beside`` which they are shown."""
    return session.scalars(
        select(Ticket)
        .options(load_only(Ticket.number, Ticket.status, Ticket.category, Ticket.created_at), lazyload(Ticket.rounds))
        .where(Ticket.customer_id == customer_id, Ticket.id != beside)
        .order_by(Ticket.id.desc())
        .limit(5)
    ).all()
