"""What a customer types arrives once, in order, and says where it stands."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e.widget.conftest import Widget
from tests.e2e.widget.fake_gateway import Gateway

BUTTON_UNKNOWN = {"code": "button_unknown", "detail": "这个按钮已失效，请直接输入您的需求。"}


def test_enter_sends_and_the_answer_appears(widget: Widget) -> None:
    widget.open().say("你好")
    expect(widget.message("收到：你好")).to_be_visible()
    expect(widget.box).to_have_value("")


def test_shift_enter_makes_a_new_line_and_sends_nothing(widget: Widget, gateway: Gateway) -> None:
    widget.open().box.fill("第一行")
    widget.box.press("Shift+Enter")
    widget.box.press_sequentially("第二行")
    expect(widget.box).to_have_value("第一行\n第二行")
    assert gateway.posts == []


@pytest.mark.parametrize("event", ["isComposing: true", "keyCode: 229"])
def test_enter_that_picks_a_word_of_the_input_method_sends_nothing(
    widget: Widget, gateway: Gateway, event: str
) -> None:
    widget.open().box.fill("zhong")
    widget.box.evaluate(
        f"box => box.dispatchEvent(new KeyboardEvent('keydown', {{key: 'Enter', bubbles: true, cancelable: true, {event}}}))"
    )
    expect(widget.box).to_have_value("zhong")
    assert gateway.posts == []


def test_a_message_whose_answer_is_lost_is_repeated_and_stored_once(widget: Widget, gateway: Gateway) -> None:
    gateway.streaming = False
    widget.open()
    gateway.fail = ["lose"]
    widget.say("转账没到")
    expect(widget.page.locator("kesu-widget .unsent")).to_have_count(0, timeout=15000)
    expect(widget.page.locator("kesu-widget .customer")).to_have_count(1)
    assert [message["text"] for message in gateway.only()["messages"] if message["author"] == "customer"] == [
        "转账没到"
    ]
    assert len({post["client_id"] for post in gateway.posts}) == 1


def test_messages_written_while_the_line_is_down_follow_in_order(widget: Widget, gateway: Gateway) -> None:
    widget.open()
    widget.page.context.set_offline(True)
    for text in ("一", "二", "三"):
        widget.say(text)
    expect(widget.message("一")).to_be_visible()
    expect(widget.panel.get_by_text("网络不通，恢复后自动发送")).to_be_visible()
    widget.page.context.set_offline(False)
    expect(widget.message("收到：三")).to_be_visible(timeout=15000)
    assert [message["text"] for message in gateway.only()["messages"] if message["author"] == "customer"] == [
        "一",
        "二",
        "三",
    ]


def test_a_message_not_yet_sent_survives_a_reload(widget: Widget, gateway: Gateway) -> None:
    widget.open()
    gateway.fail = ["drop"] * 9
    widget.say("别丢了我")
    expect(widget.panel.get_by_text("网络不通，恢复后自动发送")).to_be_visible()
    gateway.fail = []
    widget.page.reload()
    expect(widget.message("收到：别丢了我")).to_be_visible(timeout=15000)


def test_a_refusal_is_shown_in_the_servers_words_and_can_be_retried(widget: Widget, gateway: Gateway) -> None:
    widget.open()
    gateway.fail = [(422, BUTTON_UNKNOWN)]
    widget.say("试试")
    expect(widget.panel.locator(".problem").get_by_text("这个按钮已失效")).to_be_visible()
    widget.button("重试").click()
    expect(widget.message("收到：试试")).to_be_visible()
    assert gateway.posts[0]["client_id"] == gateway.posts[1]["client_id"]


def test_a_refused_text_can_be_taken_back_for_editing(widget: Widget, gateway: Gateway) -> None:
    widget.open()
    gateway.fail = [(422, BUTTON_UNKNOWN)]
    widget.say("写错了")
    widget.button("修改").click()
    expect(widget.box).to_have_value("写错了")
    expect(widget.message("写错了")).to_have_count(0)


def test_a_text_over_the_limit_is_kept_and_explained_but_not_sent(widget: Widget, gateway: Gateway) -> None:
    widget.open().box.fill("字" * 1900)
    expect(widget.panel.get_by_text("还可输入 100 字")).to_be_visible()
    widget.box.fill("😀" * 2003)
    expect(widget.panel.get_by_text("超出 3 字")).to_be_visible()
    widget.box.press("Enter")
    expect(widget.button("发送")).to_be_disabled()
    assert gateway.posts == []


def test_a_button_names_message_and_position_and_never_a_payload(widget: Widget, gateway: Gateway) -> None:
    widget.open().button("我要投诉").click()
    expect(widget.button("确认提交")).to_be_enabled()
    assert gateway.posts[0]["button"] == {"seq": 1, "index": 0}
    assert set(gateway.posts[0]) == {"client_id", "button"}


def test_an_old_confirmation_can_no_longer_be_pressed(widget: Widget) -> None:
    widget.open().say("我要投诉")
    expect(widget.button("确认提交")).to_be_enabled()
    widget.say("等一下")
    expect(widget.message("收到：等一下")).to_be_visible()
    expect(widget.button("确认提交")).to_be_disabled()


def test_typing_dots_show_while_the_assistant_thinks(widget: Widget, gateway: Gateway) -> None:
    gateway.delay = 1.0
    widget.open().say("慢慢想")
    expect(widget.panel.locator(".dots")).to_be_visible()
    expect(widget.message("收到：慢慢想")).to_be_visible()
    expect(widget.panel.locator(".dots")).to_have_count(0)


def test_a_closed_conversation_offers_a_new_one(widget: Widget, gateway: Gateway) -> None:
    widget.open()
    gateway.own(gateway.only(), "closed")
    expect(widget.box).to_be_disabled()
    widget.button("开始新会话").click()
    expect(widget.box).to_be_enabled()
    expect(widget.banner).to_contain_text("智能助手")
    assert len(gateway.conversations) == 2


def test_markup_in_texts_and_names_stays_text(widget: Widget, gateway: Gateway) -> None:
    widget.open()
    gateway.say(gateway.only(), "<img src=x onerror=alert(1)>**<b>粗</b>**", author="agent", name="<i>李</i>")
    expect(widget.message("<img src=x onerror=alert(1)>")).to_be_visible()
    assert widget.page.locator("kesu-widget img, kesu-widget .who i, kesu-widget strong b").count() == 0


def test_a_person_is_told_that_one_types_at_most_every_four_seconds_and_never_what(
    widget: Widget, gateway: Gateway
) -> None:
    told: list[str | None] = []
    widget.page.on("request", lambda sent: told.append(sent.post_data) if sent.url.endswith("/typing") else None)
    widget.open()
    widget.box.press_sequentially("还在吗")
    assert told == []
    gateway.own(gateway.only(), "agent")
    expect(widget.banner).not_to_contain_text("智能助手")
    widget.box.press_sequentially("，我的退款呢")
    assert told == [None]
    expect(widget.box).to_have_value("还在吗，我的退款呢")
