"""The seconds between the two sides of a chat, in Chinese and in English: a reply taken back, and one that goes out. And who types."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.e2e.host import Host, serving
from tests.e2e.own_pages.conftest import Company
from tests.e2e.pages.chats import Chats
from tests.e2e.people import People
from tests.e2e.test_accessibility import findings

WORDS = {
    "zh": {
        "wrong": "王女士，您的余额是",
        "first": "您好，已经查到这笔款。",
        "second": "今天 18:00 前到账。",
        "third": "还有什么可以帮您？",
        "waits": "客户尚未收到",
        "told": "60 秒后送达客户",
        "back": "内容已放回输入框",
    },
    "en": {
        "wrong": "Dear Ms Wang, your balance is",
        "first": "Hello, I have found the payment.",
        "second": "It arrives by 18:00 today.",
        "third": "Is there anything else?",
        "waits": "The customer does not have this yet",
        "told": "in 60 seconds",
        "back": "is in the box again",
    },
}


@pytest.fixture
def host(company: Company) -> Iterator[Host]:
    """A page that carries the widget."""
    with serving(company.base) as shop:
        yield shop


def agent(people: People, company: Company, language: str, **options: object) -> Chats:
    """Someone at the desk."""
    return Chats(people.staff(company.staff("agent"), language, **options).page, people.base, language)


def test_a_reply_is_taken_back_by_key_and_the_next_ones_arrive_in_their_order(
    people: People, company: Company, host: Host, language: str
) -> None:
    words = WORDS[language]
    customer = people.customer(host, language)
    desk = agent(people, company, language).take_over(customer.conversation())
    expect(customer.said(desk.name)).not_to_have_count(0)
    said = customer.lines.count()
    desk.box.fill(words["wrong"])
    desk.send()
    expect(desk.held).to_contain_text(words["wrong"])
    expect(desk.held).to_contain_text(words["waits"])
    expect(desk.held_told).to_contain_text(words["told"])
    expect(customer.page.locator("kesu-widget .dots")).to_be_visible()
    assert findings(desk.page) == []
    desk.page.keyboard.press("Escape")
    desk.page.keyboard.press("z")
    expect(desk.box).to_have_value(words["wrong"])
    expect(desk.box).to_be_focused()
    expect(desk.held_told).to_contain_text(words["back"])
    expect(desk.held).to_have_count(0)
    desk.box.fill(words["first"])
    desk.send()
    expect(desk.held).to_contain_text(words["first"])
    desk.box.fill(words["second"])
    desk.send()
    expect(customer.said(words["first"])).to_be_visible()
    expect(desk.held).to_contain_text(words["second"])
    company.a_minute_later()
    expect(customer.said(words["second"])).to_be_visible()
    expect(desk.held).to_have_count(0)
    expect(desk.transcript.filter(has_text=words["second"])).to_have_count(1)
    heard = "\n".join(customer.lines.all_inner_texts()[said:])
    assert heard.index(words["first"]) < heard.index(words["second"])
    assert words["wrong"] not in heard


def test_a_reply_may_be_taken_back_the_moment_it_appears(
    people: People, company: Company, host: Host, language: str
) -> None:
    words = WORDS[language]
    desk = agent(people, company, language).take_over(people.customer(host, language).conversation())
    desk.box.fill(words["first"])
    desk.send()
    expect(desk.held).to_contain_text(words["first"])
    desk.box.fill(words["wrong"])
    desk.page.evaluate("""window.samePage = true;
        const first = document.getElementById("held");
        new MutationObserver((_, observer) => {
            const held = document.getElementById("held");
            if (held && held !== first) { observer.disconnect(); document.getElementById("undo-reply").click(); }
        }).observe(document.body, { childList: true, subtree: true })""")
    desk.send()
    expect(desk.held_told).to_contain_text(words["back"])
    expect(desk.box).to_have_value(words["wrong"])
    expect(desk.box).to_be_focused()
    assert desk.page.evaluate("window.samePage")


def test_on_a_phone_a_reply_is_taken_back_by_tapping_and_goes_out_though_the_page_is_closed(
    people: People, company: Company, host: Host, language: str
) -> None:
    words = WORDS[language]
    customer = people.customer(host, language)
    desk = agent(people, company, language, viewport={"width": 390, "height": 780}, has_touch=True)
    desk.take_over(customer.conversation())
    desk.box.fill(words["wrong"])
    desk.page.locator("#composer button[type=submit]").tap()
    desk.box.fill(words["third"])
    desk.held.locator("button").tap()
    expect(desk.box).to_have_value(f"{words['wrong']}\n{words['third']}")
    assert desk.page.evaluate("document.documentElement.scrollWidth") <= 390
    desk.box.fill(words["third"])
    desk.page.locator("#composer button[type=submit]").tap()
    expect(desk.held).to_contain_text(words["third"])
    desk.page.close()
    company.a_minute_later()
    expect(customer.said(words["third"])).to_be_visible()
    expect(customer.said(words["wrong"])).to_have_count(0)


def test_the_agent_sees_that_the_customer_types_never_what_and_no_longer_when_they_stop(
    people: People, company: Company, host: Host
) -> None:
    typed = "我的订单"
    customer = people.customer(host, "zh")
    desk = agent(people, company, "en").take_over(customer.conversation())
    expect(customer.page.locator("kesu-widget .banner .text")).to_contain_text(desk.name)
    expect(desk.here).to_be_empty()
    customer.box.press_sequentially(typed)
    expect(desk.here).to_contain_text("The customer is typing")
    expect(desk.page.locator("body")).not_to_contain_text(typed)
    expect(desk.here).to_be_empty()
    expect(desk.page.locator("body")).not_to_contain_text(typed)
