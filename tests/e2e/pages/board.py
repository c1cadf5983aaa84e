"""The supervisor's board."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect


class Board:
    """One supervisor at the board."""

    def __init__(self, page: Page, base: str) -> None:
        self.page, self.base = page, base

    def visit(self) -> Board:
        """Goes to the board."""
        self.page.goto(f"{self.base}/board")
        expect(self.page.locator(".board-tiles")).to_be_visible()
        return self

    def figure(self, name: str) -> int:
        """The number on a tile."""
        tile = self.page.locator(".tile").filter(has=self.page.locator(".tile-name", has_text=re.compile(f"^{name}$")))
        return int(tile.locator(".tile-figure").inner_text())

    @property
    def late(self) -> Locator:
        """The rows of what is late."""
        return self.page.locator("section[aria-labelledby=list-late] tbody tr")

    @property
    def charts(self) -> Locator:
        """Charts that have been drawn."""
        return self.page.locator(".chart canvas, .chart svg")

    def closed_today(self) -> Locator:
        """How many were closed today."""
        return self.page.locator(".tile.is-pair a").last
