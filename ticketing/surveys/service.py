"""Asking once per ticket and round or hand-over, and taking the answer once."""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from ticketing.audit import service as audit
from ticketing.conversations.models import Conversation, Handover, Message
from ticketing.customers import consents
from ticketing.notify import service as notify
from ticketing.platform.actor import Actor
from ticketing.platform.clock import Clock
from ticketing.platform.crypto import keyring
from ticketing.platform.errors import DomainError
from ticketing.platform.ids import token_hash
from ticketing.surveys.models import Survey

EXPIRY = timedelta(days=14)
LOW_MARK = 2
NOT_ASKED_AFTER = frozenset({"distress", "fraud"})


def ask(
    session: Session,
    *,
    clock: Clock,
    ticket_id: int,
    ticket_number: str,
    round: int,
    customer_id: int,
    conversation_id: int | None,
    has_email: bool,
    language: str,
) -> Survey | None:
    """Send the survey of a closed round; a second call for the same round gives the first survey.

    None for a customer who no longer wants to be asked.
    """
    found = session.scalar(select(Survey).where(Survey.ticket_id == ticket_id, Survey.round == round))
    if found is not None:
        return found
    if not consents.allows(session, customer_id=customer_id, purpose="survey"):
        return None
    now = clock.now()
    survey = Survey(
        ticket_id=ticket_id,
        ticket_number=ticket_number,
        round=round,
        customer_id=customer_id,
        language=language,
        token_hash=token_hash(token_of(ticket_number, round)),
        sent_at=now,
        expires_at=now + EXPIRY,
    )
    session.add(survey)
    session.flush()
    notify.to_customer(
        session,
        clock=clock,
        code="survey",
        language=language,
        values={"number": ticket_number},
        conversation_id=conversation_id,
        email_of=("customer", customer_id) if has_email else None,
        card={"kind": "survey", "id": survey.id, "number": ticket_number, "page_url": f"/my/surveys/{survey.id}"},
        dedupe=f"survey:{survey.id}",
        subject=("survey", survey.id),
    )
    return survey


def ask_after_chat(session: Session, *, clock: Clock, conversation_id: int) -> Survey | None:
    """Ask how it was with the agent who has just handed back; in the chat only, and once for each hand-over.

    None where asking would be out of place: the agent said nothing, it was about distress or a fraud, the customer has
    not answered yet for an earlier time in this conversation, or no longer wants to be asked.
    """
    round = session.scalar(
        select(Handover)
        .where(Handover.conversation_id == conversation_id, Handover.ended_at.is_not(None))
        .order_by(Handover.id.desc())
        .limit(1)
    )
    if round is None or round.outcome != "back" or round.reason in NOT_ASKED_AFTER:
        return None
    conversation = session.get_one(Conversation, conversation_id)
    if _asked(session, clock=clock, round=round, customer_id=conversation.customer_id) or not _served(session, round):
        return None
    if not consents.allows(session, customer_id=conversation.customer_id, purpose="survey"):
        return None
    now = clock.now()
    survey = Survey(
        handover_id=round.id,
        round=1,
        customer_id=conversation.customer_id,
        language=conversation.language,
        token_hash=token_hash(token_of(f"chat {round.id}", 1)),
        sent_at=now,
        expires_at=now + EXPIRY,
    )
    session.add(survey)
    session.flush()
    notify.to_customer(
        session,
        clock=clock,
        code="chat_survey",
        language=conversation.language,
        values={},
        conversation_id=conversation_id,
        email_of=None,
        card={"kind": "survey", "id": survey.id, "page_url": f"/my/surveys/{survey.id}"},
        dedupe=f"survey:{survey.id}",
        subject=("survey", survey.id),
    )
    return survey


def _asked(session: Session, *, clock: Clock, round: Handover, customer_id: int) -> bool:
    """For this round before, or about another one of the conversation and not answered yet."""
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


def token_of(ticket_number: str, round: int) -> str:
    """The one-time token of a survey's e-mail link.

    It is derived from the process's keys, so that it stands nowhere in clear; it works until the survey is answered.
    """
    return hmac.new(
        keyring().index(f"survey link {ticket_number} {round}").encode(), b"token", hashlib.sha256
    ).hexdigest()


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
    session: Session,
    *,
    clock: Clock,
    actor: Actor,
    survey: Survey,
    speed: int,
    completeness: int,
    solution: int,
    comment: str | None,
) -> Survey:
    """Record the three marks, 1 to 5, once. A low mark needs a reason (``survey_comment_missing``)."""
    session.refresh(survey, with_for_update=True)
    if survey.answered_at is not None:
        raise DomainError("survey_answered")
    if min(speed, completeness, solution) <= LOW_MARK and not (comment or "").strip():
        raise DomainError("survey_comment_missing")
    survey.speed, survey.completeness, survey.solution = speed, completeness, solution
    survey.comment = (comment or "").strip() or None
    survey.answered_at = clock.now()
    audit.record(
        session,
        clock=clock,
        actor=actor,
        action="survey.answered",
        subject=("survey", survey.id),
        speed=speed,
        completeness=completeness,
        solution=solution,
    )
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
