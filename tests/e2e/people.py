"""The people of an end-to-end test, each with a browser of their own."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.e2e.host import Host
from tests.e2e.pages.board import Board
from tests.e2e.pages.customer import CustomerPages
from tests.e2e.pages.desk import Desk
from tests.e2e.pages.widget import Widget

CHROMIUM = os.environ.get("KESU_TEST_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
FLAGS = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync"
PICTURES = Path(__file__).resolve().parents[2] / "var" / "e2e"
PATIENCE_MS = 15_000
LOCALES = {"zh": "zh-CN", "en": "en-GB"}


class People:
    """Gives each person a browser profile of their own; remembers what went wrong in their windows."""

    def __init__(self, chromium: Browser, base: str) -> None:
        self._chromium, self.base = chromium, base
        self.profiles: list[BrowserContext] = []
        self.errors: list[str] = []
        expect.set_options(timeout=PATIENCE_MS)

    def profile(self, language: str, **options: object) -> BrowserContext:
        """A fresh browser profile that speaks a language."""
        wanted = {"viewport": {"width": 1440, "height": 900}, "reduced_motion": "reduce", "locale": LOCALES[language]}
        context = self._chromium.new_context(**{**wanted, "timezone_id": "Asia/Shanghai", **options})  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE_MS)
        context.on("weberror", lambda error: self.errors.append(f"{error.page and error.page.url}: {error.error}"))
        context.on("console", lambda line: self.errors.append(line.text) if "Content Security" in line.text else None)
        self.profiles.append(context)
        return context

    def customer(self, host: Host, language: str = "zh", **options: object) -> Widget:
        """Someone on a host page who has opened the chat."""
        return Widget(self.profile(language, **options).new_page(), language).visit(host.page(language)).open()

    def staff(self, login: str, language: str = "zh", **options: object) -> Desk:
        """A member of staff, signed in."""
        page = self.profile(language, **options).new_page()
        return Desk(page, self.base, language).sign_in(login)

    def supervisor(self, login: str, language: str = "zh") -> Board:
        """A supervisor, signed in, at the board."""
        return Board(self.staff(login, language).page, self.base).visit()

    def own_pages(self, page: Page) -> CustomerPages:
        """The customer's own pages in a window that the chat has opened."""
        return CustomerPages(page, self.base)

    def close(self) -> None:
        """Everybody goes home."""
        for profile in self.profiles:
            profile.close()
        expect.set_options(timeout=5_000)

    def photograph(self, name: str) -> list[str]:
        """Pictures of all windows; gives the files."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        stem, files = re.sub(r"[^\w-]+", "-", name), []
        for page in (page for profile in self.profiles for page in profile.pages):
            files.append(str(PICTURES / f"{stem}-{len(files) + 1}.png"))
            page.screenshot(path=files[-1])
        return files
