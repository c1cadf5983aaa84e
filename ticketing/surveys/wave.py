"""The periodic relationship survey: once a quarter, a share of the customers who were there lately."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from ticketing.conversations.models import Conversation
from ticketing.customers.models import Customer
from ticketing.platform.clock import Clock
from ticketing.surveys import deciding, policies, service
from ticketing.surveys.models import Survey, SurveyDecision
from ticketing.surveys.rules import ACTIVE_FOR, KNOWN_FOR, Kind, quarter

BATCH = 500


def run(session: Session, *, clock: Clock, zone: ZoneInfo) -> int:
    """Decide about some customers not decided about this quarter; gives how many. A share of nothing asks nobody."""
    now, policy = clock.now(), policies.policy(session, Kind.RELATIONSHIP)
    if not policy.share:
        return 0
    period = quarter(now.astimezone(zone).date())
    decided = select(SurveyDecision.id).where(
        SurveyDecision.customer_id == Customer.id, SurveyDecision.kind == Kind.RELATIONSHIP, _of(period)
    )
    active = (
        select(Customer.id, Customer.language, func.max(Conversation.id))
        .join(Conversation, Conversation.customer_id == Customer.id)
        .where(
            Conversation.last_message_at > now - ACTIVE_FOR,
            Customer.created_at <= now - KNOWN_FOR,
            Customer.erased_at.is_(None),
            ~decided.exists(),
        )
        .group_by(Customer.id, Customer.language)
        .order_by(Customer.id)
        .limit(BATCH)
    )
    found = session.execute(active).all()
    for customer_id, language, conversation_id in found:
        subject = f"{Kind.RELATIONSHIP}:{period}:{customer_id}"
        if deciding.decide(session, clock=clock, policy=policy, subject=subject, customer_id=customer_id):
            survey = Survey(
                kind=Kind.RELATIONSHIP,
                period=period,
                round=1,
                customer_id=customer_id,
                conversation_id=conversation_id,
                language=language,
            )
            service.begin(session, clock=clock, survey=survey, policy=policy)
    return len(found)


def _of(period: str) -> ColumnElement[bool]:
    return SurveyDecision.subject.startswith(f"{Kind.RELATIONSHIP}:{period}:")
