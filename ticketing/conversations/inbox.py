"""The chats an agent sees beside the one they are in: their own with what is unread, then those who wait."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, ScalarSelect, Select, func, select, text, update
from sqlalchemy.orm import Session

from ticketing.conversations.models import Conversation, Message
from ticketing.conversations.rules import URGENT_REASONS
from ticketing.conversations.transcript import locked, touch
from ticketing.customers.models import Customer
from ticketing.customers.rules import masked_name
from ticketing.platform.actor import Actor
from ticketing.platform.clock import Clock
from ticketing.staff.models import Staff

SHOWN = 50
TYPING_FOR = timedelta(seconds=6)
CUSTOMER_TYPING_FOR = timedelta(seconds=8)
"""The widget says so every four seconds, and the agent's page asks every four."""
_WAITS = text("conversation.owner = 'queued'")
"""As the partial index says it, so that it is walked."""


@dataclass(frozen=True)
class Chat:
    """A conversation that waits for a person, or that the reader is in (``mine``).

    ``told`` is what the customer typed last; of one who waits for an urgent reason the words that raised it.
    """

    public_id: str
    customer: str
    language: str
    reason: str | None
    urgent: bool
    since: datetime | None
    told: str
    mine: bool
    unread: int


def own_chats(session: Session, *, staff_id: int) -> list[Chat]:
    """The reader's own, in the order they took them, so that keys find them again."""
    own = _base().where(Conversation.agent_id == staff_id, Conversation.owner == "agent")
    return [
        _chat(chat, name, said, unread)
        for chat, name, said, unread in session.execute(own.order_by(Conversation.id).limit(SHOWN))
    ]


def waiting_chats(session: Session, *, most: int = SHOWN) -> list[Chat]:
    """The first of the queue: urgent ones, then who has waited longest, so that whatever is left off is the least urgent."""
    queued = _base().where(_WAITS).order_by(Conversation.queue_rank, Conversation.queued_at, Conversation.id)
    return [_chat(chat, name, said, unread) for chat, name, said, unread in session.execute(queued.limit(most))]


def waiting(session: Session) -> int:
    """How many are in the queue."""
    return session.scalar(select(func.count()).select_from(Conversation).where(_WAITS)) or 0


def counting_unread(staff_id: int) -> ScalarSelect[int]:
    """Customers' lines in the reader's chats that they have not had before their eyes, as a part of a statement."""
    return (
        select(func.count())
        .select_from(Message)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(Conversation.agent_id == staff_id, Conversation.owner == "agent", _is_new())
        .scalar_subquery()
    )


def unread(session: Session, *, staff_id: int) -> int:
    """How many they are."""
    return session.scalar(select(counting_unread(staff_id))) or 0


def room(session: Session, *, staff_id: int) -> tuple[int, int]:
    """How many conversations someone has, and how many they may have."""
    taken = select(func.count()).where(Conversation.agent_id == staff_id, Conversation.owner == "agent")
    cap = session.scalar(select(Staff.chat_cap).where(Staff.id == staff_id))
    return session.scalar(taken) or 0, cap or 0


def mark_seen(conversation: Conversation, *, staff_id: int, seq: int) -> None:
    """Its agent has read up to this line; anyone else's reading changes nothing, and nothing becomes unread again."""
    if conversation.owner == "agent" and conversation.agent_id == staff_id:
        conversation.agent_seen_seq = max(conversation.agent_seen_seq, min(seq, conversation.last_seq))


def note_typing(session: Session, *, clock: Clock, actor: Actor, conversation_id: int) -> None:
    """Its agent is writing: the customer sees so for some seconds."""
    conversation = locked(session, conversation_id)
    if conversation.owner == "agent" and conversation.agent_id == actor.id:
        conversation.agent_typing_until = clock.now() + TYPING_FOR
        touch(session, clock=clock, conversation=conversation)


def note_customer_typing(session: Session, *, clock: Clock, public_id: str) -> None:
    """The customer is writing to a person, who sees so for some seconds. Nothing else changes, so no open page reads anew."""
    session.execute(
        update(Conversation)
        .where(Conversation.public_id == public_id, Conversation.owner == "agent")
        .values(customer_typing_until=clock.now() + CUSTOMER_TYPING_FOR)
    )


def customer_types(session: Session, *, clock: Clock, conversation_id: int | None) -> bool:
    """Whether the customer is taken to be writing to a person now."""
    until = session.scalar(
        select(Conversation.customer_typing_until).where(
            Conversation.id == conversation_id, Conversation.owner == "agent"
        )
    )
    return until is not None and until > clock.now()


def _chat(chat: Conversation, name: str | None, said: str | None, unread: int) -> Chat:
    waits = chat.owner == "queued"
    raised = (chat.handoff_package or {}).get("summary") if waits and chat.handoff_reason in URGENT_REASONS else ""
    return Chat(
        public_id=chat.public_id,
        customer=masked_name(name),
        language=chat.language,
        reason=chat.handoff_reason,
        urgent=waits and chat.queue_rank == 0,
        since=chat.queued_at,
        told=str(raised or said or ""),
        mine=chat.owner == "agent",
        unread=0 if waits else unread,
    )


def _is_new() -> ColumnElement[bool]:
    return (Message.author == "customer") & (Message.seq > Conversation.agent_seen_seq)


def _base() -> Select[Conversation, str | None, str | None, int]:
    fresh = (
        select(func.count())
        .where(Message.conversation_id == Conversation.id, _is_new())
        .correlate(Conversation)
        .scalar_subquery()
    )
    said = (
        select(Message.text)
        .where(
            Message.conversation_id == Conversation.id,
            Message.author == "customer",
            Message.payload["sends"].as_string().is_(None),
        )
        .order_by(Message.seq.desc())
        .limit(1)
        .correlate(Conversation)
        .scalar_subquery()
    )
    return select(Conversation, Customer.name, said, fresh).join(Customer, Customer.id == Conversation.customer_id)
