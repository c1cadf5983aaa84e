"""What waited for the customer goes on when they write."""

from __future__ import annotations

from ticketing.conversations.models import Conversation
from ticketing.conversations.service import Received
from ticketing.platform.actor import Actor
from ticketing.platform.http import runtime
from ticketing.tickets import pausing


def customer_wrote(received: Received) -> None:
    """After the message is safe, in a transaction of its own: nothing here may cost the customer their line."""
    if not received.awaited:
        return
    chat_id = received.message.conversation_id
    with runtime().database.transaction() as session:
        chat = session.get_one(Conversation, chat_id)
        actor = Actor(kind="customer", id=chat.customer_id, conversation_id=chat.id, language=chat.language)
        pausing.customer_wrote(session, clock=runtime().clock, actor=actor, conversation_id=chat_id)
