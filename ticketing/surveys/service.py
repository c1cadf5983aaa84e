"""Asking once per ticket and round, and taking the answer once."""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.audit import service as audit
from ticketing.notify import service as notify
from ticketing.platform.actor import Actor
from ticketing.platform.clock import Clock
from ticketing.platform.crypto import keyring
from ticketing.platform.errors import DomainError
from ticketing.platform.ids import token_hash
from ticketing.surveys.models import Survey

EXPIRY = timedelta(days=14)
LOW_MARK = 2


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
) -> Survey:
    """Send the survey of a closed round; a second call for the same round gives the first survey."""
    found = session.scalar(select(Survey).where(Survey.ticket_id == ticket_id, Survey.round == round))
    if found is not None:
        return found
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
    """The customer's open surveys, newest first."""
    return list(
        session.scalars(
            select(Survey)
            .where(Survey.customer_id == customer_id, Survey.answered_at.is_(None), Survey.expires_at > clock.now())
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
