"""The edge of the process: what every answer has, whichever view made it or none did."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from tests.integration.api.conftest import COMPLAINT, TICKETS, Caller, assert_problem
from ticketing.platform.db import Database


@pytest.mark.parametrize("path", ["/api/v1/nowhere", "/api/nowhere", "/chat/v1/nowhere", "/chat/"])
def test_an_unknown_address_of_the_programs_doors_is_a_problem(app: Flask, path: str) -> None:
    assert_problem(app.test_client().get(path), 404, "http_404")


def test_an_unknown_page_is_a_page(app: Flask) -> None:
    answer = app.test_client().get("/nowhere")
    assert (answer.status_code, answer.mimetype) == (404, "text/html")


def test_a_method_that_an_address_does_not_have_is_refused_with_those_it_has(customer: Caller) -> None:
    answer = customer.client.delete(TICKETS, headers=customer.headers)
    assert_problem(answer, 405, "http_405")
    assert {"GET", "POST"} <= {name.strip() for name in answer.headers["Allow"].split(",")}


def test_head_and_options_answer_like_get_without_a_body(customer: Caller) -> None:
    path = f"{TICKETS}/{customer.complain()['number']}"
    head, full = customer.client.head(path, headers=customer.headers), customer.get(path)
    assert (head.status_code, head.data, head.headers["ETag"]) == (200, b"", full.headers["ETag"])
    options = customer.client.options(path, headers=customer.headers)
    assert "GET" in options.headers["Allow"]


def test_a_caller_without_credentials_is_told_which_to_bring(app: Flask) -> None:
    answer = app.test_client().get(TICKETS)
    assert_problem(answer, 401, "not_signed_in")
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    wrong = app.test_client().get(TICKETS, headers={"Authorization": "Bearer x.y.z"})
    assert_problem(wrong, 401, "token_invalid")


def test_a_request_id_of_the_callers_own_is_kept_and_a_strange_one_replaced(customer: Caller) -> None:
    kept = customer.client.get("/healthz", headers={"X-Request-Id": "abc123"})
    assert kept.headers["X-Request-Id"] == "abc123"
    assert customer.client.get("/healthz", headers={"X-Request-Id": "a b"}).headers["X-Request-Id"] != "a b"


def test_a_static_file_is_served_and_a_missing_one_not_found(app: Flask) -> None:
    with app.test_client().get("/static/css/kesu.css") as found:
        assert (found.status_code, found.mimetype) == (200, "text/css")
    assert app.test_client().get("/static/../app.py").status_code == 404
    assert app.test_client().get("/static/%2e%2e/app.py").status_code == 404


def test_a_commit_that_fails_is_an_error_and_not_an_answer(customer: Caller, database: Database) -> None:
    def fail(_connection: object) -> None:
        raise OperationalError("COMMIT", None, Exception("disk full"))

    event.listen(database.engine, "commit", fail)
    try:
        answer = customer.post(TICKETS, COMPLAINT, key="k")
    finally:
        event.remove(database.engine, "commit", fail)
    assert_problem(answer, 503, "database_busy")
    assert "disk full" not in answer.text
    assert customer.post(TICKETS, COMPLAINT, key="k").json["number"].endswith("00001")


def test_a_fault_of_ours_is_a_problem_without_its_text(customer: Caller) -> None:
    answer = customer.get("/api/v1/faulty")
    assert_problem(answer, 500, "unexpected")
    assert "13812345678" not in answer.text
