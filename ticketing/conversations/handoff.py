"""Whose conversation it is: to the queue, to an agent, back to the assistant, to its end (table in rules.py)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from ticketing.conversations import queries, rounds, rules, wording
from ticketing.conversations.masking import mask
from ticketing.conversations.models import Conversation, Handover, Message
from ticketing.conversations.rules import ServiceHours
from ticketing.conversations.standing import Handoff, standing
from ticketing.conversations.summary import says_nothing
from ticketing.conversations.transcript import append, let_go, locked, touch
from ticketing.customers.models import Customer
from ticketing.customers.rules import service_of
from ticketing.platform.actor import Actor
from ticketing.platform.clock import Clock
from ticketing.platform.errors import DomainError
from ticketing.platform.log import log
from ticketing.staff.models import Staff

LEADS = frozenset({"team_lead", "supervisor"})
Told = Literal["nothing", "some", "all"]


@dataclass(frozen=True)
class Left:
    """The ticket that someone left who no longer wanted to wait, as the widget's card shows it."""

    number: str
    card: dict[str, Any]


class OpenTicket(Protocol):
    """Makes a ticket of what the customer has written since the round's ``after_seq``; tickets live in a domain above this one."""

    def __call__(self, session: Session, *, clock: Clock, conversation: Conversation, round: Handover) -> Left: ...


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
        return _with_agent(session, conversation, language)
    begins = False
    if conversation.owner == "bot":
        conversation.owner, conversation.queued_at = "queued", clock.now() - _head_start(session, conversation)
        # The turn that asked for a person may still say so.
        conversation.handoff_turn = conversation.turn_lease
        conversation.queue_rank = 1
        begins = True
        log.info("conversation.queued", action="queue", conversation_id=conversation.id, reason=reason)
    elif conversation.owner == "closed":
        raise DomainError("conversation_closed")
    if reason in rules.URGENT_REASONS:
        conversation.queue_rank = 0
    conversation.handoff_reason = reason
    conversation.handoff_package = _package(conversation, reason=reason, summary=summary, slots=slots or {})
    touch(session, clock=clock, conversation=conversation)
    session.flush()
    placed = standing(session, clock=clock, hours=hours, conversation=conversation, language=language)
    if begins:
        begun = rounds.begin(session, clock=clock, conversation=conversation, reason=reason)
        begun.waits_since = placed.opens_at or clock.now()
        session.flush()
    elif reason in rules.URGENT_REASONS and (round := rounds.running(session, conversation)) is not None:
        round.reason = reason
    return placed


def place_in_queue(
    session: Session, *, clock: Clock, hours: ServiceHours, conversation_id: int, language: str | None = None
) -> Handoff:
    """Where the customer stands; who does not wait is told who is with them. Changes nothing."""
    conversation = session.get_one(Conversation, conversation_id)
    spoken = language or conversation.language
    if elsewhere := _not_queued(session, conversation, spoken):
        return elsewhere
    placed = standing(session, clock=clock, hours=hours, conversation=conversation, language=spoken)
    return replace(placed, text=wording.say("queue.place", spoken, brief=placed.brief))


def cancel_handoff(session: Session, *, clock: Clock, conversation_id: int, language: str | None = None) -> Handoff:
    """Leave the queue for the assistant; with an agent already there, say so instead."""

    def leave(conversation: Conversation, spoken: str) -> Handoff:
        leave_to(session, clock=clock, conversation=conversation, owner="bot", outcome="left")
        touch(session, clock=clock, conversation=conversation)
        return Handoff("bot", wording.say("queue.left", spoken))

    return _if_queued(session, conversation_id, language, leave)


def keep_waiting(session: Session, *, clock: Clock, hours: ServiceHours, conversation_id: int) -> Handoff:
    """The customer wants to go on waiting: they are asked again after as long as the first time."""

    def keep(conversation: Conversation, spoken: str) -> Handoff:
        round = rounds.running(session, conversation)
        if round is not None:
            round.waits_since, round.offered_at = clock.now(), None
        placed = standing(session, clock=clock, hours=hours, conversation=conversation, language=spoken)
        wait = wording.minutes(placed.wait_minutes, spoken)
        text = wording.say("queue.kept", spoken, position=placed.position, wait=wait)
        return Handoff("queued", text, placed.position, buttons=placed.buttons)

    return _if_queued(session, conversation_id, None, keep)


