"""Asking once per ticket and round, hand-over or quarter, and taking the answer once."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from ticketing.audit import service as audit
from ticketing.conversations.models import Conversation, Handover, Message
from ticketing.platform.actor import Actor
from ticketing.platform.clock import Clock
from ticketing.platform.crypto import keyring
from ticketing.platform.errors import DomainError
from ticketing.platform.ids import token_hash
from ticketing.staff.models import Staff
from ticketing.surveys import deciding, policies, reviews, rules, telling
from ticketing.surveys.models import Survey
from ticketing.surveys.rules import Kind

LOW_MARK = rules.LOW_MARK


@dataclass(frozen=True)
class EndedRound:
    """What a survey needs to know of a round that was closed. ``signals`` are its codes of severity."""

    ticket_id: int
    number: str
    round: int
    customer_id: int
    conversation_id: int | None
    has_email: bool
    language: str
    category: str
    team_id: int | None
    owner_id: int | None
    signals: frozenset[str]


def ask(session: Session, *, clock: Clock, ended: EndedRound) -> Survey | None:
    """Ask about a closed round, unless its customer is spared; a second call for the same round asks nothing."""
    policy = policies.policy(session, Kind.TICKET)
    asked = deciding.decide(
        session,
        clock=clock,
        policy=policy,
        subject=f"ticket:{ended.number}:{ended.round}",
        customer_id=ended.customer_id,
        signals=ended.signals,
        reachable=ended.conversation_id is not None or ended.has_email,
    )
    if not asked:
        return None
    survey = Survey(
        kind=Kind.TICKET,
        ticket_id=ended.ticket_id,
        ticket_number=ended.number,
        round=ended.round,
        customer_id=ended.customer_id,
        conversation_id=ended.conversation_id,
        category=ended.category,
        team_id=ended.team_id,
        staff_id=ended.owner_id,
        language=ended.language,
    )
    return begin(session, clock=clock, survey=survey, policy=policy)


def ask_after_chat(session: Session, *, clock: Clock, conversation_id: int) -> Survey | None:
    """Ask how it was with the agent who has just handed back; in the chat only, and once for each hand-over.

    None where asking would be out of place, such as when the agent said nothing, it was about distress or a fraud, or the
    customer has not answered yet for an earlier time in this conversation.
    """
    round = session.scalar(
        select(Handover)
        .where(Handover.conversation_id == conversation_id, Handover.ended_at.is_not(None))
        .order_by(Handover.id.desc())
        .limit(1)
    )
    if round is None or round.outcome != "back":
        return None
    conversation = session.get_one(Conversation, conversation_id)
    policy = policies.policy(session, Kind.CHAT)
    asked = deciding.decide(
        session,
        clock=clock,
        policy=policy,
        subject=f"chat:{round.id}",
        customer_id=conversation.customer_id,
        signals=frozenset({round.reason}),
        served=_served(session, round),
        still_open=_still_open(session, clock=clock, round=round, customer_id=conversation.customer_id),
    )
    if not asked:
        return None
    agent = session.get(Staff, round.staff_id) if round.staff_id else None
    survey = Survey(
        kind=Kind.CHAT,
        handover_id=round.id,
        round=1,
        customer_id=conversation.customer_id,
        conversation_id=conversation_id,
        category=round.skill,
        team_id=agent.team_id if agent else None,
        staff_id=round.staff_id,
        language=conversation.language,
    )
    return begin(session, clock=clock, survey=survey, policy=policy)


def begin(session: Session, *, clock: Clock, survey: Survey, policy: rules.Policy) -> Survey:
    """Open a survey: the customer is told now, or later where the policy has a delay."""
    now = clock.now()
    survey.token_hash = token_hash(token_of(*label_of(survey)))
    survey.sent_at, survey.expires_at = now, now + timedelta(days=policy.expiry_days)
    survey.next_at = now + timedelta(minutes=policy.delay_minutes)
    session.add(survey)
    session.flush()
    if not policy.delay_minutes and survey.kind != Kind.RELATIONSHIP:
        telling.tell(session, clock=clock, survey=survey, policy=policy)
    return survey


def _still_open(session: Session, *, clock: Clock, round: Handover, customer_id: int) -> bool:
    """Asked for this round before, or about another one of the conversation and not answered yet."""
    earlier = (
        select(Survey.id)
        .join(Handover, Handover.id == Survey.handover_id)
        .where(
            Survey.customer_id == customer_id,
            Handover.conversation_id == round.conversation_id,
            or_(
                Survey.handover_id == round.id,
                and_(Survey.answered_at.is_(None), Survey.expires_at > clock.now()),
            ),
        )
    )
    return session.scalar(earlier.limit(1)) is not None


def _served(session: Session, round: Handover) -> bool:
    """Whether a person said anything to the customer in this round."""
    said = select(Message.id).where(
        Message.conversation_id == round.conversation_id,
        Message.author == "agent",
        Message.seq > round.after_seq,
        Message.seq <= (round.ended_seq or 0),
    )
    return session.scalar(said.limit(1)) is not None


def label_of(survey: Survey) -> tuple[str, int]:
    """What a survey's token is made of."""
    if survey.kind == Kind.RELATIONSHIP:
        return f"customer {survey.customer_id} {survey.period}", 1
    return survey.ticket_number or f"chat {survey.handover_id}", survey.round


