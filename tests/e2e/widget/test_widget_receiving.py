"""What is said to the customer appears once, by stream or by polling, in every tab and after a reload."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.widget.conftest import Widget
from tests.e2e.widget.fake_gateway import Gateway


@pytest.mark.parametrize("streaming", [True, False], ids=["stream", "polling"])
def test_an_agents_words_appear_with_their_name(widget: Widget, gateway: Gateway, streaming: bool) -> None:
    gateway.streaming = streaming
    widget.open()
    gateway.own(gateway.only(), "agent", name="李晓明")
    gateway.say(gateway.only(), "您好，正在核实。", author="agent", name="李晓明")
    expect(widget.message("您好，正在核实。")).to_have_count(1, timeout=10000)
    expect(widget.banner).to_have_text("李晓明正在为您服务")
    expect(widget.panel.locator(".agent .who")).to_have_text("李晓明")


def test_a_typing_agent_is_shown(widget: Widget, gateway: Gateway) -> None:
    widget.open()
    gateway.own(gateway.only(), "agent", name="李晓明")
    expect(widget.banner).to_contain_text("李晓明")
    gateway.own(gateway.only(), "agent", typing=True)
    expect(widget.panel.locator(".dots")).to_be_visible()


def test_the_place_in_the_queue_is_shown(widget: Widget) -> None:
    widget.open().say("转人工")
    expect(widget.banner).to_have_text("正在排队，您在第 3 位")
    expect(widget.message("排队位置")).to_contain_text("3")


def test_moving_up_is_shown_and_said_to_screen_readers(widget: Widget, gateway: Gateway) -> None:
    widget.open().say("转人工")
    gateway.own(gateway.only(), "queued", queue={"position": 1, "text": "您排在第 1 位，预计约 2 分钟"})
    expect(widget.panel.get_by_role("status").filter(has_text="您排在第 1 位，预计约 2 分钟")).to_be_visible()


WHY_IT_ROSE = {"zh": "需要优先接待", "en": "goes first"}


@pytest.mark.parametrize("language", WHY_IT_ROSE)
def test_a_place_that_rises_says_why_once(visitor: Callable[..., Widget], gateway: Gateway, language: str) -> None:
    widget, why = visitor(language=language).visit().open(), WHY_IT_ROSE[language]
    for place, told in ((2, False), (1, False), (2, True), (3, False), (2, False), (3, False)):
        gateway.own(gateway.only(), "queued", queue={"position": place, "text": f"No. {place}"})
        expect(widget.banner).to_contain_text(f"No. {place}")
        assert (why in widget.banner.inner_text()) is told


@pytest.mark.parametrize(("button", "action"), [("取消排队", "leave_queue"), ("改为留言", "leave_ticket")])
def test_the_ways_out_of_the_queue_stay_after_more_was_said_and_after_a_reload(
    widget: Widget, gateway: Gateway, button: str, action: str
) -> None:
    widget.open().say("转人工")
    expect(widget.banner).to_contain_text("您在第 3 位")
    widget.say("订单号是 TR2611230088")
    expect(widget.message("订单号是 TR2611230088")).to_have_count(1)
    expect(widget.page.locator("kesu-widget .unsent")).to_have_count(0)
    widget.page.reload()
    expect(widget.banner).to_contain_text("您在第 3 位")
    widget.panel.get_by_role("button", name=button, exact=True).first.click()
    expect(widget.banner).to_contain_text("智能助手")
    expect(widget.panel.get_by_role("button", name="改为留言")).to_be_hidden()
    assert [post.get("action") for post in gateway.posts if "action" in post] == [action]


def test_a_new_conversation_tells_the_customers_zone(visitor: Callable[..., Widget], gateway: Gateway) -> None:
    visitor(timezone_id="Europe/London").visit().open()
    assert gateway.opened[-1]["time_zone"] == "Europe/London"


def test_history_and_open_panel_come_back_after_a_reload(widget: Widget, gateway: Gateway) -> None:
    widget.open().say("你好")
    expect(widget.message("收到：你好")).to_be_visible()
    widget.page.reload()
    expect(widget.message("收到：你好")).to_be_visible()
    assert len(gateway.conversations) == 1


def test_two_tabs_show_the_same_conversation_once_each(
    widget: Widget, visitor: Callable[..., Widget], gateway: Gateway
) -> None:
    widget.open()
    other = visitor(widget.page.context).visit().open()
    widget.say("第一页说")
    expect(other.message("收到：第一页说")).to_have_count(1)
    other.say("第二页说")
    expect(widget.message("收到：第二页说")).to_have_count(1)
    assert len(gateway.conversations) == 1


def test_unread_messages_are_counted_on_the_launcher_until_opened(widget: Widget, gateway: Gateway) -> None:
    widget.open()
    gateway.own(gateway.only(), "agent", name="李晓明")
    expect(widget.banner).to_contain_text("李晓明")
    widget.box.press("Escape")
    for text in ("第一条", "第二条"):
        gateway.say(gateway.only(), text, author="agent", name="李晓明")
    expect(widget.page.get_by_role("button", name="打开在线客服，2 条未读消息")).to_be_visible()
    widget.launcher.click()
    expect(widget.launcher).to_have_attribute("aria-label", "关闭对话窗口")
    expect(widget.message("第二条")).to_be_in_viewport()


def test_an_expired_token_becomes_a_new_conversation_with_a_notice(widget: Widget, gateway: Gateway) -> None:
    widget.open().say("旧的")
    expect(widget.message("收到：旧的")).to_be_visible()
    gateway.conversations.clear()
    widget.say("新的")
    expect(widget.message("之前的会话已过期")).to_be_visible(timeout=10000)
    expect(widget.message("收到：新的")).to_be_visible()
    expect(widget.message("收到：旧的")).to_have_count(0)
    assert len(gateway.conversations) == 1


def test_a_token_expired_overnight_is_replaced_on_the_next_visit(widget: Widget, gateway: Gateway) -> None:
    widget.open()
    widget.box.press("Escape")
    gateway.conversations.clear()
    widget.page.reload()
    widget.open()
    expect(widget.message("之前的会话已过期")).to_be_visible()
    expect(widget.message("您好，我是智能助手")).to_be_visible()


def test_long_histories_are_fetched_page_by_page(widget: Widget, gateway: Gateway) -> None:
    widget.open()
    for number in range(2, 80):
        gateway.say(gateway.only(), f"第{number}条。")
    widget.page.reload()
    expect(widget.message("第79条。")).to_be_in_viewport()
    expect(widget.message("第2条。")).to_have_count(0)
    widget.button("查看更早的消息").click()
    expect(widget.message("第2条。")).to_have_count(1)
    expect(widget.button("查看更早的消息")).to_have_count(0)


def test_nothing_is_polled_while_the_page_is_hidden(widget: Widget, gateway: Gateway) -> None:
    gateway.streaming = False
    widget.open()
    widget.page.evaluate("""() => { Object.defineProperty(document, 'hidden', {value: true, configurable: true});
        document.dispatchEvent(new Event('visibilitychange')) }""")
    widget.page.wait_for_timeout(300)
    before = len(gateway.calls)
    widget.page.wait_for_timeout(2500)
    assert len(gateway.calls) == before
    gateway.say(gateway.only(), "您回来了")
    widget.page.evaluate("() => { delete document.hidden; document.dispatchEvent(new Event('visibilitychange')) }")
    expect(widget.message("您回来了")).to_be_visible()


def test_without_storage_the_conversation_lasts_as_long_as_the_page(
    visitor: Callable[..., Widget], gateway: Gateway
) -> None:
    widget = visitor()
    widget.page.add_init_script(
        "for (const k of ['localStorage', 'sessionStorage']) Object.defineProperty(window, k, {get() { throw new DOMException('no', 'SecurityError') }})"
    )
    widget.visit().open().say("你好")
    expect(widget.message("收到：你好")).to_be_visible()


def test_my_tickets_opens_the_one_time_address_in_a_new_window(widget: Widget, gateway: Gateway) -> None:
    widget.open()
    with widget.page.context.expect_page() as opened:
        widget.panel.get_by_role("button", name="我的工单").click()
    opened.value.wait_for_url(lambda url: url.startswith(f"{gateway.kesu}/l/"))
    assert opened.value.url.endswith("?next=/my/tickets")
    assert opened.value.evaluate("window.opener") is None


def test_thumbs_and_stars_reach_the_gateway(widget: Widget, gateway: Gateway) -> None:
    widget.open().say("提现手续费")
    widget.button("有帮助").click()
    expect(widget.panel.get_by_text("感谢反馈")).to_be_visible()
    widget.say("我要评价")
    for name in ("响应速度", "服务完整性", "解决效果"):
        widget.panel.get_by_role("radiogroup", name=name).get_by_role("radio", name="4 星").check()
    widget.button("提交评价").click()
    expect(widget.panel.get_by_text("评价已提交")).to_be_visible()
    assert gateway.thumbs == [{"answer": "a1", "helpful": True}]
    assert gateway.surveys == [{"speed": 4, "completeness": 4, "solution": 4}]


def test_a_survey_is_a_link_where_the_gateway_takes_no_stars(widget: Widget, gateway: Gateway) -> None:
    gateway.config = {}
    widget.open().say("我要评价")
    with widget.page.context.expect_page() as opened:
        widget.panel.get_by_role("link", name="去评价").click()
    opened.value.wait_for_url(lambda url: url.endswith("?next=/my/surveys/s1"))


def test_a_notice_of_the_system_keeps_its_buttons_and_its_page(widget: Widget, gateway: Gateway) -> None:
    widget.open()
    card = {"page_url": "/my/complaint", "page_title": "填写投诉表单"}
    gateway.say(gateway.only(), "助理暂时较慢。", author="system", kind="notice", card=card, buttons=["转人工"])
    expect(widget.message("助理暂时较慢。").get_by_role("link", name="填写投诉表单")).to_be_visible()
    expect(widget.button("转人工").last).to_be_enabled()
