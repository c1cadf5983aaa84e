"""How the widget behaves as a guest: silent unless asked, dressed like the page, gone when told."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.widget.conftest import Widget
from tests.e2e.widget.fake_gateway import Gateway

TONES = """window.tones = 0; const Real = window.AudioContext;
window.AudioContext = class extends Real { createOscillator() { window.tones++; return super.createOscillator(); } };"""


def tones(widget: Widget) -> int:
    return int(widget.page.evaluate("window.tones"))


def test_it_is_silent_until_the_customer_wants_sound(visitor: Callable[..., Widget], gateway: Gateway) -> None:
    widget = visitor()
    widget.page.add_init_script(TONES)
    widget.visit().open()
    widget.page.keyboard.press("Escape")
    gateway.say(gateway.only(), "第一条")
    widget.launcher.click()
    expect(widget.message("第一条")).to_be_visible()
    assert tones(widget) == 0
    widget.button("提示音：关").click()
    expect(widget.button("提示音：开")).to_have_attribute("aria-pressed", "true")
    assert tones(widget) == 1
    widget.page.reload()
    expect(widget.button("提示音：开")).to_be_visible()


def test_a_message_nobody_is_looking_at_is_heard_once_sound_is_on(
    visitor: Callable[..., Widget], gateway: Gateway
) -> None:
    widget = visitor()
    widget.page.add_init_script(TONES)
    widget.visit().open()
    widget.button("提示音：关").click()
    gateway.own(gateway.only(), "agent", name="林悦")
    expect(widget.banner).to_contain_text("林悦")
    widget.page.keyboard.press("Escape")
    gateway.say(gateway.only(), "查到了", author="agent", name="林悦")
    expect(widget.page.locator("kesu-widget .badge")).to_have_text("1")
    assert tones(widget) == 2


def test_the_page_hears_of_a_ticket_by_number_only(widget: Widget, gateway: Gateway) -> None:
    widget.page.evaluate("window.heard = []; Kesu.on('ticket', (t) => heard.push(t)); null")
    widget.open()
    card = {"number": "KS-20261123-00042", "status_text": "已受理", "page_url": "/my/tickets/KS-20261123-00042"}
    gateway.say(gateway.only(), "已受理", kind="ticket", card=card)
    expect(widget.message("KS-20261123-00042")).to_be_visible()
    assert widget.page.evaluate("window.heard") == [{"number": "KS-20261123-00042", "status": "已受理"}]


def test_destroy_leaves_nothing_behind(widget: Widget, gateway: Gateway) -> None:
    widget.open()
    widget.page.evaluate("Kesu.destroy()")
    expect(widget.page.locator("kesu-widget")).to_have_count(0)
    assert widget.page.evaluate("[typeof window.Kesu, document.documentElement.style.overflow]") == ["undefined", ""]
    calls = len(gateway.calls)
    gateway.say(gateway.only(), "还在吗")
    widget.page.evaluate("window.dispatchEvent(new Event('online'))")
    widget.page.wait_for_timeout(300)
    assert len(gateway.calls) == calls


@pytest.mark.parametrize(
    ("change", "dark"),
    [
        ("document.documentElement.style.colorScheme = 'dark'", True),
        ("document.documentElement.style.setProperty('--kesu-theme', 'dark')", True),
        ("document.querySelector('script[src]').dataset.theme = 'dark'", True),
        ("document.documentElement.style.colorScheme = 'light dark'", False),
    ],
)
def test_it_follows_the_page_into_the_dark(widget: Widget, change: str, dark: bool) -> None:
    widget.open()
    widget.page.evaluate(change)
    classes = "root dark" if dark else "root"
    expect(widget.page.locator("kesu-widget .root")).to_contain_class(classes)
    expect(widget.page.locator("kesu-widget .root.dark")).to_have_count(int(dark))


def test_the_page_gives_it_colour_and_corners(widget: Widget) -> None:
    widget.page.evaluate(
        """() => { const style = document.documentElement.style;
        style.setProperty('--kesu-color', 'rgb(120, 40, 140)'); style.setProperty('--kesu-radius', '3px') }"""
    )
    widget.open()
    expect(widget.page.locator("kesu-widget header")).to_have_css("background-color", "rgb(120, 40, 140)")
    expect(widget.panel).to_have_css("border-radius", "3px")


def test_high_contrast_colours_of_the_system_keep_their_borders(visitor: Callable[..., Widget]) -> None:
    widget = visitor(forced_colors="active").visit().open()
    expect(widget.launcher).to_have_css("border-top-style", "solid")
    expect(widget.panel).to_have_css("border-top-style", "solid")


def test_what_was_typed_before_there_was_a_conversation_survives_a_reload(widget: Widget, gateway: Gateway) -> None:
    widget.page.route("**/chat/v1/conversations", lambda route: route.abort())
    widget.launcher.click()
    widget.say("我要投诉转账")
    expect(widget.page.locator("kesu-widget .unsent")).to_be_visible()
    widget.page.unroute("**/chat/v1/conversations")
    widget.page.reload()
    expect(widget.message("我要投诉转账").first).to_be_visible()
    expect(widget.page.locator("kesu-widget .unsent")).to_have_count(0)
    assert [post["text"] for post in gateway.posts] == ["我要投诉转账"]


def test_with_all_site_data_blocked_it_still_talks_and_sends_no_cookie(
    visitor: Callable[..., Widget], gateway: Gateway
) -> None:
    widget = visitor()
    widget.page.add_init_script(
        """for (const name of ['localStorage', 'sessionStorage'])
        Object.defineProperty(window, name, {get() { throw new DOMException('blocked', 'SecurityError') }});"""
    )
    sent: list[str | None] = []
    widget.page.on(
        "request", lambda request: sent.append(request.all_headers().get("cookie")) if "/chat/" in request.url else None
    )
    widget.visit().open().say("没有 Cookie 也能用")
    expect(widget.message("收到：没有 Cookie 也能用")).to_be_visible()
    assert set(sent) == {None}
    assert widget.page.context.cookies() == []
