"""An agent at a case with the keyboard alone: one key takes back what was done last, and each step leads to the next."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.own_pages.conftest import Company
from tests.e2e.pages.keys import Keys
from tests.e2e.people import People
from ticketing.platform.clock import SystemClock
from ticketing.tickets import notes
from ticketing.tickets.models import Ticket


@pytest.fixture
def desk(people: People, company: Company, language: str) -> Keys:
    """An agent who has a case open that nobody owns, its customer with the assistant."""
    number, _link = company.customer(language)
    desk = Keys(people.staff(company.staff("agent"), language).page, people.base, language)
    desk.open_case(number)
    return desk


def test_the_key_takes_back_the_reply_and_not_the_claim_before_it(desk: Keys) -> None:
    desk.claim_case()
    desk.press("r")
    desk.page.locator("#reply").fill("…")
    desk.page.locator("#reply").press("Enter")
    expect(desk.page.locator("#held")).to_be_visible()
    expect(desk.undo).to_have_count(0)
    expect(desk.page.locator("[data-key=z] kbd:visible")).to_have_count(1)
    desk.press("Escape", "z")
    expect(desk.page.locator("#held")).to_have_count(0)
    expect(desk.page.locator("#reply")).to_have_value("…")
    expect(desk.page.locator(".case-owner-name")).to_be_visible()


def test_an_undoing_that_came_too_late_leaves_a_page_that_can_be_reloaded(desk: Keys, company: Company) -> None:
    desk.claim_case()
    number = desk.page.locator("#case").get_attribute("data-case")
    with company.database.transaction() as session:
        ticket = session.query(Ticket).filter_by(number=number).one()
        notes.add(session, clock=SystemClock(), actor=company.agent, ticket=ticket, text="…")
    desk.press("z")
    expect(desk.page.locator(".case-head-wrap .alert-danger")).to_be_visible()
    expect(desk.undo).to_have_count(0)
    expect(desk.page).to_have_url(re.compile(f"/desk/tickets/{number}$"))
    answer = desk.page.reload()
    assert answer
    assert answer.status == 200


def test_after_a_step_the_next_one_has_the_focus_though_the_customer_is_in_the_chat(desk: Keys) -> None:
    desk.claim_case()
    expect(desk.page.locator("#panel-reply")).to_be_visible()
    desk.step("#f-findings").write("…")
    expect(desk.page.locator("#f-cause")).to_be_focused()
    desk.write("a", "b", "c")
    draft = desk.page.locator("form[action$='/letter'] .btn-primary")
    expect(draft).to_be_focused()
    draft.press("Enter")
    expect(desk.page.locator("form[action$='/letter/dispatch']")).to_be_visible()


def test_the_key_for_giving_on_leads_to_the_colleague_and_not_to_closing(
    people: People, company: Company, language: str
) -> None:
    desk = Keys(people.staff(company.staff("team_lead"), language).page, people.base, language)
    desk.open_case(company.claimed(language)).press("t")
    expect(desk.page.locator("#reassign #f-to")).to_be_focused()
    desk.press("Escape")
    expect(desk.page.locator("#reassign")).to_be_hidden()