def token_of(label: str, round: int) -> str:
    """The one-time token of a survey's e-mail link.

    It is derived from the process's keys, so that it stands nowhere in clear; it works until the survey is answered.
    """
    return hmac.new(keyring().index(f"survey link {label} {round}").encode(), b"token", hashlib.sha256).hexdigest()


def by_token(session: Session, *, clock: Clock, token: str) -> Survey:
    """The open survey of a link; raises survey_not_found, survey_expired or survey_answered."""
    return _open(clock, session.scalar(select(Survey).where(Survey.token_hash == token_hash(token))))


def of_customer(session: Session, *, clock: Clock, survey_id: int, customer_id: int) -> Survey:
    """The customer's own open survey; raises like ``by_token``."""
    return _open(clock, session.scalar(select(Survey).where(Survey.id == survey_id, Survey.customer_id == customer_id)))


def pending(session: Session, *, clock: Clock, customer_id: int) -> list[Survey]:
    """The customer's open surveys about tickets, newest first; those about a chat are answered where they were asked."""
    return list(
        session.scalars(
            select(Survey)
            .where(
                Survey.customer_id == customer_id,
                Survey.ticket_id.is_not(None),
                Survey.answered_at.is_(None),
                Survey.expires_at > clock.now(),
            )
            .order_by(Survey.id.desc())
        )
    )


def answer(
    session: Session, *, clock: Clock, actor: Actor, survey: Survey, comment: str | None, **marks: Any
) -> Survey:
    """Record the three marks of ``rules.PARTS``, 1 to 5, once. A low one needs a reason (``survey_comment_missing``)
    and is looked at by a supervisor."""
    session.refresh(survey, with_for_update=True)
    if survey.answered_at is not None:
        raise DomainError("survey_answered")
    low = rules.is_low(*marks.values())
    if low and not (comment or "").strip():
        raise DomainError("survey_comment_missing")
    survey.speed, survey.completeness, survey.solution = (marks[part] for part in rules.PARTS)
    survey.comment = (comment or "").strip() or None
    survey.answered_at, survey.next_at = clock.now(), None
    audit.record(session, clock=clock, actor=actor, action="survey.answered", subject=("survey", survey.id), **marks)
    if low:
        reviews.begin(session, clock=clock, survey=survey)
    session.flush()
    return survey


def _open(clock: Clock, survey: Survey | None) -> Survey:
    if survey is None:
        raise DomainError("survey_not_found")
    if survey.answered_at is not None:
        raise DomainError("survey_answered")
    if survey.expires_at <= clock.now():
        raise DomainError("survey_expired")
    return survey
