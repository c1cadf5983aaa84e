"""Tickets by the JSON API: what a customer's assistant and the staff may do with them."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.integration.api.conftest import COMPLAINT, TICKETS, Caller, assert_problem
from ticketing.conversations import service as conversations
from ticketing.conversations.models import Conversation
from ticketing.conversations.rules import ServiceHours
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.platform.settings import Settings
from ticketing.tasks import Worker
from ticketing.tickets.models import Ticket

DECISION = {"cause": "银行维护", "measures": "已催促到账", "follow_up_plan": "三日内回访"}


def stored(database: Database) -> list[Ticket]:
    with database.reading() as session:
        return list(session.scalars(select(Ticket).order_by(Ticket.id)))


def answered(agent: Caller, number: str) -> None:
    """Every step of the staff up to the sent letter."""
    path = f"{TICKETS}/{number}"
    steps: list[tuple[str, Any]] = [("claim", {}), ("findings", {"findings": "银行侧排队"}), ("decision", DECISION)]
    for step, body in [*steps, ("letter", {}), ("letter/sending", {})]:
        answer = agent.post(f"{path}/{step}", body)
        assert answer.status_code in {200, 201}, answer.text


def test_a_complaint_opened_by_the_api_tells_number_promises_and_page(customer: Caller) -> None:
    answer = customer.post(TICKETS, COMPLAINT)
    ticket = answer.json
    assert answer.status_code == 201
    assert answer.headers["ETag"] == f'"{ticket["version"]}"'
    assert (ticket["number"], ticket["status_text"]) == ("KS-20261123-00001", "已受理")
    assert (ticket["amount"], ticket["currency"]) == ("2000.00", "CNY")
    due = {promise["clock"]: promise["due_text"] for promise in ticket["promises"]}
    assert due["investigation"].startswith("11月24日 10:00 前")
    assert due["resolution"].startswith("11月25日 10:00 前")
    assert customer.get(ticket["page_url"].replace("/my/", "/api/v1/")).json == ticket


def test_the_same_ticket_reads_english_for_an_english_caller(customer: Caller) -> None:
    number = customer.complain()["number"]
    assert customer.get(f"{TICKETS}/{number}", language="en-AU,zh;q=0.1").json["status_text"] == "Accepted"


def test_the_list_holds_open_tickets_and_all_of_them_on_request(customer: Caller, another: Caller) -> None:
    first, second = customer.complain()["number"], customer.complain()["number"]
    another.complain()
    customer.post(f"{TICKETS}/{first}/withdrawal", {})
    assert [item["number"] for item in customer.get(TICKETS).json["items"]] == [second]
    everything = customer.get(TICKETS, query_string={"state": "all"}).json
    assert [item["number"] for item in everything["items"]] == [second, first]
    assert everything["next_cursor"] is None


def test_pages_stay_in_step_while_new_tickets_arrive(customer: Caller) -> None:
    numbers = [customer.complain()["number"] for _ in range(5)]
    seen, cursor = [], None
    while True:
        page = customer.get(TICKETS, query_string={"limit": 2} | ({"cursor": cursor} if cursor else {})).json
        seen += [item["number"] for item in page["items"]]
        customer.complain()
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == numbers[::-1]


@pytest.mark.parametrize(
    "key", ['["x"]', "[1,2]", '{"a":1}', "[1e400]", f"[{10**30}]", "[true]", "[[1]]", "[null]", "[-1]", "", "\ud800"]
)
def test_a_cursor_that_we_never_gave_is_refused(customer: Caller, key: str) -> None:
    cursor = base64.urlsafe_b64encode(key.encode(errors="replace")).decode()
    assert_problem(customer.get(TICKETS, query_string={"cursor": cursor}), 400, "cursor_invalid")
    assert_problem(customer.get(TICKETS, query_string={"cursor": "%%%号"}), 400, "cursor_invalid")


def test_an_addition_to_an_open_ticket_is_kept_and_one_to_an_ended_ticket_refused(customer: Caller) -> None:
    path = f"{TICKETS}/{customer.complain()['number']}"
    added = customer.post(f"{path}/additions", {"text": "银行说没有收到"})
    assert (added.status_code, added.json["status"]) == (201, "accepted")
    assert customer.post(f"{path}/withdrawal", {"reason": "已到账"}).json["status"] == "withdrawn"
    assert_problem(customer.post(f"{path}/additions", {"text": "还有"}), 409, "ticket_transition_refused")


def test_a_withdrawal_without_a_body_needs_no_reason(customer: Caller) -> None:
    path = f"{TICKETS}/{customer.complain()['number']}/withdrawal"
    assert customer.post(path).json["status"] == "withdrawn"
    assert customer.post(path).json["status"] == "withdrawn"


def test_another_customers_ticket_is_as_unknown_as_one_that_never_was(customer: Caller, another: Caller) -> None:
    foreign, unknown = customer.complain()["number"], "KS-20261123-99999"
    for method, tail, body in (("get", "", None), ("post", "/additions", {"text": "x"}), ("post", "/withdrawal", {})):
        refusals = []
        for number in (foreign, unknown):
            how = another.get if method == "get" else another.post
            answer = how(f"{TICKETS}/{number}{tail}", **({} if body is None else {"body": body}))
            problem = assert_problem(answer, 404, "ticket_not_found")
            refusals.append(json.dumps(problem | {"request_id": ""}).replace(number, "…"))
        assert refusals[0] == refusals[1]


def test_staff_take_a_ticket_to_its_end_and_the_customer_reopens_it(
    customer: Caller, agent: Caller, database: Database, settings: Settings, clock: FixedClock
) -> None:
    path = f"{TICKETS}/{customer.complain()['number']}"
    answered(agent, path.rpartition("/")[2])
    assert_problem(agent.post(f"{path}/closing"), 422, "ticket_content_missing")
    Worker(settings, database, clock).deliver()
    shown = customer.get(path).json
    assert shown["answer"] | {"sent_at": None} == DECISION | {"sent_at": None}
    assert {promise["state"] for promise in shown["promises"]} == {"met"}
    assert agent.post(f"{path}/closing").json["status"] == "closed"
    reopened = customer.post(f"{path}/reopening", {"reason": "钱还是没到"}).json
    assert (reopened["status"], reopened["round"]) == ("investigating", 2)
    assert {promise["state"] for promise in reopened["promises"]} == {"running"}


def test_a_step_on_an_older_version_is_refused_and_changes_nothing(customer: Caller, agent: Caller) -> None:
    ticket = customer.complain()
    path = f"{TICKETS}/{ticket['number']}"
    etag = agent.post(f"{path}/claim", If_Match=f'"{ticket["version"]}"').headers["ETag"]
    stale = agent.post(f"{path}/findings", {"findings": "x"}, If_Match=f'"{ticket["version"]}"', language="en")
    assert_problem(stale, 412, "version_conflict")
    assert agent.get(path).json["status"] == "investigating"
    assert agent.post(f"{path}/findings", {"findings": "x"}, If_Match=etag).json["status"] == "resolving"


@pytest.mark.parametrize("version", ["x", '"²"', "9" * 5000, 'W/"1"', "-1"])
def test_an_if_match_that_is_no_version_is_refused(customer: Caller, agent: Caller, version: str) -> None:
    path = f"{TICKETS}/{customer.complain()['number']}/claim"
    assert_problem(agent.post(path, If_Match=version), 400, "version_invalid")


def test_a_customer_cannot_take_the_steps_of_staff_nor_staff_those_of_customers(
    customer: Caller, agent: Caller
) -> None:
    path = f"{TICKETS}/{customer.complain()['number']}"
    for step in ("claim", "closing", "letter", "letter/approval", "letter/sending"):
        assert_problem(customer.post(f"{path}/{step}"), 403, "permission_denied")
    for step, body in (("additions", {"text": "x"}), ("withdrawal", {})):
        assert_problem(agent.post(f"{path}/{step}", body), 403, "permission_denied")


def test_compliance_may_read_a_closed_ticket_but_not_reopen_it(
    customer: Caller, staff: Callable[[str], Caller]
) -> None:
    path, compliance = f"{TICKETS}/{customer.complain()['number']}", staff("compliance")
    assert compliance.get(path).status_code == 200
    assert_problem(compliance.post(f"{path}/reopening", {"reason": "x"}), 403, "permission_denied")


def test_a_write_with_the_session_cookie_alone_is_refused(customer: Caller, agent: Caller) -> None:
    path = f"{TICKETS}/{customer.complain()['number']}/claim"
    assert_problem(agent.post(path, X_CSRF_Token="0"), 403, "csrf_failed")


@pytest.mark.parametrize("amount", ["-1", "1.234", "1e3000", "NaN", "12345678901234567", "三百", True])
def test_an_amount_that_is_no_money_is_refused(customer: Caller, database: Database, amount: Any) -> None:
    problem = assert_problem(customer.post(TICKETS, COMPLAINT | {"amount": amount}), 422, "input_invalid")
    assert [field["field"] for field in problem["fields"]] == ["amount"]
    assert stored(database) == []


@pytest.mark.parametrize("currency", ["cny", "人民币", "CN", "CNYY", "CNY\n", ""])
def test_a_currency_is_three_capital_letters(customer: Caller, currency: str) -> None:
    assert_problem(customer.post(TICKETS, COMPLAINT | {"currency": currency}), 422, "input_invalid")
    assert customer.complain(currency="USD", amount="0.01")["currency"] == "USD"


def test_the_clock_starts_at_the_message_in_which_it_was_said(
    customer: Caller, database: Database, clock: FixedClock
) -> None:
    said_at = clock.now()
    with database.transaction() as session:
        chat = session.get_one(Conversation, customer.conversation_id)
        line = conversations.append(session, clock=clock, conversation=chat, author="customer", text="没到账！")
        seq = line.seq
    clock.advance(minutes=9)
    ticket = customer.complain(message_seq=seq)
    assert ticket["complained_at"] == said_at.isoformat().replace("+00:00", "Z")
    due = next(item["due_at"] for item in ticket["promises"] if item["clock"] == "resolution")
    assert due == (said_at + timedelta(hours=48)).isoformat().replace("+00:00", "Z")


@pytest.mark.parametrize("seq", [1, 999])
def test_a_message_that_the_customer_did_not_write_starts_no_clock(
    customer: Caller, clock: FixedClock, seq: int
) -> None:
    clock.advance(minutes=9)
    assert customer.complain(message_seq=seq)["complained_at"].startswith("2026-11-23T02:09:00")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"consent": False}, "ticket_consent_missing"),
        ({"consent": None}, "input_invalid"),
        ({"contact_channel": "phone"}, "ticket_contact_missing"),
        ({"contact_channel": "phone", "contact": "138****5678"}, "ticket_contact_missing"),
        ({"priority": "urgent"}, "input_invalid"),
        ({"category": "refund"}, "input_invalid"),
        ({"description": " \u200b\u2800 "}, "input_invalid"),
        ({"message_seq": 2**31}, "input_invalid"),
    ],
)
def test_a_complaint_that_cannot_stand_is_refused(
    customer: Caller, database: Database, change: dict[str, Any], code: str
) -> None:
    assert_problem(customer.post(TICKETS, COMPLAINT | change), 422, code)
    assert stored(database) == []


def test_a_masked_contact_is_revealed_for_the_ticket_and_stays_masked_in_the_transcript(
    customer: Caller, database: Database, clock: FixedClock
) -> None:
    with database.transaction() as session:
        chat = session.get_one(Conversation, customer.conversation_id)
        how = {"hours": ServiceHours.parse("09:00-21:00", "Asia/Shanghai"), "max_chars": 2000, "client_id": "c"}
        received = conversations.receive(session, clock=clock, conversation=chat, text="我的电话13812345678", **how)
        assert "13812345678" not in received.message.text
    customer.complain(contact_channel="phone", contact="138****5678")
    assert stored(database)[0].contact == "13812345678"
