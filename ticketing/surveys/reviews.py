"""Low marks looked at by a supervisor: offer to reopen, call back, or nothing, with a note (respond, sort, close the loop)."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.audit import service as audit
from ticketing.notify import people
from ticketing.notify import service as notify
from ticketing.notify.rules import Place
from ticketing.platform.actor import Actor
from ticketing.platform.clock import Clock
from ticketing.platform.crypto import keyring
from ticketing.platform.errors import DomainError
from ticketing.platform.ids import token_hash
from ticketing.staff.rules import Permission, Role, allowed
from ticketing.surveys import deciding
from ticketing.surveys.models import Survey, SurveyReview

ANSWER_WITHIN = timedelta(hours=24)
"""Every customer request gets a response within a day (handbook §1.3); a low mark is one."""
OFFER_STANDS = timedelta(days=14)


class Decision(StrEnum):
    """What a supervisor may do about a low mark."""

    OFFERED = "offered"
    CALLED_BACK = "called_back"
    NOTHING = "nothing"


def begin(session: Session, *, clock: Clock, survey: Survey) -> SurveyReview:
    """Open the review of a low mark and tell the supervisors."""
    now = clock.now()
    review = SurveyReview(survey_id=survey.id, opened_at=now, due_at=now + ANSWER_WITHIN)
    session.add(review)
    session.flush()
    away = frozenset(() if survey.staff_id is None else (survey.staff_id,))
    told = people.recipients(
        session,
        clock=clock,
        place=Place(owner_id=survey.staff_id, team_id=survey.team_id, away=away),
        asked=Role.SUPERVISOR,
        urgent=False,
    )
    lowest = min(survey.speed or 5, survey.completeness or 5, survey.solution or 5)
    about = {"zh": survey.ticket_number or "人工会话", "en": survey.ticket_number or "a chat with an agent"}
    if survey.period:
        about = {"zh": "季度满意度调查", "en": "the quarterly survey"}
    news = notify.News(
        code="low_mark",
        words={language: {"about": about[language], "mark": lowest} for language in ("zh", "en")},
        path=f"/reports/reviews/{review.id}",
        dedupe=f"review:{review.id}",
        subject=("survey_review", review.id),
        due_at=review.due_at,
    )
    notify.to_staff(session, clock=clock, news=news, to=told)
    return review


def decide(session: Session, *, clock: Clock, actor: Actor, review_id: int, decision: str, note: str) -> SurveyReview:
    """Settle a review, once. Raises ``survey_review_not_found``, ``survey_review_own`` for whoever handled the case,
    ``survey_review_note_missing``, ``survey_review_decided`` and ``survey_offer_impossible``."""
    if not allowed(actor.role, Permission.SURVEY_REVIEW):
        raise DomainError("permission_denied")
    review, survey = by_id(session, review_id, lock=True)
    if survey.staff_id is not None and survey.staff_id == actor.staff_id:
        raise DomainError("survey_review_own")
    if decision not in set(Decision):
        raise DomainError("survey_review_choice_missing")
    if not note.strip():
        raise DomainError("survey_review_note_missing")
    if review.decided_at is not None:
        raise DomainError("survey_review_decided")
    review.decision, review.note = decision, note.strip()
    review.decided_at, review.decided_by = clock.now(), actor.staff_id
    if decision == Decision.OFFERED:
        _offer(session, clock=clock, review=review, survey=survey)
    audit.record(
        session,
        clock=clock,
        actor=actor,
        action="survey.reviewed",
        subject=("survey_review", review.id),
        decision=decision,
        survey=survey.id,
    )
    session.flush()
    return review


def by_id(session: Session, review_id: int, *, lock: bool = False) -> tuple[SurveyReview, Survey]:
    """A review with its survey; raises ``survey_review_not_found``."""
    asked = select(SurveyReview).where(SurveyReview.id == review_id)
    review = session.scalar(asked.with_for_update() if lock else asked)
    if review is None:
        raise DomainError("survey_review_not_found")
    return review, session.get_one(Survey, review.survey_id)


def offer_token(review_id: int) -> str:
    """The token of an offer's link; like a survey's it stands nowhere in clear."""
    return hmac.new(keyring().index(f"reopen offer {review_id}").encode(), b"token", hashlib.sha256).hexdigest()


def offer(session: Session, *, clock: Clock, token: str, lock: bool = False) -> tuple[SurveyReview, Survey]:
    """The offer behind a link; raises ``survey_offer_not_found``, ``survey_offer_used`` or ``survey_offer_expired``."""
    asked = select(SurveyReview).where(SurveyReview.offer_hash == token_hash(token))
    return _standing(session, clock, session.scalar(asked.with_for_update() if lock else asked))


def own_offer(
    session: Session, *, clock: Clock, review_id: int, customer_id: int, lock: bool = False
) -> tuple[SurveyReview, Survey]:
    """The customer's own offer; raises like ``offer``."""
    asked = (
        select(SurveyReview)
        .join(Survey, Survey.id == SurveyReview.survey_id)
        .where(SurveyReview.id == review_id, SurveyReview.offer_hash.is_not(None), Survey.customer_id == customer_id)
    )
    return _standing(session, clock, session.scalar(asked.with_for_update(of=SurveyReview) if lock else asked))


def accepted(session: Session, *, clock: Clock, actor: Actor, review: SurveyReview) -> None:
    """The customer took the offer; the link is used up."""
    review.accepted_at = clock.now()
    audit.record(
        session, clock=clock, actor=actor, action="survey.offer_accepted", subject=("survey_review", review.id)
    )


def _standing(session: Session, clock: Clock, review: SurveyReview | None) -> tuple[SurveyReview, Survey]:
    if review is None:
        raise DomainError("survey_offer_not_found")
    if review.accepted_at is not None:
        raise DomainError("survey_offer_used")
    if review.offer_expires_at is None or review.offer_expires_at <= clock.now():
        raise DomainError("survey_offer_expired")
    return review, session.get_one(Survey, review.survey_id)


def _offer(session: Session, *, clock: Clock, review: SurveyReview, survey: Survey) -> None:
    if survey.ticket_id is None:
        raise DomainError("survey_offer_impossible")
    expires_at: datetime = clock.now() + OFFER_STANDS
    review.offer_hash, review.offer_expires_at = token_hash(offer_token(review.id)), expires_at
    values: dict[str, Any] = {"number": survey.ticket_number, "days": OFFER_STANDS.days}
    notify.to_customer(
        session,
        clock=clock,
        code="reopen_offer",
        language=survey.language,
        values=values,
        conversation_id=survey.conversation_id,
        email_of=("customer", survey.customer_id) if deciding.has_email(session, survey.customer_id) else None,
        card={
            "kind": "offer",
            "page_url": f"/my/offers/{review.id}",
            "page_title": "Reopen the case" if survey.language == "en" else "重开工单",
        },
        dedupe=f"reopen-offer:{review.id}",
        subject=("survey_review", review.id),
    )
