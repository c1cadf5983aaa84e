"""Which messages become due: the day before, in small steps, one row for each customer, occasion and day.

Everybody who consented to care is looked at by an index; of those who did not, nothing is written at all.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import exists, null, select
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from ticketing.care import rules, switches
from ticketing.care.models import CareMessage
from ticketing.care.occasions import CASE_DAYS, OCCASIONS, Occasion, birthdays_kept, falls_on
from ticketing.customers import rounds
from ticketing.customers.models import Customer, StageEntry
from ticketing.customers.upserting import birthday_index
from ticketing.platform.clock import Clock
from ticketing.platform.db import Database
from ticketing.tickets.models import Ticket

STEP = 500


def advance(database: Database, *, clock: Clock, zone: str) -> int:
    """Plan one step of each occasion for today and tomorrow; gives how many messages became due."""
    today = clock.now().astimezone(ZoneInfo(zone)).date()
    planned = 0
    for day in (today, today + timedelta(days=1)):
        for occasion in OCCASIONS.values():
            if _knowable(occasion, day, today):
                planned += _step(database, clock=clock, occasion=occasion, day=day, zone=zone)
    return planned


def _step(database: Database, *, clock: Clock, occasion: Occasion, day: date, zone: str) -> int:
    name = f"care:{occasion.code}"
    with database.reading() as session:
        # Looking first costs SQLite's only writer nothing when the day is planned already.
        if rounds.is_done(session, name=name, on=day) or not switches.is_active(session, occasion.code):
            return 0
    with database.transaction() as session:
        walk = rounds.take(session, clock=clock, name=name, on=day)
        if walk is None:
            return 0
        found = session.execute(_due(occasion, day, zone).where(_id(occasion) > walk.cursor).limit(STEP)).all()
        rounds.step(walk, now=clock.now(), last=found[-1][0] if len(found) == STEP else None)
        return _write(session, now=clock.now(), occasion=occasion, day=day, zone=zone, due=[row[1:] for row in found])


def _knowable(occasion: Occasion, day: date, today: date) -> bool:
    """Whether it is known already whom a day's messages go to: who comes into a stage today is known tomorrow."""
    if occasion.sort == "holiday":
        return falls_on(occasion, day)
    return occasion.sort != "stage" or day == today


def _id(occasion: Occasion) -> Any:
    return {"stage": StageEntry.id, "case": Ticket.id}.get(occasion.sort, Customer.id)


def _due(occasion: Occasion, day: date, zone: str) -> Any:
    """Rows of cursor, customer, ticket and zone, in the order of the cursor."""
    cared_for = (Customer.care_consent, Customer.merged_into_id.is_(None))
    if occasion.sort == "case":
        return _solved(day, zone).where(*cared_for).order_by(Ticket.id)
    if occasion.sort == "stage":
        begins = _begins(day - timedelta(days=1), zone)
        return (
            select(StageEntry.id, Customer.id, null(), Customer.time_zone)
            .join(Customer, Customer.id == StageEntry.customer_id)
            .where(StageEntry.stage == occasion.stage, Customer.stage == occasion.stage, *cared_for)
            .where(StageEntry.since >= begins, StageEntry.since < begins + timedelta(days=1))
            .order_by(StageEntry.id)
        )
    wanted = select(Customer.id, Customer.id, null(), Customer.time_zone).where(*cared_for).order_by(Customer.id)
    if occasion.sort == "birthday":
        return wanted.where(Customer.birthday_index.in_([birthday_index(each) for each in birthdays_kept(day)]))
    return wanted


def _solved(day: date, zone: str) -> Any:
    """Complaints closed some days ago, without another message about the same one."""
    begins = _begins(day - timedelta(days=CASE_DAYS), zone)
    asked = exists().where(CareMessage.ticket_id == Ticket.id, CareMessage.occasion == "solved_complaint")
    return (
        select(Ticket.id, Customer.id, Ticket.id, Customer.time_zone)
        .join(Customer, Customer.id == Ticket.customer_id)
        .where(Ticket.status == "closed", Ticket.kind == "complaint", ~asked)
        .where(Ticket.closed_at >= begins, Ticket.closed_at < begins + timedelta(days=1))
    )


def _begins(day: date, zone: str) -> datetime:
    return datetime.combine(day, datetime.min.time(), ZoneInfo(zone))


def _write(session: Session, *, now: datetime, occasion: Occasion, day: date, zone: str, due: Iterable[Any]) -> int:
    rows = [
        {"customer_id": customer_id, "occasion": occasion.code, "on": day, "ticket_id": ticket_id, "state": "due",
         "due_at": datetime.combine(day, rules.SENDS_AT, ZoneInfo(own or zone)), "created_at": now}
        for customer_id, ticket_id, own in due
    ]  # fmt: skip
    if not rows:
        return 0
    insert = pg_insert if session.get_bind().dialect.name == "postgresql" else sqlite_insert
    fresh = insert(CareMessage).on_conflict_do_nothing(index_elements=["customer_id", "occasion", "on"])
    return len(session.execute(fresh.returning(CareMessage.id), rows).all())
