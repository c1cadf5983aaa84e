"""The register, a record's page, and what a case's page tells of severity, repeats and root causes."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from tests import factories
from tests.desk import person, reload
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.rootcauses.models import RootCause
from ticketing.tickets import service
from ticketing.tickets.models import Ticket, TicketLikeness

WHYS = ("支付接口没有去重", "接口没有幂等键", "评审清单没有这一条")


@pytest.fixture
def record(signed_in: Any, ticket: str) -> str:
    """The address of a record that the team lead has opened from the case's page."""
    lead = signed_in("li")
    lead.get(f"/desk/tickets/{ticket}")
    return lead.submit(f"/rectification/for/{ticket}").location


def analysed(browser: Any, record: str) -> None:
    browser.get(record)
    browser.submit(f"{record}/analysis", why=list(WHYS), cause="支付接口不幂等", cause_category="system", complete="1")
    browser.get(record)


def agreed(browser: Any, record: str, owner: int) -> None:
    browser.submit(f"{record}/actions", what="接口加幂等键", action_owner=str(owner), due_on="2026-12-10")
    browser.get(record)


def stored(database: Database) -> RootCause:
    with database.reading() as session:
        return session.scalars(select(RootCause)).one()


def test_a_record_goes_from_the_case_to_watching_on_its_page(
    signed_in: Any, company: Database, ticket: str, record: str
) -> None:
    lead, compliance = signed_in("li"), signed_in("sun")
    analysed(lead, record)
    assert "接口没有幂等键" in lead.page
    agreed(lead, record, person(company, "li").id)
    lead.submit(f"{record}/actions/1/done", evidence="上线单 OPS-1")
    lead.get(record)
    assert "等待另一位同事核验" in lead.words
    compliance.get(record)
    compliance.submit(f"{record}/actions/1/verified")
    compliance.get(record)
    assert stored(company).status == "watching"
    assert "30 天效果评估开放时间" in compliance.words


def test_an_incomplete_analysis_is_refused_and_what_was_typed_stays(signed_in: Any, record: str) -> None:
    lead = signed_in("li")
    lead.get(record)
    answer = lead.submit(f"{record}/analysis", why=["只有一个为什么"], cause="还不清楚", complete="1")
    assert answer.status_code == 422
    assert "至少三个“为什么”" in lead.words
    assert "只有一个为什么" in lead.page
    assert "还不清楚" in lead.page


def test_a_form_filled_in_over_a_colleagues_change_is_refused_with_what_changed(
    signed_in: Any, company: Database, record: str
) -> None:
    lead, supervisor = signed_in("li"), signed_in("zhao")
    lead.get(record)
    analysed(supervisor, record)
    answer = lead.submit(f"{record}/analysis", why=["我的想法"], cause="别的原因")
    assert answer.status_code == 412
    assert "完成根因分析" in lead.words
    assert "我的想法" in lead.page
    assert stored(company).cause == "支付接口不幂等"


def test_pressing_twice_agrees_on_one_action(signed_in: Any, company: Database, record: str) -> None:
    lead = signed_in("li")
    analysed(lead, record)
    page, owner = lead.page, person(company, "li").id
    agreed(lead, record, owner)
    lead.page = page
    agreed(lead, record, owner)
    assert len(stored(company).actions) == 1


def test_the_effect_is_judged_on_counted_complaints_and_a_bad_one_reopens(
    signed_in: Any, company: Database, clock: FixedClock, record: str
) -> None:
    clock.advance(hours=1)
    lead, compliance = signed_in("li"), signed_in("sun")
    analysed(lead, record)
    agreed(lead, record, person(company, "li").id)
    lead.submit(f"{record}/actions/1/done", evidence="上线单 OPS-1")
    compliance.get(record)
    compliance.submit(f"{record}/actions/1/verified")
    clock.advance(hours=5)
    with company.transaction() as session:
        factories.complaint(session, clock, of=factories.customer(session, clock))
    clock.advance(hours=24 * 31)
    supervisor = signed_in("zhao")
    supervisor.get(record)
    assert "整改前 30 天 1 件，整改后 30 天 1 件" in supervisor.words
    supervisor.submit(f"{record}/checks", effective="no", check_note="仍有同类投诉")
    supervisor.get(record)
    assert "效果不佳，已重启" in supervisor.words
    assert "请商定新的整改措施" in supervisor.words


def test_the_register_lists_narrows_and_says_when_nothing_matches(signed_in: Any, record: str) -> None:
    lead = signed_in("li")
    lead.get("/rectification")
    assert "转账两千块没到账" in lead.words
    lead.get("/rectification?status=closed")
    assert "没有符合条件的记录" in lead.words
    lead.get("/rectification?overdue=1")
    assert "没有符合条件的记录" in lead.words
    assert lead.get("/rectification?cursor=%00").status_code == 400


