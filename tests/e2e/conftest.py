"""The whole product, real Chromium, and the pages people use; started once for all end-to-end tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests import stack as product
from tests.e2e.host import Host, serving
from tests.e2e.people import CHROMIUM, FLAGS, People

HERE = Path(__file__).parent
START_SECONDS = 900


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
        for people in getattr(item, "funcargs", {}).values():
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
    with product.running(
        folder,
        SERVICE_HOURS="00:00-00:00",
        CONVERSATIONS_PER_MINUTE="600",
        UNDO_SEND_SECONDS="1",
        UNDO_REPLY_SECONDS="1",
    ) as running:
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


@pytest.fixture
def people(chromium: Browser, stack: product.Stack) -> Iterator[People]:
    """Everyone of one test; no window of theirs may have met a script error or broken the host's policy."""
    everyone = People(chromium, stack.base)
    yield everyone
    everyone.close()
    assert everyone.errors == []
