"""A low rating brings a case back; a report is made, read and taken away."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from playwright.sync_api import expect

from tests.e2e.pages.reports import Reports
from tests.e2e.people import People


@dataclass(frozen=True)
class Words:
    """What people say and read on this journey."""

    language: str
    complaint: str
    reason: str
    title: str
    file: str


STORIES = (
    Words("zh", "提现八百元显示成功，银行卡里没有收到", "还是没人告诉我钱去哪了", "投诉与风险周报", "投诉与风险周报"),
    Words("en", "My withdrawal of 800 yuan never arrived", "Nobody told me where the money went", "Weekly complaint and risk report", "Weekly-complaint"),
)  # fmt: skip


@pytest.mark.parametrize("words", STORIES, ids=lambda words: words.language)
def test_a_low_rating_is_read_and_the_customer_reopens_with_one_click(people: People, words: Words) -> None:
    customer = people.own_pages(people.profile(words.language).new_page())
    number = customer.complain(words.complaint, "transaction_dispute")
    agent = people.staff("lin.yue").open_case(number).claim()
    agent.record_findings("银行退票").decide(
        "银行退票", "已重新打款", "三日内回访"
    ).draft_letter().send_letter().close()
    customer.page.goto(f"{people.base}/my/tickets/{number}")
    customer.open_survey().page.locator("#f-comment").fill(words.reason)
    customer.rate(3, 3, 1)
    expect(customer.page.locator(".done")).to_be_visible()
    boss = Reports(people.staff("zhou.kai", words.language).page, people.base).open_low_rating(number)
    expect(boss.said).to_have_text(words.reason)
    boss.offer_reopening("没有说明资金去向")
    expect(boss.outcome).to_be_visible()
    customer.page.goto(boss.page.url.replace("/reports/reviews/", "/my/offers/").partition("?")[0])
    expect(customer.page.locator("blockquote")).to_have_text(words.reason)
    customer.page.locator("main form button[type=submit]").click()
    expect(customer.page.locator(".done")).to_contain_text(number)
    customer.page.goto(f"{people.base}/my/tickets/{number}")
    expect(customer.page.locator(".timeline")).to_contain_text(words.reason)


@pytest.mark.parametrize("words", STORIES, ids=lambda words: words.language)
def test_a_report_is_made_opened_and_downloaded(people: People, words: Words) -> None:
    boss = Reports(people.staff("zhou.kai", words.language).page, people.base)
    boss.make_now("weekly", words.language)
    expect(boss.unfinished.first).to_be_visible()
    boss.open_report(words.language)
    expect(boss.page.locator("article.report h1")).to_have_text(words.title)
    name, content = boss.download()
    assert name.startswith(words.file)
    assert content.startswith(b"%PDF")
