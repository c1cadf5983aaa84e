"""The whole product, real Chromium, and the pages people use; started once for all end-to-end tests."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests import stack as product
from tests.e2e.host import Host, serving
from tests.e2e.pages.board import Board
from tests.e2e.pages.customer import CustomerPages
from tests.e2e.pages.desk import Desk
from tests.e2e.pages.widget import Widget

HERE = Path(__file__).parent
PICTURES = HERE.parents[1] / "var" / "e2e"
CHROMIUM = os.environ.get("KESU_TEST_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
FLAGS = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync"
PATIENCE_MS = 15_000
START_SECONDS = 900
LOCALES = {"zh": "zh-CN", "en": "en-GB"}


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the tests of the whole product last, so that it does not take the cores from all others."""
    mine = [item for item in items if item.path.parent == HERE]
    for item in mine:
        item.add_marker(pytest.mark.timeout(START_SECONDS))  # the first one also starts the product
    items.sort(key=lambda item: item.path.parent == HERE)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Keep a picture of every window of a failed test."""
    report = yield
    if report.when == "call" and report.failed:
        people = getattr(item, "funcargs", {}).get("people")
        if isinstance(people, People):
            report.sections.append(("windows", "\n".join(people.photograph(item.name))))
    return report


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all tests; skips where there is none."""
    if not CHROMIUM:
        pytest.skip("needs Chromium (set KESU_TEST_CHROMIUM)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS.split())
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def stack(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[product.Stack]:
    """The product with a database of its own, the demo company in it; people answer at any hour."""
    folder = tmp_path_factory.mktemp("product")
    with product.running(folder, SERVICE_HOURS="00:00-00:00", CONVERSATIONS_PER_MINUTE="600") as running:
        yield running


@pytest.fixture
def shop(stack: product.Stack) -> Iterator[Host]:
    """Another company's page, of another origin and with a strict policy, that carries the widget."""
    with serving(stack.base) as host:
        yield host


@pytest.fixture
def other_shop(stack: product.Stack) -> Iterator[Host]:
    """A second such page, of a third origin."""
    with serving(stack.base) as host:
        yield host


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


@pytest.fixture
def people(chromium: Browser, stack: product.Stack) -> Iterator[People]:
    """Everyone of one test; no window of theirs may have met a script error or broken the host's policy."""
    everyone = People(chromium, stack.base)
    yield everyone
    everyone.close()
    assert everyone.errors == []
