"""Whatever is sent: a clear refusal in the caller's language, never a 500, and nothing half written."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from tests.integration.api.conftest import COMPLAINT, TICKETS, Caller, assert_problem
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.platform.idempotency import IdempotentAnswer
from ticketing.platform.settings import Settings
from ticketing.tickets.models import Ticket
from web.app import create_app

WHOLE = json.dumps(COMPLAINT, ensure_ascii=False)
DEEP = '{"a":' * 5_000 + "1" + "}" * 5_000


def with_description(written: str) -> bytes:
    """The complaint with this text, as written in JSON."""
    return WHOLE.replace("转账两千块没到账", written).encode()


BODIES: dict[str, tuple[bytes, int, str]] = {
    "cut off": (WHOLE[:-1].encode(), 400, "http_400"),
    "not JSON": (b"kind=complaint", 400, "http_400"),
    "not UTF-8": (WHOLE.encode("gb18030"), 400, "http_400"),
    "a list": (b"[]", 400, "http_400"),
    "a text with JSON in it": (json.dumps(WHOLE).encode(), 400, "http_400"),
    "nothing": (b"", 422, "input_invalid"),
    "null": (b"null", 400, "http_400"),
    "NUL": (with_description("a\\u0000b"), 400, "http_400"),
    "half of a surrogate pair": (with_description("\\ud800"), 400, "http_400"),
    "half of a pair as a name": (b'{"\\udfff": 1}', 400, "http_400"),
    "only marks of direction": (with_description("\\u200f\\u202e\\u2066"), 422, "input_invalid"),
    "too many characters": (with_description("长" * 10_000), 422, "input_invalid"),
    "too deep": (DEEP.encode(), 400, "http_400"),
    "deep enough to parse": (b'{"a":' * 200 + b"1" + b"}" * 200, 400, "http_400"),
    "a huge integer": (WHOLE.replace('"2000.00"', "9" * 4_000).encode(), 422, "input_invalid"),
    "an integer beyond parsing": (WHOLE.replace('"2000.00"', "9" * 6_000).encode(), 400, "http_400"),
    "a huge float": (WHOLE.replace('"2000.00"', "1e999").encode(), 400, "http_400"),
    "not a number": (WHOLE.replace('"2000.00"', "NaN").encode(), 400, "http_400"),
    "100 kB": (with_description("x" * 100_000), 413, "http_413"),
}


def send(caller: Caller, body: bytes, language: str = "zh", content_type: str = "application/json") -> Any:
    headers = caller.headers | {"Idempotency-Key": "k", "Accept-Language": language}
    return caller.client.post(TICKETS, data=body, content_type=content_type, headers=headers)


def rows(database: Database) -> int:
    with database.reading() as session:
        return sum(session.scalar(select(func.count()).select_from(table)) or 0 for table in (Ticket, IdempotentAnswer))


@pytest.mark.parametrize("name", BODIES)
def test_a_body_that_is_not_right_is_refused_in_both_languages(customer: Caller, database: Database, name: str) -> None:
    body, status, code = BODIES[name]
    chinese = assert_problem(send(customer, body), status, code)
    english = assert_problem(send(customer, body, "en"), status, code)
    assert english["detail"].isascii()
    assert not chinese["detail"].isascii()
    assert rows(database) == 0


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "", "multipart/form-data"])
def test_a_body_that_does_not_say_it_is_json_is_refused(customer: Caller, content_type: str) -> None:
    assert_problem(send(customer, WHOLE.encode(), content_type=content_type), 415, "http_415")


def test_a_refusal_names_the_fields_and_repeats_nothing_that_was_sent(customer: Caller) -> None:
    answer = customer.post(TICKETS, COMPLAINT | {"contact_channel": "13812345678", "wish": 5})
    assert {field["field"] for field in assert_problem(answer, 422, "input_invalid")["fields"]} == {
        "contact_channel",
        "wish",
    }
    assert "13812345678" not in answer.text


def test_marks_of_direction_and_hidden_characters_are_left_out_of_what_is_kept(customer: Caller) -> None:
    ticket = customer.complain(description="\u202e转\u200b账\u2066没到账\x07", wish="\u200f")
    assert (ticket["description"], ticket["wish"]) == ("转账没到账", None)


@pytest.mark.parametrize(
    "path",
    [
        "/tickets/KS-20261123-99999",
        "/tickets/%00",
        "/tickets/%ED%A0%80",
        "/tickets/" + "9" * 41,
        "/tickets?limit=0",
        "/tickets?limit=" + "9" * 5000,
        "/tickets?state=closed",
        "/tickets?cursor=%00",
        "/tickets?cursor=" + "A" * 400,
        "/knowledge/articles/%00",
        "/knowledge/articles/nothing-of-ours",
        "/knowledge/search?q=%00",
        "/knowledge/search?q=" + "x" * 10_001,
        "/nowhere",
    ],
)
def test_an_address_that_leads_nowhere_is_refused(customer: Caller, path: str) -> None:
    answer = customer.get("/api/v1" + path)
    assert 400 <= answer.status_code < 500
    assert answer.mimetype == "application/problem+json"


@pytest.mark.parametrize("number", ["0", "2147483647", "2147483648", "9" * 30])
def test_ids_that_no_row_can_have_are_not_found(customer: Caller, number: str) -> None:
    marks = {"speed": 5, "completeness": 5, "solution": 5}
    for path, body in ((f"/surveys/{number}/answer", marks), (f"/knowledge/answers/{number}/thumb", {"helpful": True})):
        answer = customer.post("/api/v1" + path, body)
        assert answer.status_code in {404, 422}, answer.text


def test_a_signed_token_of_a_customer_who_is_gone_opens_nothing(
    customer: Caller, database: Database, another: Caller
) -> None:
    with database.transaction() as session:
        for table, column in (("message", "conversation_id"), ("conversation", "id")):
            session.execute(text(f"DELETE FROM {table} WHERE {column} = :id"), {"id": customer.conversation_id})
        session.execute(text("DELETE FROM customer WHERE id = :id"), {"id": customer.id})
    assert_problem(customer.post(TICKETS, COMPLAINT), 401, "token_invalid")


@contextmanager
def locked(database: Database) -> Iterator[None]:
    """Somebody else writes, and does not come to an end."""
    with database.transaction() as other:
        if database.dialect == "postgresql":
            other.execute(text("LOCK TABLE ticket IN ACCESS EXCLUSIVE MODE"))
        else:
            other.execute(text("SELECT 1"))
        yield
        other.rollback()


def test_a_database_that_stays_locked_means_come_again_and_nothing_written(
    new_customer: Callable[[], Caller], database: Database, settings: Settings, clock: FixedClock
) -> None:
    caller = new_customer()
    url = database.engine.url.render_as_string(hide_password=False)
    impatient = Database(url, busy_timeout_milliseconds=100)
    app: Flask = create_app(settings, database=impatient, clock=clock)
    hurried = Caller(app.test_client(), caller.headers)
    with locked(database):
        refused = hurried.post(TICKETS, COMPLAINT, key="k", language="en")
    assert_problem(refused, 503, "database_busy")
    assert int(refused.headers["Retry-After"]) > 0
    assert rows(database) == 0
    assert hurried.post(TICKETS, COMPLAINT, key="k").status_code == 201
    app.extensions["kesu_gateway"].close()
    impatient.dispose()
