"""Files in the chat: chosen or pasted, on their way, refused, called back."""

from __future__ import annotations

import pytest
from playwright.sync_api import FilePayload, Locator, expect

from tests.e2e.widget.conftest import Widget
from tests.e2e.widget.fake_gateway import Gateway


def file(name: str = "截图.png", kind: str = "image/png", size: int = 300) -> FilePayload:
    return {"name": name, "mimeType": kind, "buffer": b"x" * size}


def choose(widget: Widget, *files: FilePayload) -> None:
    widget.page.locator("kesu-widget input[type=file]").set_input_files(list(files))


def unsent(widget: Widget) -> Locator:
    return widget.page.locator("kesu-widget .unsent")


@pytest.mark.parametrize(("language", "button"), [("zh", "发送图片或 PDF"), ("en", "Send a picture or PDF")])
def test_a_chosen_file_becomes_a_line_with_its_name(visitor, gateway: Gateway, language: str, button: str) -> None:
    widget = visitor(language=language).visit().open()
    with widget.page.expect_file_chooser() as asked:
        widget.button(button).click()
    asked.value.set_files([file()])
    expect(widget.page.locator("kesu-widget .customer .file")).to_contain_text("截图.png 1 KB")
    expect(widget.message("文件已收到")).to_be_visible()
    expect(unsent(widget)).to_have_count(0)


def test_a_file_that_would_be_refused_is_not_even_sent(widget: Widget, gateway: Gateway) -> None:
    widget.open()
    choose(widget, file("a.exe", "application/x-msdownload"))
    expect(widget.panel.get_by_text("只能发送图片或 PDF，“a.exe”不行")).to_be_visible()
    choose(widget, file("大.png", size=10 * 1024 * 1024 + 1))
    expect(widget.panel.get_by_text("“大.png”超过 10 MB")).to_be_visible()
    assert gateway.posts == []


def test_a_refusal_is_shown_with_the_file_and_can_be_removed(widget: Widget, gateway: Gateway) -> None:
    widget.open()
    gateway.fail = [(422, {"code": "attachment_unreadable", "detail": "这个文件打不开"})]
    choose(widget, file())
    expect(unsent(widget)).to_contain_text("这个文件打不开")
    widget.button("移除").click()
    expect(unsent(widget)).to_have_count(0)
    expect(widget.box).to_have_value("")


def test_an_upload_can_be_called_back_and_the_next_message_goes(widget: Widget, gateway: Gateway) -> None:
    gateway.delay = 5
    widget.open()
    choose(widget, file())
    expect(widget.panel.get_by_role("progressbar", name="截图.png")).to_be_visible()
    widget.button("取消").click()
    expect(unsent(widget)).to_have_count(0)
    gateway.delay = 0
    widget.say("算了，我打字说")
    expect(widget.message("收到：算了，我打字说")).to_be_visible()


def test_a_file_whose_answer_is_lost_is_sent_again_and_kept_once(widget: Widget, gateway: Gateway) -> None:
    widget.open()
    gateway.fail = ["lose"]
    choose(widget, file())
    expect(unsent(widget)).to_have_count(0, timeout=15_000)
    expect(widget.page.locator("kesu-widget .customer .file")).to_have_count(1)
    assert len({post["client_id"] for post in gateway.posts}) == 1


def test_a_pasted_screenshot_is_sent(widget: Widget) -> None:
    widget.open()
    widget.box.evaluate(
        """box => { const carried = new DataTransfer(); carried.items.add(new File(['x'], '粘贴.png', {type: 'image/png'}));
        box.dispatchEvent(new ClipboardEvent('paste', {clipboardData: carried, bubbles: true, cancelable: true})) }"""
    )
    expect(widget.page.locator("kesu-widget .customer .file")).to_contain_text("粘贴.png")