def test_the_register_and_the_record_speak_english(signed_in: Any, record: str) -> None:
    lead = signed_in("li")
    lead.get("/rectification?lang=en")
    assert "Root causes" in lead.words
    lead.get(record)
    assert "Keep asking why" in lead.words.replace("keep", "Keep")
    assert "To be analysed" in lead.words


def test_an_agent_sees_the_record_named_on_the_case_but_not_its_page(signed_in: Any, ticket: str, record: str) -> None:
    agent = signed_in("chen")
    agent.get(f"/desk/tickets/{ticket}")
    assert "RC-00001" in agent.words
    assert f'href="{record}"' not in agent.page
    assert agent.get(record).status_code == 403


def test_the_case_shows_why_it_is_serious_in_the_customers_words(
    signed_in: Any, company: Database, clock: FixedClock
) -> None:
    with company.transaction() as session:
        of = factories.customer(session, clock)
        number = factories.complaint(session, clock, of=of, description="再不处理我就打12378", amount=None).number
    agent = signed_in("chen")
    agent.get(f"/desk/tickets/{number}")
    assert "+2 扬言向监管投诉 12378" in agent.words


def test_a_lead_lowers_severity_with_a_reason_and_an_agent_may_not(
    signed_in: Any, company: Database, clock: FixedClock
) -> None:
    with company.transaction() as session:
        of = factories.customer(session, clock)
        number = factories.complaint(session, clock, of=of, description="再不处理我就打12378", amount=None).number
    lead, agent = signed_in("li"), signed_in("chen")
    agent.get(f"/desk/tickets/{number}")
    answer = agent.submit(f"/desk/tickets/{number}/severity", severity="normal", severity_reason="误判")
    assert answer.status_code == 403
    lead.get(f"/desk/tickets/{number}")
    answer = lead.submit(f"/desk/tickets/{number}/severity", severity="normal", severity_reason=" ")
    assert answer.status_code == 422
    lead.submit(f"/desk/tickets/{number}/severity", severity="normal", severity_reason="已当面解释")
    lead.get(f"/desk/tickets/{number}")
    assert "Li已由“严重”调整为“一般”" in lead.words
    assert reload(company, number).severity == "normal"


def test_similar_cases_of_others_are_shown_and_put_under_the_record(
    signed_in: Any, company: Database, clock: FixedClock, ticket: str, record: str
) -> None:
    with company.transaction() as session:
        other = factories.complaint(session, clock, of=factories.customer(session, clock))
        mine = session.scalars(select(Ticket).where(Ticket.number == ticket)).one()
        session.add(TicketLikeness(ticket_id=other.id, other_id=mine.id, similarity=0.95))
        number = other.number
    lead = signed_in("li")
    lead.get(f"/desk/tickets/{ticket}")
    assert "内容相似" in lead.words
    assert "0.95" not in lead.words
    assert 'title="文字相似度 0.95"' in lead.page
    lead.submit(f"{record}/tickets", ticket=number)
    lead.get(record)
    assert number in lead.words
    lead.get(f"/desk/tickets/{number}")
    assert "RC-00001" in lead.words


def test_a_repeat_says_of_which_complaint_and_why(
    signed_in: Any, company: Database, clock: FixedClock, ticket: str
) -> None:
    with company.transaction() as session:
        before = session.scalars(select(Ticket).where(Ticket.number == ticket)).one()
        of = session.get_one(service.Customer, before.customer_id)
        number = factories.complaint(session, clock, of=of).number
    agent = signed_in("chen")
    agent.get(f"/desk/tickets/{number}")
    assert f"同一客户的重复投诉，之前的工单是 {ticket}" in agent.words
    assert "同一类别" in agent.words


def test_a_link_as_evidence_is_a_link_and_anything_else_is_text(signed_in: Any, company: Database, record: str) -> None:
    lead = signed_in("li")
    analysed(lead, record)
    agreed(lead, record, person(company, "li").id)
    lead.submit(f"{record}/actions/1/done", evidence="javascript:alert(1)")
    lead.get(record)
    assert 'href="javascript' not in lead.page
    assert date(2026, 12, 10) == stored(company).actions[0].due_on


def test_a_wrong_number_is_refused_on_the_page_in_words_for_staff(signed_in: Any, record: str) -> None:
    lead = signed_in("li")
    lead.get(record)
    assert lead.submit(f"{record}/tickets", ticket="ks-1").status_code == 422
    assert "没有编号为 KS-1 的工单" in lead.words
    assert "您只能查看自己的工单" not in lead.words
    assert 'value="ks-1"' in lead.page


def test_a_saved_analysis_is_confirmed(signed_in: Any, record: str) -> None:
    lead = signed_in("li")
    lead.get(record)
    assert "分析已保存" not in lead.words
    lead.get(lead.submit(f"{record}/analysis", why=["接口没有幂等键"]).location)
    assert "分析已保存" in lead.words
