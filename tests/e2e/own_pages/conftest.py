"""Pages in real Chromium, served by the app itself: what they need of the product is database and worker."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser
from werkzeug.serving import make_server

from tests import factories
from tests.conftest import DATA_KEY
from tests.e2e.pages.customer import CustomerPages
from tests.e2e.pages.desk import PASSWORD
from tests.e2e.people import People
from ticketing import tables
from ticketing.audit.models import AuditEntry
from ticketing.conversations import service as conversations
from ticketing.conversations.models import Conversation
from ticketing.conversations.rules import ServiceHours
from ticketing.conversations.tokens import ConversationClaims, sign_app_token
from ticketing.customers.models import Customer
from ticketing.platform.actor import Actor
from ticketing.platform.clock import FixedClock, SystemClock
from ticketing.platform.db import Database
from ticketing.platform.settings import Settings
from ticketing.privacy import erasures
from ticketing.staff.models import Staff
from ticketing.staff.service import hash_password
from ticketing.surveys import reviews
from ticketing.surveys import service as surveys
from ticketing.surveys.models import Survey, SurveyReview
from ticketing.tasks import Worker
from ticketing.tickets import letters, service
from ticketing.tickets.models import Ticket
from web.app import create_app

SECRET = "s" * 40
ALWAYS = ServiceHours.parse("00:00-00:00", "Asia/Shanghai")


@dataclasses.dataclass(frozen=True)
class Company:
    """The served product and those who work behind it."""

    base: str
    database: Database
    worker: Worker
    agent: Actor

    def customer(self, language: str) -> tuple[str, str]:
        """A customer with one complaint: its number, and the one-time address that the chat would open."""
        clock = SystemClock()
        with self.database.transaction() as session:
            who = factories.customer(session, clock)
            chat = conversations.open_conversation(session, clock=clock, customer=who, language=language)
            number = factories.complaint(session, clock, of=who, conversation_id=chat.id, language=language).number
            return number, self._link(session, chat, f"/my/tickets/{number}")

    def link(self, number: str, path: str) -> str:
        """Another one-time address for that customer."""
        with self.database.transaction() as session:
            chat = session.query(Conversation).join(Ticket, Ticket.conversation_id == Conversation.id)
            return self._link(session, chat.filter(Ticket.number == number).one(), path)

    def app_token(self, number: str) -> str:
        """What keeps a browser in that customer's conversation for weeks."""
        with self.database.reading() as session:
            ticket = session.query(Ticket).filter_by(number=number).one()
            chat = session.get_one(Conversation, ticket.conversation_id)
            claims = ConversationClaims(chat.public_id, chat.id, chat.customer_id, chat.language)
        return sign_app_token(SECRET, clock=SystemClock(), claims=claims)

    def answer(self, number: str, *, close: bool = False) -> None:
        """From claim to delivered letter."""
        told = {"cause": "银行维护", "measures": "已催促到账", "follow_up_plan": "三日内回访"}
        with self.database.transaction() as session:
            given: dict[str, Any] = {"clock": SystemClock(), "actor": self.agent}
            given["ticket"] = session.query(Ticket).filter_by(number=number).one()
            service.claim(session, **given)
            service.record_findings(session, **given, findings="银行侧排队")
            service.decide(session, **given, **told)
            letters.draft(session, **given)
            letters.send(session, **given)
        self.worker.deliver()
        if close:
            with self.database.transaction() as session:
                given["ticket"] = session.query(Ticket).filter_by(number=number).one()
                service.close(session, **given)

    def staff(self, role: str) -> str:
        """A new member of staff of the agent's team who can sign in; gives the login."""
        with self.database.transaction() as session:
            team = session.get_one(Staff, self.agent.id).team
            made = factories.staff(session, role=role, team=team)
            made.password_hash = hash_password(PASSWORD)
            return made.login

    def name_of(self, login: str) -> str:
        """What colleagues call them."""
        with self.database.reading() as session:
            return session.query(Staff.name).filter_by(login=login).scalar()

    def waiting_chat(self, language: str) -> str:
        """A customer who waits for a person; their conversation."""
        clock = SystemClock()
        with self.database.transaction() as session:
            who = factories.customer(session, clock)
            chat = conversations.open_conversation(session, clock=clock, customer=who, language=language)
            conversations.append(session, clock=clock, conversation=chat, author="customer", text="转人工")
            conversations.request_handoff(
                session, clock=clock, hours=ALWAYS, conversation_id=chat.id, reason="asked", summary="转账"
            )
            return chat.public_id

    def claimed(self, language: str) -> str:
        """A complaint that the agent has; its number."""
        number, _link = self.customer(language)
        with self.database.transaction() as session:
            ticket = session.query(Ticket).filter_by(number=number).one()
            service.claim(session, clock=SystemClock(), actor=self.agent, ticket=ticket)
        return number

    def identified(self, number: str) -> tuple[str, str]:
        """That ticket's customer gives name and phone; which."""
        with self.database.transaction() as session:
            ticket = session.query(Ticket).filter_by(number=number).one()
            customer = session.get_one(Customer, ticket.customer_id)
            customer.name, customer.phone = "欧阳雪", "13912345678"
            return customer.name, customer.phone

    def revealed(self, number: str) -> int:
        """How often the audit log says that the details of that ticket's customer were shown."""
        with self.database.reading() as session:
            ticket = session.query(Ticket).filter_by(number=number).one()
            subject = {"subject_type": "customer", "subject_id": str(ticket.customer_id)}
            return session.query(AuditEntry).filter_by(action="customer.revealed", **subject).count()

    def known_for_long(self, number: str) -> None:
        """The customer of that ticket came more than a month ago."""
        with self.database.transaction() as session:
            ticket = session.query(Ticket).filter_by(number=number).one()
            session.get_one(Customer, ticket.customer_id).created_at -= timedelta(days=60)

    def ask_this_quarter(self, number: str) -> str:
        """The worker's hourly wave and what follows it; where the customer of that ticket answers."""
        self.worker.survey_wave()
        self.worker.survey()
        self.worker.deliver()
        with self.database.reading() as session:
            ticket = session.query(Ticket).filter_by(number=number).one()
            found = session.query(Survey).filter_by(kind="relationship", customer_id=ticket.customer_id).one()
            assert found.told_at is not None
            return f"/my/surveys/{found.id}"

    def quarter(self) -> str:
        """What the newest quarterly survey is about."""
        with self.database.reading() as session:
            found = session.query(Survey.period).filter_by(kind="relationship").order_by(Survey.id.desc()).first()
            return str(found.period)

    def offer_to_reopen(self, number: str) -> str:
        """A low mark for that closed ticket, read by a supervisor who offers to reopen it; the offer's page."""
        clock = SystemClock()
        with self.database.transaction() as session:
            survey = session.query(Survey).filter_by(ticket_number=number).one()
            supervisor = factories.actor_of(factories.staff(session, role="supervisor"))
            by = Actor(kind="customer", id=survey.customer_id)
            marks = {"speed": 2, "completeness": 3, "solution": 1}
            surveys.answer(session, clock=clock, actor=by, survey=survey, comment="手续费还没有退", **marks)
            review = session.query(SurveyReview).filter_by(survey_id=survey.id).one()
            reviews.decide(
                session, clock=clock, actor=supervisor, review_id=review.id, decision="offered", note="请重新处理"
            )
            return f"/my/offers/{review.id}"

    def agree_to_erase(self) -> None:
        """Compliance agrees to whoever asks and has nothing open; the customer is told."""
        with self.database.transaction() as session:
            officer = factories.actor_of(factories.staff(session, role="compliance"))
            for asked in erasures.standing(session):
                if erasures.still_open(session, customer_id=asked.customer_id):
                    continue
                erasures.decide(
                    session, clock=SystemClock(), settings=self.worker.settings, actor=officer,
                    public_id=asked.public_id, approve=True,
                )  # fmt: skip
        self.worker.deliver()

    def a_minute_later(self) -> None:
        """The worker's look at what is due, when a reply can no longer be taken back."""
        later = FixedClock(SystemClock().now() + timedelta(seconds=self.worker.settings.undo_reply_seconds))
        Worker(self.worker.settings, self.database, later).deliver()

    def four_days_later(self) -> None:
        """The worker's hourly housekeeping, when the time to take it back is over."""
        later = FixedClock(SystemClock().now() + timedelta(days=4))
        Worker(self.worker.settings, self.database, later).forget()

    def _link(self, session: Any, chat: Conversation, path: str) -> str:
        token = conversations.create_page_link(session, clock=SystemClock(), conversation=chat, path=path)
        return f"{self.base}/my/enter?token={token}"


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """One product for a module's tests; each makes customers of its own."""
    folder, clock = tmp_path_factory.mktemp("pages"), SystemClock()
    settings = _settings(folder)
    database = Database(settings.database_url)
    tables.metadata.create_all(database.engine)
    with database.transaction() as session:
        factories.company(session, clock)
        agent = factories.actor_of(factories.staff(session, team=factories.team(session)))
    app = create_app(settings, database=database, clock=clock)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield Company(f"http://127.0.0.1:{server.server_port}", database, Worker(settings, database, clock), agent)
    server.shutdown()
    app.extensions["kesu_gateway"].close()
    database.dispose()


def _settings(folder: Path) -> Settings:
    return Settings(
        env="test",
        database_url=f"sqlite:///{folder}/kesu.sqlite3",
        secret_key=SECRET,
        data_keys=f"1:{DATA_KEY}",
        bot_secret="b" * 40,
        mail_dir=str(folder / "mail"),
        rasa_url="http://127.0.0.1:9",
        widget_origins="*",
        undo_reply_seconds=60,  # no machine is too slow to take it back
    )


@pytest.fixture
def people(chromium: Browser, company: Company) -> Iterator[People]:
    """Everyone of one test; no window of theirs may have met a script error or broken our own policy."""
    everyone = People(chromium, company.base)
    yield everyone
    everyone.close()
    assert everyone.errors == []


@pytest.fixture(params=["zh", "en"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def visitor(people: People, language: str) -> CustomerPages:
    """Someone whom nobody knows yet, at the complaint form."""
    return people.own_pages(people.profile(language).new_page()).write_complaint()


@pytest.fixture
def customer(people: People, company: Company, language: str) -> CustomerPages:
    """A customer who has come from the chat to their ticket."""
    number, link = company.customer(language)
    pages = people.own_pages(people.profile(language).new_page())
    pages.number = number
    pages.page.goto(link)
    return pages
