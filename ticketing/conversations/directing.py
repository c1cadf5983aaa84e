"""Who deals with a customer's line: the gateway itself, the assistant (a turn) until a person is there, or the agent who reads it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from ticketing.conversations import handoff, rules, wording
from ticketing.conversations.handoff import OpenTicket, cancel_handoff, request_handoff
from ticketing.conversations.masking import Masked
from ticketing.conversations.models import Conversation, Message
from ticketing.conversations.rules import ServiceHours
from ticketing.conversations.standing import Handoff, standing
from ticketing.conversations.summary import says_nothing
from ticketing.conversations.transcript import append
from ticketing.platform.clock import Clock
from ticketing.platform.log import log


@dataclass(frozen=True)
class Said:
    """A customer's line as stored: its text, what a button sends, and what was hidden in it."""

    text: str
    sends: str | None
    masked: Masked
    does: str | None = None
    """What a typed line does in the queue, where it is also read."""


def direct(
    session: Session,
    *,
    clock: Clock,
    hours: ServiceHours,
    conversation: Conversation,
    message: Message,
    does: str | None,
    open_ticket: OpenTicket | None,
) -> None:
    """Have the line dealt with; ``does`` is what its button does, or a typed line in a button's place."""
    sends, chat_id = message.payload.get("sends"), conversation.id
    if does == wording.ASK_HANDOFF:
        # The gateway's own button, which works while the assistant does not.
        asked = request_handoff(session, clock=clock, hours=hours, conversation_id=chat_id, reason="asked")
        _say(session, clock=clock, conversation=conversation, placed=asked)
    elif does == wording.CANCEL_HANDOFF:
        back = cancel_handoff(session, clock=clock, conversation_id=chat_id)
        _say(session, clock=clock, conversation=conversation, placed=back)
        message.needs_turn = sends is None  # what else it says is for the assistant
    elif does == wording.KEEP_WAITING:
        kept = handoff.keep_waiting(session, clock=clock, hours=hours, conversation_id=chat_id)
        _ask_for_message(conversation, asked=False)
        _say(session, clock=clock, conversation=conversation, placed=kept)
    elif does == wording.LEAVE_TICKET and open_ticket is not None:
        _leave_ticket(session, clock=clock, conversation=conversation, open_ticket=open_ticket)
    elif conversation.owner in ("bot", "queued"):
        message.needs_turn = True
        if conversation.owner == "queued" and sends is None:
            _acknowledge(session, clock=clock, hours=hours, conversation=conversation, message=message)


def meant_in_queue(conversation: Conversation, said: Said) -> Said:
    """A typed line with what it does that one of the queue's buttons would do. Who despairs gives up more than a place by “算了”."""
    if button := wording.typed_button(said.text):
        return replace(said, sends=button)
    message = rules.message_left(said.text)
    if message is not None:  # “不等了，我留言吧：…” leaves the queue by leaving the message
        return replace(said, does=wording.LEAVE_TICKET, sends=None if message else wording.LEAVE_TICKET)
    if conversation.handoff_reason != "distress" and rules.wants_assistant_back(said.text):
        more = rules.goes_on_without_queue(said.text)
        return replace(said, does=wording.CANCEL_HANDOFF, sends=None if more else wording.CANCEL_HANDOFF)
    if _asked_for_message(conversation) and not (rules.is_no_message(said.text) or says_nothing(said.text)):
        return replace(said, does=wording.LEAVE_TICKET)
    return said


def _asked_for_message(conversation: Conversation) -> bool:
    return bool((conversation.handoff_package or {}).get("asked_for_message"))


def _ask_for_message(conversation: Conversation, *, asked: bool) -> None:
    conversation.handoff_package = (conversation.handoff_package or {}) | {"asked_for_message": asked}


def _leave_ticket(session: Session, *, clock: Clock, conversation: Conversation, open_ticket: OpenTicket) -> None:
    asked = conversation.owner != "queued" or _asked_for_message(conversation)
    told = "all" if asked else handoff.told_by(session, conversation)
    if told != "all":
        _ask_for_message(conversation, asked=True)
        text = wording.say("queue.message" if told == "nothing" else "queue.message_more", conversation.language)
        buttons = wording.message_buttons(conversation.language, may_be_filed=told == "some")
        _say(session, clock=clock, conversation=conversation, placed=Handoff("queued", text, buttons=buttons))
        return
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
