"""The whole app on a real database, and those who call its API: customers' assistants and staff."""

from __future__ import annotations

import hashlib
import hmac
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests import factories
from ticketing.conversations import service as conversations
from ticketing.conversations.tokens import ConversationClaims, sign_conversation_token
from ticketing.platform import ids
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.platform.settings import Settings
from ticketing.staff.models import Staff, StaffSession
from web.app import create_app
from web.auth import public

TICKETS = "/api/v1/tickets"
COMPLAINT: dict[str, Any] = {
    "category": "transaction_dispute",
    "description": "转账两千块没到账",
    "amount": "2000.00",
    "contact_channel": "chat",
    "consent": True,
    "language": "zh",
}


@dataclass
class Caller:
    """Someone who calls the API; every write gets a fresh Idempotency-Key unless it brings one."""

    client: FlaskClient
    headers: dict[str, str]
    id: int = 0
    conversation_id: int = 0
    public_id: str = ""

    def get(self, path: str, language: str = "zh", **options: Any) -> TestResponse:
        return self.client.get(path, headers=self.headers | {"Accept-Language": language}, **options)

    def post(
        self, path: str, body: Any = None, *, key: str | None = None, language: str = "zh", **headers: str
    ) -> TestResponse:
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        always = {"Idempotency-Key": key or str(uuid.uuid4()), "Accept-Language": language}
        return self.client.post(path, json={} if body is None else body, headers=self.headers | always | given)

    def complain(self, **fields: Any) -> dict[str, Any]:
        """A complaint opened by the API; ``fields`` override it."""
        answer = self.post(TICKETS, COMPLAINT | fields)
        assert answer.status_code == 201, answer.text
        return dict(answer.json or {})


def faulty() -> None:
    """A view with a fault that knows something personal."""
    raise RuntimeError("13812345678")


@pytest.fixture
def app(settings: Settings, database: Database, clock: FixedClock) -> Iterator[Flask]:
    made = create_app(settings, database=database, clock=clock)
    made.add_url_rule("/api/v1/forgotten", "forgotten", lambda: "secret")
    made.add_url_rule("/api/v1/faulty", "faulty", public(faulty))
    with database.transaction() as session:
        factories.company(session, clock)
        factories.team(session)
    yield made
    made.extensions["kesu_gateway"].close()


@pytest.fixture
def new_customer(app: Flask, settings: Settings, database: Database, clock: FixedClock) -> Callable[[], Caller]:
    """Makes a customer with an open conversation; the caller is the assistant that speaks for it."""

    def make() -> Caller:
        with database.transaction() as session:
            customer = factories.customer(session, clock)
            chat = conversations.open_conversation(session, clock=clock, customer=customer, language="zh")
            claims = ConversationClaims(chat.public_id, chat.id, customer.id, "zh")
        token = sign_conversation_token(settings.secret_key, clock=clock, claims=claims)
        bearer = {"Authorization": f"Bearer {token}"}
        return Caller(app.test_client(), bearer, customer.id, claims.id, claims.public_id)

    return make


@pytest.fixture
def customer(new_customer: Callable[[], Caller]) -> Caller:
    return new_customer()


@pytest.fixture
def another(new_customer: Callable[[], Caller]) -> Caller:
    return new_customer()


@pytest.fixture
def staff(app: Flask, settings: Settings, database: Database, clock: FixedClock) -> Callable[[str], Caller]:
    """Makes a member of staff of a role, signed in as a browser is: session cookie, and the proof of our own page."""

    def make(role: str = "agent") -> Caller:
        token = ids.one_time_token()
        with database.transaction() as session:
            person: Staff = factories.staff(session, role=role, language="en")
            session.add(_session_of(person, token, clock))
        client = app.test_client()
        client.set_cookie("kesu_staff", token)
        proof = hmac.new(settings.secret_key.encode(), b"kesu csrf staff " + token.encode(), hashlib.sha256)
        return Caller(client, {"X-CSRF-Token": proof.hexdigest()}, person.id)

    return make


def _session_of(person: Staff, token: str, clock: FixedClock) -> StaffSession:
    ends = clock.now().replace(year=clock.now().year + 1)
    return StaffSession(
        token_hash=ids.token_hash(token), staff_id=person.id, created_at=clock.now(), expires_at=ends, state={}
    )


@pytest.fixture
def agent(staff: Callable[[str], Caller]) -> Caller:
    return staff("agent")


def assert_problem(answer: TestResponse, status: int, code: str) -> dict[str, Any]:
    """A refusal as every caller may rely on it."""
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json"), answer.text
    body = dict(answer.json or {})
    assert (body["code"], body["status"]) == (code, status)
    assert body["request_id"] == answer.headers["X-Request-Id"]
    return body
