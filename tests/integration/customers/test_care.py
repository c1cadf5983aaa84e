"""Care messages from the day before to the customer's mailbox, and the way out of them."""

from __future__ import annotations

import email
from datetime import date, timedelta
from email import policy
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from tests import factories
from tests.desk import Browser
from ticketing.care import planning, sending
from ticketing.care.models import CareMessage
from ticketing.customers import consents, upserting
from ticketing.customers.models import Customer
from ticketing.customers.upserting import Sayings
from ticketing.platform.actor import SYSTEM
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.platform.outbox import OutboxMessage
from ticketing.platform.settings import Settings
from ticketing.tasks import Worker
from ticketing.tickets.models import Ticket

ZONE = "Asia/Shanghai"


def known(session: Session, clock: FixedClock, number: str = "C-1", *, care: bool = True, **values: str) -> Customer:
    """A customer of the company's systems, who agreed to care unless said otherwise."""
    given = {"name": "王建国", "email": f"{number}@example.com", "birthday": "1988-11-24", **values}
    customer = upserting.upsert(session, clock=clock, actor=SYSTEM, source="api", sayings=[Sayings(number, given)])[
        number
    ][0]
    consents.record_many(session, clock=clock, actor=SYSTEM, how="api", said={customer.id: {"care": care}})
    return customer


def plan(database: Database, clock: FixedClock) -> int:
    return planning.advance(database, clock=clock, zone=ZONE)


def send(database: Database, clock: FixedClock, settings: Settings) -> None:
    while sending.send_due(database, clock=clock, settings=settings):
        pass


def messages(database: Database) -> list[tuple[str, str, str | None]]:
    with database.reading() as session:
        rows = session.scalars(select(CareMessage).order_by(CareMessage.id))
        return [(row.occasion, row.state, row.reason) for row in rows]


def test_a_birthday_is_planned_once_and_sent_at_ten(database: Database, clock: FixedClock, settings: Settings) -> None:
    with database.transaction() as session:
        known(session, clock)
        known(session, clock, "C-2", care=False)
        known(session, clock, "C-3", birthday="1988-11-30")
    assert [plan(database, clock), plan(database, clock)] == [1, 0]
    send(database, clock, settings)
    assert messages(database) == [("birthday", "due", None)]
    clock.advance(days=1)
    send(database, clock, settings)
    send(database, clock, settings)
    assert messages(database) == [("birthday", "sent", None)]
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(OutboxMessage)) == 1


def test_the_mail_greets_and_carries_the_way_out(
    app: Flask, database: Database, clock: FixedClock, settings: Settings
) -> None:
    with database.transaction() as session:
        customer = known(session, clock, tier="gold")
    plan(database, clock)
    clock.advance(days=1)
    send(database, clock, settings)
    Worker(settings, database, clock).deliver()
    assert messages(database) == [("birthday", "delivered", None)]
    (mail,) = Path(settings.mail_dir).glob("*.eml")
    text = str(email.message_from_bytes(mail.read_bytes(), policy=policy.default).get_content())
    assert "尊敬的王先生/女士，生日快乐" in text
    assert sending.stop_token(customer.id) in text
    browser, link = Browser(app), f"/care/stop/{sending.stop_token(customer.id)}"
    assert browser.get(link).status_code == 200
    assert wants_care(database, customer.id)
    assert browser.submit(link).status_code == 200
    assert not wants_care(database, customer.id)


def wants_care(database: Database, customer_id: int) -> bool:
    with database.reading() as session:
        return consents.allows(session, customer_id=customer_id, purpose="care")


@pytest.mark.parametrize("token", ["", "1", "1-", "1-ffff", "x-1", "99999999999-1"])
def test_a_link_that_was_not_ours_opens_nothing(app: Flask, database: Database, token: str) -> None:
    assert Browser(app).get(f"/care/stop/{token}").status_code == 404


def test_a_consent_withdrawn_after_planning_keeps_the_greeting_back(
    database: Database, clock: FixedClock, settings: Settings
) -> None:
    with database.transaction() as session:
        customer = known(session, clock)
    plan(database, clock)
    with database.transaction() as session:
        consents.record(
            session, clock=clock, actor=SYSTEM, customer_id=customer.id, purpose="care", given=False, how="page"
        )
    clock.advance(days=1)
    send(database, clock, settings)
    assert messages(database) == [("birthday", "suppressed", "no_consent")]


def test_nobody_with_an_open_complaint_is_greeted(database: Database, clock: FixedClock, settings: Settings) -> None:
    with database.transaction() as session:
        factories.company(session, clock)
        factories.team(session)
        factories.complaint(session, clock, of=known(session, clock))
    plan(database, clock)
    clock.advance(days=1)
    send(database, clock, settings)
    assert messages(database) == [("birthday", "suppressed", "open_complaint")]


def test_the_night_of_the_customers_zone_is_waited_out(
    database: Database, clock: FixedClock, settings: Settings
) -> None:
    with database.transaction() as session:
        customer = known(session, clock, time_zone="America/New_York")
    plan(database, clock)
    with database.transaction() as session:
        session.execute(update(CareMessage).values(due_at=clock.now()))  # as if planned for another zone
    send(database, clock, settings)
    with database.reading() as session:
        waiting = session.scalars(select(CareMessage).where(CareMessage.customer_id == customer.id)).one()
        assert (waiting.state, waiting.due_at) == ("due", clock.now() + timedelta(hours=12))


def test_two_occasions_in_a_week_are_one_message(database: Database, clock: FixedClock, settings: Settings) -> None:
    with database.transaction() as session:
        customer = known(session, clock)
        session.add_all(
            CareMessage(customer_id=customer.id, occasion=code, on=date(2026, 11, 23), due_at=clock.now(), created_at=clock.now())
            for code in ("birthday", "mid_autumn")
        )  # fmt: skip
    send(database, clock, settings)
    assert messages(database) == [("birthday", "sent", None), ("mid_autumn", "suppressed", "weekly_cap")]


def test_three_days_after_a_complaint_was_closed_its_customer_is_asked_once(
    database: Database, clock: FixedClock, settings: Settings
) -> None:
    with database.transaction() as session:
        factories.company(session, clock)
        factories.team(session)
        ticket = factories.complaint(session, clock, of=known(session, clock, birthday="1990-01-01"))
        session.execute(update(Ticket).values(status="closed", closed_at=clock.now(), breached=True))
    clock.advance(days=3)
    assert plan(database, clock) == 1
    send(database, clock, settings)
    clock.advance(days=1)
    assert plan(database, clock) == 0
    assert messages(database) == [("solved_complaint", "sent", None)]
    with database.reading() as session:
        told = session.scalars(select(OutboxMessage).where(OutboxMessage.subject_type == "care_message")).one()
        assert told.payload["values"]["number"] == ticket.number


def test_a_supervisor_switches_an_occasion_off(
    signed_in: Any, database: Database, clock: FixedClock, settings: Settings
) -> None:
    with database.transaction() as session:
        known(session, clock)
    plan(database, clock)
    browser = signed_in("zhao")
    browser.get("/customers/care")
    assert "春节" in browser.words
    assert "2027-02-06" in browser.words
    coming = browser.words[browser.words.index("接下来发送") :]
    assert "王**" in coming
    assert "客户 1" not in coming
    browser.submit("/customers/care/birthday")
    clock.advance(days=1)
    send(database, clock, settings)
    assert messages(database) == [("birthday", "suppressed", "switched_off")]
    browser = signed_in("zhao")
    browser.get("/customers/care?lang=en")
    assert "occasion is off 1" in browser.words