def told_by(session: Session, conversation: Conversation) -> Told:
    """What a ticket of someone who waits would hold by now: ``all`` of it when the assistant was taking a complaint down or the
    customer has written more than that they want a person since they wait, ``some`` when they have before.
    """
    if (conversation.handoff_package or {}).get("slots"):
        return "all"
    round = rounds.running(session, conversation)
    lines = queries.typed(session, conversation, after_seq=round.after_seq if round else 0)
    told = [line for line in lines if not (says_nothing(line.text) or rules.is_no_message(line.text))]
    since = round is None or any(line.created_at >= round.began_at for line in told)
    return "nothing" if not told else "all" if since else "some"


def leave_ticket(
    session: Session, *, clock: Clock, conversation_id: int, open_ticket: OpenTicket
) -> tuple[Handoff, Left | None]:
    """Make a ticket of what the customer wrote and leave the queue, in one transaction: one wait leaves one ticket."""
    left: list[Left] = []

    def leave(conversation: Conversation, spoken: str) -> Handoff:
        round = rounds.running(session, conversation) or rounds.begin(
            session, clock=clock, conversation=conversation, reason=conversation.handoff_reason or "asked"
        )
        left.append(open_ticket(session, clock=clock, conversation=conversation, round=round))
        leave_to(session, clock=clock, conversation=conversation, owner="bot", outcome="ticket")
        return Handoff("bot", wording.say("queue.ticket", spoken, number=left[0].number))

    placed = _if_queued(session, conversation_id, None, leave)
    return placed, left[0] if left else None


def _if_queued(
    session: Session, conversation_id: int, language: str | None, deed: Callable[[Conversation, str], Handoff]
) -> Handoff:
    """Do it for someone who waits; whoever does not is told who is with them. Raises ``conversation_closed``."""
    conversation = locked(session, conversation_id)
    spoken = language or conversation.language
    if elsewhere := _not_queued(session, conversation, spoken):
        return elsewhere
    placed = deed(conversation, spoken)
    session.flush()
    return placed


def _not_queued(session: Session, conversation: Conversation, language: str) -> Handoff | None:
    """Who is with a customer who does not wait. Raises ``conversation_closed``."""
    if conversation.owner == "closed":
        raise DomainError("conversation_closed")
    if conversation.owner == "agent":
        return _with_agent(session, conversation, language)
    return Handoff("bot", wording.say("queue.not_in", language)) if conversation.owner == "bot" else None


def _with_agent(session: Session, conversation: Conversation, language: str) -> Handoff:
    name = queries.agent_name(session, conversation, language)
    return Handoff("agent", wording.say("agent.here", language, name=name))


def claim_by_agent(
    session: Session, *, clock: Clock, actor: Actor, conversation_id: int, within_cap: bool = True
) -> Conversation:
    """Give the conversation to this agent, whoever asks first; the assistant is silent from this moment.

    Raises ``conversation_not_yours`` when another agent has it, ``conversation_closed`` when it has ended, ``chats_full``
    when the agent has as many as they may (``within_cap``).
    """
    if within_cap:
        _refuse_when_full(session, actor, conversation_id)
    conversation = locked(session, conversation_id)
    if conversation.owner not in ("bot", "queued"):
        refuse_unless_own(session, conversation, actor)
        return conversation
    conversation.owner, conversation.agent_id, conversation.handoff_turn = "agent", actor.id, None
    conversation.agent_seen_seq = conversation.last_seq
    _drop_pending_turns(session, conversation)
    rounds.claimed(session, clock=clock, conversation=conversation, staff_id=actor.id)
    name = name_of(session, actor)
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
    give_to_assistant(session, clock=clock, conversation=conversation, staff_id=actor.id)
    return conversation


def give_to_assistant(session: Session, *, clock: Clock, conversation: Conversation, staff_id: int | None) -> None:
    """From its agent; the customer is told. Nobody's right to do so is looked at here."""
    name = queries.agent_name(session, conversation, conversation.language)
    leave_to(session, clock=clock, conversation=conversation, owner="bot", outcome="back")
    append(
        session,
        clock=clock,
        conversation=conversation,
        author="system",
        kind="agent_handed_back",
        text=wording.say("agent.handed_back", conversation.language, name=name),
    )
    log.info("conversation.handed_back", action="hand_back", conversation_id=conversation.id, staff_id=staff_id)


