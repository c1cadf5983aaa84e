"""A customer's browser against the whole app: cookies are kept, forms are filled in as they were shown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests import factories
from ticketing.conversations import service as conversations
from ticketing.conversations.tokens import sign_customer_token
from ticketing.customers.models import Customer
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.platform.settings import Settings
from ticketing.surveys.models import Survey
from ticketing.tasks import Worker
from ticketing.tickets import letters, service
from ticketing.tickets.models import Ticket
from web.app import create_app

COMPLAINT = {
    "description": "转账两千块没到账，已经等了三天",
    "category": "transaction_dispute",
    "amount": "2,000",
    "contact_channel": "chat",
    "consent": "yes",
}


class Browser:
    """One browser; it sends what the form on the page holds and what is typed into it."""

    def __init__(self, app: Flask, settings: Settings, clock: FixedClock, *, language: str = "zh") -> None:
        self.client: FlaskClient = app.test_client()
        self.settings, self.clock = settings, clock
        self.client.set_cookie("kesu_language", language)

    def sign_in(self, customer_id: int) -> Browser:
        token = sign_customer_token(self.settings.secret_key, clock=self.clock, customer_id=customer_id, language="zh")
        self.client.set_cookie("kesu_customer", token)
        return self

    def get(self, path: str) -> TestResponse:
        return self.client.get(path)

    def hidden(self, path: str) -> dict[str, str]:
        """The hidden fields of the page's forms."""
        page = self.get(path).get_data(as_text=True)
        fields = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page)
        return {name: unescape(value) for name, value in fields}

    def fill_in(self, path: str, fields: dict[str, str], *, to: str | None = None) -> TestResponse:
        """Open a page, fill in its form and send it."""
        return self.client.post(to or path, data=self.hidden(path) | fields)


class Desk:
    """The company behind the pages: opens, answers and closes tickets by the product's own services."""

    def __init__(self, database: Database, settings: Settings, clock: FixedClock) -> None:
        self.database, self.settings, self.clock = database, settings, clock
        with database.transaction() as session:
            factories.company(session, clock)
            self.agent = factories.actor_of(factories.staff(session, team=factories.team(session)))
            self.customer_id = factories.customer(session, clock).id

    def complaint(self, *, of: int | None = None, **fields: object) -> str:
        with self.database.transaction() as session:
            customer = session.get_one(Customer, of or self.customer_id)
            chat = conversations.open_conversation(session, clock=self.clock, customer=customer, language="zh")
            return factories.complaint(session, self.clock, of=customer, conversation_id=chat.id, **fields).number

    def answer(self, number: str) -> None:
        """From claim to delivered letter."""
        with self.database.transaction() as session:
            ticket = session.query(Ticket).filter_by(number=number).one()
            told = {"cause": "银行维护", "measures": "已催促到账", "follow_up_plan": "三日内回访"}
            service.claim(session, clock=self.clock, actor=self.agent, ticket=ticket)
            service.record_findings(session, clock=self.clock, actor=self.agent, ticket=ticket, findings="银行侧排队")
            service.decide(session, clock=self.clock, actor=self.agent, ticket=ticket, **told)
            letters.draft(session, clock=self.clock, actor=self.agent, ticket=ticket)
            letters.send(session, clock=self.clock, actor=self.agent, ticket=ticket)
        Worker(self.settings, self.database, self.clock).deliver()

    def close(self, number: str) -> Survey:
        """Answer and close; gives the survey that goes out."""
        self.answer(number)
        with self.database.transaction() as session:
            ticket = session.query(Ticket).filter_by(number=number).one()
            service.close(session, clock=self.clock, actor=self.agent, ticket=ticket)
            return session.query(Survey).filter_by(ticket_id=ticket.id).one()

    def tickets(self) -> list[Ticket]:
        with self.database.reading() as session:
            return session.query(Ticket).order_by(Ticket.id).all()


@pytest.fixture
def desk(database: Database, settings: Settings, clock: FixedClock) -> Desk:
    return Desk(database, settings, clock)


@pytest.fixture
def app(desk: Desk, settings: Settings) -> Iterator[Flask]:
    made = create_app(settings, database=desk.database, clock=desk.clock)
    yield made
    made.extensions["kesu_gateway"].close()


@pytest.fixture
def visitor(app: Flask, settings: Settings, clock: FixedClock) -> Browser:
    return Browser(app, settings, clock)


@pytest.fixture
def browser(visitor: Browser, desk: Desk) -> Browser:
    return visitor.sign_in(desk.customer_id)
