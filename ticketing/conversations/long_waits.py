"""Nobody who waits is forgotten: the worker's look at waits that became long, and at agents who went away from their customers."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from ticketing.conversations import handoff, queries, rounds, wording
from ticketing.conversations.models import Conversation, Handover, Message
from ticketing.conversations.rules import ServiceHours
from ticketing.conversations.standing import standing
from ticketing.conversations.transcript import append, let_go, locked
from ticketing.platform.clock import Clock
from ticketing.platform.db import Database
from ticketing.platform.log import log
from ticketing.staff.models import Staff
from ticketing.staff.presence import AT_WORK, SEEN_FOR, presence_of

GONE_FOR = SEEN_FOR + timedelta(minutes=2)
UNANSWERED_FOR = timedelta(minutes=2)
AT_ONCE = 100


def look(database: Database, *, clock: Clock, hours: ServiceHours, offer_after: timedelta) -> int:
    """Offer a ticket to whoever has waited ``offer_after``, put the customers of absent agents back into the queue.

    Each in a transaction of its own that looks again: what was claimed or cancelled meanwhile is left alone.
    """
    with database.reading() as session:
        late = _late(session, now=clock.now(), offer_after=offer_after)
        left = _left_alone(session, now=clock.now())
    done = 0
    for conversation_id in late:
        with database.transaction() as session:
            done += offer(session, clock=clock, hours=hours, conversation_id=conversation_id, offer_after=offer_after)
    for conversation_id in left:
        with database.transaction() as session:
            done += requeue(session, clock=clock, hours=hours, conversation_id=conversation_id)
    return done


def offer(session: Session, *, clock: Clock, hours: ServiceHours, conversation_id: int, offer_after: timedelta) -> bool:
    """Ask a customer whom nobody has claimed in time whether they would rather leave a ticket; once a wait."""
    conversation = locked(session, conversation_id)
    round = rounds.running(session, conversation)
    if conversation.owner != "queued" or round is None or round.offered_at is not None or round.waits_since is None:
        return False
    if round.waits_since > clock.now() - offer_after:
        return False
    waited, round.offered_at = clock.now() - round.waits_since, clock.now()
    language = conversation.language
    placed = standing(session, clock=clock, hours=hours, conversation=conversation, language=language)
    # A time shorter than what has passed already would not be believed.
    told = placed.wait_minutes if timedelta(minutes=placed.wait_minutes or 0) > waited else None
    wait = wording.minutes(told, language)
    append(
        session,
        clock=clock,
        conversation=conversation,
        author="system",
        kind="handoff",
        text=wording.say(
            "queue.offer" if placed.agents_online else "queue.offer_nobody",
            language,
            position=placed.position,
            wait=wait,
        ),
        card={"owner": "queued", "position": placed.position},
        buttons=wording.offer_buttons(language),
    )
    log.info("conversation.ticket_offered", action="offer", conversation_id=conversation.id)
    return True


def requeue(session: Session, *, clock: Clock, hours: ServiceHours, conversation_id: int) -> bool:
    """From an agent who has gone while the customer waits for an answer; the customer is told."""
    conversation = locked(session, conversation_id)
    let_go(session, clock=clock, conversation=conversation)
    since = _unanswered_since(session, conversation)
    member = session.get(Staff, conversation.agent_id) if conversation.agent_id is not None else None
    if conversation.owner != "agent" or since is None or member is None or not _is_gone(member, clock.now()):
        return False
    if since > clock.now() - UNANSWERED_FOR:
        return False
    language = conversation.language
    name = queries.agent_name(session, conversation, language)
    handoff.back_to_queue(session, clock=clock, conversation=conversation, queued_at=since)
    session.flush()
    placed = standing(session, clock=clock, hours=hours, conversation=conversation, language=language)
    wait = wording.minutes(placed.wait_minutes, language)
    append(
        session,
        clock=clock,
        conversation=conversation,
        author="system",
        kind="handoff",
        text=wording.say("queue.agent_absent", language, name=name, position=placed.position, wait=wait),
        card={"owner": "queued", "position": placed.position},
        buttons=list(placed.buttons),
    )
    return True


def _late(session: Session, *, now: datetime, offer_after: timedelta) -> list[int]:
    return list(
        session.scalars(
            select(Handover.conversation_id)
            .where(
                Handover.ended_at.is_(None),
                Handover.claimed_at.is_(None),
                Handover.offered_at.is_(None),
                Handover.waits_since <= now - offer_after,
            )
            .order_by(Handover.waits_since)
            .limit(AT_ONCE)
        )
    )


def _left_alone(session: Session, *, now: datetime) -> list[int]:
    """Conversations of agents who are not there, with a customer's line at their end."""
    last = select(Message.id).where(
        Message.conversation_id == Conversation.id,
        Message.seq == Conversation.last_seq,
        Message.author == "customer",
    )
    found = session.execute(
        select(Conversation.id, Staff)
        .join(Staff, Staff.id == Conversation.agent_id)
        .where(Conversation.owner == "agent", Conversation.last_message_at <= now - UNANSWERED_FOR, exists(last))
        .order_by(Conversation.last_message_at)
        .limit(1_000)
    )
    return [conversation_id for conversation_id, member in found if _is_gone(member, now)][:AT_ONCE]


def _is_gone(member: Staff, now: datetime) -> bool:
    """Not at work by their own choice, or not seen for a while longer than a closed laptop lid may take."""
    if member.last_seen_at is None or presence_of(member, now) in AT_WORK:
        return False
    return member.presence not in AT_WORK or now - member.last_seen_at >= GONE_FOR


def _unanswered_since(session: Session, conversation: Conversation) -> datetime | None:
    """When the first of the customer's lines came that stand after everything said by others."""
    said = select(func.max(Message.seq)).where(Message.conversation_id == conversation.id, Message.author != "customer")
    first = select(func.min(Message.created_at)).where(
        Message.conversation_id == conversation.id, Message.seq > (session.scalar(said) or 0)
    )
    return session.scalar(first)
