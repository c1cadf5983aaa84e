"""Whose conversation it is: to the queue, to an agent, back to the assistant, to its end (table in rules.py)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from ticketing.conversations import queries, rules, wording
from ticketing.conversations.masking import mask
from ticketing.conversations.models import Conversation, Message
from ticketing.conversations.rules import ServiceHours
from ticketing.conversations.transcript import append, locked, touch
from ticketing.platform.actor import Actor
from ticketing.platform.clock import Clock
from ticketing.platform.errors import DomainError
from ticketing.platform.log import log
from ticketing.staff.models import Staff

LEADS = frozenset({"team_lead", "supervisor"})


@dataclass(frozen=True)
class Handoff:
    """Where the customer stands, and what to tell them."""

    owner: str
    text: str
    position: int | None = None
    agents_online: int = 0
    wait_minutes: int | None = None
    opens_at: datetime | None = None


def request_handoff(
    session: Session,
    *,
    clock: Clock,
    hours: ServiceHours,
    conversation_id: int,
    reason: str,
    summary: str = "",
    language: str | None = None,
    slots: dict[str, Any] | None = None,
) -> Handoff:
    """Put the conversation into the queue for people; asking again tells the place. Raises ``conversation_closed``."""
    conversation = locked(session, conversation_id)
    language = language or conversation.language
    if conversation.owner == "agent":
        return Handoff(
            "agent", wording.say("agent.here", language, name=queries.agent_name(session, conversation, language))
        )
    if conversation.owner == "bot":
        conversation.owner, conversation.queued_at = "queued", clock.now()
        # The turn that asked for a person may still say so.
        conversation.handoff_turn = conversation.turn_lease
        conversation.queue_rank = 1
        log.info("conversation.queued", action="queue", conversation_id=conversation.id, reason=reason)
    elif conversation.owner == "closed":
        raise DomainError("conversation_closed")
    if reason in rules.URGENT_REASONS:
        conversation.queue_rank = 0
    conversation.handoff_reason = reason
    conversation.handoff_package = _package(conversation, reason=reason, summary=summary, slots=slots or {})
    touch(session, clock=clock, conversation=conversation)
    session.flush()
    return standing(session, clock=clock, hours=hours, conversation=conversation, language=language)


def standing(
    session: Session, *, clock: Clock, hours: ServiceHours, conversation: Conversation, language: str
) -> Handoff:
    """Where a queued conversation stands now."""
    now = clock.now()
    position = queries.position(session, conversation)
    agents = queries.agents_online(session, now=now)
    opens_at = None if agents else hours.opens_after(now)
    wait = rules.wait_minutes(position, agents)
    if agents:
        text = wording.say("queue.joined", language, position=position, wait=wording.minutes(wait, language))
    elif opens_at is not None:
        text = wording.say(
            "queue.closed",
            language,
            position=position,
            hours=f"{hours.opens:%H:%M}–{hours.closes:%H:%M}",
            opens=wording.opening(opens_at, hours.zone, language),
        )
    else:
        text = wording.say("queue.nobody", language, position=position)
    return Handoff("queued", text, position, agents, wait, opens_at)


def cancel_handoff(session: Session, *, clock: Clock, conversation_id: int, language: str | None = None) -> Handoff:
    """Leave the queue for the assistant; with an agent already there, say so instead."""
    conversation = locked(session, conversation_id)
    language = language or conversation.language
    if conversation.owner == "closed":
        raise DomainError("conversation_closed")
    if conversation.owner == "agent":
        return Handoff(
            "agent", wording.say("agent.here", language, name=queries.agent_name(session, conversation, language))
        )
    if conversation.owner == "bot":
        return Handoff("bot", wording.say("queue.not_in", language))
    _leave_to(conversation, "bot")
    touch(session, clock=clock, conversation=conversation)
    session.flush()
    return Handoff("bot", wording.say("queue.left", language))


def claim_by_agent(session: Session, *, clock: Clock, actor: Actor, conversation_id: int) -> Conversation:
    """Give the conversation to this agent, whoever asks first; the assistant is silent from this moment.

    Raises ``conversation_not_yours`` when another agent has it, ``conversation_closed`` when it has ended.
    """
    taken = session.execute(
        update(Conversation)
        .where(Conversation.id == conversation_id, Conversation.owner.in_(("bot", "queued")))
        .values(owner="agent", agent_id=actor.id, handoff_turn=None)
        .execution_options(synchronize_session=False)
        .returning(Conversation.id)
    ).all()
    conversation = locked(session, conversation_id)
    if not taken:
        _refuse_unless_own(session, conversation, actor)
        return conversation
    _drop_pending_turns(session, conversation)
    name = _name_of(session, actor)
    append(
        session,
        clock=clock,
        conversation=conversation,
        author="system",
        kind="agent_claimed",
        text=wording.say("agent.claimed", conversation.language, name=name),
    )
    log.info("conversation.claimed", action="claim", conversation_id=conversation.id, staff_id=actor.id)
    return conversation


def hand_back(session: Session, *, clock: Clock, actor: Actor, conversation_id: int) -> Conversation:
    """Give the conversation back to the assistant. Only its agent may, or a lead."""
    conversation = locked(session, conversation_id)
    if conversation.owner == "bot":
        return conversation
    _refuse_unless_may_end(session, conversation, actor)
    name = queries.agent_name(session, conversation, conversation.language)
    _leave_to(conversation, "bot")
    append(
        session,
        clock=clock,
        conversation=conversation,
        author="system",
        kind="agent_handed_back",
        text=wording.say("agent.handed_back", conversation.language, name=name),
    )
    log.info("conversation.handed_back", action="hand_back", conversation_id=conversation.id, staff_id=actor.id)
    return conversation


def close(session: Session, *, clock: Clock, actor: Actor, conversation_id: int) -> Conversation:
    """End the conversation: by its agent, a lead or the system. A second time changes nothing."""
    conversation = locked(session, conversation_id)
    if conversation.owner == "closed":
        return conversation
    if actor.kind != "system" and conversation.owner == "agent":
        _refuse_unless_may_end(session, conversation, actor)
    _leave_to(conversation, "closed")
    _drop_pending_turns(session, conversation)
    append(
        session,
        clock=clock,
        conversation=conversation,
        author="system",
        kind="closed",
        text=wording.say("closed", conversation.language),
    )
    return conversation


def reply_as_agent(
    session: Session, *, clock: Clock, actor: Actor, conversation_id: int, text: str, client_id: str | None = None
) -> Message:
    """An agent's line in a conversation they have claimed.

    Raises ``conversation_not_claimed``, ``conversation_not_yours``, ``conversation_closed`` or ``message_empty``.
    """
    conversation = locked(session, conversation_id)
    if conversation.owner in {"bot", "queued"}:
        raise DomainError("conversation_not_claimed")
    _refuse_unless_own(session, conversation, actor)
    if not rules.is_visible(rules.clean_text(text)):
        raise DomainError("message_empty")
    return append(
        session,
        clock=clock,
        conversation=conversation,
        author="agent",
        text=text,
        staff_id=actor.id,
        name=_name_of(session, actor),
        client_id=client_id,
    )


def _leave_to(conversation: Conversation, owner: str) -> None:
    assert rules.may_become(conversation.owner, owner), (conversation.owner, owner)
    conversation.owner = owner
    conversation.agent_id = conversation.queued_at = conversation.handoff_turn = None
    conversation.queue_rank = 1


def _drop_pending_turns(session: Session, conversation: Conversation) -> None:
    session.execute(
        update(Message)
        .where(Message.conversation_id == conversation.id, Message.needs_turn)
        .values(needs_turn=False)
        .execution_options(synchronize_session="fetch")
    )


def _refuse_unless_own(session: Session, conversation: Conversation, actor: Actor) -> None:
    if conversation.owner == "closed":
        raise DomainError("conversation_closed")
    if conversation.agent_id != actor.id:
        raise DomainError("conversation_not_yours", owner=queries.agent_name(session, conversation, actor.language))


def _refuse_unless_may_end(session: Session, conversation: Conversation, actor: Actor) -> None:
    if conversation.owner == "queued":
        raise DomainError("conversation_not_claimed")
    if actor.role not in LEADS:
        _refuse_unless_own(session, conversation, actor)
    elif conversation.owner == "closed":
        raise DomainError("conversation_closed")


def _name_of(session: Session, actor: Actor) -> str:
    if actor.name or actor.id is None:
        return actor.name
    member = session.get(Staff, actor.id)
    return member.name if member else ""


def _package(conversation: Conversation, *, reason: str, summary: str, slots: dict[str, Any]) -> dict[str, Any]:
    """What the agent reads first; masked like everything that is stored."""
    masked = {key: mask(value).text if isinstance(value, str) else value for key, value in slots.items()}
    package = {"reason": reason, "summary": mask(rules.clean_text(summary)).text, "slots": masked}
    return dict(rules.storable(package | {"after_seq": conversation.last_seq}))
