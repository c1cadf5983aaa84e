"""Reads: transcripts, the queue, who is there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from ticketing.conversations import wording
from ticketing.conversations.models import Conversation, Message
from ticketing.platform.errors import DomainError
from ticketing.staff.models import Staff

MAX_MESSAGES = 100


def by_public_id(session: Session, public_id: str) -> Conversation:
    """The conversation; raises ``conversation_not_found``."""
    found = session.scalar(select(Conversation).where(Conversation.public_id == public_id))
    if found is None:
        raise DomainError("conversation_not_found")
    return found


def by_id(session: Session, conversation_id: int) -> Conversation:
    """The conversation by internal id; raises ``conversation_not_found``."""
    found = session.get(Conversation, conversation_id)
    if found is None:
        raise DomainError("conversation_not_found")
    return found


def messages(
    session: Session, *, conversation_id: int, after: int | None = None, before: int | None = None, limit: int = 50
) -> Sequence[Message]:
    """A page of the transcript in its order: the first ones after a seq, or the last ones before it."""
    limit = max(1, min(limit, MAX_MESSAGES))
    lines = select(Message).where(Message.conversation_id == conversation_id)
    if before is not None:
        newest_first = session.scalars(lines.where(Message.seq < before).order_by(Message.seq.desc()).limit(limit))
        return list(newest_first)[::-1]
    return list(session.scalars(lines.where(Message.seq > (after or 0)).order_by(Message.seq).limit(limit)))


def since(session: Session, message: Message) -> Sequence[Message]:
    """A message and what came after it."""
    return messages(session, conversation_id=message.conversation_id, after=message.seq - 1, limit=MAX_MESSAGES)


def typed(session: Session, conversation: Conversation, *, after_seq: int) -> Sequence[Message]:
    """What the customer has written themselves since; a pressed button says what we wrote."""
    lines = select(Message).where(
        Message.conversation_id == conversation.id, Message.author == "customer", Message.seq > after_seq
    )
    return [line for line in session.scalars(lines.order_by(Message.seq)) if "sends" not in line.payload]


def waiting(session: Session, *, limit: int = 100) -> Sequence[Conversation]:
    """The queue: urgent ones first, then who has waited longest."""
    return list(
        session.scalars(
            select(Conversation)
            .where(Conversation.owner == "queued")
            .order_by(Conversation.queue_rank, Conversation.queued_at, Conversation.id)
            .limit(limit)
        )
    )


def claimed_by(session: Session, staff_id: int) -> Sequence[Conversation]:
    """An agent's open conversations, the one with the latest news first."""
    return list(
        session.scalars(
            select(Conversation)
            .where(Conversation.owner == "agent", Conversation.agent_id == staff_id)
            .order_by(Conversation.last_message_at.desc(), Conversation.id)
        )
    )


def position(session: Session, conversation: Conversation) -> int:
    """The place of a queued conversation, counted from 1."""
    ahead = or_(
        Conversation.queue_rank < conversation.queue_rank,
        and_(
            Conversation.queue_rank == conversation.queue_rank,
            or_(
                Conversation.queued_at < conversation.queued_at,
                and_(Conversation.queued_at == conversation.queued_at, Conversation.id < conversation.id),
            ),
        ),
    )
    counted = select(func.count()).select_from(Conversation).where(Conversation.owner == "queued", ahead)
    return (session.scalar(counted) or 0) + 1


def places(session: Session) -> dict[int, int]:
    """The place of every queued conversation, by id."""
    queued = session.scalars(
        select(Conversation.id)
        .where(Conversation.owner == "queued")
        .order_by(Conversation.queue_rank, Conversation.queued_at, Conversation.id)
    )
    return {conversation_id: place for place, conversation_id in enumerate(queued, start=1)}


def agent_name(session: Session, conversation: Conversation, language: str) -> str:
    """The name of the agent who has the conversation."""
    member = session.get(Staff, conversation.agent_id) if conversation.agent_id is not None else None
    return member.name if member else wording.say("agent", language)


def changed_since(session: Session, since: datetime) -> Sequence[tuple[int, int]]:
    """Id and revision of conversations that changed; for waking streams of other processes."""
    rows = session.execute(
        select(Conversation.id, Conversation.revision).where(Conversation.changed_at >= since).limit(5_000)
    )
    return [(row[0], row[1]) for row in rows]


def stuck(session: Session, *, now: datetime, limit: int = 50) -> Sequence[int]:
    """Conversations with unanswered messages that nobody is working on."""
    return list(
        session.scalars(
            select(Conversation.id)
            .where(
                Conversation.id.in_(select(Message.conversation_id).where(Message.needs_turn)),
                or_(Conversation.turn_lease.is_(None), Conversation.turn_lease_until < now),
            )
            .order_by(Conversation.last_message_at)
            .limit(limit)
        )
    )
