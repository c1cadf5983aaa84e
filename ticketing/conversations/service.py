"""What happens in a conversation: it opens, the customer speaks, a person takes over, it ends.

The parts live in transcript.py (lines), handoff.py (ownership), replies.py (agents' lines), vault.py (contacts, page links),
directing.py (who deals with a line) and turns.py (the assistant's answers); this module is the way in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from ticketing.conversations import directing, rules, vault, wording
from ticketing.conversations.directing import Said
from ticketing.conversations.handoff import (
    OpenTicket,
    cancel_handoff,
    claim_by_agent,
    close,
    hand_back,
    place_in_queue,
    request_handoff,
)
from ticketing.conversations.masking import Masked, mask
from ticketing.conversations.models import Conversation, Message
from ticketing.conversations.replies import reply_as_agent
from ticketing.conversations.rules import ServiceHours
from ticketing.conversations.standing import Handoff
from ticketing.conversations.transcript import add, append, lock, touch, with_client_id
from ticketing.conversations.vault import create_page_link, redeem_page_link, reveal_contact
from ticketing.customers.models import Customer
from ticketing.platform import ids
from ticketing.platform.clock import Clock
from ticketing.platform.errors import DomainError

__all__ = [
    "Button",
    "Handoff",
    "Received",
    "append",
    "cancel_handoff",
    "choose_language",
    "claim_by_agent",
    "close",
    "create_page_link",
    "hand_back",
    "open_conversation",
    "place_in_queue",
    "receive",
    "redeem_page_link",
    "reply_as_agent",
    "request_handoff",
    "reveal_contact",
]


@dataclass(frozen=True)
class Button:
    """A quick reply the customer pressed: which message, which one of its buttons."""

    seq: int
    index: int


@dataclass(frozen=True)
class Received:
    """The customer's stored line; ``fresh`` is False when the same ``client_id`` had come before, and ``awaited`` says that
    something else of the conversation had waited for it.
    """

    message: Message
    fresh: bool
    awaited: bool = False


def open_conversation(
    session: Session, *, clock: Clock, customer: Customer, language: str, company: str = ""
) -> Conversation:
    """A new conversation with the assistant's greeting as its first line."""
    now = clock.now()
    conversation = Conversation(
        public_id=ids.public_id(),
        customer_id=customer.id,
        owner="bot",
        language=language,
        language_locked=False,
        last_seq=0,
        revision=0,
        queue_rank=1,
        created_at=now,
        last_message_at=now,
        changed_at=now,
    )
    session.add(conversation)
    session.flush()
    append(
        session,
        clock=clock,
        conversation=conversation,
        author="bot",
        kind="greeting",
        text=wording.say("greeting", language, company=company or wording.say("greeting.company", language)),
        buttons=wording.greeting_buttons(language),
    )
    return conversation


def receive(
    session: Session,
    *,
    clock: Clock,
    hours: ServiceHours,
    max_chars: int,
    conversation: Conversation,
    client_id: str,
    text: str | None = None,
    button: Button | None = None,
    action: str | None = None,
    open_ticket: OpenTicket | None = None,
) -> Received:
    """Store what the customer typed or pressed, cleaned and masked; the same ``client_id`` gives the first line again.

    ``action`` is one of ``wording.ACTIONS``, for those who wait. With the assistant in charge the line waits for its turn
    (``needs_turn``), and is written with what claiming that changes. Raises ``conversation_closed``, ``message_empty``, ``message_too_long`` or ``button_unknown``.
    """
    lock(session, conversation)
    earlier = with_client_id(session, conversation, client_id)
    if earlier is not None:
        return Received(earlier, fresh=False)
    if conversation.owner == "closed":
        raise DomainError("conversation_closed")
    if action is not None:
        said = _chosen(conversation, action)
    elif button is not None:
        said = _pressed(session, conversation, button)
    else:
        said = _typed(text or "", max_chars)
        _follow_language(conversation, said.text)
        if conversation.owner == "queued":
            said = directing.meant_in_queue(conversation, said)
    message = add(
        session,
        clock=clock,
        conversation=conversation,
        author="customer",
        text=said.text,
        client_id=client_id,
        sends=said.sends,
        button={"seq": button.seq, "index": button.index} if button is not None else None,
        masked=said.masked.kinds,
    )
    conversation.customer_typing_until = None
    vault.keep_contacts(session, clock=clock, message=message, masked=said.masked)
    directing.direct(
        session,
        clock=clock,
        hours=hours,
        conversation=conversation,
        message=message,
        does=said.does or said.sends,
        open_ticket=open_ticket,
    )
    return Received(message, fresh=True)


def choose_language(session: Session, *, clock: Clock, conversation: Conversation, language: str) -> Conversation:
    """The customer's own choice: from now on nothing they type changes it."""
    lock(session, conversation)
    conversation.language, conversation.language_locked = language, True
    touch(session, clock=clock, conversation=conversation)
    session.flush()
    return conversation


def _typed(raw: str, max_chars: int) -> Said:
    text = rules.without_command(rules.clean_text(raw))
    if len(text) > max_chars:
        raise DomainError("message_too_long", length=len(text), limit=max_chars)
    if not rules.is_visible(text):
        raise DomainError("message_empty")
    masked = mask(text)
    return Said(masked.text, None, masked)


def _pressed(session: Session, conversation: Conversation, button: Button) -> Said:
    """What a button says and sends, as the gateway stored it with the message that offered it."""
    offered = session.query(Message).filter_by(conversation_id=conversation.id, seq=button.seq).one_or_none()
    buttons: list[dict[str, Any]] = offered.payload.get("buttons", []) if offered is not None else []
    if offered is None or offered.author == "customer" or not 0 <= button.index < len(buttons):
        raise DomainError("button_unknown")
    pressed = buttons[button.index]
    return Said(pressed["title"], pressed.get("payload") or pressed["title"], Masked(pressed["title"], ()))


def _chosen(conversation: Conversation, action: str) -> Said:
    name, sends = wording.ACTIONS[action]
    title = wording.say(f"button.{name}", conversation.language)
    return Said(title, sends, Masked(title, ()))


def _follow_language(conversation: Conversation, text: str) -> None:
    conversation.language = rules.language_after(
        text,
        current=conversation.language,
        locked=conversation.language_locked,
        first=conversation.last_seq <= 1,
    )
