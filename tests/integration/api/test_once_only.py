"""A write that is sent again, or by many at once, happens once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from tests.integration.api.conftest import COMPLAINT, TICKETS, Caller, assert_problem
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.platform.settings import Settings
from ticketing.tasks import Worker
from ticketing.tickets.models import Ticket, TicketEvent


def count(database: Database, table: type[Ticket | TicketEvent]) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def apart(caller: Caller) -> Caller:
    """The same caller on a connection of its own."""
    return Caller(caller.client.application.test_client(), caller.headers)


def test_a_repeat_under_the_same_key_gets_the_first_answer(customer: Caller, database: Database) -> None:
    first = customer.post(TICKETS, COMPLAINT, key="k")
    again = customer.post(TICKETS, COMPLAINT, key="k")
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert (again.status_code, again.json) == (201, first.json)
    assert count(database, Ticket) == 1


def test_a_key_used_for_something_else_is_refused(customer: Caller, database: Database) -> None:
    number = customer.post(TICKETS, COMPLAINT, key="k").json["number"]
    other = customer.post(TICKETS, COMPLAINT | {"amount": "1"}, key="k")
    assert_problem(other, 409, "idempotency_key_reused")
    elsewhere = customer.post(f"{TICKETS}/{number}/withdrawal", COMPLAINT, key="k")
    assert elsewhere.status_code in {409, 422}
    assert count(database, Ticket) == 1


def test_a_key_belongs_to_its_conversation(customer: Caller, another: Caller) -> None:
    first, second = customer.post(TICKETS, COMPLAINT, key="k"), another.post(TICKETS, COMPLAINT, key="k")
    assert first.json["number"] != second.json["number"]


@pytest.mark.parametrize("key", ["", "   ", "k" * 201, "k\x7f"])
def test_a_write_without_a_usable_key_is_refused(customer: Caller, database: Database, key: str) -> None:
    headers = customer.headers | {"Idempotency-Key": key}
    answer = customer.client.post(TICKETS, json=COMPLAINT, headers=headers)
    assert_problem(answer, 400, "idempotency_key_missing")
    assert count(database, Ticket) == 0


def test_a_refused_write_leaves_its_key_free(customer: Caller) -> None:
    assert customer.post(TICKETS, COMPLAINT | {"consent": False}, key="k").status_code == 422
    assert customer.post(TICKETS, COMPLAINT, key="k").status_code == 201


def test_ten_at_once_with_the_same_key_open_one_ticket(customer: Caller, database: Database) -> None:
    callers = [apart(customer) for _ in range(10)]
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda caller: caller.post(TICKETS, COMPLAINT, key="k"), callers))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json["number"] for answer in answers}) == 1
    assert sum("Idempotency-Replayed" in answer.headers for answer in answers) == 9
    assert count(database, Ticket) == 1


def test_ten_at_once_with_their_own_keys_open_ten_numbered_without_a_gap(customer: Caller) -> None:
    callers = [apart(customer) for _ in range(10)]
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda caller: caller.post(TICKETS, COMPLAINT), callers))
    assert sorted(answer.json["number"][-5:] for answer in answers) == [f"{n:05d}" for n in range(1, 11)]


def test_additions_that_arrive_together_are_all_kept(customer: Caller, database: Database) -> None:
    path = f"{TICKETS}/{customer.complain()['number']}/additions"
    before, callers = count(database, TicketEvent), [apart(customer) for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda caller: caller.post(path, {"text": "还有一点"}), callers))
    assert [answer.status_code for answer in answers] == [201] * 8
    assert count(database, TicketEvent) == before + 8


def test_of_two_agents_who_claim_at_once_one_is_told_the_others_name(
    customer: Caller, agent: Caller, staff: Callable[[str], Caller]
) -> None:
    path = f"{TICKETS}/{customer.complain()['number']}/claim"
    callers = [agent, staff("agent")]
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda caller: caller.post(path), callers))
    assert sorted(answer.status_code for answer in answers) == [200, 409]


def test_kept_answers_are_forgotten_after_three_days(
    customer: Caller, database: Database, settings: Settings, clock: FixedClock
) -> None:
    customer.post(TICKETS, COMPLAINT, key="k")
    worker = Worker(settings, database, clock)
    clock.advance(days=2)
    assert worker.forget() == 0
    clock.advance(days=1)
    assert worker.forget() == 1
