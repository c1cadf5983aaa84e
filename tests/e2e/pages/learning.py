"""The page on which people decide what the assistant learns."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

GATHERED_SECONDS = 90


class Learning:
    """What the assistant could not answer, as a team lead sees it."""

    def __init__(self, page: Page, base: str) -> None:
        self.page, self.base = page, base

    def group(self, text: str) -> Locator:
        """The group in which a text is."""
        return self.page.locator("a[data-row]").filter(has_text=text)

    def finds(self, text: str) -> Learning:
        """Waits until the worker has gathered a text, then opens its group."""
        for _ in range(GATHERED_SECONDS):
            self.page.goto(f"{self.base}/learning?order=newest")
            if self.group(text).count():
                break
            self.page.wait_for_timeout(1_000)
        self.group(text).click()
        expect(self.page.get_by_role("heading", level=1)).to_be_visible()
        return self

    def teaches(self, article: str) -> Learning:
        """One click: the ticked texts become ways to ask for an article that is offered."""
        self.page.get_by_role("button", name=re.compile(re.escape(article))).click()
        expect(
            self.page.get_by_role("status").filter(has_text=re.compile("已加入文章|Added to the article"))
        ).to_be_visible()
        return self
