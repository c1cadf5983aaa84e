"""The customer pages of staff: import, record, goodwill."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

WORKER_MS = 60_000


class Customers:
    """One member of staff at the customer records."""

    def __init__(self, page: Page, base: str) -> None:
        self.page, self.base = page, base

    def upload(self, name: str, text: str) -> Customers:
        """Sends a file and waits until the worker has checked it."""
        self.page.goto(f"{self.base}/customers/imports")
        file = {"name": name, "mimeType": "text/csv", "buffer": text.encode("gb18030")}
        self.page.locator("#f-file").set_input_files(file)  # type: ignore[arg-type]
        self.page.locator("form[enctype] button[type=submit]").click()
        expect(self.page.locator("button[value=drop]")).to_be_visible(timeout=WORKER_MS)
        return self

    def figure(self, name: str) -> Locator:
        """One of the four figures of an import."""
        return self.page.locator(f".cust-figures .is-{name} dd")

    @property
    def problems(self) -> Locator:
        """What is to be mended, line by line."""
        return self.page.locator("#import-body tbody tr")

    def confirm(self) -> Customers:
        """Takes the file in and waits until it is."""
        self.page.locator("button[value=confirm]").click()
        expect(self.page.locator("#import-body progress, #import-body button[value=confirm]")).to_have_count(
            0, timeout=WORKER_MS
        )
        return self

    def find(self, words: str) -> Customers:
        """Looks for a customer; a ticket's number leads to the record at once."""
        self.page.goto(f"{self.base}/customers")
        box = self.page.get_by_role("main").get_by_role("searchbox")
        box.fill(words)
        box.press("Enter")
        return self

    def opened(self) -> Customers:
        """A record is on the screen."""
        expect(self.page).to_have_url(re.compile(r"/customers/\d+"))
        return self

    def propose(self, amount: int, reason: str) -> Customers:
        """Proposes points on the customer's newest ticket."""
        self.page.locator("summary").filter(has=self.page.locator("svg")).filter(
            has_text=re.compile("赠送|goodwill")
        ).click()
        self.page.locator("#f-amount").fill(str(amount))
        self.page.locator("#f-why").fill(reason)
        self.page.locator("form[action$='/points'] button[type=submit]").click()
        expect(self.page.locator(".alert-success")).to_be_visible()
        return self

    def approve(self, reason: str) -> Customers:
        """Approves the proposal with that reason."""
        self.page.goto(f"{self.base}/customers/points")
        card = self.page.locator("section").filter(has_text=reason)
        card.locator("button[value=approve]").click()
        expect(self.page.locator(".cust-preview").filter(has_text=reason)).to_have_count(0)
        return self
