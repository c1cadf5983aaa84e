"""Reports and low ratings as a supervisor uses them."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect


class Reports:
    """A supervisor's window on the reports."""

    def __init__(self, page: Page, base: str) -> None:
        self.page, self.base = page, base

    def open_low_rating(self, number: str) -> Reports:
        """From the list to the low rating of a ticket."""
        self.page.goto(f"{self.base}/reports/reviews")
        self.page.locator(".reports-table").get_by_role("link", name=number).click()
        expect(self.page.locator("main h1")).to_contain_text(number)
        return self

    @property
    def said(self) -> Locator:
        """What the customer wrote."""
        return self.page.locator(".reports-quote").first

    def offer_reopening(self, note: str) -> Reports:
        """Offers the customer to reopen."""
        self.page.locator("input[name=decision][value=offered]").check()
        self.page.locator("#f-note").fill(note)
        self.page.locator("form:has(#f-note) button[type=submit]").click()
        return self

    @property
    def outcome(self) -> Locator:
        """What was decided."""
        return self.page.locator("[aria-labelledby=decision]")

    def make_now(self, rhythm: str, language: str) -> Reports:
        """Has a report made of the present period."""
        self.page.goto(f"{self.base}/reports")
        self.page.locator("details.reports-card summary").click()
        self.page.locator("#order-rhythm").select_option(rhythm)
        self.page.locator("#order-language").select_option(language)
        self.page.locator("form:has(#order-day) button[type=submit]").click()
        return self

    @property
    def unfinished(self) -> Locator:
        """Rows of reports whose period is not over."""
        return self.page.locator(".reports-table tbody tr:has(.badge)")

    def open_report(self, language: str) -> Reports:
        """Opens the newest report in that language of a period that is not over."""
        self.page.goto(f"{self.base}/reports?language={language}")
        self.unfinished.first.locator("th a").click()
        expect(self.page.locator("article.report")).to_be_visible()
        return self

    def download(self) -> tuple[str, bytes]:
        """The report's PDF: its name and content."""
        with self.page.expect_download() as started:
            self.page.locator("a[href$='/report.pdf']").click()
        return started.value.suggested_filename, started.value.path().read_bytes()
