"""Giving a conversation back as if it had not been claimed, while nobody has said anything since."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.conversations import queries, replies, rounds, wording
from ticketing.conversations.models import Conversation, Message
from ticketing.conversations.transcript import append, locked
from ticketing.platform.clock import Clock
from ticketing.platform.log import log


def is_untouched(session: Session, *, conversation_id: int, agent_id: int) -> bool:
    """Whether the agent has it and neither they nor the customer has said anything since they claimed it.

    What they wrote and can still take back is something said.
    """
    return looks_untouched(session, conversation=locked(session, conversation_id), agent_id=agent_id)


def looks_untouched(session: Session, *, conversation: Conversation, agent_id: int) -> bool:
    """The same for a page, without a lock: it may have changed when the reader acts."""
    if not _is_theirs(conversation, agent_id) or _claim_line(session, conversation) is None:
        return False
    return replies.waiting(session, conversation_id=conversation.id, staff_id=agent_id) is None


def give_up(session: Session, *, clock: Clock, conversation_id: int, agent_id: int) -> None:
    """Back to the place in the queue where it was, or to the assistant, who then answers what waited for an answer.

    Only for what ``is_untouched``; the customer, who was told of the agent, is told that they are gone again.
    """
    conversation = locked(session, conversation_id)
    joined = _claim_line(session, conversation)
    if joined is None or not _is_theirs(conversation, agent_id):
        return
    name, round = (
        queries.agent_name(session, conversation, conversation.language),
        rounds.running(session, conversation),
    )
    waited = conversation.queued_at is not None
    conversation.agent_id = conversation.agent_typing_until = None
    conversation.owner = "queued" if waited else "bot"
    if round is not None and waited:
        round.claimed_at = round.staff_id = None
    elif round is not None:
        # It began with the claim: expected waits must not learn from it.
        session.delete(round)
    if not waited:
        _let_the_assistant_answer(session, conversation, before=joined.seq)
    append(
        session,
        clock=clock,
        conversation=conversation,
        author="system",
        kind="agent_gone",
        text=wording.say("agent.unclaimed.queued" if waited else "agent.handed_back", conversation.language, name=name),
    )
    log.info("conversation.unclaimed", action="unclaim", conversation_id=conversation.id, staff_id=agent_id)


def _is_theirs(conversation: Conversation, agent_id: int) -> bool:
    return conversation.owner == "agent" and conversation.agent_id == agent_id


def _claim_line(session: Session, conversation: Conversation) -> Message | None:
    """The line that told of the agent, if it is the last one."""
    last = session.scalar(
        select(Message).where(Message.conversation_id == conversation.id, Message.seq == conversation.last_seq)
    )
    return last if last is not None and last.payload.get("kind") == "agent_claimed" else None


def _let_the_assistant_answer(session: Session, conversation: Conversation, *, before: int) -> None:
    """The claim had taken the customer's unanswered line from the assistant."""
    last = session.scalar(
        select(Message)
        .where(Message.conversation_id == conversation.id, Message.seq < before)
        .order_by(Message.seq.desc())
        .limit(1)
    )
    if last is not None and last.author == "customer":
        last.needs_turn = True
