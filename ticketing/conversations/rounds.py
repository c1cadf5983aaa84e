"""The record of each time a customer waited for people and was with them; its states follow the conversation's owner."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.conversations.models import Conversation, Handover
from ticketing.conversations.standing import skill_of
from ticketing.conversations.waiting import LONGEST_HANDLED_SECONDS
from ticketing.platform import metrics
from ticketing.platform.clock import Clock


def running(session: Session, conversation: Conversation) -> Handover | None:
    """The conversation's open round, read afresh; call it with the conversation locked."""
    return session.scalar(
        select(Handover)
        .where(Handover.conversation_id == conversation.id, Handover.ended_at.is_(None))
        .execution_options(populate_existing=True)
    )


def begin(session: Session, *, clock: Clock, conversation: Conversation, reason: str) -> Handover:
    """A round begins: in the queue, or at once with the agent who takes over."""
    before = select(Handover.ended_seq).where(Handover.conversation_id == conversation.id).order_by(Handover.id.desc())
    made = Handover(
        conversation_id=conversation.id,
        reason=reason,
        language=conversation.language,
        skill=skill_of(conversation),
        after_seq=session.scalar(before.limit(1)) or 0,
        began_at=clock.now(),
    )
    session.add(made)
    session.flush()
    return made


def claimed(session: Session, *, clock: Clock, conversation: Conversation, staff_id: int | None) -> Handover:
    """An agent is there now."""
    found = running(session, conversation)
    if found is None:
        found = begin(session, clock=clock, conversation=conversation, reason="taken")
    elif found.claimed_at is None:
        metrics.QUEUE_WAIT_SECONDS.observe((clock.now() - found.began_at).total_seconds())
    found.claimed_at, found.staff_id = clock.now(), staff_id
    session.flush()
    return found


def end(session: Session, *, clock: Clock, conversation: Conversation, outcome: str) -> Handover | None:
    """The round is over; None when none was running, as in conversations of before there were records."""
    found = running(session, conversation)
    if found is None:
        return None
    found.ended_at, found.outcome, found.ended_seq = clock.now(), outcome, conversation.last_seq
    if found.claimed_at is not None and outcome != "absent":
        seconds = (found.ended_at - found.claimed_at).total_seconds()
        found.handled_seconds = int(min(seconds, LONGEST_HANDLED_SECONDS))
    metrics.HANDOVERS.labels(outcome).inc()
    session.flush()
    return found