def close(session: Session, *, clock: Clock, actor: Actor, conversation_id: int) -> Conversation:
    """End the conversation: by its agent, a lead or the system. A second time changes nothing."""
    conversation = locked(session, conversation_id)
    if conversation.owner == "closed":
        return conversation
    if actor.kind != "system" and conversation.owner == "agent":
        _refuse_unless_may_end(session, conversation, actor)
    leave_to(session, clock=clock, conversation=conversation, owner="closed", outcome="closed")
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


def leave_to(session: Session, *, clock: Clock, conversation: Conversation, owner: str, outcome: str) -> None:
    """Take a locked conversation out of the queue or an agent's hands; the round of that ends.

    What its agent could still have taken back is said first.
    """
    let_go(session, clock=clock, conversation=conversation)
    assert rules.may_become(conversation.owner, owner), (conversation.owner, owner)
    conversation.owner = owner
    conversation.agent_id = conversation.queued_at = conversation.handoff_turn = conversation.agent_typing_until = None
    conversation.queue_rank = 1
    rounds.end(session, clock=clock, conversation=conversation, outcome=outcome)


def back_to_queue(session: Session, *, clock: Clock, conversation: Conversation, queued_at: datetime) -> None:
    """From an agent who is gone: first in the queue, as of the line that nobody answered."""
    leave_to(session, clock=clock, conversation=conversation, owner="queued", outcome="absent")
    conversation.queued_at, conversation.queue_rank = queued_at, 0
    round = rounds.begin(session, clock=clock, conversation=conversation, reason="absent")
    round.waits_since = clock.now()
    log.info("conversation.queued", action="queue", conversation_id=conversation.id, reason="absent")


def _head_start(session: Session, conversation: Conversation) -> timedelta:
    """How much earlier the customer's tier lets them count as queued; see ``customers.rules.Service``."""
    return service_of(session.get_one(Customer, conversation.customer_id).tier).head_start


def _refuse_when_full(session: Session, actor: Actor, conversation_id: int) -> None:
    """Counted with the agent's row locked, so that two windows of one person do not both take the last place."""
    cap = session.scalar(select(Staff.chat_cap).where(Staff.id == actor.id).with_for_update())
    chats = session.scalar(
        select(func.count())
        .select_from(Conversation)
        .where(Conversation.agent_id == actor.id, Conversation.owner == "agent", Conversation.id != conversation_id)
    )
    if cap is not None and (chats or 0) >= cap:
        raise DomainError("chats_full", cap=cap)


def _drop_pending_turns(session: Session, conversation: Conversation) -> None:
    session.execute(
        update(Message)
        .where(Message.conversation_id == conversation.id, Message.needs_turn)
        .values(needs_turn=False)
        .execution_options(synchronize_session="fetch")
    )


def refuse_unless_own(session: Session, conversation: Conversation, actor: Actor) -> None:
    """Raise ``conversation_closed`` or ``conversation_not_yours`` unless the actor is its agent."""
    if conversation.owner == "closed":
        raise DomainError("conversation_closed")
    if conversation.agent_id != actor.id:
        raise DomainError("conversation_not_yours", owner=queries.agent_name(session, conversation, actor.language))


def _refuse_unless_may_end(session: Session, conversation: Conversation, actor: Actor) -> None:
    if conversation.owner == "queued":
        raise DomainError("conversation_not_claimed")
    if actor.role not in LEADS:
        refuse_unless_own(session, conversation, actor)
    elif conversation.owner == "closed":
        raise DomainError("conversation_closed")


def name_of(session: Session, actor: Actor) -> str:
    """The name under which the customer knows them."""
    if actor.name or actor.id is None:
        return actor.name
    member = session.get(Staff, actor.id)
    return member.name if member else ""


def _package(conversation: Conversation, *, reason: str, summary: str, slots: dict[str, Any]) -> dict[str, Any]:
    """What the agent reads first; masked like everything that is stored."""
    masked = {key: mask(value).text if isinstance(value, str) else value for key, value in slots.items()}
    package = {"reason": reason, "summary": mask(rules.clean_text(summary)).text, "slots": masked}
    return dict(rules.storable(package | {"after_seq": conversation.last_seq}))
