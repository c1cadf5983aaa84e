"""The demo company's root-cause records, made by the product's own services on a clock of their own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.customers.models import Customer
from ticketing.platform.actor import Actor
from ticketing.platform.clock import Clock, FixedClock
from ticketing.platform.db import Database
from ticketing.rootcauses import actions, service
from ticketing.rootcauses.journal import ZONE
from ticketing.rootcauses.models import RootCause
from ticketing.staff import service as staff_service
from ticketing.staff.models import Staff
from ticketing.tickets import rectify
from ticketing.tickets.models import Ticket

HOURS_BETWEEN = 5


def load(database: Database, *, now: Clock, records: Sequence[dict[str, Any]]) -> None:
    """Work each record through as far as its data go."""
    for record in records:
        clock = FixedClock(now.now() - timedelta(days=record["days_ago"]))
        with database.transaction() as session:
            _work(session, clock=clock, wanted=record)


def _work(session: Session, *, clock: FixedClock, wanted: dict[str, Any]) -> None:
    lead = _actor(session, wanted["owner"])
    ticket = session.scalars(
        select(Ticket)
        .join(Customer, Customer.id == Ticket.customer_id)
        .where(Customer.external_id == wanted["customer"], Ticket.product == wanted["product"])
    ).one()
    record = rectify.open_by_hand(session, clock=clock, actor=lead, ticket=ticket)
    service.assign(session, clock=clock, actor=lead, record=record, to=lead.id or 0)
    clock.advance(hours=HOURS_BETWEEN)
    service.save_analysis(
        session,
        clock=clock,
        actor=lead,
        record=record,
        whys=wanted["whys"],
        few_whys="",
        cause=wanted["cause"],
        cause_category=wanted["cause_category"],
        complete=True,
    )
    agreed = [_agree(session, clock=clock, lead=lead, record=record, action=action) for action in wanted["actions"]]
    for number, action in zip(agreed, wanted["actions"], strict=True):
        if "evidence" in action:
            clock.advance(hours=HOURS_BETWEEN)
            doer, verifier = _actor(session, action["owner"]), _actor(session, action["verified_by"])
            actions.finish(session, clock=clock, actor=doer, record=record, number=number, evidence=action["evidence"])
            actions.verify(session, clock=clock, actor=verifier, record=record, number=number)


def _agree(session: Session, *, clock: Clock, lead: Actor, record: RootCause, action: dict[str, Any]) -> int:
    due_on = clock.now().astimezone(ZONE).date() + timedelta(days=action["due_in_days"])
    owner = _actor(session, action["owner"]).id or 0
    return actions.agree(
        session, clock=clock, actor=lead, record=record, what=action["what"], owner_id=owner, due_on=due_on
    ).number


def _actor(session: Session, login: str) -> Actor:
    return staff_service.actor_of(session.scalars(select(Staff).where(Staff.login == login)).one())
