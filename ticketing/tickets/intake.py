"""A ticket as a program sends it, made into the intake that the service takes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.conversations import service as conversations
from ticketing.conversations.models import Message
from ticketing.platform.actor import Actor
from ticketing.platform.clock import Clock
from ticketing.platform.errors import DomainError
from ticketing.tickets import schemas
from ticketing.tickets.service import Intake


def intake_of(session: Session, *, clock: Clock, actor: Actor, body: schemas.TicketIn) -> Intake:
    """The checked complaint; raises ``ticket_consent_missing`` or ``ticket_contact_missing``."""
    if not body.consent:
        raise DomainError("ticket_consent_missing")
    return Intake(
        **body.model_dump(exclude={"consent", "message_seq", "contact"}),
        contact=_contact(session, clock=clock, actor=actor, body=body),
        complained_at=_said_at(session, clock=clock, actor=actor, seq=body.message_seq),
    )


def _contact(session: Session, *, clock: Clock, actor: Actor, body: schemas.TicketIn) -> str | None:
    """Where to reach the customer. The transcript holds it masked; the clear one was kept aside for exactly this."""
    if body.contact_channel == "chat":
        return body.contact
    contact = body.contact or ""
    if actor.conversation_id is not None:
        revealed = conversations.reveal_contact(
            session, clock=clock, conversation_id=actor.conversation_id, masked=contact
        )
        contact = revealed or contact
    if not contact or "*" in contact:
        # Still masked means that the clear one is gone: nobody could be reached under this.
        raise DomainError("ticket_contact_missing")
    return contact


def _said_at(session: Session, *, clock: Clock, actor: Actor, seq: int | None) -> datetime:
    """When the customer first complained: the time of that message of theirs, else now."""
    if seq is None or actor.conversation_id is None:
        return clock.now()
    found = session.scalar(
        select(Message.created_at).where(
            Message.conversation_id == actor.conversation_id, Message.seq == seq, Message.author == "customer"
        )
    )
    return found or clock.now()
