"""A desk at work for days: tickets live by the real services, the worker sweeps, audits and states."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from sqlalchemy import select

from tests import factories
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.platform.settings import Settings
from ticketing.staff.models import Staff
from ticketing.tasks import Worker
from ticketing.tickets import service
from ticketing.tickets.models import Ticket


class Company:
    """Lives through time; one seed, one story."""

    def __init__(self, database: Database, clock: FixedClock, worker: Worker) -> None:
        self.database, self.clock, self.worker = database, clock, worker
        self.random = random.Random(7)
        with database.transaction() as session:
            factories.company(session, clock)
            team = factories.team(session)
            agent = factories.staff(session, team=team)
            factories.staff(session, role="supervisor", team=team)
            self.agent = factories.actor_of(session.get_one(Staff, agent.id))
            self.customer = factories.customer(session, clock)

    def open_ticket(self) -> int:
        with self.database.transaction() as session:
            made = factories.complaint(session, self.clock, of=self.customer, kind="complaint", description="页面慢")
            return made.id

    def live(self, hours: int) -> None:
        """Hour by hour: tickets come, are claimed, investigated, withdrawn; the sweep runs, now and then it does not."""
        for _ in range(hours):
            self.clock.advance(minutes=60, seconds=self.random.randint(0, 50))
            if self.random.random() < 0.4:
                self.open_ticket()
            with self.database.transaction() as session:
                for ticket in session.scalars(select(Ticket).where(Ticket.status.in_(["accepted", "investigating"]))):
                    self._step(session, ticket)
            if self.random.random() < 0.8:
                self.worker.sweep()

    def _step(self, session: object, ticket: Ticket) -> None:
        luck, options = self.random.random(), {"clock": self.clock, "actor": self.agent, "ticket": ticket}
        if luck < 0.15 and ticket.owner_id is None:
            service.claim(session, **options)
        elif luck < 0.2 and ticket.owner_id == self.agent.staff_id:
            service.record_findings(session, findings="已核查", **options)
        elif luck > 0.97:
            options["actor"] = factories.actor_of(self.customer)
            service.withdraw(session, reason=None, **options)


@pytest.fixture
def worker(database: Database, clock: FixedClock, settings: Settings, tmp_path: Path) -> Worker:
    return Worker(settings, database, clock)


@pytest.fixture
def company(database: Database, clock: FixedClock, worker: Worker) -> Company:
    clock.advance(hours=-9)  # one in the morning: some days on, the days before are over
    return Company(database, clock, worker)
