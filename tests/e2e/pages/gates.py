"""The page with what may be done with a case beside its steps."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect


class Gates:
    """One member of staff at one case's gates."""

    def __init__(self, page: Page, base: str, number: str) -> None:
        self.page, self.base, self.number = page, base, number

    def open(self) -> Gates:
        """Goes there."""
        self.page.goto(f"{self.base}/desk/tickets/{self.number}/more")
        expect(self.page.locator("main h1")).to_contain_text(self.number)
        return self

    def merge(self, into: str, reason: str) -> Gates:
        """Merges the ticket into another of its customer."""
        card = self.open().card("merge")
        card.locator("select[name=into]").select_option(into)
        card.locator("textarea[name=reason]").fill(reason)
        return self._done(card, "合并|Merge")

    def ask_for_time(self, reason: str) -> Gates:
        """Asks for more of the law's time."""
        card = self.open().card("extension")
        card.locator("textarea[name=reason]").fill(reason)
        return self._done(card, "申请延期|Ask for it")

    def grant(self, opinion: str) -> Gates:
        """Approves the request, found on the list of those that wait."""
        self.page.goto(f"{self.base}/desk/extensions")
        self.page.get_by_role("link", name=self.number).click()
        card = self.card("extension")
        card.locator("textarea[name=reason]").fill(opinion)
        return self._done(card, "批准|Approve")

    def card(self, name: str) -> Locator:
        """One of the page's cards."""
        return self.page.locator(f"#{name}")

    def _done(self, card: Locator, button: str) -> Gates:
        card.get_by_role("button", name=re.compile(f"^({button})$")).click()
        expect(self.page.locator("#case-head h1")).to_contain_text(self.number)
        return self
