"""A ticket is found seconds after it came in and opened; a narrowed queue is kept as a view, and its tickets claimed at once."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from playwright.sync_api import expect

from tests.e2e.pages.finding import Finding
from tests.e2e.people import People


@dataclass(frozen=True)
class Words:
    language: str
    agent: str
    complaint: str
    searched: str
    view: str
    done: str


ZH = Words("zh", "lin.yue", "在藏书阁小店付款后页面卡住，扣了两次款", "藏書閣", "系统故障待领", "2 件工单中已完成 2 件")
EN = Words(
    "en",
    "emma.wright",
    "The Moonlit Pantry charged me twice for one order",
    "moonlit",
    "Failures to claim",
    "2 of 2 tickets done",
)


@pytest.mark.parametrize("words", [ZH, EN], ids=["zh", "en"])
def test_a_ticket_is_found_and_a_narrowed_queue_is_worked_off(people: People, words: Words) -> None:
    customer = people.own_pages(people.profile(words.language).new_page())
    numbers = [customer.complain(words.complaint, "system_failure") for _ in range(2)]
    desk = Finding(people.staff(words.agent, words.language).page, people.base)
    desk.search(words.searched).until_found(numbers).open_first()
    expect(desk.page.locator("#case-head h1")).to_contain_text(numbers[1])
    desk.unclaimed(category="system_failure").save_as(words.view).tick(numbers)
    desk.claim_ticked()
    expect(desk.outcome).to_contain_text(words.done)
    expect(desk.bar).to_be_hidden()
    expect(desk.row(numbers[0])).to_have_count(0)
    expect(desk.page.locator(".desk-tabs [aria-current=page]")).to_contain_text(words.view)
