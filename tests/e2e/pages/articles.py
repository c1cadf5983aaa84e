"""The knowledge workplace: the list, an article, its form."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect


class Articles:
    """One member of staff at the articles."""

    def __init__(self, page: Page, base: str) -> None:
        self.page, self.base = page, base

    def find(self, words: str, title: str) -> Articles:
        """Looks for an article in the list and opens it."""
        self.page.goto(f"{self.base}/knowledge")
        box = self.page.get_by_role("main").get_by_role("searchbox")
        box.fill(words)
        box.press("Enter")
        self.page.locator(".article-row").filter(has_text=title).first.click()
        expect(self.page.locator("main h1")).to_have_text(title)
        return self

    def edit(self) -> Articles:
        """Opens the form."""
        self.page.locator("a[href$='/edit']").click()
        expect(self.page.locator("#article-form")).to_be_visible()
        return self

    def write(self, name: str, value: str) -> Articles:
        """Types into a field."""
        self.page.locator(f"[id='f-{name}']").fill(value)
        return self

    def ask(self, question: str) -> Locator:
        """Tries a question in the chat beside the form; gives what the assistant would say."""
        box = self.page.locator("#f-try")
        box.fill(question)
        box.press("Enter")
        expect(self.page.locator(".chat-mine")).to_have_text(question)
        return self.page.locator(".chat-theirs")

    def press(self, do: str) -> Articles:
        """Presses a button of the form by keyboard."""
        self.page.locator(f"#article-form button[name=do][value={do}]").last.press("Enter")
        return self

    def saved(self) -> Articles:
        """Waits for the article's page."""
        expect(self.page).to_have_url(re.compile(r"/knowledge/articles/[a-z0-9-]+$"))
        return self

    @property
    def problems(self) -> Locator:
        """What is marked as wrong."""
        return self.page.locator("#article-form .invalid-feedback")
