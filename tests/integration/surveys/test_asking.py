"""Whom surveys are sent to, when, and how often."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from tests import factories
from tests.integration.customer_pages.conftest import Desk
from ticketing.conversations import service as conversations
from ticketing.customers import consents
from ticketing.customers.models import Customer
from ticketing.platform.actor import Actor
from ticketing.platform.errors import DomainError
from ticketing.platform.outbox import OutboxMessage
from ticketing.surveys import deciding, policies, telling, wave
from ticketing.surveys.models import Survey, SurveyDecision
from ticketing.surveys.rules import DEFAULTS, Kind, Policy
from ticketing.tickets import service
from ticketing.tickets.models import Ticket

SHANGHAI = ZoneInfo("Asia/Shanghai")


def rule(desk: Desk, kind: Kind, *, seen: int = 0, **changed: object) -> Policy:
    """Change a policy as a supervisor does."""
    boss = Actor(kind="staff", id=1, name="周凯", role="supervisor")
    given = replace(DEFAULTS[kind], **changed)
    with desk.database.transaction() as session:
        policies.edit(session, clock=desk.clock, actor=boss, given=given, seen=seen)
    return given


def close(desk: Desk, *signals: str) -> str:
    """A complaint answered and closed, whether or not its customer is asked; ``signals`` are its reasons of severity."""
    number = desk.complaint()
    desk.answer(number)
    with desk.database.transaction() as session:
        ticket = session.query(Ticket).filter_by(number=number).one()
        ticket.severity_reasons = list(signals)
        service.close(session, clock=desk.clock, actor=desk.agent, ticket=ticket)
    return number


def reasons(desk: Desk) -> list[str | None]:
    with desk.database.reading() as session:
        return list(session.scalars(select(SurveyDecision.reason).order_by(SurveyDecision.id)))


def told(desk: Desk) -> list[str]:
    """Codes of what customers were sent about surveys, as often as it goes out by chat."""
    with desk.database.reading() as session:
        sent = session.scalars(
            select(OutboxMessage)
            .where(OutboxMessage.subject_type == "survey", OutboxMessage.channel == "chat")
            .order_by(OutboxMessage.id)
        )
        return [message.payload["code"] for message in sent]


def pass_days(desk: Desk, days: float) -> None:
    desk.clock.advance(days=days)
    with desk.database.transaction() as session:
        telling.tell_due(session, clock=desk.clock, zone=SHANGHAI)


def test_each_round_is_decided_once_and_kept_with_its_reason(desk: Desk) -> None:
    close(desk)
    rule(desk, Kind.TICKET, share=0)
    close(desk)
    rule(desk, Kind.TICKET, seen=1)
    close(desk, "regulator")
    assert reasons(desk) == [None, "sampling", "legal"]
    assert told(desk) == ["survey"]


def test_a_customer_is_asked_at_most_so_often(desk: Desk) -> None:
    rule(desk, Kind.TICKET, cap_count=1, cap_days=7)
    close(desk)
    close(desk)
    desk.clock.advance(days=7)
    close(desk)
    assert reasons(desk) == [None, "cap", None]


def test_nobody_is_asked_who_does_not_want_to_be(desk: Desk) -> None:
    close(desk)
    with desk.database.transaction() as session:
        actor = Actor(kind="customer", id=desk.customer_id)
        deciding.opt_out(session, clock=desk.clock, actor=actor, customer_id=desk.customer_id)
    close(desk)
    pass_days(desk, 5)
    assert reasons(desk) == [None, "opted_out"]
    assert told(desk) == ["survey"]
    with desk.database.transaction() as session:
        consents.record(
            session,
            clock=desk.clock,
            actor=actor,
            customer_id=desk.customer_id,
            purpose="survey",
            given=True,
            how="page",
        )
    close(desk)
    assert reasons(desk)[-1] is None


def test_a_reminder_goes_out_once_and_never_after_an_answer(desk: Desk) -> None:
    close(desk)
    for _ in range(4):
        pass_days(desk, 3)
    assert told(desk) == ["survey", "survey_reminder"]


def test_a_reminder_waits_for_the_end_of_the_quiet_hours(desk: Desk) -> None:
    close(desk)
    pass_days(desk, 3.5)  # ten in the evening
    assert told(desk) == ["survey"]
    pass_days(desk, 0.4)
    assert told(desk) == ["survey"]
    pass_days(desk, 0.1)
    assert told(desk) == ["survey", "survey_reminder"]


def test_a_delayed_survey_is_sent_later_and_its_page_is_open_at_once(desk: Desk) -> None:
    rule(desk, Kind.TICKET, delay_minutes=120)
    close(desk)
    assert told(desk) == []
    pass_days(desk, 2 / 24)
    assert told(desk) == ["survey"]


def test_the_quarter_asks_a_share_of_known_active_customers_once(desk: Desk) -> None:
    rule(desk, Kind.RELATIONSHIP, share=50)
    with desk.database.transaction() as session:
        for _ in range(40):
            old = factories.customer(session, desk.clock, created_at=desk.clock.now() - timedelta(days=60))
            conversations.open_conversation(session, clock=desk.clock, customer=old, language="zh")
        new = factories.customer(session, desk.clock)
        conversations.open_conversation(session, clock=desk.clock, customer=new, language="zh")
    counts = []
    for _ in range(2):
        with desk.database.transaction() as session:
            counts.append(wave.run(session, clock=desk.clock, zone=SHANGHAI))
    assert counts == [40, 0]
    pass_days(desk, 0)
    asked = sum(reason is None for reason in reasons(desk))
    assert 5 < asked < 35
    assert told(desk) == ["relationship_survey"] * asked


def test_the_next_quarter_asks_again(desk: Desk) -> None:
    rule(desk, Kind.RELATIONSHIP, share=100)
    with desk.database.transaction() as session:
        customer = session.get_one(Customer, desk.customer_id)
        customer.created_at = desk.clock.now() - timedelta(days=60)
        conversations.open_conversation(session, clock=desk.clock, customer=customer, language="zh")
    for days in (0, 30, 30):
        desk.clock.advance(days=days)
        with desk.database.transaction() as session:
            wave.run(session, clock=desk.clock, zone=SHANGHAI)
    with desk.database.reading() as session:
        assert sorted(session.scalars(select(Survey.period))) == ["2026Q4", "2027Q1"]


@pytest.mark.parametrize("changed", [{"share": 101}, {"expiry_days": 0}, {"remind_days": 14}])
def test_a_policy_that_makes_no_sense_is_refused(desk: Desk, changed: dict[str, int]) -> None:
    with pytest.raises(DomainError, match="survey_policy_invalid"):
        rule(desk, Kind.TICKET, **changed)


def test_two_supervisors_do_not_overwrite_each_other(desk: Desk) -> None:
    rule(desk, Kind.TICKET, share=80)
    with pytest.raises(DomainError, match="version_conflict"):
        rule(desk, Kind.TICKET, share=60)
