"""What an agent says in a chat: at once, or after some seconds in which they can take it back.

Held, it is stored but no line yet: to the customer, to searches, reports and promises it has not been said. Every change
begins with the conversation's lock, so a reply is either said once or taken back. Who sends it is whoever notices first that
it is due (``release_due``), or whatever comes after it in the conversation (``transcript.let_go``).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from ticketing.audit import service as audit
from ticketing.conversations import answers, handoff, rules
from ticketing.conversations.models import Conversation, HeldReply, Message
from ticketing.conversations.transcript import append, let_go, locked, touch, with_client_id
from ticketing.platform.actor import Actor
from ticketing.platform.clock import Clock
from ticketing.platform.db import Database
from ticketing.platform.errors import DomainError
from ticketing.platform.log import log

AT_ONCE = 100
REMEMBERED = timedelta(days=1)
"""How long a request that was taken back is known again."""


def reply_as_agent(
    session: Session, *, clock: Clock, actor: Actor, conversation_id: int, text: str, client_id: str | None = None
) -> Message:
    """An agent's line in a conversation they have claimed, which the customer has at once.

    Raises ``conversation_not_claimed``, ``conversation_not_yours``, ``conversation_closed`` or ``message_empty``.
    """
    conversation = _writing(session, actor=actor, conversation_id=conversation_id, text=text)
    before = conversation.last_seq
    line = append(
        session,
        clock=clock,
        conversation=conversation,
        author="agent",
        text=text,
        staff_id=actor.id,
        name=handoff.name_of(session, actor),
        client_id=client_id,
    )
    conversation.agent_typing_until = None
    conversation.agent_seen_seq = max(conversation.agent_seen_seq, line.seq)
    if line.seq > before:
        answers.tell(session, clock=clock, actor=actor, conversation_id=conversation.id)
    return line


def say(
    session: Session, *, clock: Clock, actor: Actor, conversation_id: int, text: str, client_id: str, seconds: int
) -> None:
    """Say it after ``seconds``, at once with 0; the same ``client_id`` again changes nothing. Raises as ``reply_as_agent``.

    A line that waits already is said now: none overtakes another. Meanwhile the customer sees that the agent writes.
    """
    if seconds <= 0:
        reply_as_agent(
            session, clock=clock, actor=actor, conversation_id=conversation_id, text=text, client_id=client_id
        )
        return
    conversation = _writing(session, actor=actor, conversation_id=conversation_id, text=text)
    assert actor.staff_id is not None
    known = select(HeldReply.id).filter_by(conversation_id=conversation.id, client_id=client_id)
    if with_client_id(session, conversation, client_id) is not None or session.scalar(known) is not None:
        return
    let_go(session, clock=clock, conversation=conversation)
    due = clock.now() + timedelta(seconds=seconds)
    session.add(
        HeldReply(
            conversation_id=conversation.id,
            staff_id=actor.staff_id,
            client_id=client_id,
            text=rules.clean_text(text),
            written_at=clock.now(),
            send_at=due,
        )
    )
    conversation.agent_seen_seq = conversation.last_seq
    conversation.agent_typing_until = due
    touch(session, clock=clock, conversation=conversation)
    session.flush()


def waiting(session: Session, *, conversation_id: int, staff_id: int | None) -> HeldReply | None:
    """What this member of staff has written there and can still take back."""
    return session.scalar(
        select(HeldReply).filter_by(conversation_id=conversation_id, staff_id=staff_id, taken_back_at=None)
    )


def take_back(session: Session, *, clock: Clock, actor: Actor, conversation_id: int, held_id: int) -> None:
    """Do not say it after all; a second time changes nothing. Raises ``reply_gone`` when the customer has it."""
    conversation = locked(session, conversation_id)
    held = session.scalar(
        select(HeldReply)
        .filter_by(id=held_id, conversation_id=conversation.id, staff_id=actor.staff_id)
        .execution_options(populate_existing=True)
    )
    if held is None:
        raise DomainError("reply_gone")
    if held.taken_back_at is not None:
        return
    length, held.text, held.taken_back_at = len(held.text), "", clock.now()
    conversation.agent_typing_until = None
    touch(session, clock=clock, conversation=conversation)
    audit.record(
        session,
        clock=clock,
        actor=actor,
        action="chat_reply.taken_back",
        subject=("conversation", conversation.id),
        characters=length,
        after_seconds=round((clock.now() - held.written_at).total_seconds(), 1),
    )
    session.flush()


def release_due(database: Database, *, clock: Clock) -> int:
    """Say what was held long enough; gives how many lines. Several processes may look at once."""
    with database.reading() as session:
        due = session.scalars(_due(clock.now()).limit(AT_ONCE)).all()
    said = 0
    for conversation_id in due:
        try:
            with database.transaction() as session:
                conversation = locked(session, conversation_id)
                still = session.scalar(_due(clock.now()).where(HeldReply.conversation_id == conversation_id))
                if still is not None:
                    said += let_go(session, clock=clock, conversation=conversation) is not None
        except Exception:  # noqa: BLE001
            # Its row is still there and is tried again; the others go on.
            log.exception("reply.not_released", action="retry", conversation_id=conversation_id)
    return said


def forget_taken_back(session: Session, *, clock: Clock) -> int:
    """Delete what was taken back long ago; for the hourly housekeeping."""
    old = delete(HeldReply).where(HeldReply.taken_back_at <= clock.now() - REMEMBERED)
    return len(session.execute(old.returning(HeldReply.id)).all())


def _due(now: datetime) -> Select[int]:
    return (
        select(HeldReply.conversation_id)
        .where(HeldReply.send_at <= now, HeldReply.taken_back_at.is_(None))
        .order_by(HeldReply.send_at)
    )


def _writing(session: Session, *, actor: Actor, conversation_id: int, text: str) -> Conversation:
    """The conversation, locked, if they may say this there."""
    conversation = locked(session, conversation_id)
    if conversation.owner in {"bot", "queued"}:
        raise DomainError("conversation_not_claimed")
    handoff.refuse_unless_own(session, conversation, actor)
    if not rules.is_visible(rules.clean_text(text)):
        raise DomainError("message_empty")
    return conversation
