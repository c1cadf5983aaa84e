"""What the process writes about itself: enough to follow a request, nothing about a person."""

from __future__ import annotations

import dataclasses
import json
import logging
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from tests.integration.api.conftest import COMPLAINT, TICKETS, Caller, assert_problem
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.platform.log import log
from ticketing.platform.settings import Settings
from ticketing.tasks import Worker

PHONE, EMAIL, STORY = "13812345678", "lin.jianguo@example.com", "理财经理骗了我的养老钱"
PERSONAL = (PHONE, EMAIL, STORY, "养老")


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """The log so far; every line is JSON."""
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_nothing_personal_is_logged_on_the_way_from_complaint_to_answer(
    customer: Caller, agent: Caller, database: Database, settings: Settings, clock: FixedClock,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    told = {"description": f"{STORY}，电话{PHONE}", "wish": f"退到{EMAIL}", "order_number": PHONE}
    ticket = customer.complain(contact_channel="email", contact=EMAIL, **told)
    path = f"{TICKETS}/{ticket['number']}"
    customer.post(f"{path}/additions", {"text": f"再打{PHONE}"})
    customer.post(TICKETS, COMPLAINT | {"description": STORY, "contact_channel": PHONE})
    customer.get("/api/v1/knowledge/search", query_string={"q": f"{STORY} {PHONE}"})
    decision = {"cause": STORY, "measures": f"致电{PHONE}", "follow_up_plan": EMAIL}
    for step, body in (("claim", {}), ("findings", {"findings": PHONE}), ("decision", decision), ("letter", {})):
        assert agent.post(f"{path}/{step}", body).status_code in {200, 201}
    agent.post(f"{path}/letter/sending")
    # Nobody listens there: the failure is logged as well.
    Worker(dataclasses.replace(settings, smtp_url="smtp://127.0.0.1:9"), database, clock).deliver()
    written = lines(capsys)
    assert {"http.request", "outbox.not_delivered"} <= {line["event"] for line in written}
    assert [word for word in PERSONAL if word in json.dumps(written, ensure_ascii=False)] == []


def test_the_request_id_of_a_refusal_leads_to_its_line_in_the_log(
    customer: Caller, capsys: pytest.CaptureFixture[str]
) -> None:
    problem = assert_problem(customer.get(f"{TICKETS}/KS-20261123-99999"), 404, "ticket_not_found")
    (line,) = [line for line in lines(capsys) if line["request_id"] == problem["request_id"]]
    assert (line["event"], line["status"], line["route"]) == ("http.request", 404, "/api/v1/tickets/<number>")


def test_a_fault_is_logged_whole_under_the_id_that_the_caller_was_told(
    customer: Caller, capsys: pytest.CaptureFixture[str]
) -> None:
    problem = assert_problem(customer.get("/api/v1/faulty"), 500, "unexpected")
    fault = next(line for line in lines(capsys) if line["event"] == "http.unexpected")
    assert fault["request_id"] == problem["request_id"]
    assert "RuntimeError" in fault["exception"]


def test_a_database_error_is_logged_without_the_row_it_refused(
    database: Database, app: object, capsys: pytest.CaptureFixture[str]
) -> None:
    insert = text("INSERT INTO ticket_event (id, kind, text) VALUES (1, 'added_to', :said)")
    with database.reading() as session, pytest.raises(IntegrityError) as caught:
        session.execute(insert, {"said": f"{STORY}\n{PHONE}"})
    log.error("test.refused", exc_info=caught.value)
    (line,) = lines(capsys)
    assert "IntegrityError" in line["exception"]
    assert [word for word in PERSONAL if word in line["exception"]] == []


def test_a_validation_error_is_logged_without_what_was_sent(app: object, capsys: pytest.CaptureFixture[str]) -> None:
    class Form(BaseModel):
        amount: int

    with pytest.raises(ValidationError) as caught:
        Form.model_validate({"amount": PHONE + "x"})
    logging.getLogger("some.library").error("refused", exc_info=caught.value)
    (line,) = lines(capsys)
    assert (line["event"], line["level"]) == ("refused", "error")
    assert PHONE not in line["exception"]
