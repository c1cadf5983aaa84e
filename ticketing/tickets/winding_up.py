"""What ends with a ticket: its pause, and a request for more time that nobody decided."""

from __future__ import annotations

from sqlalchemy.orm import Session

from ticketing.platform.actor import Actor
from ticketing.platform.clock import Clock
from ticketing.tickets import extensions, pausing
from ticketing.tickets.models import Ticket


def wind_up(session: Session, *, clock: Clock, actor: Actor, ticket: Ticket) -> None:
    """End what still hangs on the ticket; called by every step that ends it."""
    pausing.end(session, clock=clock, actor=actor, ticket=ticket)
    extensions.lapse(session, ticket=ticket)
