"""Internal notes: what colleagues tell each other about a ticket, never shown to the customer."""

from __future__ import annotations

from sqlalchemy.orm import Session

from ticketing.platform.actor import Actor
from ticketing.platform.clock import Clock
from ticketing.staff.rules import Permission
from ticketing.tickets import mentions
from ticketing.tickets.gates import require
from ticketing.tickets.journal import note_event
from ticketing.tickets.models import Ticket


def add(session: Session, *, clock: Clock, actor: Actor, ticket: Ticket, text: str) -> Ticket:
    """Add a note; colleagues named in it are told."""
    require(actor, Permission.TICKET_WORK)
    named = mentions.mentioned(text, mentions.mentionable(session, ticket=ticket)) if mentions.marked(text) else []
    names = [member.name for member in named]
    note = note_event(session, clock=clock, actor=actor, ticket=ticket, kind="noted", text=text, named=names)
    session.flush()
    mentions.tell(session, clock=clock, actor=actor, ticket=ticket, note=note, named=named)
    return ticket
