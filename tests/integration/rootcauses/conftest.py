"""A company with people who work on root causes, and a complaint that gave rise to a record."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from ticketing.platform.actor import Actor
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.platform.settings import Settings
from ticketing.rootcauses.models import RootCause
from ticketing.staff.models import Staff
from ticketing.tasks import Worker
from ticketing.tickets import rectify
from ticketing.tickets.models import Ticket


@dataclass
class Firm:
    """The people by role, and the worker."""

    database: Database
    clock: FixedClock
    worker: Worker

    def actor(self, session: Session, role: str) -> Actor:
        return factories.actor_of(session.scalars(select(Staff).where(Staff.role == role)).first())

    def staff_id(self, session: Session, role: str) -> int:
        found = self.actor(session, role).staff_id
        assert found is not None
        return found

    def open(self, **fields: object) -> tuple[int, int]:
        """A complaint under a record of its own, opened by hand: both ids."""
        with self.database.transaction() as session:
            ticket = self.complaint(session, **fields)
            record = rectify.open_by_hand(
                session, clock=self.clock, actor=self.actor(session, "team_lead"), ticket=ticket
            )
            return record.id, ticket.id

    def complaint(self, session: Session, **fields: object) -> Ticket:
        return factories.complaint(session, self.clock, of=factories.customer(session, self.clock), **fields)

    def record(self, session: Session, record_id: int) -> RootCause:
        return session.get_one(RootCause, record_id)


@pytest.fixture
def firm(database: Database, clock: FixedClock, settings: Settings) -> Firm:
    with database.transaction() as session:
        factories.company(session, clock)
        team = factories.team(session)
        for role in ("agent", "team_lead", "supervisor", "compliance"):
            factories.staff(session, role=role, team=team)
    return Firm(database, clock, Worker(settings, database, clock))
