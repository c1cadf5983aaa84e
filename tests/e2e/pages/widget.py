"""The chat widget as the customer meets it."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect


class Widget:
    """The widget on one host page."""

    def __init__(self, page: Page, language: str) -> None:
        self.page, self.zh = page, language == "zh"
        self.dialogs: list[str] = []
        page.on("dialog", lambda dialog: (self.dialogs.append(dialog.message), dialog.dismiss()))

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
    def lines(self) -> Locator:
        """Every message on the screen, oldest first."""
        return self.page.locator("kesu-widget .msg:not([aria-hidden])")

    @property
    def answers(self) -> Locator:
        """What the assistant has said."""
        return self.page.locator("kesu-widget .msg.bot:not([aria-hidden])")

    @property
    def ticket_cards(self) -> Locator:
        """The cards that name a filed complaint."""
        return self.page.locator("kesu-widget .card .number")

    def visit(self, address: str) -> Widget:
        """Loads the host page."""
        self.page.goto(address)
        expect(self.page.locator("kesu-widget")).to_have_count(1)
        return self

    def open(self) -> Widget:
        """Opens the chat and waits for the greeting."""
        self.launcher.click()
        expect(self.lines.first).to_be_visible()
        return self

    def say(self, text: str) -> Widget:
        """Types and sends."""
        self.box.fill(text)
        self.box.press("Enter")
        expect(self.said(text).first).to_be_visible()
        return self

    def said(self, text: str) -> Locator:
        """Messages that contain a text."""
        return self.lines.filter(has_text=text)

    def hears(self, *texts: str) -> Locator:
        """Waits until the newest message contains every one of the texts."""
        newest = self.lines.last
        for text in texts:
            expect(newest).to_contain_text(text)
        expect(self.page.locator("kesu-widget .unsent")).to_have_count(0)
        return newest

    def button(self, title: str) -> Locator:
        """The newest quick reply of that title."""
        return self.panel.get_by_role("button", name=title, exact=True).last

    def tap(self, title: str) -> Widget:
        """Taps a quick reply once it can be tapped."""
        expect(self.button(title)).to_be_enabled()
        self.button(title).click()
        return self

    def tap_twice(self, title: str) -> Widget:
        """An impatient double click."""
        expect(self.button(title)).to_be_enabled()
        self.button(title).dblclick()
        return self

    def ticket_number(self) -> str:
        """The number on the newest ticket card."""
        expect(self.ticket_cards.last).to_have_text(re.compile(r"^KS-\d{8}-\d+$"))
        return self.ticket_cards.last.inner_text().strip()

    def my_tickets(self) -> Page:
        """Opens the customer's own pages by the button in the head; gives their window."""
        name = re.compile("^我的工单|^My tickets")
        with self.page.context.expect_page() as opened:
            self.panel.get_by_role("button", name=name).click()
        return opened.value

    def follow(self, link: str) -> Page:
        """Follows the newest link of that text; gives the new window."""
        with self.page.context.expect_page() as opened:
            self.panel.get_by_role("link", name=link).last.click()
        return opened.value
