"""The assistant's turns of a conversation: one at a time, in order, under a lease in the database.

Each function is one step inside a transaction; runner.py puts them in order and calls the assistant in between, outside any.
A lease that has run out belongs to whoever claims it next: a killed process loses nothing, its turn is run again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.conversations import notices, wording
from ticketing.conversations.assistant import Reply
from ticketing.conversations.models import Conversation, Message
from ticketing.conversations.notices import Help
from ticketing.conversations.transcript import add, locked, touch
from ticketing.customers.models import Customer
from ticketing.platform import ids
from ticketing.platform.clock import Clock
from ticketing.platform.log import log

MAX_ATTEMPTS = 2


@dataclass(frozen=True)
class Lease:
    """The right to run a conversation's turns, for ``seconds`` from each step."""

    conversation_id: int
    name: str
    seconds: float


@dataclass(frozen=True)
class Turn:
    """One message for the assistant, with what it must be told."""

    conversation_id: int
    public_id: str
    customer_id: int
    seq: int
    sends: str
    text: str
    language: str
    language_locked: bool
    masked: tuple[str, ...]
    time_zone: str | None
    received_at: datetime
    waiting: str | None
    """Why a person was asked for, while the customer waits for one."""


def claim(session: Session, *, clock: Clock, conversation: Conversation, seconds: float) -> Lease | None:
    """Take a locked conversation's lease if it is free or has run out; None when someone is at work.

    Written with what ``next_turn`` changes.
    """
    now = clock.now()
    if conversation.turn_lease is not None and conversation.turn_lease_until is not None:
        if conversation.turn_lease_until >= now:
            return None
        log.warning("turn.lease_ran_out", action="recover", conversation_id=conversation.id)
    lease = Lease(conversation.id, ids.public_id(), seconds)
    conversation.turn_lease, conversation.turn_lease_until = lease.name, now + timedelta(seconds=seconds)
    touch(session, clock=clock, conversation=conversation)
    return lease


def next_turn(session: Session, *, clock: Clock, lease: Lease, form_url: str) -> Turn | None:
    """The oldest unanswered message, with the lease renewed; None after giving the lease back when there is none.

    A message whose turn was begun ``MAX_ATTEMPTS`` times without an end is answered by the gateway instead.
    """
    conversation = locked(session, lease.conversation_id)
    if conversation.turn_lease != lease.name:
        return None
    conversation.turn_lease_until = clock.now() + timedelta(seconds=lease.seconds)
    for message in _unanswered(session, conversation):
        if not _is_with_assistant(conversation):
            message.needs_turn = False
            continue
        if message.turn_attempts < MAX_ATTEMPTS:
            message.turn_attempts += 1
            session.flush()
            return _turn(session, conversation, message)
        message.needs_turn = False
        log.error("turn.given_up", action="notice", conversation_id=conversation.id, seq=message.seq)
        notices.store(session, clock=clock, message=message, helped=None, form_url=form_url, final=True)
    conversation.turn_lease = conversation.turn_lease_until = None
    touch(session, clock=clock, conversation=conversation)
    session.flush()
    return None


def release(session: Session, *, clock: Clock, lease: Lease) -> None:
    """Give the lease back with work left over, after an error of our own; recovery takes it up."""
    conversation = locked(session, lease.conversation_id)
    if conversation.turn_lease == lease.name:
        conversation.turn_lease = conversation.turn_lease_until = None
        touch(session, clock=clock, conversation=conversation)
        session.flush()


def store_replies(session: Session, *, clock: Clock, lease: Lease, turn: Turn, replies: Sequence[Reply]) -> str:
    """Add the assistant's lines, unless a person owns the conversation by now; gives the outcome for the metric.

    Written with what ``next_turn`` changes.
    """
    conversation = locked(session, lease.conversation_id)
    message = _message(session, conversation, turn.seq)
    if conversation.turn_lease != lease.name or not message.needs_turn:
        log.warning(
            "turn.reply_dropped", action="drop", conversation_id=conversation.id, seq=turn.seq, reason="superseded"
        )
        return "dropped"
    message.needs_turn = False
    conversation.handoff_turn = None
    if not _is_with_assistant(conversation):
        log.info(
            "turn.reply_dropped",
            action="drop",
            conversation_id=conversation.id,
            seq=turn.seq,
            reason=conversation.owner,
        )
        return "dropped"
    for reply in replies:
        add(
            session,
            clock=clock,
            conversation=conversation,
            author="bot",
            text=reply.text,
            kind=reply.kind,
            card=reply.card,
            buttons=reply.buttons or _queue_buttons(conversation, reply),
            language=reply.language,
            reply_to=turn.seq,
        )
    return "late" if message.notice_seq is not None else "answered"


def give_up(session: Session, *, clock: Clock, lease: Lease, turn: Turn, helped: Help | None, form_url: str) -> None:
    """The assistant gave no answer: the gateway's own stands for it, unless the customer has had it already."""
    conversation = locked(session, lease.conversation_id)
    message = _message(session, conversation, turn.seq)
    if conversation.turn_lease == lease.name and message.needs_turn:
        message.needs_turn = False
        if conversation.owner == "queued" and conversation.handoff_turn == lease.name:
            notices.say_queued(session, clock=clock, conversation=conversation)
        elif message.notice_seq is None:
            notices.store(session, clock=clock, message=message, helped=helped, form_url=form_url, final=True)
        else:
            notices.say_gone(session, clock=clock, conversation=conversation, message=message, form_url=form_url)


def _queue_buttons(conversation: Conversation, reply: Reply) -> list[dict[str, str]]:
    """Under the assistant's word that a person is coming: the gateway's own ways out of the queue."""
    if conversation.owner != "queued" or reply.kind != "handoff":
        return []
    served_soon = not (reply.card or {}).get("opens_at") and (reply.card or {}).get("agents_online", 1) > 0
    return list(wording.queue_buttons(conversation.language, served_soon=served_soon))


def _is_with_assistant(conversation: Conversation) -> bool:
    """Until a person is there: who waits for one is not left alone meanwhile."""
    return conversation.owner in ("bot", "queued")


def _unanswered(session: Session, conversation: Conversation) -> Sequence[Message]:
    return session.scalars(
        select(Message)
        .where(Message.conversation_id == conversation.id, Message.needs_turn)
        .order_by(Message.seq)
        .execution_options(populate_existing=True)
    ).all()


def _message(session: Session, conversation: Conversation, seq: int) -> Message:
    return session.scalars(
        select(Message)
        .where(Message.conversation_id == conversation.id, Message.seq == seq)
        .execution_options(populate_existing=True)
    ).one()


def _turn(session: Session, conversation: Conversation, message: Message) -> Turn:
    # One column: the rest of a customer is encrypted, and a turn needs none of it.
    time_zone = session.scalar(select(Customer.time_zone).where(Customer.id == conversation.customer_id))
    return Turn(
        conversation_id=conversation.id,
        public_id=conversation.public_id,
        customer_id=conversation.customer_id,
        seq=message.seq,
        sends=message.payload.get("sends") or message.text,
        text=message.text,
        language=conversation.language,
        language_locked=conversation.language_locked,
        masked=tuple(message.payload.get("masked", ())),
        time_zone=time_zone,
        received_at=message.created_at,
        waiting=conversation.handoff_reason if conversation.owner == "queued" else None,
    )
