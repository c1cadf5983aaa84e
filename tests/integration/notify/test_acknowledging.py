"""Acknowledging a breach: who may, what it stops, who hears of it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests import factories
from tests.integration.notify.conftest import Company
from ticketing.notify import inbox
from ticketing.platform.errors import DomainError
from ticketing.staff.models import Staff
from ticketing.tickets import acknowledging
from ticketing.tickets.models import Ticket, TicketEvent


def acknowledge(company: Company, login: str, note: str = "", clock_name: str = "investigation") -> TicketEvent:
    with company.database.transaction() as session:
        return acknowledging.acknowledge(
            session, clock=company.clock, actor=factories.actor_of(session.get_one(Staff, company.ids[login])),
            settings=company.settings, ticket=session.get_one(Ticket, company.ticket_id), clock_name=clock_name, note=note,
        )  # fmt: skip


def test_reminders_come_until_somebody_acknowledges(company: Company) -> None:
    company.pass_time(hours=36, seconds=1)
    assert company.told("sla_repeat") == ["li", "zhao"]
    acknowledge(company, "zhao")
    company.pass_time(hours=11)
    assert company.told("sla_repeat") == ["li", "zhao"]


def test_acknowledging_one_promise_leaves_the_reminders_of_another(company: Company) -> None:
    company.pass_time(hours=56, seconds=1)
    acknowledge(company, "zhao")
    company.pass_time(hours=4)
    assert company.told("sla_repeat", "resolution") == ["li", "zhao"]


def test_it_stands_in_the_log_with_its_note_and_on_the_case(company: Company) -> None:
    company.pass_time(hours=24, seconds=1)
    acknowledge(company, "li", "已联系收款银行")
    with company.database.reading() as session:
        event = session.scalars(select(TicketEvent).where(TicketEvent.kind == "acknowledged")).one()
        (shown,) = acknowledging.escalations(session, ticket=session.get_one(Ticket, company.ticket_id))
    assert (event.actor_name, event.text, event.data) == ("Li", "已联系收款银行", {"clock": "investigation"})
    assert (shown.by, shown.at, shown.note) == ("Li", company.clock.now(), "已联系收款银行")


def test_the_others_who_were_told_hear_of_it_and_ones_own_notice_is_read(company: Company) -> None:
    company.pass_time(hours=24, seconds=1)
    acknowledge(company, "li", "已联系收款银行")
    assert company.told("sla_acknowledged") == ["chen"]
    (heard,) = company.notices(code="sla_acknowledged")
    assert inbox.said(heard, "en") == f"[Acknowledged] {company.ticket().number}: Preliminary findings, by Li"
    assert "已联系收款银行" in inbox.said(heard, "zh", "text")
    assert not heard.urgent
    assert [each.read_at is not None for each in company.notices(code="sla_breached")] == [False, True]


def test_the_second_one_is_told_who_was_quicker(company: Company) -> None:
    company.pass_time(hours=24, seconds=1)
    acknowledge(company, "li")
    with pytest.raises(DomainError) as refusal:
        acknowledge(company, "chen")
    assert refusal.value.code == "escalation_acknowledged"
    assert "Li" in refusal.value.text("zh")


def test_what_is_not_late_cannot_be_acknowledged(company: Company) -> None:
    company.pass_time(hours=23)
    with pytest.raises(DomainError, match="escalation_over"):
        acknowledge(company, "li")


def test_compliance_may_only_acknowledge_what_it_was_told_of(company: Company) -> None:
    company.pass_time(hours=24, seconds=1)
    with pytest.raises(DomainError, match="escalation_not_yours"):
        acknowledge(company, "sun")
    company.at_work("sun")
    company.pass_time(minutes=1)
    company.pass_time(hours=48)
    assert "sun" in company.told("sla_after", "resolution")
    assert acknowledge(company, "sun", clock_name="resolution").actor_name == "Sun"


def test_what_nobody_was_told_of_is_settled_by_whoever_acknowledges(company: Company) -> None:
    company.pass_time(hours=24)
    company.leave("chen", "li", "zhao", "sun")
    company.pass_time(seconds=1)
    with company.database.reading() as session:
        assert inbox.for_nobody(session)[0] == 1
    with company.database.transaction() as session:
        session.get_one(Staff, company.ids["zhao"]).active = True
    acknowledge(company, "zhao")
    with company.database.reading() as session:
        assert inbox.for_nobody(session) == (0, ())
