"""Tickets held against others, several in the order of their ids so that no two transactions wait for each other."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.tickets.models import Ticket


def hold(session: Session, *tickets: Ticket) -> None:
    """Hold the rows to the end of the transaction and read them anew."""
    for ticket_id in sorted({ticket.id for ticket in tickets}):
        session.execute(
            select(Ticket)
            .where(Ticket.id == ticket_id)
            .with_for_update(of=Ticket)
            .execution_options(populate_existing=True)
        ).one()


def survivor(ticket: Ticket) -> Ticket:
    """The ticket that goes on for a merged one, however often it was merged again; itself for any other."""
    seen = {ticket.id}
    while ticket.merged_into is not None and ticket.merged_into.id not in seen:
        ticket = ticket.merged_into
        seen.add(ticket.id)
    return ticket
