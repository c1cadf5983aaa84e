"""axe-core finds nothing serious or critical on any page that people use, in either theme."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.people import People
from tests.stack import Stack

AXE = Path(__file__).resolve().parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
THEMES = ("light", "dark")
STAFF_PAGES = {
    "queue": ("lin.yue", "/desk?view=open"),
    "narrowed queue": ("lin.yue", "/desk?view=open&tier=gold&breached=1"),
    "search": ("lin.yue", "/search?q=转账"),
    "found tickets": ("lin.yue", "/search?q=KS&kind=ticket"),
    "nothing found": ("zhou.kai", "/search?q=zzzz"),
    "case": ("lin.yue", "/desk/tickets/{number}"),
    "waiting chats": ("lin.yue", "/desk?view=chats"),
    "canned answers": ("zhou.kai", "/desk/macros"),
    "board": ("zhou.kai", "/board"),
    "load and forecast": ("zhou.kai", "/board/load"),
    "people's work": ("zhou.kai", "/board/people"),
    "quality": ("zhou.kai", "/board/quality"),
    "causes on the board": ("zhou.kai", "/board/causes"),
    "volume alerts": ("zhou.kai", "/board/alerts"),
    "exports": ("zhou.kai", "/board/exports"),
    "root causes": ("zhou.kai", "/rectification"),
    "root cause": ("zhou.kai", "/rectification/RC-00001"),
    "teaching": ("zhou.kai", "/learning"),
    "trial": ("zhou.kai", "/learning/trial"),
    "reports": ("zhou.kai", "/reports"),
    "report": ("zhou.kai", "/reports/1"),
    "satisfaction": ("zhou.kai", "/reports/satisfaction"),
    "answers": ("zhou.kai", "/reports/satisfaction/answers"),
    "performance": ("zhou.kai", "/reports/performance?by=monthly"),
    "own performance": ("lin.yue", "/reports/performance/mine"),
    "targets": ("zhou.kai", "/reports/performance/targets"),
    "low ratings": ("zhou.kai", "/reports/reviews"),
    "low rating": ("zhou.kai", "/reports/reviews/1"),
    "survey rules": ("zhou.kai", "/reports/surveys"),
    "survey decisions": ("zhou.kai", "/reports/surveys/decisions"),
    "report subscriptions": ("zhou.kai", "/reports/subscriptions"),
    "notices": ("zhou.kai", "/notices"),
    "account": ("zhou.kai", "/account"),
    "own password": ("zhou.kai", "/account/password"),
    "staff accounts": ("admin", "/staff"),
    "someone's account": ("admin", "/staff/1"),
    "new account": ("admin", "/staff/new"),
    "on call": ("zhou.kai", "/roster/on-call"),
    "board list": ("zhou.kai", "/board/tickets?show=late"),
    "roster": ("zhou.kai", "/roster"),
    "someone's abilities": ("zhou.kai", "/roster/people/1"),
    "teams": ("zhou.kai", "/roster/teams"),
    "customers": ("zhou.kai", "/customers"),
    "customer": ("zhou.kai", "/customers/2"),
    "segments": ("zhou.kai", "/customers/segments"),
    "care": ("zhou.kai", "/customers/care"),
    "goodwill": ("zhou.kai", "/customers/points"),
    "customer import": ("zhou.kai", "/customers/imports"),
    "keys": ("zhou.kai", "/customers/keys"),
    "erasures": ("sophie.lam", "/customers/erasures"),
    "articles": ("zhou.kai", "/knowledge?q=转账"),
    "article": ("zhou.kai", "/knowledge/articles/transfer-limit"),
    "article history": ("zhou.kai", "/knowledge/articles/transfer-limit/history"),
    "article form": ("zhou.kai", "/knowledge/articles/transfer-limit/edit"),
    "new article": ("zhou.kai", "/knowledge/articles/new"),
    "article import": ("zhou.kai", "/knowledge/import"),
    "policies": ("zhou.kai", "/promises/policies"),
    "policy": ("zhou.kai", "/promises/policies/complaint_default"),
    "policy form": ("zhou.kai", "/promises/policies/complaint_default/edit"),
    "calendars": ("zhou.kai", "/promises/calendars"),
    "integrity": ("zhou.kai", "/promises/integrity"),
    "calendar": ("zhou.kai", "/promises/calendars/cn_office"),
    "calendar hours": ("zhou.kai", "/promises/calendars/cn_office/week"),
    "calendar import": ("zhou.kai", "/promises/calendars/cn_office/import?year=2027"),
}
CUSTOMER_PAGES = {
    "tickets": "/my/tickets",
    "ticket": "/my/tickets/{number}",
    "letter": "/my/tickets/{number}/letter",
    "complaint form": "/my/complaint",
    "survey": "{survey}",
    "points": "/my/points",
    "own data": "/my/data",
    "own consents": "/my/data/consents",
    "own erasure": "/my/data/erasure",
}


@dataclass(frozen=True)
class Closed:
    """A closed complaint: its customer's cookies and the addresses of its pages."""

    number: str
    survey: str
    cookies: Any


