"""The supervisor room's pages beyond the first: lists, exports, alerts."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Locator, Page, expect

WORDS = {
    "zh": {"export": "导出 {}", "acknowledge": "确认预警", "note": "打算如何处理？", "keep": "保存筛选", "name": "筛选名称"},
    "en": {"export": "Export {}", "acknowledge": "Acknowledge", "note": "What is being done?", "keep": "Keep filter", "name": "Name of the filter"},
}  # fmt: skip


class Room:
    """One supervisor in the room."""

    def __init__(self, page: Page, base: str, language: str) -> None:
        self.page, self.base, self.words = page, base, WORDS[language]

    def visit(self, path: str) -> Room:
        """Goes to one of its pages."""
        self.page.goto(f"{self.base}/board{path}")
        expect(self.page.locator(".board-tabs [aria-current=page]")).to_be_visible()
        return self

    def open_figure(self, row: str, column: int) -> int:
        """Follows a number of the table of places; gives it."""
        cell = self.page.locator("section[aria-labelledby=places] tbody tr", has_text=row).locator("td").nth(column)
        number = int(cell.inner_text())
        cell.locator("a").click()
        expect(self.page.locator(".list-count")).to_be_visible()
        return number

    @property
    def count(self) -> Locator:
        """The number above a list."""
        return self.page.locator(".list-count")

    def export(self, form: str, folder: Path) -> Path:
        """Takes the page's table as a file."""
        with self.page.expect_download() as waited:
            self.page.get_by_role("button", name=self.words["export"].format(form), exact=True).click()
        file = folder / waited.value.suggested_filename
        waited.value.save_as(file)
        return file

    def keep_filter(self, name: str) -> Room:
        """Keeps the list's filter under a name."""
        if not self.page.locator(".board-narrow").get_attribute("open"):
            self.page.locator(".board-narrow").evaluate("details => details.open = true")
        self.page.get_by_label(self.words["name"]).fill(name)
        self.page.get_by_role("button", name=self.words["keep"]).click()
        return self

    def acknowledge(self, alert: Locator, note: str) -> None:
        """Says of an alert what is being done."""
        alert.get_by_label(self.words["note"]).fill(note)
        alert.get_by_role("button", name=self.words["acknowledge"]).click()
