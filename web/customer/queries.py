"""What the customer's pages read; always narrowed to one customer."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.platform.clock import Clock
from ticketing.platform.errors import DomainError
from ticketing.platform.paging import Page, decode_cursor, encode_cursor
from ticketing.surveys import service as surveys
from ticketing.surveys.models import Survey
from ticketing.tickets.models import Letter, Ticket, TicketEvent

PAGE_SIZE = 10


def own_ticket(session: Session, *, customer_id: int, number: str) -> Ticket:
    """The customer's ticket; another's is not found, and the answer does not tell which."""
    found = session.scalar(
        select(Ticket).where(Ticket.number == number.strip().upper(), Ticket.customer_id == customer_id)
    )
    if found is None:
        raise DomainError("http_404")
    return found


def own_tickets(session: Session, *, customer_id: int, cursor: str | None) -> Page[Ticket]:
    """One page of the customer's tickets, newest first."""
    wanted = select(Ticket).where(Ticket.customer_id == customer_id).order_by(Ticket.id.desc()).limit(PAGE_SIZE + 1)
    if cursor:
        wanted = wanted.where(Ticket.id < int(decode_cursor(cursor, 1)[0]))
    rows = list(session.scalars(wanted))
    following = encode_cursor([rows[PAGE_SIZE - 1].id]) if len(rows) > PAGE_SIZE else None
    return Page(rows[:PAGE_SIZE], following)


def public_events(session: Session, *, ticket: Ticket) -> list[TicketEvent]:
    """What happened to a ticket as far as its customer is told, in order."""
    return list(
        session.scalars(
            select(TicketEvent)
            .where(TicketEvent.ticket_id == ticket.id, TicketEvent.public)
            .order_by(TicketEvent.at, TicketEvent.id)
        )
    )


def sent_letters(session: Session, *, ticket: Ticket) -> list[Letter]:
    """The answers sent, newest first; one per round at most."""
    return list(
        session.scalars(
            select(Letter)
            .where(Letter.ticket_id == ticket.id, Letter.sent_at.is_not(None))
            .order_by(Letter.round.desc(), Letter.revision.desc())
        )
    )


def pending_surveys(session: Session, *, clock: Clock, customer_id: int) -> dict[str, Survey]:
    """The customer's open surveys by ticket number."""
    found = surveys.pending(session, clock=clock, customer_id=customer_id)
    return {item.ticket_number: item for item in found if item.ticket_number}
