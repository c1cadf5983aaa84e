"""The whole app on a real database, and browsers of people who work at it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests import factories
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.platform.settings import Settings
from ticketing.staff import service as staff_service
from ticketing.staff.models import Staff
from ticketing.tickets.models import Ticket
from web.app import create_app

PASSWORD = "correct horse battery"
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
HASH = CHEAP.hash(PASSWORD)


class Browser:
    """One person's browser: keeps cookies, finds forms on the page it last saw."""

    def __init__(self, app: Flask) -> None:
        self.http = app.test_client()
        self.page = ""

    def get(self, path: str, **options: Any) -> TestResponse:
        answer = self.http.get(path, **options)
        if answer.mimetype == "text/html":
            self.page = answer.text
        return answer

    def sign_in(self, login: str, password: str = PASSWORD, *, query: str = "") -> TestResponse:
        self.get("/sign-in" + query)
        return self.post("/sign-in" + query, login=login, password=password)

    def post(self, path: str, **fields: str) -> TestResponse:
        """A form of the page last seen, sent with its token."""
        found = re.search(r'name="csrf_token" value="(\w+)"', self.page)
        return self.http.post(path, data={"csrf_token": found.group(1) if found else "", **fields})

    def submit(self, action: str, **fields: str) -> TestResponse:
        """A form of the page last seen, with its hidden fields."""
        form = re.search(rf'<form[^>]*action="{re.escape(action)}".*?</form>', self.page, re.DOTALL)
        assert form, f"no form for {action}"
        hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form.group()))
        answer = self.http.post(action, data=hidden | fields)
        if answer.mimetype == "text/html":
            self.page = answer.text
        return answer

    @property
    def words(self) -> str:
        """What one reads on the page last seen."""
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", self.page)).split())


@pytest.fixture
def app(settings: Settings, database: Database, clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    monkeypatch.setattr(staff_service, "_hasher", CHEAP)  # argon2 at full strength would be most of the suite's time
    made = create_app(settings, database=database, clock=clock)
    yield made
    made.extensions["kesu_gateway"].close()


@pytest.fixture
def company(database: Database, clock: FixedClock) -> Database:
    """A team with two agents and a lead, and one of every other role; all know the same password."""
    with database.transaction() as session:
        factories.company(session, clock)
        team = factories.team(session)
        for login, role in (
            ("chen", "agent"), ("wang", "agent"), ("li", "team_lead"), ("zhao", "supervisor"), ("sun", "compliance"), ("wu", "admin"),
        ):  # fmt: skip
            person = factories.staff(session, role=role, team=team)
            person.login, person.name, person.password_hash = login, login.title(), HASH
    return database


@pytest.fixture
def signed_in(app: Flask, company: Database) -> Any:
    """Gives someone's browser, already inside."""

    def enter(login: str) -> Browser:
        browser = Browser(app)
        assert browser.sign_in(login).status_code == 303
        return browser

    return enter


@pytest.fixture
def ticket(company: Database, clock: FixedClock) -> str:
    """The number of an unclaimed complaint."""
    with company.transaction() as session:
        customer = factories.customer(session, clock, phone="13812345678")
        return factories.complaint(session, clock, of=customer, description="转账两千块没到账<script>").number


def reload(database: Database, number: str) -> Ticket:
    """The ticket as it now stands."""
    with database.reading() as session:
        return session.scalars(select(Ticket).where(Ticket.number == number)).one()


def person(database: Database, login: str) -> Staff:
    """A member of staff as stored."""
    with database.reading() as session:
        return session.scalars(select(Staff).where(Staff.login == login)).one()
