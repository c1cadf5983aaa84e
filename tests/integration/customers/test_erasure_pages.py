"""Compliance reads who asks to be erased and decides; others do not see the page."""

from __future__ import annotations

from typing import Any

import pytest

from tests import factories
from ticketing.customers.models import Customer
from ticketing.platform.actor import Actor
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.platform.settings import Settings
from ticketing.privacy import erasures
from ticketing.tickets.models import Ticket

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
PAGE = "/customers/erasures"


@pytest.fixture
def asked(company: Database, clock: FixedClock) -> str:
    """A customer without a case asks to be erased; the request's name."""
    with company.transaction() as session:
        customer = factories.customer(session, clock)
        actor = Actor(kind="customer", id=customer.id)
        made = erasures.request(session, clock=clock, actor=actor, customer_id=customer.id, language="zh")
        return made.public_id


def test_compliance_agrees_and_the_profile_says_so_after_it_is_done(
    signed_in: Any, company: Database, clock: FixedClock, settings: Settings, asked: str
) -> None:
    browser = signed_in("sun")
    browser.get(PAGE)
    assert "王**" in browser.words
    assert browser.post(f"{PAGE}/{asked}", deed="approve").status_code == 303
    browser.get(PAGE)
    assert "Sun 已同意" in browser.words
    clock.advance(days=4)
    assert erasures.carry_out_due(company, clock=clock, settings=settings) == 1
    with company.reading() as session:
        customer_id = session.query(Customer.id).scalar()
    browser = signed_in("sun")
    browser.get(f"/customers/{customer_id}")
    assert "已按客户申请删除个人信息" in browser.words
    browser.get(PAGE)
    assert "已删除" in browser.words


def test_a_refusal_needs_a_word(signed_in: Any, company: Database, asked: str) -> None:
    browser = signed_in("sun")
    browser.get(PAGE)
    answer = browser.post(f"{PAGE}/{asked}", deed="refuse", reason=" ")
    assert answer.status_code == 422
    assert "请写明不能删除的原因" in answer.text
    assert browser.post(f"{PAGE}/{asked}", deed="refuse", reason="仍有诉讼").status_code == 303
    browser.get(PAGE)
    assert "仍有诉讼" in browser.words


def test_a_case_that_is_still_open_offers_no_agreement(
    signed_in: Any, company: Database, clock: FixedClock, asked: str
) -> None:
    with company.transaction() as session:
        factories.complaint(session, clock, of=session.query(Customer).one())
    browser = signed_in("sun")
    browser.get(PAGE)
    assert "还有未结束的工单" in browser.words
    assert 'value="approve"' not in browser.page
    assert browser.post(f"{PAGE}/{asked}", deed="approve").status_code == 409


def test_the_case_page_of_an_erased_customer_still_opens(
    signed_in: Any, company: Database, clock: FixedClock, settings: Settings, ticket: str
) -> None:
    with company.transaction() as session:
        found = session.query(Ticket).one()
        found.status, found.closed_at = "closed", clock.now()
        actor = Actor(kind="customer", id=found.customer_id)
        made = erasures.request(session, clock=clock, actor=actor, customer_id=found.customer_id, language="zh")
        made.status, made.erase_at = "approved", clock.now()
    assert erasures.carry_out_due(company, clock=clock, settings=settings) == 1
    assert signed_in("chen").get(f"/desk/tickets/{ticket}").status_code == 200


@pytest.mark.parametrize("login", ["chen", "zhao"])
def test_others_neither_see_nor_decide(signed_in: Any, company: Database, asked: str, login: str) -> None:
    browser = signed_in(login)
    assert browser.get(PAGE).status_code == 403
    browser.get("/customers")
    assert "删除申请" not in browser.words
    assert browser.post(f"{PAGE}/{asked}", deed="approve").status_code == 403
