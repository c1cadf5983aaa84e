"""Alerts from complaints to the people who are told, on both databases."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from ticketing.customers.models import Customer
from ticketing.notify.models import StaffNotice
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.platform.errors import DomainError
from ticketing.reports import alert_wording, alerts, lists
from ticketing.reports.board_models import VolumeAlert
from ticketing.reports.filters import Filter
from ticketing.tickets.models import Ticket

ZONE = ZoneInfo("Asia/Shanghai")


class Desk:
    """A company to which three complaints about transfers come each hour for eight weeks."""

    def __init__(self, session: Session, clock: FixedClock) -> None:
        self.clock, self.number = clock, 0
        self.customer = factories.customer(session, clock)
        team = factories.team(session, categories=["transaction_dispute"])
        self.people = {
            role: factories.staff(session, role=role, team=team) for role in ("team_lead", "supervisor", "compliance")
        }
        for week in range(9):
            for hour in range(-3, 3):
                at = clock.now() - timedelta(weeks=week, hours=-hour, minutes=-20)
                if at < clock.now() - timedelta(hours=2):
                    self.come(session, 3, at)

    def come(self, session: Session, count: int, at: datetime) -> None:
        """So many complaints about transfers, then."""
        for _ in range(count):
            self.number += 1
            session.add(_complaint(self.customer, self.number, at))
        session.flush()


def _complaint(customer: Customer, number: int, at: datetime) -> Ticket:
    return Ticket(
        number=f"KS-{number:05d}", kind="complaint", status="accepted", category="transaction_dispute", product="transfer",
        priority="normal", severity="normal", severity_reasons=[], language="zh", customer_id=customer.id, description="…",
        contact_channel="chat", consented_at=at, complained_at=at, created_at=at, updated_at=at, round=1,
    )  # fmt: skip


@pytest.fixture
def desk(database: Database, clock: FixedClock) -> Desk:
    with database.transaction() as session:
        return Desk(session, clock)


def watch(database: Database, clock: FixedClock) -> int:
    with database.transaction() as session:
        return alerts.watch(session, clock=clock, zone=ZONE)


def surge(database: Database, desk: Desk, clock: FixedClock, count: int = 20) -> VolumeAlert:
    """Twenty in the last half hour; gives the alert on transfers."""
    with database.transaction() as session:
        desk.come(session, count, clock.now() - timedelta(minutes=30))
    assert watch(database, clock) > 0
    with database.reading() as session:
        return session.scalars(select(VolumeAlert).where(VolumeAlert.code == "transfer")).one()


def told(database: Database, code: str) -> set[int | None]:
    with database.reading() as session:
        return set(session.scalars(select(StaffNotice.staff_id).where(StaffNotice.code == code)))


def test_the_usual_raises_nothing(database: Database, desk: Desk, clock: FixedClock) -> None:
    with database.transaction() as session:
        desk.come(session, 4, clock.now() - timedelta(minutes=30))
    assert watch(database, clock) == 0


def test_a_surge_is_said_in_words_and_leads_to_its_tickets(database: Database, desk: Desk, clock: FixedClock) -> None:
    row = surge(database, desk, clock)
    assert alert_wording.sentence(row, ZONE, "zh") == "过去 1 小时有 20 件转账投诉；星期一这个时段通常为 1–5 件。"
    assert alert_wording.sentence(row, ZONE, "en").startswith(
        "20 complaints about “transfer” in the last hour; usually 1–5"
    )
    wanted = Filter("opened", since=row.window_from, until=row.window_to, kind="complaint", product="transfer")
    with database.reading() as session:
        assert lists.count(session, clock=clock, zone=ZONE, wanted=wanted) == row.observed == 20


def test_supervisors_and_the_leads_of_its_class_are_told_once(
    database: Database, desk: Desk, clock: FixedClock
) -> None:
    surge(database, desk, clock)
    people = {role: person.id for role, person in desk.people.items()}
    assert told(database, "volume_alert") == {people["supervisor"], people["team_lead"]}
    with database.reading() as session:
        before = len(session.scalars(select(StaffNotice.id)).all())
    for _ in range(5):
        clock.advance(minutes=1)
        assert watch(database, clock) == 0
    with database.reading() as session:
        assert len(session.scalars(select(StaffNotice.id)).all()) == before


def test_what_nobody_acknowledges_goes_up_once(database: Database, desk: Desk, clock: FixedClock) -> None:
    surge(database, desk, clock, count=30)
    clock.advance(minutes=29)
    watch(database, clock)
    assert told(database, "volume_alert_unheard") == set()
    clock.advance(minutes=1)
    watch(database, clock)
    watch(database, clock)
    assert told(database, "volume_alert_unheard") == {desk.people["compliance"].id}


def test_an_acknowledged_alert_is_quiet_and_keeps_its_note(database: Database, desk: Desk, clock: FixedClock) -> None:
    row = surge(database, desk, clock, count=30)
    actor = factories.actor_of(desk.people["supervisor"])
    with database.transaction() as session:
        for standing in alerts.standing(session):
            alerts.acknowledge(session, clock=clock, actor=actor, alert_id=standing.id, note=" 技术部在查 ")
    clock.advance(minutes=31)
    watch(database, clock)
    assert told(database, "volume_alert_unheard") == set()
    with database.transaction() as session:
        assert session.get_one(VolumeAlert, row.id).note == "技术部在查"
        with pytest.raises(DomainError, match="alert_acknowledged"):
            alerts.acknowledge(session, clock=clock, actor=actor, alert_id=row.id, note="again")


def test_an_alert_ends_after_half_an_hour_in_the_band(database: Database, desk: Desk, clock: FixedClock) -> None:
    row = surge(database, desk, clock)
    clock.advance(minutes=45)
    watch(database, clock)
    with database.reading() as session:
        assert session.get_one(VolumeAlert, row.id).closed_at is None
    clock.advance(minutes=30)
    watch(database, clock)
    with database.reading() as session:
        found = session.get_one(VolumeAlert, row.id)
        assert (found.closed_at, found.peak, found.observed) == (clock.now(), 20, 0)
        assert row.id in [each.id for each, _name in alerts.history(session, cursor=None).items]


@pytest.mark.parametrize("note", ["", "   ", "x" * 501])
def test_acknowledging_needs_words(database: Database, desk: Desk, clock: FixedClock, note: str) -> None:
    row = surge(database, desk, clock)
    actor = factories.actor_of(desk.people["supervisor"])
    with database.transaction() as session, pytest.raises(DomainError, match="alert_note_missing"):
        alerts.acknowledge(session, clock=clock, actor=actor, alert_id=row.id, note=note)
