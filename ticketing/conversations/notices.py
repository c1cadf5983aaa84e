"""What the gateway itself tells a customer while the assistant is late, out of order or has failed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.conversations import queries, wording
from ticketing.conversations.models import Conversation, Message
from ticketing.conversations.transcript import append, locked
from ticketing.platform.clock import Clock

AGAIN_AFTER = timedelta(seconds=60)


@dataclass(frozen=True)
class Choice:
    """A question the knowledge base knows an answer to."""

    question: str


@dataclass(frozen=True)
class Help:
    """What the knowledge base can say while the assistant cannot: one answer, or questions that may be meant."""

    article: dict[str, object] | None = None
    text: str = ""
    choices: tuple[Choice, ...] = ()


def store(session: Session, *, clock: Clock, message: Message, helped: Help | None, form_url: str, final: bool) -> bool:
    """Tell the customer that the assistant is late (or, ``final``, out), with what the knowledge base has; once a message."""
    session.flush()
    conversation = locked(session, message.conversation_id)
    session.refresh(message)
    if message.notice_seq is not None or not (final or message.needs_turn) or not _is_wanted(conversation, message):
        return False
    key = "notice.failed" if final else "notice"
    if _told_lately(session, clock, conversation):
        key = "notice.again"
    line = _say(session, clock=clock, conversation=conversation, message=message, key=key, form_url=form_url)
    message.notice_seq = line.seq
    if helped is not None:
        _store_help(session, clock=clock, conversation=conversation, message=message, helped=helped)
    session.flush()
    return True


def _say(
    session: Session, *, clock: Clock, conversation: Conversation, message: Message, key: str, form_url: str
) -> Message:
    language = conversation.language
    page, title = "/my/complaint", wording.say("button.complain", language)
    if _may_be_confirming(session, conversation, message):
        # The complaint may be filed by this very turn: the form beside it would make a second ticket of it.
        key = "notice.confirming" if message.needs_turn else "notice.unconfirmed"
        page, title = "/my/tickets", wording.say("button.tickets", language)
    return append(
        session,
        clock=clock,
        conversation=conversation,
        author="system",
        kind="notice",
        text=wording.say(key, language, form_url=form_url),
        card={"page_url": page, "page_title": title},
        buttons=[wording.button("person", language, wording.ASK_HANDOFF)] if conversation.owner == "bot" else None,
        reply_to=message.seq,
    )


def say_gone(session: Session, *, clock: Clock, conversation: Conversation, message: Message, form_url: str) -> None:
    """After the first notice: the answer that was promised will not come."""
    if _is_wanted(conversation, message):
        _say(session, clock=clock, conversation=conversation, message=message, key="notice.gone", form_url=form_url)


def say_queued(session: Session, *, clock: Clock, conversation: Conversation) -> None:
    """The turn put the customer into the queue and then failed to say so."""
    conversation.handoff_turn = None
    place = queries.position(session, conversation)
    append(
        session,
        clock=clock,
        conversation=conversation,
        author="system",
        kind="handoff",
        text=wording.say("queue.joined", conversation.language, position=place, wait=""),
        buttons=list(wording.queue_buttons(conversation.language, served_soon=True)),
    )


def _store_help(session: Session, *, clock: Clock, conversation: Conversation, message: Message, helped: Help) -> None:
    choices = [{"title": choice.question[:80], "payload": choice.question} for choice in helped.choices]
    if helped.article is None and not choices:
        return
    if choices and conversation.owner == "bot":
        # Newer buttons make older ones stale: the way to a person is offered with the newest.
        choices.append(wording.button("person", conversation.language, wording.ASK_HANDOFF))
    append(
        session,
        clock=clock,
        conversation=conversation,
        author="bot",
        kind="article" if helped.article is not None else "choices",
        text=helped.text or wording.say("notice.choices", conversation.language),
        card=helped.article,
        buttons=choices,
        reply_to=message.seq,
        by="gateway",
    )


def _may_be_confirming(session: Session, conversation: Conversation, message: Message) -> bool:
    """Whether the assistant's latest line before this message is the summary of a complaint, waiting for a yes."""
    lately = session.scalars(
        select(Message.payload)
        .where(Message.conversation_id == conversation.id, Message.seq < message.seq, Message.author == "bot")
        .order_by(Message.seq.desc())
        .limit(5)
    )
    kinds = (payload.get("kind") for payload in lately if payload.get("by") != "gateway")
    return bool(next(kinds, None) == "summary")


def _is_wanted(conversation: Conversation, message: Message) -> bool:
    """Not with a person there, and not when the turn has just put the customer into the queue and so been of use; what is
    typed while waiting is for a person, who will read it."""
    if conversation.owner == "queued":
        spoken_for = conversation.handoff_turn is not None and conversation.handoff_turn == conversation.turn_lease
        return "sends" in message.payload and not spoken_for
    return conversation.owner == "bot"


def _told_lately(session: Session, clock: Clock, conversation: Conversation) -> bool:
    told = select(Message.id).where(
        Message.conversation_id == conversation.id,
        Message.notice_seq.is_not(None),
        Message.created_at > clock.now() - AGAIN_AFTER,
    )
    return session.scalar(told.limit(1)) is not None