@pytest.fixture(scope="module")
def readers(chromium: Browser, stack: Stack) -> Iterator[People]:
    """Those who read all the pages, one after the other; nothing may have gone wrong in their windows."""
    everyone = People(chromium, stack.base)
    yield everyone
    everyone.close()
    assert everyone.errors == []


@pytest.fixture(scope="module")
def window(readers: People) -> Callable[[str], Page]:
    """The signed-in window of a member of staff; each signs in once."""
    return cache(lambda login: readers.staff(login, bypass_csp=True).page)


@pytest.fixture(scope="module")
def closed(chromium: Browser, stack: Stack) -> Iterator[Closed]:
    """One complaint taken by the form, answered and closed, with its survey still open."""
    everyone = People(chromium, stack.base)
    yield close_one(everyone)
    everyone.close()


def close_one(everyone: People) -> Closed:
    """Take a complaint by the form, answer and close it."""
    customer = everyone.own_pages(everyone.profile("zh").new_page())
    number = customer.complain("提现500元显示处理中，第二天还没有到账", "transaction_dispute")
    agent = everyone.staff("lin.yue").open_case(number).claim()
    agent.record_findings("银行系统维护，款项排队").decide("银行维护", "款项已到账", "三日内回访")
    agent.draft_letter().send_letter().close()
    customer.page.goto(f"{everyone.base}/my/tickets/{number}")
    survey = customer.page.locator("a[href^='/my/surveys/']").first.get_attribute("href")
    return Closed(number, survey or "", customer.page.context.storage_state())


def findings(page: Page) -> list[tuple[str, list[str]]]:
    """What axe calls serious or critical, by rule, with the places."""
    if not AXE.exists():
        pytest.skip("needs axe-core (npm ci in web/)")
    page.wait_for_load_state("load")  # before it a script may meet the page without its style sheets
    if page.evaluate("window.axe === undefined"):
        page.evaluate(AXE.read_text())
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    return [
        (rule["id"], [" ".join(map(str, node["target"])) for node in rule["nodes"]])
        for rule in found["violations"]
        if rule["impact"] in ("serious", "critical")
    ]


def in_both_themes(page: Page) -> dict[str, list[tuple[str, list[str]]]]:
    """The findings by theme, after its colours have settled."""
    found = {}
    for theme in THEMES:
        page.emulate_media(color_scheme=theme)
        expect(page.locator("html")).to_have_attribute("data-bs-theme", theme)
        page.evaluate("Promise.all(document.getAnimations().map(one => one.finished.catch(() => 0)))")
        found[theme] = findings(page)
    return found


CLEAN: dict[str, list[tuple[str, list[str]]]] = {theme: [] for theme in THEMES}


def themed(theme: str) -> dict[str, Any]:
    """A browser whose owner prefers a theme."""
    return {"color_scheme": theme, "bypass_csp": True}


def test_the_sign_in_page(people: People) -> None:
    page = people.profile("zh", bypass_csp=True).new_page()
    page.goto(f"{people.base}/sign-in")
    assert in_both_themes(page) == CLEAN


@pytest.mark.parametrize("name", STAFF_PAGES)
def test_pages_of_staff(window: Callable[[str], Page], stack: Stack, closed: Closed, name: str) -> None:
    login, address = STAFF_PAGES[name]
    page = window(login)
    answer = page.goto(stack.base + address.format(number=closed.number))
    assert answer is not None
    assert answer.ok
    expect(page.locator("main h1").first).to_be_attached()
    assert in_both_themes(page) == CLEAN


def test_a_chat_with_its_package_suggestions_and_canned_answers(window: Callable[[str], Page], stack: Stack) -> None:
    page = window("lin.yue")
    page.goto(f"{stack.base}/desk?view=chats")
    page.locator(".row-item.is-chat").first.click()
    expect(page.locator("#assist .assist-articles li").first).to_be_attached()
    expect(page.locator("#macro-menu [role=option]").first).to_be_attached()
    page.locator("#reply").press_sequentially("/")
    expect(page.locator("#macro-menu")).to_be_visible()
    assert in_both_themes(page) == CLEAN


@pytest.mark.parametrize("name", CUSTOMER_PAGES)
def test_pages_of_customers(people: People, closed: Closed, name: str) -> None:
    page = people.profile("zh", storage_state=closed.cookies, bypass_csp=True).new_page()
    address = CUSTOMER_PAGES[name].format(number=closed.number, survey=closed.survey)
    answer = page.goto(people.base + address)
    assert answer is not None
    assert answer.ok
    assert in_both_themes(page) == CLEAN
