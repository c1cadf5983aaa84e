"""From the queue to a person and back: everyone sees at each moment what is going on."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.e2e.host import Host
from tests.e2e.pages.chats import Chats
from tests.e2e.pages.widget import Widget
from tests.e2e.people import People


def banner(customer: Widget, *texts: str) -> None:
    """What the line above the conversation says."""
    for text in texts:
        expect(customer.page.locator("kesu-widget .banner .text")).to_contain_text(text)


def asks_for_a_person(people: People, host: Host, *said: str) -> Widget:
    """A customer who says something and then wants a person."""
    customer = people.customer(host)
    for text in said:
        customer.say(text).answered()
    customer.say("转人工").answered()
    banner(customer, "您排在第")
    return customer


def agent_of(people: People, login: str = "lin.yue") -> Chats:
    """An agent, signed in."""
    return Chats(people.staff(login).page, people.base, "zh")


def test_a_customer_is_led_through_the_queue_to_a_person_and_back(people: People, shop: Host, other_shop: Host) -> None:
    agent = agent_of(people, "chen.hao")
    ahead = asks_for_a_person(people, other_shop)
    customer = asks_for_a_person(people, shop, "我提现5000元三天了还没到账，急用钱")
    banner(customer, "您排在第 2 位", "预计约")
    ahead.panel.get_by_role("button", name="取消排队").first.click()
    banner(ahead, "智能助理")
    banner(customer, "您排在第 1 位")
    customer.page.reload()
    banner(customer, "您排在第 1 位")

    agent.take_over(customer.conversation())
    for words in ("我提现5000元三天了还没到账，急用钱", "着急", "客户要求人工"):
        expect(agent.brief).to_contain_text(words)
    banner(customer, "陈浩")

    customer.say("提现一般多久到账？")
    expect(agent.transcript.filter(has_text="提现一般多久到账？")).to_have_count(1)
    expect(agent.page.locator("#assist")).to_contain_text("提现一般多久到账？")
    expect(agent.articles).to_have_count(3)
    agent.page.get_by_role("button", name="用作草稿").click()
    expect(agent.box).to_have_value(re.compile("^您好，关于您的问题"))
    expect(customer.page.locator("kesu-widget .dots")).to_be_visible()
    agent.box.press("End")
    agent.box.press_sequentially(" 我也在帮您催。")
    agent.send()
    expect(customer.said("我也在帮您催。")).to_be_visible(timeout=5_000)

    agent.box.press_sequentially("/sor")
    expect(agent.menu).to_have_count(1)
    agent.box.press("Enter")
    expect(agent.box).to_have_value(re.compile("^这件事给您添了麻烦"))
    agent.send()
    expect(customer.said("这件事给您添了麻烦")).to_be_visible()

    agent.hand_back()
    banner(customer, "智能助理")
    expect(customer.said("陈浩已结束人工服务")).to_be_visible()
    expect(customer.said("请用半分钟")).to_have_count(1)
    customer.rate(5, 5, 4)
    expect(customer.said("评价已提交")).to_be_visible()
    answers = customer.answers.count()
    customer.say("忘记登录密码怎么办？").answered()
    expect(customer.answers).not_to_have_count(answers)


def test_an_agent_switches_between_chats_by_keyboard_and_loses_no_draft(
    people: People, shop: Host, other_shop: Host
) -> None:
    agent = agent_of(people, "chen.hao")
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


def test_who_no_longer_wants_to_wait_leaves_a_ticket(people: People, shop: Host) -> None:
    customer = asks_for_a_person(people, shop, "基金赎回的钱去哪了")
    customer.panel.get_by_role("button", name="改为留言").first.click()
    number = customer.ticket_number()
    expect(customer.lines.last).to_contain_text("已把您的留言登记为工单")
    banner(customer, "智能助理")
    agent = agent_of(people).open_case(number)
    expect(agent.page.locator("#work")).to_contain_text("基金赎回的钱去哪了")
