"""From the queue to a person and back: everyone sees at each moment what is going on."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.host import Host
from tests.e2e.pages.chats import Chats
from tests.e2e.pages.widget import Widget
from tests.e2e.people import People

WORDS = {
    "zh": {
        "person": "转人工", "place": "您排在第 {} 位", "wait": "预计约", "leave": "取消排队", "assistant": "智能助手",
        "trouble": "我提现5000元三天了还没到账，急用钱", "mood": "着急", "asked": "客户要求人工", "agent": "陈浩",
        "question": "提现一般多久到账？", "draft": "用作草稿", "opens": "^您好，关于您的问题", "own": " 我也在帮您催。", "macro": "这件事给您添了麻烦",
        "ended": "陈浩已结束人工服务", "survey": "请用半分钟", "thanks": "评价已提交", "again": "忘记登录密码怎么办？",
        "money": "基金赎回的钱去哪了", "message": "改为留言", "more": "前面说的会一并登记", "as_told": "没有补充", "filed": "已把您的留言登记为工单",
    },
    "en": {
        "person": "talk to a person", "place": "You are number {}", "wait": "in the queue", "leave": "Stop waiting", "assistant": "Assistant",
        "trouble": "I withdrew 5,000 yuan three days ago and it still hasn't arrived, I need it urgently", "mood": "Worried", "asked": "Asked for a person", "agent": "陈浩",
        "question": "How long does a withdrawal usually take?", "draft": "Use as a draft", "opens": "^Hello, about your question", "own": " I am chasing it as well.", "macro": "I am sorry for the trouble",
        "ended": "has handed you back", "survey": "take half a minute", "thanks": "Thank you for your rating", "again": "I forgot my login password, what now?",
        "money": "Where is the money from my fund redemption", "message": "Leave a message", "more": "goes with it", "as_told": "Nothing to add", "filed": "Your message has been filed as ticket",
    },
}  # fmt: skip
both = pytest.mark.parametrize("language", ["zh", "en"])


def banner(customer: Widget, *texts: str) -> None:
    """What the line above the conversation says."""
    for text in texts:
        expect(customer.page.locator("kesu-widget .banner .text")).to_contain_text(text)


def asks_for_a_person(people: People, host: Host, *said: str, language: str = "zh") -> Widget:
    """A customer who says something and then wants a person."""
    customer = people.customer(host, language)
    for text in said:
        customer.say(text).answered()
    customer.say(WORDS[language]["person"]).answered()
    banner(customer, WORDS[language]["place"].split("{}")[0])
    return customer


def agent_of(people: People, language: str = "zh") -> Chats:
    """An agent without other chats, signed in. Whoever else comes to the desk is given cases of other tests."""
    return Chats(people.staff("chen.hao", language).page, people.base, language)


@both
def test_a_customer_is_led_through_the_queue_to_a_person_and_back(
    people: People, shop: Host, other_shop: Host, language: str
) -> None:
    words = WORDS[language]
    agent = agent_of(people, language)
    ahead = asks_for_a_person(people, other_shop, language=language)
    customer = asks_for_a_person(people, shop, words["trouble"], language=language)
    banner(customer, words["place"].format(2), words["wait"])
    ahead.panel.get_by_role("button", name=words["leave"]).first.click()
    banner(ahead, words["assistant"])
    banner(customer, words["place"].format(1))
    customer.page.reload()
    banner(customer, words["place"].format(1))

    agent.take_over(customer.conversation())
    for part in (words["trouble"], words["mood"], words["asked"]):
        expect(agent.brief).to_contain_text(part)
    banner(customer, words["agent"])

    customer.say(words["question"])
    expect(agent.transcript.filter(has_text=words["question"])).to_have_count(1)
    expect(agent.page.locator("#assist")).to_contain_text(words["question"])
    expect(agent.articles.first).to_be_visible()
    agent.page.get_by_role("button", name=words["draft"]).click()
    expect(agent.box).to_have_value(re.compile(words["opens"]))
    expect(customer.page.locator("kesu-widget .dots")).to_be_visible()
    agent.box.press("End")
    agent.box.press_sequentially(words["own"])
    agent.send()
    expect(customer.said(words["own"].strip())).to_be_visible()

    agent.box.press_sequentially("/sor")
    expect(agent.menu).to_have_count(1)
    agent.box.press("Enter")
    expect(agent.box).to_have_value(re.compile(f"^{words['macro']}"))
    agent.send()
    expect(customer.said(words["macro"])).to_be_visible()

    agent.hand_back()
    banner(customer, words["assistant"])
    expect(customer.said(words["ended"])).to_be_visible()
    expect(customer.said(words["survey"])).to_have_count(1)
    customer.rate(5, 5, 4)
    expect(customer.said(words["thanks"])).to_be_visible()
    answers = customer.answers.count()
    customer.say(words["again"]).answered()
    expect(customer.answers).not_to_have_count(answers)


def test_an_agent_switches_between_chats_by_keyboard_and_loses_no_draft(
    people: People, shop: Host, other_shop: Host
) -> None:
    agent = agent_of(people)
    first, second = asks_for_a_person(people, shop), asks_for_a_person(people, other_shop)
    agent.take_over(first.conversation()).take_over(second.conversation())
    here, there = agent.tab(second.conversation()), agent.tab(first.conversation())
    expect(here).to_have_attribute("aria-current", "page")
    agent.box.fill("写到一半")
    first.say("还在吗")
    expect(there.locator(".badge")).to_contain_text("1")
    expect(agent.page).to_have_title(re.compile(r"^\(1\)"))
    agent.box.press("Alt+ArrowUp")
    agent.page.wait_for_url(f"**/{first.conversation()}")
    expect(agent.transcript.filter(has_text="还在吗")).to_have_count(1)
    expect(there.locator(".badge")).to_have_count(0)
    agent.page.keyboard.press("]")
    agent.page.wait_for_url(f"**/{second.conversation()}")
    expect(agent.box).to_have_value("写到一半")
    agent.hand_back()
    agent.open_chat(first.conversation()).page.keyboard.press("?")
    expect(agent.page.locator("#keys")).to_contain_text("切换我接待的会话")
    agent.page.keyboard.press("Escape")
    agent.hand_back()


@both
def test_who_no_longer_wants_to_wait_leaves_a_ticket(people: People, shop: Host, language: str) -> None:
    words = WORDS[language]
    customer = asks_for_a_person(people, shop, words["money"], language=language)
    customer.panel.get_by_role("button", name=words["message"]).first.click()
    expect(customer.lines.last).to_contain_text(words["more"])
    customer.panel.get_by_role("button", name=words["as_told"]).click()
    number = customer.ticket_number()
    expect(customer.lines.last).to_contain_text(words["filed"])
    banner(customer, words["assistant"])
    agent = agent_of(people, language).open_case(number)
    expect(agent.page.locator("#work")).to_contain_text(words["money"])
