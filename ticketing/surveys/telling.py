"""Telling customers of a survey and reminding them, once, through the outbox and not at night."""

from __future__ import annotations

from functools import cache
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.customers.models import Customer
from ticketing.notify import service as notify
from ticketing.platform.clock import Clock
from ticketing.surveys import deciding, policies, rules
from ticketing.surveys.models import TO_TELL, Survey
from ticketing.surveys.rules import Kind, Policy

BATCH = 200
CODES = {Kind.TICKET: "survey", Kind.CHAT: "chat_survey", Kind.RELATIONSHIP: "relationship_survey"}


def tell(session: Session, *, clock: Clock, survey: Survey, policy: Policy) -> None:
    """Ask the customer now; the reminder is set."""
    now = clock.now()
    survey.told_at, survey.next_at = now, rules.remind_at(policy, now, survey.expires_at)
    _say(session, clock=clock, survey=survey, code=CODES[Kind(survey.kind)], dedupe=f"survey:{survey.id}")


def tell_due(session: Session, *, clock: Clock, zone: ZoneInfo) -> int:
    """Ask and remind those whose time has come; in their quiet hours it is put off. Gives how many were looked at."""
    now = clock.now()
    due = session.scalars(
        select(Survey)
        .where(TO_TELL, Survey.next_at <= now)
        .order_by(Survey.next_at)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    ).all()
    policy_of = cache(lambda kind: policies.policy(session, kind))
    for survey in due:
        _act(session, clock=clock, survey=survey, policy=policy_of(survey.kind), zone=zone)
    session.flush()
    return len(due)


def _act(session: Session, *, clock: Clock, survey: Survey, policy: Policy, zone: ZoneInfo) -> None:
    now = clock.now()
    allowed = rules.allowed_at(policy, now, _zone(session, survey.customer_id, zone))
    over = survey.answered_at is not None or max(now, allowed) >= survey.expires_at
    if over or deciding.opted_out(session, survey.customer_id):
        survey.next_at = None
    elif allowed > now:
        survey.next_at = allowed
    elif survey.told_at is None:
        tell(session, clock=clock, survey=survey, policy=policy)
    else:
        survey.reminded_at, survey.next_at = now, None
        _say(session, clock=clock, survey=survey, code="survey_reminder", dedupe=f"survey:{survey.id}:reminder")


def _say(session: Session, *, clock: Clock, survey: Survey, code: str, dedupe: str) -> None:
    """In the conversation and, except after a chat, by e-mail."""
    mailed = survey.kind != Kind.CHAT and deciding.has_email(session, survey.customer_id)
    number = {"number": survey.ticket_number} if survey.ticket_number else {}
    notify.to_customer(
        session,
        clock=clock,
        code=code if code != "survey_reminder" or survey.ticket_number else "survey_reminder_general",
        language=survey.language,
        values={**number, "days": max(1, (survey.expires_at - clock.now()).days)},
        conversation_id=survey.conversation_id,
        email_of=("customer", survey.customer_id) if mailed else None,
        card={"kind": "survey", "id": survey.id, "page_url": f"/my/surveys/{survey.id}", **number},
        dedupe=dedupe,
        subject=("survey", survey.id),
    )


def _zone(session: Session, customer_id: int, usual: ZoneInfo) -> ZoneInfo:
    """The customer's own zone where it is known."""
    name = session.scalar(select(Customer.time_zone).where(Customer.id == customer_id))
    try:
        return ZoneInfo(name) if name else usual
    except (ValueError, KeyError, OSError):
        return usual
