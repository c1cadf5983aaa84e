"""Files sent in a chat become evidence of the ticket that the same chat leads to.

Whoever shows a problem before the complaint is taken down need not send the picture again.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.attachments import service
from ticketing.attachments.models import Attachment
from ticketing.conversations.models import Conversation
from ticketing.platform.actor import Actor
from ticketing.platform.clock import Clock
from ticketing.platform.db import Database
from ticketing.tickets.models import Ticket
from ticketing.tickets.rules import OPEN

WITHIN = timedelta(days=1)
"""What was sent longer before the ticket is hardly about it."""
BATCH = 50


def ticket_for(session: Session, *, conversation_id: int) -> Ticket | None:
    """The ticket a file sent in this chat belongs to: the newest open one of the chat."""
    return session.scalar(
        select(Ticket)
        .where(Ticket.conversation_id == conversation_id, Ticket.status.in_(OPEN))
        .order_by(Ticket.id.desc())
        .limit(1)
    )


def run(database: Database, *, clock: Clock) -> int:
    """File what waits for a ticket that is there by now; gives the number of chats."""
    with database.reading() as session:
        found = session.execute(
            select(Attachment.conversation_id)
            .join(Ticket, Ticket.conversation_id == Attachment.conversation_id)
            .where(
                Attachment.ticket_id.is_(None),
                Attachment.conversation_id.is_not(None),
                Attachment.received_at > clock.now() - WITHIN,
                Ticket.status.in_(OPEN),
            )
            .distinct()
            .limit(BATCH)
        )
        chats = [conversation_id for (conversation_id,) in found if conversation_id is not None]
    for conversation_id in chats:
        with database.transaction() as session:
            _adopt(session, clock=clock, conversation_id=conversation_id)
    return len(chats)


def _adopt(session: Session, *, clock: Clock, conversation_id: int) -> None:
    ticket = ticket_for(session, conversation_id=conversation_id)
    waiting = session.scalars(
        select(Attachment)
        .where(Attachment.conversation_id == conversation_id, Attachment.ticket_id.is_(None))
        .order_by(Attachment.id)
        .with_for_update()
    ).all()
    if ticket is None or not waiting:
        return
    chat = session.get_one(Conversation, conversation_id)
    actor = Actor(kind="customer", id=chat.customer_id, conversation_id=chat.id, language=chat.language)
    # What finds no room stays with the chat, where people see it.
    fitting = waiting[: service.room(session, ticket)]
    service.file_with(session, clock=clock, actor=actor, ticket=ticket, files=fitting)
