"""A real Chromium, the fake gateway, and the widget as a person meets it on a foreign page with a strict policy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.e2e.widget.fake_gateway import Gateway, running


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    """A fake Kesu and a foreign host page."""
    with running() as served:
        yield served


class Widget:
    """The widget on one page, in the words of its user."""

    def __init__(self, page: Page, gateway: Gateway, language: str = "zh") -> None:
        self.page, self.gateway, self.zh = page, gateway, language == "zh"
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda line: self.errors.append(line.text) if "Content Security" in line.text else None)

    def visit(self, **attributes: str) -> Widget:
        """Loads the host page; keyword arguments are the script tag's ``data-`` attributes."""
        given = {"lang": "zh" if self.zh else "en", **attributes}
        self.gateway.page["attributes"] = " ".join(
            f'data-{name.replace("_", "-")}="{value}"' for name, value in given.items()
        )
        self.page.goto(self.gateway.host)
        expect(self.page.locator("kesu-widget")).to_have_count(1)
        return self

    @property
    def launcher(self) -> Locator:
        return self.page.locator("kesu-widget .launcher")

    @property
    def panel(self) -> Locator:
        return self.page.get_by_role("dialog")

    @property
    def box(self) -> Locator:
        return self.page.locator("kesu-widget .entry textarea")

    @property
    def bubbles(self) -> Locator:
        return self.page.locator("kesu-widget .msg .bubble")

    @property
    def banner(self) -> Locator:
        return self.page.locator("kesu-widget .banner .text")

    def open(self) -> Widget:
        """Opens the panel and waits for the greeting."""
        self.launcher.click()
        expect(self.bubbles.first).to_be_visible()
        return self

    def say(self, text: str) -> None:
        """Types and sends."""
        self.box.fill(text)
        self.box.press("Enter")

    def button(self, name: str) -> Locator:
        return self.panel.get_by_role("button", name=name, exact=True)

    def message(self, text: str) -> Locator:
        return self.bubbles.filter(has_text=text)


@pytest.fixture
def visitor(chromium: Browser, gateway: Gateway) -> Iterator[Callable[..., Widget]]:
    """Makes visitors, each with a browser profile of their own (or a further tab of a given ``context``)."""
    contexts: list[BrowserContext] = []
    widgets: list[Widget] = []

    def make(context: BrowserContext | None = None, language: str = "zh", **options: Any) -> Widget:
        if context is None:
            context = chromium.new_context(
                **{"viewport": {"width": 1280, "height": 900}, "locale": "zh-CN", "reduced_motion": "reduce", **options}
            )
            contexts.append(context)
        widgets.append(Widget(context.new_page(), gateway, language))
        return widgets[-1]

    yield make
    for context in contexts:
        context.close()
    assert [error for widget in widgets for error in widget.errors] == []


@pytest.fixture
def widget(visitor: Callable[..., Widget]) -> Widget:
    """A visitor at a desk, on the host page."""
    return visitor().visit()
