"""Two complaints about one matter become one; a complex case gets more of the law's time."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e.pages.gates import Gates
from tests.e2e.people import People

WORDS = {
    "zh": {
        "first": "昨天转账两千块，到现在没到账",
        "again": "那笔两千块的转账还是没有到账",
        "merged": "并入了您的另一件工单",
        "abroad": "境外汇款退回后少了三百块",
        "why": "需要向境外收款行核实",
        "waits": "等待审批",
        "extended": "办理期限已延长",
    },
    "en": {
        "first": "My transfer of 2,000 yuan made yesterday has not arrived",
        "again": "That transfer of 2,000 yuan still has not arrived",
        "merged": "Another ticket of yours was merged into this one",
        "abroad": "My payment abroad came back 300 yuan short",
        "why": "The receiving bank abroad has to confirm it",
        "waits": "has asked for more statutory time",
        "extended": "We need more time",
    },
}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_lead_merges_two_complaints_and_the_customer_finds_the_survivor_under_the_old_number(
    people: People, language: str
) -> None:
    words = WORDS[language]
    customer = people.own_pages(people.profile(language).new_page())
    old = customer.complain(words["first"], "transaction_dispute")
    kept = customer.complain(words["again"], "transaction_dispute")
    lead = people.staff("zhao.min", language)
    Gates(lead.page, people.base, old).open().merge(kept, "同一笔转账")
    expect(lead.page.locator(".gate-notes")).to_contain_text(kept)
    lead.open_case(kept)
    expect(lead.page.locator("#work")).to_contain_text(old)
    customer.page.goto(f"{people.base}/my/tickets/{old}")
    customer.page.get_by_role("link", name=kept).click()
    expect(customer.heading).to_contain_text(kept)
    expect(customer.page.locator(".timeline")).to_contain_text(words["merged"])


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_owner_asks_for_more_time_a_supervisor_grants_it_and_the_customer_reads_why(
    people: People, language: str
) -> None:
    words = WORDS[language]
    customer = people.own_pages(people.profile(language).new_page())
    number = customer.complain(words["abroad"], "transaction_dispute")
    owner = people.staff("lin.yue", language).open_case(number).claim()
    Gates(owner.page, people.base, number).ask_for_time(words["why"])
    expect(owner.page.locator(".gate-notes")).to_contain_text(words["waits"])
    Gates(people.staff("zhou.kai", language).page, people.base, number).grant("情况属实")
    customer.page.goto(f"{people.base}/my/tickets/{number}")
    expect(customer.page.locator(".timeline")).to_contain_text(words["extended"])
    expect(customer.page.locator(".timeline")).to_contain_text(words["why"])
