"""What happens in a conversation: it opens, the customer speaks, a person takes over, it ends.

The parts live in transcript.py (lines), handoff.py (ownership), replies.py (agents' lines), vault.py (contacts, page links) and turns.py (the assistant's
answers); this module is the way in.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from ticketing.conversations import handoff, rules, vault, wording
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
from ticketing.conversations.standing import Handoff, standing
from ticketing.conversations.transcript import add, append, lock, touch, with_client_id
from ticketing.conversations.vault import create_page_link, redeem_page_link, reveal_contact
from ticketing.customers.models import Customer
from ticketing.platform import ids
from ticketing.platform.clock import Clock
from ticketing.platform.errors import DomainError
from ticketing.platform.log import log

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
    """The customer's stored line; ``fresh`` is False when the same ``client_id`` had come before."""

    message: Message
    fresh: bool


@dataclass(frozen=True)
class _Said:
    text: str
    sends: str | None
    masked: Masked


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
        if conversation.owner == "queued" and (meant := _meant_in_queue(conversation, said.text)):
            said = replace(said, sends=meant)
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
    _direct(session, clock=clock, hours=hours, conversation=conversation, message=message, open_ticket=open_ticket)
    return Received(message, fresh=True)


def choose_language(session: Session, *, clock: Clock, conversation: Conversation, language: str) -> Conversation:
    """The customer's own choice: from now on nothing they type changes it."""
    lock(session, conversation)
    conversation.language, conversation.language_locked = language, True
    touch(session, clock=clock, conversation=conversation)
    session.flush()
    return conversation


def _typed(raw: str, max_chars: int) -> _Said:
    text = rules.without_command(rules.clean_text(raw))
    if len(text) > max_chars:
        raise DomainError("message_too_long", length=len(text), limit=max_chars)
    if not rules.is_visible(text):
        raise DomainError("message_empty")
    masked = mask(text)
    return _Said(masked.text, None, masked)


def _pressed(session: Session, conversation: Conversation, button: Button) -> _Said:
    """What a button says and sends, as the gateway stored it with the message that offered it."""
    offered = session.query(Message).filter_by(conversation_id=conversation.id, seq=button.seq).one_or_none()
    buttons: list[dict[str, Any]] = offered.payload.get("buttons", []) if offered is not None else []
    if offered is None or offered.author == "customer" or not 0 <= button.index < len(buttons):
        raise DomainError("button_unknown")
    pressed = buttons[button.index]
    return _Said(pressed["title"], pressed.get("payload") or pressed["title"], Masked(pressed["title"], ()))


def _chosen(conversation: Conversation, action: str) -> _Said:
    name, sends = wording.ACTIONS[action]
    title = wording.say(f"button.{name}", conversation.language)
    return _Said(title, sends, Masked(title, ()))


def _follow_language(conversation: Conversation, text: str) -> None:
    conversation.language = rules.language_after(
        text,
        current=conversation.language,
        locked=conversation.language_locked,
        first=conversation.last_seq <= 1,
    )


def _direct(
    session: Session,
    *,
    clock: Clock,
    hours: ServiceHours,
    conversation: Conversation,
    message: Message,
    open_ticket: OpenTicket | None,
) -> None:
    """Who deals with the line: the gateway itself, the assistant (a turn) until a person is there, or the agent who reads it."""
    sends, chat_id = message.payload.get("sends"), conversation.id
    if sends == wording.ASK_HANDOFF:
        # The gateway's own button, which works while the assistant does not.
        asked = request_handoff(session, clock=clock, hours=hours, conversation_id=chat_id, reason="asked")
        _say(session, clock=clock, conversation=conversation, placed=asked)
    elif sends == wording.CANCEL_HANDOFF:
        back = cancel_handoff(session, clock=clock, conversation_id=chat_id)
        _say(session, clock=clock, conversation=conversation, placed=back)
    elif sends == wording.KEEP_WAITING:
        kept = handoff.keep_waiting(session, clock=clock, hours=hours, conversation_id=chat_id)
        _say(session, clock=clock, conversation=conversation, placed=kept)
    elif sends == wording.LEAVE_TICKET and open_ticket is not None:
        _leave_ticket(session, clock=clock, conversation=conversation, open_ticket=open_ticket)
    elif conversation.owner in ("bot", "queued"):
        message.needs_turn = True
        if conversation.owner == "queued" and sends is None:
            _acknowledge(session, clock=clock, hours=hours, conversation=conversation, message=message)


def _meant_in_queue(conversation: Conversation, text: str) -> str | None:
    """What a typed line does that one of the queue's buttons would do. Who despairs gives up more than a place by “算了”."""
    if button := wording.typed_button(text):
        return button
    if rules.wants_to_leave_ticket(text):
        return wording.LEAVE_TICKET
    if conversation.handoff_reason != "distress" and rules.wants_assistant_back(text):
        return wording.CANCEL_HANDOFF
    return None


def _leave_ticket(session: Session, *, clock: Clock, conversation: Conversation, open_ticket: OpenTicket) -> None:
    placed, left = handoff.leave_ticket(session, clock=clock, conversation_id=conversation.id, open_ticket=open_ticket)
    if left is None:
        _say(session, clock=clock, conversation=conversation, placed=placed)
        return
    append(
        session,
        clock=clock,
        conversation=conversation,
        author="system",
        kind="ticket",
        text=placed.text,
        card=left.card,
    )


def _acknowledge(
    session: Session, *, clock: Clock, hours: ServiceHours, conversation: Conversation, message: Message
) -> None:
    """Once per wait, tell someone who goes on writing that a person will read it, and how to get the assistant back."""
    package = conversation.handoff_package or {}
    if package.get("acknowledged"):
        return
    conversation.handoff_package = package | {"acknowledged": True}
    placed = standing(session, clock=clock, hours=hours, conversation=conversation, language=conversation.language)
    wait = wording.minutes(placed.wait_minutes, conversation.language)
    text = wording.say("queue.heard", conversation.language, position=placed.position, wait=wait)
    log.info("conversation.wait_acknowledged", action="acknowledge", conversation_id=conversation.id, seq=message.seq)
    _say(session, clock=clock, conversation=conversation, placed=replace(placed, text=text))


def _say(session: Session, *, clock: Clock, conversation: Conversation, placed: Handoff) -> None:
    append(
        session,
        clock=clock,
        conversation=conversation,
        author="system",
        kind="handoff",
        text=placed.text,
        card={"owner": placed.owner, "position": placed.position} if placed.position else None,
        buttons=list(placed.buttons) or None,
    )
