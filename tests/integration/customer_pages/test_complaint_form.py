"""Complaining without the chat, as a visitor and as a customer."""

from __future__ import annotations

import threading
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from tests.integration.customer_pages.conftest import COMPLAINT, Browser, Desk
from ticketing.customers.models import Customer
from ticketing.platform.clock import FixedClock
from ticketing.platform.settings import Settings
from ticketing.reports import places
from ticketing.reports.conditions import Span

FORM = "/my/complaint"


def test_looking_at_the_form_makes_nobody_a_customer(visitor: Browser, desk: Desk) -> None:
    assert visitor.get(FORM).status_code == 200
    with desk.database.reading() as session:
        assert session.query(Customer).count() == 1


def test_a_visitor_gets_a_number_and_both_promised_times(visitor: Browser, desk: Desk) -> None:
    answer = visitor.fill_in(FORM, COMPLAINT)
    assert answer.status_code == 303
    page = visitor.get(answer.location).text
    (ticket,) = desk.tickets()
    assert ticket.number in page
    assert "初步调查：11月24日 10:00 前" in page
    assert "处理结果：11月25日 10:00 前" in page
    assert ticket.amount == 2000
    assert ticket.number in visitor.get("/my/tickets").text


def test_a_visitor_comes_back_for_as_long_as_a_chat_could(visitor: Browser, desk: Desk) -> None:
    visitor.fill_in(FORM, COMPLAINT)
    desk.clock.advance(days=29)
    assert desk.tickets()[0].number in visitor.get("/my/tickets").text


def test_a_customer_complains_as_themselves(browser: Browser, desk: Desk) -> None:
    browser.fill_in(FORM, COMPLAINT)
    assert desk.tickets()[0].customer_id == desk.customer_id


def test_a_form_counts_as_a_form_however_its_customer_wants_to_be_reached(visitor: Browser, desk: Desk) -> None:
    visitor.fill_in(FORM, COMPLAINT | {"contact_channel": "phone", "phone": "138 0013 8000"})
    desk.complaint(contact_channel="email", contact="wang@example.com")
    with desk.database.reading() as session:
        found = places.read(session, Span.at(desk.clock.now(), ZoneInfo("Asia/Shanghai")))
    assert {value: counts["open"] for value, counts in found.by["channel"].items()} == {"form": 1, "chat": 1}


def test_a_double_click_makes_one_ticket(visitor: Browser, desk: Desk) -> None:
    fields = visitor.hidden(FORM) | COMPLAINT
    first, second = (visitor.client.post(FORM, data=fields) for _ in range(2))
    assert first.location == second.location
    assert len(desk.tickets()) == 1


def test_two_clicks_at_the_same_time_make_one_ticket(
    app: Flask, visitor: Browser, desk: Desk, settings: Settings, clock: FixedClock
) -> None:
    fields = visitor.hidden(FORM) | COMPLAINT
    mark = visitor.client.get_cookie("kesu_visit")
    assert mark is not None
    places: list[str] = []

    def click() -> None:
        twin = Browser(app, settings, clock)
        twin.client.set_cookie("kesu_visit", mark.value)
        places.append(twin.client.post(FORM, data=fields).location)

    clicks = [threading.Thread(target=click) for _ in range(4)]
    for thread in clicks:
        thread.start()
    for thread in clicks:
        thread.join()
    assert len(set(places)) == len(desk.tickets()) == 1


def test_another_browser_cannot_replay_a_form_it_has_seen(
    app: Flask, visitor: Browser, settings: Settings, clock: FixedClock
) -> None:
    fields = visitor.hidden(FORM) | COMPLAINT
    visitor.client.post(FORM, data=fields)
    thief = Browser(app, settings, clock)
    own = thief.hidden(FORM)
    answer = thief.client.post(FORM, data=fields | {"csrf_token": own["csrf_token"]})
    assert thief.get(answer.location).status_code == 200
    assert answer.location != visitor.client.post(FORM, data=fields).location


def test_what_was_typed_is_kept_when_something_is_missing(visitor: Browser, desk: Desk) -> None:
    typed = COMPLAINT | {"category": "", "consent": "", "wish": "退款 <script>", "amount": "三百"}
    answer = visitor.fill_in(FORM, typed)
    assert answer.status_code == 422
    assert "还有 3 处" in answer.text
    assert "转账两千块没到账，已经等了三天" in answer.text
    assert "退款 &lt;script&gt;" in answer.text
    assert desk.tickets() == []


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("description", "", "Please tell us what happened."),
        ("description", "x" * 2001, "the limit is 2000"),
        ("amount", "-5", "Please give the amount as a number"),
        ("amount", "NaN", "Please give the amount as a number"),
        ("contact_channel", "pigeon", "Please choose how we should reach you."),
        ("contact_channel", "phone", "Please give us your phone number."),
        ("contact_channel", "email", "Please give us your e-mail address."),
        ("consent", "", "We need your consent"),
    ],
)
def test_each_problem_is_told_in_the_customers_language(
    app: Flask, settings: Settings, clock: FixedClock, field: str, value: str, words: str
) -> None:
    browser = Browser(app, settings, clock, language="en")
    answer = browser.fill_in(FORM, COMPLAINT | {field: value})
    assert answer.status_code == 422
    assert words in answer.text


@pytest.mark.parametrize(
    ("channel", "wrong", "right"), [("phone", "12345", "138 0013 8000"), ("email", "wang@", "wang@example.com")]
)
def test_the_way_to_reach_someone_must_be_usable(
    visitor: Browser, desk: Desk, channel: str, wrong: str, right: str
) -> None:
    assert visitor.fill_in(FORM, COMPLAINT | {"contact_channel": channel, channel: wrong}).status_code == 422
    visitor.fill_in(FORM, COMPLAINT | {"contact_channel": channel, channel: right})
    assert desk.tickets()[0].contact == right
    page = visitor.get(f"/my/tickets/{desk.tickets()[0].number}").text
    assert right not in page


def test_card_numbers_are_masked_before_they_are_stored(visitor: Browser, desk: Desk) -> None:
    card = "6222021234567890128"
    typed = {"description": f"卡号{card}被扣了钱", "wish": f"退回{card}", "order_number": card}
    visitor.fill_in(FORM, COMPLAINT | typed)
    (ticket,) = desk.tickets()
    assert card not in f"{ticket.description} {ticket.wish} {ticket.order_number}"
