"""Search, and the queue's filters, views and ticked rows."""

from __future__ import annotations

import re
import time

from playwright.sync_api import Locator, Page, expect

PATIENCE_SECONDS = 60


class Finding:
    """One member of staff looking for tickets."""

    def __init__(self, page: Page, base: str) -> None:
        self.page, self.base = page, base

    def search(self, words: str) -> Finding:
        """Types into the box of the bar."""
        self.page.goto(f"{self.base}/desk")
        box = self.page.locator("[data-bar-search] input")
        box.fill(words)
        box.press("Enter")
        expect(self.page.locator("#search-words")).to_have_value(words)
        return self

    def until_found(self, numbers: list[str]) -> Finding:
        """Looks again until the worker has made them findable."""
        wanted = self.results.filter(has_text=re.compile("|".join(numbers)))
        give_up = time.monotonic() + PATIENCE_SECONDS
        while wanted.count() < len(numbers) and time.monotonic() < give_up:
            self.page.wait_for_timeout(500)
            self.page.reload()
        expect(wanted).to_have_count(len(numbers))
        return self

    @property
    def results(self) -> Locator:
        """What was found."""
        return self.page.locator("[data-result]")

    def open_first(self) -> Finding:
        """Goes to the first result by keyboard."""
        self.page.locator("#search-words").press("ArrowDown")
        expect(self.results.first).to_be_focused()
        self.results.first.press("Enter")
        return self

    def unclaimed(self, **filters: str) -> Finding:
        """The unclaimed queue, narrowed by its selects."""
        self.page.goto(f"{self.base}/desk?view=unclaimed")
        for name, value in filters.items():
            self.page.locator(f"select[name={name}]").select_option(value)
            expect(self.page).to_have_url(re.compile(f"{name}={value}"))
        return self

    def save_as(self, name: str) -> Finding:
        """Keeps the queue as a view and waits for its tab."""
        self.page.locator("#save-view").click()
        self.page.locator(".queue-view-form input[name=name]").fill(name)
        self.page.locator(".queue-view-form button[type=submit]").click()
        expect(self.page.locator(".desk-tabs [aria-current=page]")).to_contain_text(name)
        return self

    def tick(self, numbers: list[str]) -> Finding:
        """Ticks these rows by keyboard."""
        for count, number in enumerate(numbers, start=1):
            row = self.row(number)
            row.focus()
            row.press("x")
            expect(self.page.locator("[data-bulk-count]")).to_have_text(str(count))
        return self

    def claim_ticked(self) -> Finding:
        """Claims what is ticked and reads what became of it."""
        self.page.locator("#bulk button[value=claim]").click()
        expect(self.page.locator("#bulk-outcome .alert")).to_be_visible()
        return self

    @property
    def outcome(self) -> Locator:
        """What became of the ticked tickets."""
        return self.page.locator("#bulk-outcome")

    @property
    def bar(self) -> Locator:
        """The bar with the deeds."""
        return self.page.locator("#bulk")

    def row(self, number: str) -> Locator:
        """A ticket's row."""
        return self.page.locator(f"#row-{number}")
