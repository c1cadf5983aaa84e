"""The widget as a guest on somebody's page: policy, focus, keyboard, language, theme, narrow screens, the page's API."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.celery_process import until
from tests.e2e.widget.conftest import Widget
from tests.e2e.widget.fake_gateway import WIDGET, Gateway, running

WEB = Path(__file__).resolve().parents[3] / "web"
AXE = WEB / "node_modules" / "axe-core" / "axe.min.js"
TEXTS = WEB / "widget" / "src" / "texts.js"
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}


def test_what_is_served_stays_below_thirty_kilobytes_compressed() -> None:
    assert len(gzip.compress(WIDGET.read_bytes())) < 30_000


def test_escape_closes_and_returns_focus_to_the_launcher(widget: Widget) -> None:
    widget.open()
    expect(widget.box).to_be_focused()
    widget.page.keyboard.press("Escape")
    expect(widget.panel).to_have_count(0)
    expect(widget.launcher).to_be_focused()


def test_opened_by_the_page_focus_returns_to_where_it_was(widget: Widget) -> None:
    widget.page.focus("#before")
    widget.page.evaluate("Kesu.open()")
    expect(widget.box).to_be_focused()
    widget.page.keyboard.press("Escape")
    expect(widget.page.locator("#before")).to_be_focused()


def test_keys_typed_in_the_chat_do_not_reach_the_pages_shortcuts(widget: Widget) -> None:
    widget.page.evaluate("window.heard = 0; document.addEventListener('keydown', () => window.heard++)")
    widget.open().box.press_sequentially("abc")
    assert widget.page.evaluate("window.heard") == 0


def test_on_a_phone_the_panel_fills_the_screen_and_keeps_the_focus(visitor: Callable[..., Widget]) -> None:
    widget = visitor(**PHONE).visit().open()
    expect(widget.panel).to_have_attribute("aria-modal", "true")
    assert widget.panel.bounding_box() == {"x": 0, "y": 0, "width": 360, "height": 740}
    for _ in range(15):
        widget.page.keyboard.press("Tab")
        assert widget.page.evaluate("document.activeElement.localName") == "kesu-widget"
    assert widget.panel.evaluate("panel => panel.scrollWidth <= panel.clientWidth")


def test_the_panel_ends_above_the_on_screen_keyboard(visitor: Callable[..., Widget]) -> None:
    widget = visitor(**PHONE).visit().open()
    widget.page.evaluate(
        """() => { Object.defineProperty(visualViewport, 'height', {value: 400}); visualViewport.dispatchEvent(new Event('resize')) }"""
    )
    box = widget.panel.bounding_box()
    assert box is not None
    assert box["height"] == 400


def test_language_switches_every_text_and_tells_the_gateway(widget: Widget, gateway: Gateway) -> None:
    widget.open()
    widget.panel.get_by_role("button", name="Switch to English").click()
    expect(widget.panel).to_have_accessible_name("Customer service")
    expect(widget.page.locator("kesu-widget .root")).to_have_attribute("lang", "en")
    expect(widget.panel.get_by_text("Today", exact=True)).to_be_visible()
    until(lambda: gateway.only()["language"] == "en", 10)
    widget.page.reload()
    expect(widget.panel).to_have_accessible_name("Customer service")


def test_a_language_the_gateway_did_not_hear_of_is_told_after_the_reload(widget: Widget, gateway: Gateway) -> None:
    widget.open()
    widget.page.route("**/language", lambda route: route.abort(), times=1)
    with widget.page.expect_request("**/language"):
        widget.panel.get_by_role("button", name="Switch to English").click()
    assert gateway.only()["language"] == "zh"
    widget.page.reload()
    expect(widget.panel).to_have_accessible_name("Customer service")
    until(lambda: gateway.only()["language"] == "en", 10)


@pytest.mark.parametrize(
    ("attributes", "html", "expected"),
    [("", ' lang="en"', "en"), ("", "", "zh-CN"), ('data-lang="en-GB"', ' lang="zh"', "en")],
)
def test_language_comes_from_the_tag_then_the_page_then_the_browser(
    visitor: Callable[..., Widget], gateway: Gateway, attributes: str, html: str, expected: str
) -> None:
    gateway.page |= {"attributes": attributes, "html": html}
    widget = visitor()
    widget.page.goto(gateway.host)
    expect(widget.page.locator("kesu-widget .root")).to_have_attribute("lang", expected)


def test_every_text_exists_in_both_languages() -> None:
    table = TEXTS.read_text().split("const TEXTS = {")[1].split("\n};")[0].replace("{ ", "")
    rows = [line.strip().rstrip(",").split(": ", 1)[1] for line in table.strip().splitlines()]
    assert len(rows) > 60
    for row in rows:
        zh, en = json.loads(row)
        assert zh
        assert en


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("color", ["#1858b8", "#ffb400", "#e6003c"])
def test_no_accessibility_rule_is_broken(
    visitor: Callable[..., Widget], gateway: Gateway, theme: str, color: str
) -> None:
    if not AXE.exists():
        pytest.skip("needs axe-core (npm ci in web/)")
    widget = visitor(bypass_csp=True).visit(theme=theme, color=color).open()
    for text in ("我要投诉", "确认提交", "提现手续费", "验证码", "承诺", "我要评价", "转人工"):
        widget.say(text)
        expect(widget.page.locator("kesu-widget .unsent")).to_have_count(0)
    gateway.fail = [(422, {"detail": "请稍后再试"})]
    widget.say("失败")
    widget.page.evaluate(AXE.read_text())
    found = widget.page.evaluate(
        "axe.run('kesu-widget', {runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice']})"
    )
    assert [(rule["id"], [node["target"] for node in rule["nodes"]]) for rule in found["violations"]] == []


def test_each_message_names_its_author_to_a_screen_reader(widget: Widget, gateway: Gateway) -> None:
    widget.open().say("你好")
    log = widget.panel.get_by_role("log")
    expect(log.locator(".msg.bot:not([aria-hidden])")).to_have_count(2)
    gateway.say(gateway.only(), "我来处理", author="agent", name="李晓明")
    expect(widget.message("我来处理")).to_be_visible()
    expect(log).to_have_attribute("aria-live", "polite")
    assert [text.strip() for text in log.locator(".msg > .sr").all_text_contents()] == [
        "智能助手：",
        "您：",
        "智能助手：",
        "李晓明：",
    ]


def test_links_lead_only_to_this_kesu(widget: Widget, gateway: Gateway) -> None:
    widget.open()
    gateway.say(
        gateway.only(),
        f"看 {gateway.kesu}/help。别点 https://evil.example/a 或 javascript:alert(1)",
        card={"page_url": "https://evil.example/x"},
        kind="ticket",
    )
    expect(widget.message("evil.example")).to_be_visible()
    assert widget.panel.locator("a").evaluate_all("links => links.map(link => link.href)") == [f"{gateway.kesu}/help"]


def test_bold_and_numbered_lists_are_elements(widget: Widget) -> None:
    widget.open().say("提现手续费")
    expect(widget.message("每月前").locator("ol > li")).to_have_count(3)
    expect(widget.message("每月前").locator("strong")).to_have_text("0.1%")
    expect(widget.message("每月前").get_by_role("note")).to_contain_text("理财非存款")
    expect(widget.message("每月前").get_by_text("风险提示")).to_have_count(1)


def test_an_unknown_kind_is_read_as_plain_text(widget: Widget) -> None:
    widget.open().say("未知")
    expect(widget.message("未知种类也要能读。")).to_be_visible()


def test_the_page_hears_events_but_not_texts(widget: Widget) -> None:
    widget.page.evaluate(
        "window.heard = []; Kesu.on('message', (m) => heard.push(m)); Kesu.on('open', () => heard.push('open')); null"
    )
    widget.open().say("秘密")
    expect(widget.message("收到：秘密")).to_be_visible()
    heard = json.dumps(widget.page.evaluate("window.heard"), ensure_ascii=False)
    assert "open" in heard
    assert "customer" in heard
    assert "秘密" not in heard


def test_calls_queued_before_the_script_loads_are_made(visitor: Callable[..., Widget], gateway: Gateway) -> None:
    widget = visitor()
    widget.page.add_init_script("window.Kesu = {queue: [['identify', 'token-of-wang'], ['open']]}")
    widget.visit()
    expect(widget.message("您好")).to_be_visible()
    assert gateway.identities == ["token-of-wang"]


def test_signing_out_forgets_the_conversation(widget: Widget, gateway: Gateway) -> None:
    widget.page.evaluate("Kesu.identify('wang'); Kesu.open()")
    widget.say("我的余额")
    expect(widget.message("收到：我的余额")).to_be_visible()
    widget.page.evaluate("Kesu.identify(null)")
    expect(widget.message("收到：我的余额")).to_have_count(0)
    expect(widget.message("您的登录账号有变化")).to_be_visible()
    assert gateway.identities == ["wang", None]


def test_a_refused_identity_still_gets_help(widget: Widget, gateway: Gateway) -> None:
    widget.page.evaluate("Kesu.identify('bad'); Kesu.open()")
    expect(widget.message("您好")).to_be_visible()
    assert gateway.identities == [None]


def test_tokens_are_kept_under_the_name_of_the_kesu_origin(widget: Widget, gateway: Gateway) -> None:
    widget.open()
    assert widget.page.evaluate("Object.keys(localStorage)") == [f"kesu:{gateway.kesu}"]
    assert widget.page.context.cookies() == []


def test_a_server_that_is_down_is_named_and_can_be_retried(widget: Widget, gateway: Gateway) -> None:
    widget.page.route("**/chat/v1/conversations", lambda route: route.abort())
    widget.launcher.click()
    expect(widget.banner).to_contain_text("暂时无法连接客服")
    widget.page.unroute("**/chat/v1/conversations")
    widget.button("重试").click()
    expect(widget.message("您好")).to_be_visible()


def test_widgets_of_two_companies_on_one_page_do_not_see_each_other(
    visitor: Callable[..., Widget], gateway: Gateway
) -> None:
    with running() as second:
        gateway.page |= {
            "filler": f'<script src="{second.kesu}/widget.js" data-global="Other" data-position="left" async></script>'
        }
        gateway.page["allow"] = second.kesu
        widget = visitor()
        widget.page.goto(gateway.host)
        expect(widget.page.locator("kesu-widget")).to_have_count(2)
        widget.page.evaluate("Kesu.open()")
        expect(widget.message("您好")).to_have_count(1)
        widget.page.evaluate("Other.open()")
        expect(widget.message("您好")).to_have_count(2)
        assert sorted(widget.page.evaluate("Object.keys(localStorage)")) == sorted(
            [f"kesu:{gateway.kesu}", f"kesu:{second.kesu}"]
        )
        assert len(gateway.conversations) == len(second.conversations) == 1


def test_a_stream_held_back_by_a_proxy_is_bridged_by_polling(widget: Widget, gateway: Gateway) -> None:
    gateway.streaming = "silent"
    widget.open()
    gateway.say(gateway.only(), "绕路来的")
    expect(widget.message("绕路来的")).to_be_visible(timeout=8000)
