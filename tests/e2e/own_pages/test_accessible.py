"""axe-core finds nothing serious on the customer's pages, in both languages and themes, in every state they have."""

from __future__ import annotations

import pytest
from playwright.sync_api import FilePayload, expect

from tests.e2e.own_pages.conftest import Company
from tests.e2e.pages.customer import CustomerPages
from tests.e2e.people import People
from tests.e2e.test_accessibility import findings, themed
from tests.evidence import picture

SHOT: FilePayload = {"name": "截图 1.png", "mimeType": "image/png", "buffer": picture()}
BROKEN: FilePayload = {"name": "bad.png", "mimeType": "image/png", "buffer": b"not a picture"}
LOOKS = [("zh", "light", 390), ("en", "dark", 1440), ("en", "light", 360)]


@pytest.fixture(params=LOOKS, ids=lambda look: "-".join(map(str, look)))
def looker(request: pytest.FixtureRequest, people: People, company: Company) -> CustomerPages:
    """A customer at their ticket, with a screen and a theme."""
    language, theme, width = request.param
    number, link = company.customer(language)
    options = {**themed(theme), "viewport": {"width": width, "height": 800}}
    pages = people.own_pages(people.profile(language, **options).new_page())
    pages.number = number
    pages.page.goto(link)
    return pages


def check(looker: CustomerPages) -> None:
    """No finding, and nothing that makes the page scroll sideways."""
    assert findings(looker.page) == []
    assert looker.page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_the_ticket_with_evidence_being_chosen_and_sent(looker: CustomerPages) -> None:
    looker.attach(SHOT, BROKEN)
    expect(looker.uploaded).to_have_count(1)
    expect(looker.page.locator(".evidence-row.is-failed")).to_have_count(1)
    check(looker)
    looker.add()
    expect(looker.evidence).to_have_count(1)
    check(looker)
    looker.page.locator("a[href$='/withdrawal']").click()
    check(looker)


def test_the_complaint_form_before_and_after_a_refusal(looker: CustomerPages) -> None:
    looker.write_complaint()
    check(looker)
    looker.attach(SHOT)
    expect(looker.uploaded).to_have_count(1)
    looker.send_complaint()
    expect(looker.mistakes.first).to_be_visible()
    expect(looker.page.locator(".my-notice.is-problem")).to_be_focused()
    check(looker)


def test_ones_own_data_and_the_page_for_strangers(looker: CustomerPages, company: Company) -> None:
    looker.my_data().ask_for_copy()
    check(looker)
    company.worker.deliver()
    looker.page.reload()
    expect(looker.exports.locator("button")).to_be_visible()
    check(looker)
    looker.page.context.clear_cookies(name="kesu_customer")
    looker.page.reload()
    check(looker)


def test_what_we_may_send_before_and_after_a_choice(looker: CustomerPages) -> None:
    looker.my_data().my_consents()
    check(looker)
    looker.choose("care")
    check(looker)


def test_asking_to_be_erased_and_the_request_as_it_stands(looker: CustomerPages) -> None:
    looker.my_data().erasure()
    check(looker)
    looker.ask_to_be_erased()
    check(looker)


def test_the_offer_to_reopen_a_case_before_and_after_it_is_taken(looker: CustomerPages, company: Company) -> None:
    company.answer(looker.number, close=True)
    looker.page.goto(company.link(looker.number, company.offer_to_reopen(looker.number)))
    expect(looker.page.locator("main form button[type=submit]")).to_be_visible()
    check(looker)
    looker.page.locator("main form button[type=submit]").click()
    expect(looker.page.locator("main form")).to_have_count(0)
    check(looker)


def test_the_page_where_compliance_decides_who_is_erased(
    people: People, company: Company, looker: CustomerPages, request: pytest.FixtureRequest
) -> None:
    looker.my_data().erasure().ask_to_be_erased()
    language, theme, width = request.node.callspec.params["looker"]
    options = {**themed(theme), "viewport": {"width": width, "height": 800}}
    page = people.staff(company.staff("compliance"), language, **options).page
    page.goto(f"{people.base}/customers/erasures")
    expect(page.locator("section.cust-card").first).to_be_visible()
    assert findings(page) == []
    company.answer(looker.number, close=True)
    company.agree_to_erase()
    company.four_days_later()
    page.reload()
    expect(page.locator("#settled")).to_be_visible()
    assert findings(page) == []
    page.locator(".cust-lines a").first.click()
    expect(page.locator(".alert-info")).to_be_visible()
    assert findings(page) == []
