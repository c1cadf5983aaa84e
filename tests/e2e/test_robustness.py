"""What people and machines do wrong: overlong and hostile texts, other people's tickets, hanging processes, stale buttons."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import psutil
import pytest
from playwright.sync_api import expect

from tests.e2e.host import Host
from tests.e2e.pages.widget import Widget
from tests.e2e.people import People
from tests.stack import Stack

TOLD_MS = 3_000
SLOW = re.compile("反应有点慢")
HOSTILE = '<img src=x onerror="alert(1)"><script>alert(2)</script><b>退款</b>'
FORM = (
    ("say", "昨天转账500元给同学，钱扣了对方没收到，订单号T2026112200999"),
    ("tap", "交易纠纷"),
    ("say", "退回来就行"),
    ("tap", "在这里回复"),
    ("tap", "同意"),
)


@contextmanager
def hanging(process: psutil.Process) -> Iterator[None]:
    """Stop a process in its tracks without ending it; it goes on afterwards."""
    family = [process, *process.children(recursive=True)]
    for member in family:
        member.suspend()
    try:
        yield
    finally:
        for member in family:
            member.resume()


def fill_in(customer: Widget) -> Widget:
    """Everything up to the summary."""
    for how, what in FORM:
        (customer.tap if how == "tap" else customer.say)(what)
        customer.answered()
    customer.hears("请您核对")
    return customer


@pytest.fixture
def customer(people: People, shop: Host) -> Widget:
    """A customer with the chat open."""
    return people.customer(shop)


def test_an_overlong_message_is_not_sent_and_says_why(customer: Widget) -> None:
    customer.box.fill("投" * 10_000)
    customer.box.press("Enter")
    expect(customer.counter).to_have_text("超出 8000 字（上限 2000 字），请删减或分几条发送")
    expect(customer.send_button).to_be_disabled()
    expect(customer.lines).to_have_count(1)
    assert customer.box.input_value() == "投" * 10_000


def test_an_overlong_message_of_another_program_is_refused_with_the_same_reason(customer: Widget) -> None:
    answer = customer.send_by_program({"text": "投" * 10_000})
    assert answer.status == 422
    assert "超过了 2000 字的上限" in answer.json()["detail"]


def test_markup_is_shown_as_text_to_the_customer_and_to_the_agent(people: People, customer: Widget) -> None:
    customer.say(HOSTILE).answered()
    expect(customer.said(HOSTILE)).to_be_visible()
    expect(customer.lines.locator("img, script, b")).to_have_count(0)
    agent = people.staff("lin.yue").open_chat(customer.conversation())
    expect(agent.transcript.filter(has_text=HOSTILE)).to_have_count(1)
    expect(agent.transcript.locator("img, script, .line-text b")).to_have_count(0)
    assert customer.dialogs == agent.dialogs == []


def test_marks_that_turn_text_around_are_taken_out(customer: Widget) -> None:
    customer.say("退款凭证\u202efdp.exe\u200f在这里", shown="退款凭证fdp.exe在这里").answered()


def test_a_typed_payload_presses_no_button(customer: Widget) -> None:
    fill_in(customer)
    customer.say('/affirm{"form":"x.1"}', shown='affirm{"form":"x.1"}').answered()
    expect(customer.ticket_cards).to_have_count(0)
    customer.say("/restart", shown="restart").answered()
    expect(customer.said("请您核对").first).to_be_attached()


def test_another_customers_ticket_is_not_found_in_the_chat_nor_on_the_page(people: People, customer: Widget) -> None:
    number = people.staff("lin.yue").queue("open").first_number()
    customer.say(f"帮我查一下工单 {number} 的进度")
    customer.hears("没有找到", number)
    window = customer.my_tickets()
    expect(window.locator("main h1")).to_have_text("我的工单")
    answer = window.goto(f"{people.base}/my/tickets/{number}")
    assert answer is not None
    assert answer.status == 404
    expect(window.locator("main")).not_to_contain_text("转账")


def test_without_the_assistant_the_customer_is_told_and_helped_and_the_answer_comes_late(
    customer: Widget, people: People, stack: Stack
) -> None:
    customer.say("你好").answered()
    before = customer.answers.count()
    with hanging(stack.children()["rasa"]):
        customer.box.fill("提现一般多久到账？")
        customer.box.press("Enter")
        expect(customer.said("反应有点慢")).to_be_visible(timeout=TOLD_MS)
        expect(customer.answers.filter(has_text="提现")).not_to_have_count(0)
        form = people.own_pages(customer.follow("/my/complaint"))
        expect(form.heading).to_have_text("提交投诉")
        told = customer.answers.count()
        assert told > before
    expect(customer.answers.nth(told)).to_contain_text("提现")


def test_a_confirmation_while_the_actions_hang_is_answered_honestly_and_makes_one_ticket(
    customer: Widget, people: People, stack: Stack
) -> None:
    fill_in(customer)
    with hanging(stack.children()["actions"]):
        customer.tap("确认提交")
        expect(customer.said("请不要重复提交")).to_be_visible(timeout=TOLD_MS)
        expect(customer.ticket_cards).to_have_count(0)
    expect(customer.ticket_cards).to_have_count(1)
    customer.say("确认提交").answered()
    expect(people.own_pages(customer.my_tickets()).ticket_list()).to_have_count(1)


def test_a_stale_confirmation_submits_nothing(customer: Widget, people: People) -> None:
    fill_in(customer)
    stale = customer.newest_button("确认提交")
    customer.say("不对，金额是300元").hears("改过来", "300.00")
    expect(customer.panel.get_by_role("button", name="确认提交").first).to_be_disabled()
    assert customer.send_by_program({"button": stale}).ok
    customer.hears("已经改过了", "300.00")
    expect(customer.ticket_cards).to_have_count(0)
    expect(people.own_pages(customer.my_tickets()).ticket_list()).to_have_count(0)


def test_widgets_of_two_origins_in_one_browser_do_not_see_each_other(
    people: People, customer: Widget, other_shop: Host
) -> None:
    customer.say("这句话只在第一家商城说").answered()
    elsewhere = Widget(customer.page.context.new_page(), "zh").visit(other_shop.page("zh")).open()
    expect(elsewhere.lines).to_have_count(1)
    assert elsewhere.conversation() != customer.conversation()
    elsewhere.say("第二家商城的话").answered()
    customer.page.reload()
    expect(customer.said("这句话只在第一家商城说")).to_be_visible()
    expect(customer.said("第二家商城的话")).to_have_count(0)
