"""The chat widget as the customer meets it."""

from __future__ import annotations

import json
import re
import secrets

from playwright.sync_api import APIResponse, Locator, Page, expect


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
    def counter(self) -> Locator:
        """What is said about the length of the text in the box."""
        return self.page.locator("kesu-widget #counter")

    @property
    def send_button(self) -> Locator:
        return self.page.locator("kesu-widget .send")

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

    def say(self, text: str, shown: str | None = None) -> Widget:
        """Types and sends; ``shown`` is what the chat shows of it, when that differs."""
        self.box.fill(text)
        self.box.press("Enter")
        expect(self.said(shown or text).last).to_be_visible()
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

    def answered(self) -> Widget:
        """Waits until the newest message is an answer."""
        expect(self.page.locator("kesu-widget .unsent")).to_have_count(0)
        expect(self.lines.last).not_to_have_class(re.compile("customer"))
        return self

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

    def conversation(self) -> str:
        """The conversation's id, as this page keeps it."""
        return str(self._kept()["id"])

    def newest_button(self, title: str) -> dict[str, int]:
        """Which button of which message the newest one of that title is, as the gateway counts."""
        path = "/messages?after=0&limit=100"
        for message in reversed(self._call("GET", path).json()["messages"]):
            for index, button in enumerate(message.get("buttons") or []):
                if button["title"] == title:
                    return {"seq": message["seq"], "index": index}
        raise AssertionError(f"no button {title}")

    def send_by_program(self, body: dict[str, object]) -> APIResponse:
        """Sends what the widget itself would never send, in the same conversation."""
        return self._call("POST", "/messages", {"client_id": secrets.token_hex(8), **body})

    def _kept(self) -> dict[str, str]:
        ((address, kept),) = self.page.evaluate("Object.entries(localStorage)")
        return {"base": address.removeprefix("kesu:"), **json.loads(kept)}

    def _call(self, method: str, path: str, body: dict[str, object] | None = None) -> APIResponse:
        kept = self._kept()
        address = f"{kept['base']}/chat/v1/conversations/{kept['id']}{path}"
        headers = {"Authorization": f"Bearer {kept['token']}"}
        return self.page.request.fetch(address, method=method, headers=headers, data=body)

    def ticket_number(self) -> str:
        """The number on the newest ticket card."""
        expect(self.ticket_cards.last).to_have_text(re.compile(r"^KS-\d{8}-\d+$"))
        return self.ticket_cards.last.inner_text().strip()

    def rate(self, *marks: int) -> Widget:
        """Gives the marks on the newest survey card, row by row, and sends them."""
        card = self.page.locator("kesu-widget form.card").last
        for row, mark in enumerate(marks):
            card.get_by_role("radiogroup").nth(row).locator("label").nth(mark - 1).click()
        card.locator("button[type=submit]").click()
        return self

    def my_tickets(self) -> Page:
        """Opens the customer's own pages by the button in the head; gives their window."""
        return self._opened_by(self.panel.get_by_role("button", name=re.compile("^我的工单|^My tickets")))

    def follow(self, link: str) -> Page:
        """Follows the newest link of that text; gives the new window."""
        return self._opened_by(self.panel.get_by_role("link", name=link).last)

    def _opened_by(self, control: Locator) -> Page:
        """The window that a click opens, once it has been signed in and led on."""
        with self.page.context.expect_page() as opened:
            control.click()
        opened.value.wait_for_url(re.compile(r"^http.*/(my|s)/(?!enter)"))
        return opened.value
