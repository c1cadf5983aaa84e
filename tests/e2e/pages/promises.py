"""The promise pages: policies."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect


class PolicyForm:
    """One supervisor at the form of a policy."""

    def __init__(self, page: Page, base: str) -> None:
        self.page, self.base = page, base

    def edit(self, code: str) -> PolicyForm:
        """Opens the form of a policy."""
        self.page.goto(f"{self.base}/promises/policies/{code}/edit")
        expect(self.page.locator("#policy-form")).to_be_visible()
        return self

    def begin(self, like: str) -> PolicyForm:
        """Opens the form of a new policy that begins like another one."""
        self.page.goto(f"{self.base}/promises/policies/new?like={like}")
        expect(self.page.locator("#policy-form")).to_be_visible()
        return self

    def choose(self, name: str, code: str) -> PolicyForm:
        """Chooses in a list."""
        self.field(name).select_option(code)
        return self

    def write(self, name: str, value: str) -> PolicyForm:
        """Types into a field."""
        self.field(name).fill(value)
        return self

    def press(self, command: str) -> PolicyForm:
        """Presses a button by keyboard."""
        self.page.locator(f"button[name=do][value='{command}']").last.press("Enter")
        return self

    def reach(self, which: str) -> PolicyForm:
        """Chooses new tickets only, or running ones too."""
        self.page.locator(f"input[name=reach][value={which}]").check()
        return self

    def field(self, name: str) -> Locator:
        """A field of the form."""
        return self.page.locator(f"[id='f-{name}']")

    def promised(self, clock: str, side: str = "draft") -> Locator:
        """When a clock would be due, as typed (draft) or by what is in force (today)."""
        return (
            self.page.locator(f".promised.is-{side} .promised-clock")
            .filter(has=self.page.locator(f"#{side}-{clock}"))
            .locator("time")
            .first
        )

    @property
    def history(self) -> Locator:
        """The newest version in the policy's history."""
        return self.page.locator(".versions > li").first
