"""What an agent is handed with a conversation: what the customer wants, what was tried, their mood and open tickets. Reads only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, lazyload

from ticketing.conversations.models import Conversation, Handover, Message
from ticketing.conversations.summary import Line, Summary, is_typed, last_question, summarise
from ticketing.knowledge.models import AnswerLog
from ticketing.tickets.models import Ticket
from ticketing.tickets.mood import Mood, mood_of
from ticketing.tickets.rules import OPEN

LINES = 200
SLOTS = ("category", "product", "amount", "order_number", "wish", "description", "contact_channel")


@dataclass(frozen=True)
class Brief:
    """The package. ``told`` is what the assistant added to the customer's own words. ``unanswered`` are questions the knowledge base had no answer to; ``times`` counts the hand-overs."""

    reason: str
    since: datetime | None
    language: str
    times: int
    told: str
    summary: Summary
    unanswered: Sequence[str]
    slots: Mapping[str, str]
    mood: Mood
    tickets: Sequence[Ticket]


def brief_of(session: Session, *, conversation: Conversation) -> Brief:
    """The package of a conversation as it stands."""
    lines = lines_of(session, conversation)
    package: dict[str, Any] = conversation.handoff_package or {}
    answers = session.scalars(
        select(AnswerLog).where(AnswerLog.conversation_id == conversation.id).order_by(AnswerLog.id).limit(LINES)
    ).all()
    summary = summarise(lines, helpful={answer.id: answer.helpful for answer in answers})
    told = str(package.get("summary") or "")
    return Brief(
        reason=conversation.handoff_reason or "taken",
        since=_since(session, conversation),
        language=conversation.language,
        times=session.scalar(select(func.count()).where(Handover.conversation_id == conversation.id)) or 0,
        told="" if any(wish in told or told in wish for wish in summary.wishes) else told,
        summary=summary,
        unanswered=list(dict.fromkeys(answer.query for answer in answers if answer.verdict == "decline"))[-3:],
        slots=_slots(package.get("slots") or {}),
        mood=mood_of([line.text for line in lines if is_typed(line)]),
        tickets=open_tickets(session, conversation.customer_id),
    )


def lines_of(session: Session, conversation: Conversation) -> list[Line]:
    """The latest lines of the transcript, in their order."""
    newest_first = session.execute(
        select(Message.seq, Message.author, Message.text, Message.payload)
        .where(Message.conversation_id == conversation.id)
        .order_by(Message.seq.desc())
        .limit(LINES)
    )
    return [Line(*row) for row in newest_first][::-1]


def question_of(session: Session, conversation: Conversation) -> str:
    """What the customer asked last, else what they complain about here; empty without either."""
    return last_question(lines_of(session, conversation)) or _complaint_of(session, conversation)


def _complaint_of(session: Session, conversation: Conversation) -> str:
    filed = select(Ticket.description).where(Ticket.conversation_id == conversation.id).order_by(Ticket.id.desc())
    begun: Mapping[str, Any] = (conversation.handoff_package or {}).get("slots") or {}
    return session.scalar(filed.limit(1)) or str(begun.get("description") or "")


def _since(session: Session, conversation: Conversation) -> datetime | None:
    if conversation.queued_at is not None:
        return conversation.queued_at
    running = select(Handover.began_at).where(Handover.conversation_id == conversation.id, Handover.ended_at.is_(None))
    return session.scalar(running)


def _slots(given: Mapping[str, Any]) -> dict[str, str]:
    """What the assistant had collected, in the order an agent reads it; a guessed class where none was confirmed."""
    values = {**given, "category": given.get("category") or given.get("category_predicted")}
    return {name: str(values[name]) for name in SLOTS if values.get(name)}


def open_tickets(session: Session, customer_id: int) -> Sequence[Ticket]:
    """The customer's open tickets, the next due first."""
    return session.scalars(
        select(Ticket)
        .options(lazyload(Ticket.rounds))
        .where(Ticket.customer_id == customer_id, Ticket.status.in_(sorted(OPEN)))
        .order_by(Ticket.next_due_at.is_(None), Ticket.next_due_at, Ticket.id)
        .limit(5)
    ).all()
