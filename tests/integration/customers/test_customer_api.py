"""The company's systems keep customers up to date with a key of their own."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.desk import Browser, person
from tests.factories import actor_of
from ticketing.customers import consents, keys
from ticketing.customers.models import Customer, IntegrationKey
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database

ADDRESS = "/api/v1/customers"


class System:
    """A program with a key."""

    def __init__(self, client: FlaskClient, token: str) -> None:
        self.client, self.headers = client, {"Authorization": f"Bearer {token}", "Accept-Language": "en"}

    def put(self, number: str, body: Any, **headers: str) -> TestResponse:
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.put(f"{ADDRESS}/{number}", json=body, headers=self.headers | given)

    def batch(self, *customers: Any) -> TestResponse:
        return self.client.post(f"{ADDRESS}/batch", json={"customers": list(customers)}, headers=self.headers)


@pytest.fixture
def crm(app: Flask, company: Database, clock: FixedClock) -> System:
    supervisor = actor_of(person(company, "zhao"))
    with company.transaction() as session:
        return System(app.test_client(), keys.issue(session, clock=clock, actor=supervisor, name="CRM"))


def test_saying_it_twice_changes_nothing(crm: System, company: Database) -> None:
    body = {"name": "王建国", "phone": "13800138000", "trades_90d": 3, "deceased": False, "consents": {"care": True}}
    answers = [crm.put("C-1", body) for _ in range(2)]
    assert [(each.status_code, each.json["outcome"]) for each in answers if each.json] == [(201, "new"), (200, "same")]
    assert answers[0].headers["ETag"] == answers[1].headers["ETag"]
    with company.reading() as session:
        customer = session.scalars(select(Customer).where(Customer.external_id == "C-1")).one()
        assert (customer.name, customer.trades_90d, customer.care_consent) == ("王建国", 3, True)
        assert [row.how for row in consents.history(session, customer.id)] == ["api"]


def test_if_match_guards_against_someone_elses_change(crm: System) -> None:
    tag = crm.put("C-1", {"name": "王建国"}).headers["ETag"]
    changed = crm.put("C-1", {"name": "王建军"}, If_Match=tag)
    assert changed.status_code == 200
    assert changed.headers["ETag"] != tag
    late = crm.put("C-1", {"name": "王建民"}, If_Match=tag)
    assert (late.status_code, late.mimetype) == (412, "application/problem+json")


@pytest.mark.parametrize(
    ("body", "field"),
    [({"phone": "12"}, "phone"), ({"birthday": "1988-13-01"}, "birthday"), ({"tier": "platinum"}, "tier"), ({"colour": "red"}, "colour")],
)  # fmt: skip
def test_what_is_wrong_is_named(crm: System, body: Any, field: str) -> None:
    answer = crm.put("C-1", body)
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    assert answer.json is not None
    assert [each["field"] for each in answer.json["fields"]] == [field]


def test_one_bad_customer_of_a_batch_does_not_hold_up_the_others(crm: System) -> None:
    answer = crm.batch(
        {"external_id": "C-1", "name": "甲"}, {"external_id": "C-2", "email": "x"}, {"external_id": "C-1"}
    )
    assert answer.json is not None
    assert [each["outcome"] for each in answer.json["results"]] == ["new", "refused", "refused"]
    assert answer.json["results"][1]["problems"][0]["detail"].startswith("This is not an e-mail address")
    assert crm.batch(*({"external_id": str(number)} for number in range(501))).status_code == 422


def test_a_key_opens_nothing_else_and_ends_when_it_is_ended(crm: System, signed_in: Any, company: Database) -> None:
    assert crm.client.get("/api/v1/tickets", headers=crm.headers).status_code == 403
    browser = signed_in("zhao")
    browser.get("/customers/keys")
    with company.reading() as session:
        key = session.scalars(select(IntegrationKey)).one()
    browser.submit(f"/customers/keys/{key.id}")
    assert crm.put("C-1", {"name": "王"}).status_code == 401


def test_a_key_is_shown_once_and_stored_as_a_hash(signed_in: Any, company: Database) -> None:
    browser: Browser = signed_in("zhao")
    browser.get("/customers/keys")
    browser.submit("/customers/keys", name="核心系统")
    token = browser.page.split('cust-token">', 1)[1].split("<", 1)[0]
    browser.get("/customers/keys")
    assert token.startswith(keys.PREFIX)
    assert token not in browser.page
    with company.engine.connect() as connection:
        assert token not in str(connection.exec_driver_sql("SELECT * FROM integration_key").all())


def test_nobody_without_a_key_writes_customers(app: Flask, signed_in: Any) -> None:
    for token in ("", "kesu_guess"):
        assert System(app.test_client(), token).put("C-1", {}).status_code == 401
    browser = signed_in("zhao")
    browser.get("/account")
    proof = {"X-CSRF-Token": browser.page.split('name="csrf_token" value="', 1)[1].split('"', 1)[0]}
    assert browser.http.put(f"{ADDRESS}/C-1", json={}, headers=proof).status_code == 403
