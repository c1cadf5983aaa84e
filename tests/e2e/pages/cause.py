"""A root-cause record's page."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect


class Cause:
    """One person at one record."""

    def __init__(self, page: Page, base: str) -> None:
        self.page, self.base = page, base

    def of_ticket(self, number: str) -> Cause:
        """Opens the case, waits until the worker has opened its record, and goes there."""
        link = self.page.locator("#root-cause a[href^='/rectification/RC-']")
        self.page.goto(f"{self.base}/desk/tickets/{number}")
        for _ in range(20):
            if link.count():
                break
            self.page.wait_for_timeout(1_000)
            self.page.reload()
        link.first.click()
        return self

    def visit(self, address: str) -> Cause:
        """Opens a record by its address."""
        self.page.goto(address)
        return self

    @property
    def stage(self) -> Locator:
        """Where the record stands."""
        return self.page.locator(".progress-steps [aria-current=step]")

    def analyse(self, whys: list[str], cause: str, kind: str) -> Cause:
        """Writes the why-chain and completes the analysis."""
        for at, why in enumerate(whys, 1):
            self.page.locator(f"#why-{at}").fill(why)
        self.page.locator("#cause").fill(cause)
        self.page.locator("#cause-category").select_option(kind)
        self._press("完成分析|Complete the analysis")
        return self

    def agree(self, what: str, owner: str, due_on: str) -> Cause:
        """Agrees on an action."""
        self.page.locator("#what").fill(what)
        value = self.page.locator("#action-owner option", has_text=owner).get_attribute("value")
        self.page.locator("#action-owner").select_option(value)
        self.page.locator("#due-on").fill(due_on)
        self._press("商定措施|Agree on it")
        return self

    def finish(self, number: int, evidence: str) -> Cause:
        """Reports an action as done."""
        self.page.locator(f"#action-{number} summary", has_text=re.compile("报告完成|Report as done")).click()
        self.page.locator(f"#evidence-{number}").fill(evidence)
        self._press("已完成|Done")
        return self

    def verify(self) -> Cause:
        """Verifies a colleague's action."""
        self._press("核验通过|Verify")
        return self

    def stands_at(self, words: str) -> Cause:
        """Waits until the record stands there."""
        expect(self.stage).to_have_text(words)
        return self

    def _press(self, words: str) -> None:
        self.page.get_by_role("button", name=re.compile(f"^({words})$")).click()
