"""The demo company's customer records: what its systems, a file and an agent say, consents, goodwill, and a double."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.care import judging, records
from ticketing.customers import consents, service, upserting
from ticketing.customers.models import Customer
from ticketing.customers.upserting import Sayings
from ticketing.platform import yaml_files
from ticketing.platform.actor import SYSTEM, Actor
from ticketing.platform.clock import Clock
from ticketing.platform.db import Database
from ticketing.points import grants
from ticketing.staff import service as staff
from ticketing.staff.models import Staff
from ticketing.tickets.models import Ticket

RECORDS: dict[str, Any] = yaml_files.read(Path(__file__).with_name("records.yml"))
PLAIN = ("name", "phone", "email", "kind", "tier", "risk_level", "region", "trades_90d", "holdings")
DAYS = {"registered": "registered_on", "verified": "verified_on", "last_trade": "last_trade_on"}


def load(database: Database, *, clock: Clock, zone: str) -> None:
    """Write the records, once the company's cases are there."""
    with database.transaction() as session:
        _say(session, clock)
        _agree(session, clock)
        _differ(session, clock)
    with database.transaction() as session:
        for item in RECORDS["grants"]:
            _grant(session, clock, item)
        session.flush()
        judging.judge(session, now=clock.now(), zone=zone, ids=session.scalars(select(Customer.id)).all())


def _say(session: Session, clock: Clock) -> None:
    today = clock.now().date()
    told = [Sayings(number, _values(item, today)) for number, item in RECORDS["customers"].items()]
    upserting.upsert(session, clock=clock, actor=SYSTEM, source="api", sayings=told)
    told = [Sayings(number, values) for number, values in RECORDS["file"].items()]
    upserting.upsert(session, clock=clock, actor=SYSTEM, source="csv", sayings=told)


def _values(item: dict[str, Any], today: date) -> dict[str, str | None]:
    """A record's fields as canonical text."""
    values: dict[str, str | None] = {name: str(item[name]) for name in PLAIN if name in item}
    values |= {field: (today - timedelta(days=item[name])).isoformat() for name, field in DAYS.items() if name in item}
    if "birthday_in" in item:
        next_birthday = today + timedelta(days=item["birthday_in"])
        values["birthday"] = f"{item['year']}-{next_birthday:%m-%d}".replace("02-29", "02-28")
    return values


def _agree(session: Session, clock: Clock) -> None:
    said = {
        _customer(session, number).id: {"care": item["care"]}
        for number, item in RECORDS["customers"].items()
        if "care" in item
    }
    consents.record_many(session, clock=clock, actor=SYSTEM, how="api", said=said)


def _differ(session: Session, clock: Clock) -> None:
    visitor = service.create_visitor(session, clock=clock, language="zh")
    upserting.say(
        session, clock=clock, actor=SYSTEM, source="customer", customer_id=visitor.id, values=RECORDS["double"]
    )
    item = RECORDS["correction"]
    records.correct(
        session, clock=clock, actor=_actor(session, item["agent"]), customer_id=_customer(session, item["customer"]).id,
        field=item["field"], text=item["text"], reason=item["reason"],
    )  # fmt: skip


def _grant(session: Session, clock: Clock, item: dict[str, Any]) -> None:
    customer, agent = _customer(session, item["customer"]), _actor(session, item["agent"])
    owned = select(Ticket).where(Ticket.customer_id == customer.id, Ticket.owner_id == agent.id)
    ticket = session.scalars(owned.order_by(Ticket.id).limit(1)).one()
    grant = grants.propose(
        session, clock=clock, actor=agent, ticket=ticket, amount=item["amount"], reason=item["reason"]
    )
    if item["approve"]:
        grants.decide(session, clock=clock, actor=_actor(session, "zhou.kai"), grant_id=grant.id, approve=True)


def _customer(session: Session, number: str) -> Customer:
    return session.scalars(select(Customer).where(Customer.external_id == number)).one()


def _actor(session: Session, login: str) -> Actor:
    return staff.actor_of(session.scalars(select(Staff).where(Staff.login == login)).one())
