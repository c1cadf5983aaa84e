"""Lines of a conversation: stored in one order, told to whoever watches."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, event, select
from sqlalchemy.orm import Session, SessionTransaction

from ticketing.conversations import answers, changes, rules
from ticketing.conversations.masking import mask
from ticketing.conversations.models import Conversation, HeldReply, Message
from ticketing.platform.clock import Clock
from ticketing.platform.errors import DomainError
from ticketing.staff.models import Staff
from ticketing.staff.service import actor_of

_HELD = "kesu_held_conversations"


def lock(session: Session, conversation: Conversation) -> Conversation:
    """Hold the conversation's row until the transaction ends and read it afresh; every change starts here.

    Held already, nobody else can have changed it: a turn asks for this a dozen times, and each reading costs half a millisecond.
    """
    if conversation.id not in session.info.get(_HELD, ()):
        session.flush()
        session.refresh(conversation, with_for_update=True)
        session.info.setdefault(_HELD, set()).add(conversation.id)
    return conversation


def locked_by_public_id(session: Session, public_id: str) -> Conversation:
    """The conversation by the id outside, locked; raises ``conversation_not_found``."""
    asked = select(Conversation).where(Conversation.public_id == public_id).with_for_update()
    found = session.scalar(asked.execution_options(populate_existing=True))
    if found is None:
        raise DomainError("conversation_not_found")
    session.info.setdefault(_HELD, set()).add(found.id)
    return found


def locked(session: Session, conversation_id: int) -> Conversation:
    """The conversation by internal id, locked; raises ``conversation_not_found``."""
    if conversation_id in session.info.get(_HELD, ()):
        return session.get_one(Conversation, conversation_id)
    found = session.get(Conversation, conversation_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise DomainError("conversation_not_found")
    session.info.setdefault(_HELD, set()).add(conversation_id)
    return found


@event.listens_for(Session, "after_transaction_end")
def _let_go(session: Session, transaction: SessionTransaction) -> None:
    # The database forgets a lock taken after a savepoint when it goes back to it; the parts of a flush are no transactions.
    if transaction.parent is None or transaction.nested:
        session.info.pop(_HELD, None)


def touch(session: Session, *, clock: Clock, conversation: Conversation) -> None:
    """Let open widgets know that something about a locked conversation has changed."""
    conversation.revision += 1
    conversation.changed_at = clock.now()
    changes.note_change(session, conversation.id, conversation.revision)


def append(
    session: Session,
    *,
    clock: Clock,
    conversation: Conversation,
    author: str,
    text: str,
    kind: str | None = None,
    card: dict[str, Any] | None = None,
    buttons: list[dict[str, str]] | None = None,
    client_id: str | None = None,
    staff_id: int | None = None,
    name: str | None = None,
    **payload: Any,
) -> Message:
    """Add a line and give it the next ``seq``; the same ``client_id`` again gives the line of the first time.

    Says nothing about who may speak: callers check the owner. What an agent has written and the customer does not have yet
    goes before anything that is not the customer's.
    """
    lock(session, conversation)
    message = with_client_id(session, conversation, client_id)
    if message is None:
        if conversation.agent_id is not None and author != "customer":
            let_go(session, clock=clock, conversation=conversation)
        message = add(
            session,
            clock=clock,
            conversation=conversation,
            author=author,
            text=text,
            kind=kind,
            card=card,
            buttons=buttons,
            client_id=client_id,
            staff_id=staff_id,
            name=name,
            **payload,
        )
        session.flush()
    return message


def let_go(session: Session, *, clock: Clock, conversation: Conversation) -> Message | None:
    """Make a line of the reply that waits in a locked conversation, now; None when none does.

    Its time is the time at which the customer has it, and only now it counts as an answer.
    """
    ended = delete(HeldReply).where(HeldReply.conversation_id == conversation.id, HeldReply.taken_back_at.is_(None))
    row = session.execute(ended.returning(HeldReply.staff_id, HeldReply.client_id, HeldReply.text)).first()
    if row is None:
        return None
    member = session.get_one(Staff, row.staff_id)
    line = add(
        session,
        clock=clock,
        conversation=conversation,
        author="agent",
        text=row.text,
        client_id=row.client_id,
        staff_id=member.id,
        name=member.name,
    )
    session.flush()
    conversation.agent_typing_until = None
    answers.tell(session, clock=clock, actor=actor_of(member), conversation_id=conversation.id)
    return line


def add(
    session: Session,
    *,
    clock: Clock,
    conversation: Conversation,
    author: str,
    text: str,
    client_id: str | None = None,
    staff_id: int | None = None,
    **payload: Any,
) -> Message:
    """Add a line to a locked conversation, written with the next flush; nothing stands under its ``client_id`` yet.

    A customer's text is masked here in any case.
    """
    said = mask(rules.clean_text(text)).text if author == "customer" else rules.clean_text(text)
    conversation.last_seq += 1
    conversation.last_message_at = clock.now()
    message = Message(
        conversation_id=conversation.id,
        seq=conversation.last_seq,
        author=author,
        staff_id=staff_id,
        text=said,
        payload=rules.storable({key: value for key, value in payload.items() if value}),
        client_id=client_id,
        created_at=clock.now(),
    )
    session.add(message)
    touch(session, clock=clock, conversation=conversation)
    return message


def with_client_id(session: Session, conversation: Conversation, client_id: str | None) -> Message | None:
    """The line that was stored under this client id."""
    if client_id is None:
        return None
    return session.scalar(
        select(Message).where(Message.conversation_id == conversation.id, Message.client_id == client_id)
    )
