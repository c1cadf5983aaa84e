"""The note that goes with a ticket from one owner to the next, shown until the new one has read it."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from ticketing.platform.actor import Actor
from ticketing.platform.clock import Clock
from ticketing.tickets.gates import require_owner
from ticketing.tickets.journal import note_event
from ticketing.tickets.models import Ticket, TicketEvent


def unread(events: Iterable[TicketEvent], owner_id: int | None) -> TicketEvent | None:
    """The newest hand-over if it brought the ticket to this owner, has a note, and was not acknowledged."""
    log = sorted((each for each in events if each.kind in {"reassigned", "handover_read", "claimed"}), key=_by_id)
    last = log[-1] if log else None
    if last is None or last.kind != "reassigned" or not last.text or last.data.get("owner_id") != owner_id:
        return None
    return last


def acknowledge(session: Session, *, clock: Clock, actor: Actor, ticket: Ticket) -> None:
    """The new owner has read the note."""
    require_owner(session, ticket, actor)
    note_event(session, clock=clock, actor=actor, ticket=ticket, kind="handover_read")


def _by_id(event: TicketEvent) -> int:
    return event.id
