"""What may be done with a case beside its steps."""

from __future__ import annotations

from typing import Any

import pytest

from tests import factories
from tests.desk import Browser, person, reload
from ticketing.customers.models import Customer
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.tickets import queries


def at(number: str, *rest: str) -> str:
    return "/".join(["/desk/tickets", number, *rest])


def more(browser: Browser, number: str) -> Browser:
    assert browser.get(at(number, "more")).status_code == 200
    return browser


def claimed(browser: Browser, number: str) -> Browser:
    browser.get(at(number))
    assert browser.submit(at(number, "claim")).status_code == 303
    return browser


def second_of(database: Database, clock: FixedClock, number: str) -> str:
    with database.transaction() as session:
        first = queries.by_number(session, number=number)
        of = session.get_one(Customer, first.customer_id)
        return factories.complaint(session, clock, of=of, description="还是那笔转账").number


def test_a_ticket_is_merged_and_its_old_page_leads_to_the_survivor(
    signed_in: Any, company: Database, clock: FixedClock, ticket: str
) -> None:
    other, lead = second_of(company, clock, ticket), signed_in("li")
    assert more(lead, ticket).submit(at(ticket, "merge"), into=other, reason="同一笔转账").status_code == 303
    lead.get(at(ticket))
    assert f'href="{at(other)}"' in lead.page
    assert "这件工单已合并" in lead.words
    lead.get(at(other))
    assert ticket in lead.words
    assert "并入的工单" in lead.words


def test_a_refused_merge_says_why_and_keeps_what_was_typed(
    signed_in: Any, company: Database, clock: FixedClock, ticket: str
) -> None:
    other, agent = second_of(company, clock, ticket), claimed(signed_in("chen"), ticket)
    answer = more(agent, ticket).submit(at(ticket, "merge"), into=other, reason="同一笔转账，客户确认")
    assert answer.status_code == 403
    assert "这件工单还没有人领取" in agent.words
    assert "同一笔转账，客户确认</textarea>" in agent.page


def test_a_part_is_split_off_and_both_pages_name_each_other(signed_in: Any, company: Database, ticket: str) -> None:
    agent = claimed(signed_in("chen"), ticket)
    fields = {"description": "另外多收了手续费", "category": "product_service", "amount": "1,200.50"}
    assert more(agent, ticket).submit(at(ticket, "split"), **fields).status_code == 303
    agent.get(at(ticket))
    assert "拆分出" in agent.words
    assert more(agent, ticket).submit(at(ticket, "split"), **fields | {"amount": "很多"}).status_code == 422


def test_links_are_made_and_removed(signed_in: Any, company: Database, clock: FixedClock, ticket: str) -> None:
    other, agent = second_of(company, clock, ticket), signed_in("chen")
    assert more(agent, ticket).submit(at(ticket, "links"), kind="duplicate", other=other).status_code == 303
    assert f"重复 {other}" in more(agent, ticket).words
    assert more(agent, ticket).submit(at(ticket, "links/1/removal")).status_code == 303
    assert f"重复 {other}" not in more(agent, ticket).words


def test_a_pause_says_which_clocks_stand_still_and_ends_by_a_press(signed_in: Any, ticket: str) -> None:
    agent = claimed(signed_in("chen"), ticket)
    more(agent, ticket).submit(at(ticket, "pause"), reason="third_party", note="等银行回执")
    agent.get(at(ticket))
    assert "停止计时" in agent.words
    assert "首次回复" in agent.words
    assert "等待合作方" in agent.words
    assert agent.submit(at(ticket, "resume")).status_code == 303
    agent.get(at(ticket))
    assert "工单已暂停" not in agent.words


def test_whoever_declares_an_interest_sees_why_nothing_is_offered(
    signed_in: Any, company: Database, ticket: str
) -> None:
    agent = signed_in("chen")
    more(agent, ticket).submit(at(ticket, "recusal"), reason="客户是我表哥")
    agent.get(at(ticket))
    assert "您须回避这件工单" in agent.words
    assert at(ticket, "claim") not in agent.page
    lead = signed_in("li")
    lead.get(at(ticket, "colleagues"))
    assert "Wang" in lead.words
    assert "Chen" not in lead.words
    lift = at(ticket, f"recusals/{person(company, 'chen').id}/lifting")
    assert more(lead, ticket).submit(lift).status_code == 303


def test_the_new_owner_reads_the_note_on_top_until_they_say_so(signed_in: Any, company: Database, ticket: str) -> None:
    agent, next_one = claimed(signed_in("chen"), ticket), signed_in("wang")
    agent.get(at(ticket, "colleagues"))
    to = str(person(company, "wang").id)
    assert agent.submit(at(ticket, "owner"), to=to, note="").status_code == 422
    agent.get(at(ticket, "colleagues"))
    agent.submit(at(ticket, "owner"), to=to, note="银行周三回复")
    next_one.get(at(ticket))
    assert "Chen的交接说明" in next_one.words
    next_one.submit(at(ticket, "hand-over/read"))
    next_one.get(at(ticket))
    assert "交接说明已阅" not in next_one.words
    assert "Chen的交接说明" not in next_one.words


def test_more_time_is_asked_for_listed_and_granted(signed_in: Any, company: Database, ticket: str) -> None:
    agent, boss = claimed(signed_in("chen"), ticket), signed_in("zhao")
    more(agent, ticket).submit(at(ticket, "extension"), reason="需向境外银行核实")
    boss.get("/desk/extensions")
    assert ticket in boss.words
    assert "需向境外银行核实" in boss.words
    assert more(boss, ticket).submit(at(ticket, "extensions/1/approval"), reason="情况属实").status_code == 303
    assert "已批准" in more(agent, ticket).words
    boss.get("/desk/extensions")
    assert "没有待审批的延期申请" in boss.words


def test_staff_withdraw_for_the_customer_with_evidence(signed_in: Any, company: Database, ticket: str) -> None:
    agent = claimed(signed_in("chen"), ticket)
    assert more(agent, ticket).submit(at(ticket, "withdrawal"), evidence="").status_code == 422
    assert more(agent, ticket).submit(at(ticket, "withdrawal"), evidence="录音 8812").status_code == 303
    assert reload(company, ticket).status == "withdrawn"


@pytest.mark.parametrize("login", ["chen", "li", "sun"])
def test_the_page_opens_in_both_languages_for_everyone_who_reads_tickets(
    signed_in: Any, ticket: str, login: str
) -> None:
    browser = more(signed_in(login), ticket)
    assert browser.get(at(ticket, "more?lang=en")).status_code == 200
    assert "Recusal" in browser.words


def test_a_wrong_number_of_another_ticket_is_refused_on_the_page(signed_in: Any, ticket: str) -> None:
    browser = signed_in("chen")
    browser.get(f"/desk/tickets/{ticket}/more")
    answer = browser.submit(f"/desk/tickets/{ticket}/links", other="ks-404", kind="related")
    assert answer.status_code == 422
    assert "没有编号为 KS-404 的工单" in browser.words
    assert "您只能查看自己的工单" not in browser.words
    assert 'value="ks-404"' in browser.page
