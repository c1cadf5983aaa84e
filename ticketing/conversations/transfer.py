"""A chat that follows its ticket: to the ticket's next owner, or back to the assistant when the case is over.

The ticket's own rules have decided already; these act only while that agent really has the chat.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from ticketing.conversations import wording
from ticketing.conversations.handoff import give_to_assistant
from ticketing.conversations.models import Conversation
from ticketing.conversations.transcript import append, locked
from ticketing.platform.clock import Clock
from ticketing.platform.log import log
from ticketing.staff.models import Staff


def hand_on(session: Session, *, clock: Clock, conversation_id: int, from_id: int, to: Staff) -> None:
    """From one agent to another; the customer is told the new name."""
    conversation = _with(session, conversation_id, from_id)
    if conversation is None or to.id == from_id:
        return
    conversation.agent_id = to.id
    append(
        session,
        clock=clock,
        conversation=conversation,
        author="system",
        kind="agent_claimed",
        text=wording.say("agent.handed_on", conversation.language, name=to.name),
    )
    log.info("conversation.handed_on", action="hand_on", conversation_id=conversation.id, staff_id=to.id)


def give_back(session: Session, *, clock: Clock, conversation_id: int, agent_id: int) -> None:
    """From this agent to the assistant."""
    conversation = _with(session, conversation_id, agent_id)
    if conversation is not None:
        give_to_assistant(session, clock=clock, conversation=conversation, staff_id=agent_id)


def _with(session: Session, conversation_id: int, agent_id: int) -> Conversation | None:
    conversation = locked(session, conversation_id)
    mine = conversation.owner == "agent" and conversation.agent_id == agent_id
    return conversation if mine else None
