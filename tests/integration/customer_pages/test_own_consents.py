"""Consents on the customer's own pages: seen, given, withdrawn, proved, and obeyed."""

from __future__ import annotations

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests import factories
from tests.integration.customer_pages.conftest import Browser, Desk
from ticketing.audit.models import AuditEntry
from ticketing.customers import consents, doubles
from ticketing.customers.models import Customer
from ticketing.platform.clock import FixedClock
from ticketing.platform.settings import Settings

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
PAGE = "/my/data/consents"


def choose(browser: Browser, purpose: str, given: bool) -> TestResponse:
    hidden = browser.hidden(PAGE)
    return browser.client.post(PAGE, data=hidden | {"purpose": purpose, "given": "1" if given else "0"})


def rows(desk: Desk) -> list[tuple[str, bool, str, str]]:
    with desk.database.reading() as session:
        found = consents.history(session, desk.customer_id)
        return [(row.purpose, row.given, row.how, row.actor) for row in found]


def test_a_customer_gives_and_withdraws_and_reads_when(browser: Browser, desk: Desk) -> None:
    answer = choose(browser, "care", True)
    assert answer.status_code == 303
    assert "已开通：关怀问候" in browser.get(str(answer.location)).text
    desk.clock.advance(hours=1)
    answer = choose(browser, "care", False)
    assert "已关闭：关怀问候" in browser.get(str(answer.location)).text
    who = f"customer:{desk.customer_id}"
    assert rows(desk) == [("care", False, "self", who), ("care", True, "self", who)]
    page = browser.get(PAGE).text
    assert page.count("您在本页设置") == 3


def test_it_is_audited_and_obeyed(browser: Browser, desk: Desk) -> None:
    choose(browser, "care", True)
    choose(browser, "survey", False)
    with desk.database.reading() as session:
        assert session.get_one(Customer, desk.customer_id).care_consent
        assert consents.allows(session, customer_id=desk.customer_id, purpose="care")
        assert not consents.allows(session, customer_id=desk.customer_id, purpose="survey")
        entries = session.query(AuditEntry).filter_by(action="customer.consent").order_by(AuditEntry.id)
        assert [(entry.detail["purpose"], entry.detail["given"], entry.detail["how"]) for entry in entries] == [
            ("care", True, "self"),
            ("survey", False, "self"),
        ]


def test_a_second_press_adds_nothing(browser: Browser, desk: Desk) -> None:
    assert [choose(browser, "marketing", True).status_code for _ in range(2)] == [303, 303]
    assert len(rows(desk)) == 1


def test_looking_records_nothing_and_a_form_of_others_is_refused(browser: Browser, desk: Desk) -> None:
    browser.get(f"{PAGE}?done=given&purpose=care")
    assert browser.client.post(PAGE, data={"purpose": "care", "given": "1"}).status_code == 403
    assert rows(desk) == []


@pytest.mark.parametrize("purpose", ["service", "all", ""])
def test_what_is_no_choice_is_refused(browser: Browser, desk: Desk, purpose: str) -> None:
    assert choose(browser, purpose, False).status_code == 422
    assert rows(desk) == []


def test_who_is_not_signed_in_gets_neither_page_nor_deed(visitor: Browser, browser: Browser) -> None:
    hidden = browser.hidden(PAGE)
    visitor.client.delete_cookie("kesu_customer")
    assert visitor.get(PAGE).status_code == 401
    assert visitor.client.post(PAGE, data=hidden | {"purpose": "care", "given": "1"}).status_code == 401


def test_the_browser_of_a_double_speaks_for_nobody(
    browser: Browser, desk: Desk, app: Flask, settings: Settings, clock: FixedClock
) -> None:
    with desk.database.transaction() as session:
        double = factories.customer(session, clock)
        lead = factories.actor_of(factories.staff(session, role="team_lead"))
        doubles.merge(session, clock=clock, actor=lead, double_id=double.id, into_id=desk.customer_id)
        double_id = double.id
    other = Browser(app, settings, clock).sign_in(double_id)
    assert other.get(PAGE).status_code == 401
