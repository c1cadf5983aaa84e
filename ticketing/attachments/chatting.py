"""A file sent in the chat: a line of the customer's, and what the assistant says to it while it has the conversation."""

from __future__ import annotations

from sqlalchemy.orm import Session

from ticketing.attachments import adopting, rules, service
from ticketing.attachments.models import Attachment
from ticketing.attachments.service import Prepared, Sender
from ticketing.conversations.models import Conversation, Message
from ticketing.conversations.transcript import append, lock, with_client_id
from ticketing.platform.actor import Actor
from ticketing.platform.clock import Clock
from ticketing.platform.errors import DomainError

KIND = "file"
LABELS = {"zh": ("[图片] {name}", "[文件] {name}"), "en": ("[Picture] {name}", "[File] {name}")}
RECEIVED = {
    "zh": "文件已收到。请用一两句话说明它和什么问题有关；如果提交投诉，它会一起附上。",
    "en": "We have your file. Please say in a sentence or two what it is about; if you make a complaint, it goes along.",
}
FILED = {
    "zh": "文件已收到，已附在工单 {number} 上，办理人员能看到。",
    "en": "We have your file. It is now with ticket {number}, where the person working on it sees it.",
}


def send(session: Session, *, clock: Clock, conversation: Conversation, client_id: str, prepared: Prepared) -> Message:
    """Store the file and its line; the same ``client_id`` gives the first line again. Raises ``conversation_closed``."""
    lock(session, conversation)
    earlier = with_client_id(session, conversation, client_id)
    if earlier is not None:
        return earlier
    if conversation.owner == "closed":
        raise DomainError("conversation_closed")
    sender = Sender(
        scope=f"conversation:{conversation.id}",
        customer_id=conversation.customer_id,
        conversation_id=conversation.id,
    )
    stored = service.store(session, clock=clock, sender=sender, key=client_id, prepared=prepared)
    line = append(
        session,
        clock=clock,
        conversation=conversation,
        author="customer",
        kind=KIND,
        text=LABELS[conversation.language][0 if stored.is_image else 1].format(name=stored.name),
        card={"id": stored.public_id, "name": stored.name, "size_text": rules.size_text(stored.size)},
        client_id=client_id,
    )
    number = _file(session, clock=clock, conversation=conversation, stored=stored)
    if conversation.owner == "bot":
        words = FILED if number else RECEIVED
        said = words[conversation.language].format(number=number)
        append(session, clock=clock, conversation=conversation, author="bot", text=said)
    return line


def _file(session: Session, *, clock: Clock, conversation: Conversation, stored: Attachment) -> str | None:
    """The number of the ticket that the file is with now, None while there is none or it has no room."""
    ticket = adopting.ticket_for(session, conversation_id=conversation.id)
    if ticket is None or not service.room(session, ticket):
        return None
    actor = Actor(
        kind="customer",
        id=conversation.customer_id,
        conversation_id=conversation.id,
        language=conversation.language,
    )
    service.file_with(session, clock=clock, actor=actor, ticket=ticket, files=[stored])
    return ticket.number
