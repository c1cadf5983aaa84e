"""A team with everyone on the ladder, and what they were told."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select, update

from tests import factories
from ticketing.notify.models import NoticePreference, StaffNotice
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.platform.outbox import OutboxMessage
from ticketing.platform.settings import Settings
from ticketing.sla import service as sla
from ticketing.staff.models import Staff
from ticketing.tickets import recusal, service
from ticketing.tickets.escalation import escalate, prepare
from ticketing.tickets.journal import note_event
from ticketing.tickets.models import Ticket

ROLES = {"chen": "agent", "li": "team_lead", "zhao": "supervisor", "sun": "compliance"}


@dataclass
class Company:
    """The people by login, and one complaint; ``pass_time`` lets deadlines fire."""

    database: Database
    clock: FixedClock
    settings: Settings
    ids: dict[str, int]
    ticket_id: int

    def pass_time(self, **delta: float) -> sla.SweepReport:
        self.clock.advance(**delta)
        return self.sweep()

    def sweep(self) -> sla.SweepReport:
        run = functools.partial(escalate, clock=self.clock, settings=self.settings)
        report = sla.sweep(self.database, clock=self.clock, escalate=run, prepare=prepare)
        assert report.failed == 0
        return report

    def at_work(self, *logins: str) -> None:
        with self.database.transaction() as session:
            session.execute(update(Staff).values(last_seen_at=None))
            session.execute(update(Staff).where(Staff.login.in_(logins)).values(last_seen_at=self.clock.now()))

    def leave(self, *logins: str) -> None:
        with self.database.transaction() as session:
            session.execute(update(Staff).where(Staff.login.in_(logins)).values(active=False))

    def keep_out(self, *logins: str) -> None:
        """Each of them declares an interest in the case."""
        with self.database.transaction() as session:
            ticket = session.get_one(Ticket, self.ticket_id)
            for login in logins:
                actor = factories.actor_of(session.get_one(Staff, self.ids[login]))
                recusal.declare(session, clock=self.clock, actor=actor, ticket=ticket, reason="亲属")

    def prefers(self, login: str, **fields: Any) -> None:
        with self.database.transaction() as session:
            session.merge(NoticePreference(staff_id=self.ids[login], **fields))

    def notices(self, **fields: Any) -> list[StaffNotice]:
        with self.database.reading() as session:
            return list(session.scalars(select(StaffNotice).filter_by(**fields).order_by(StaffNotice.id)))

    def told(self, code: str, clock: str = "investigation") -> list[str]:
        """Who was told this of this clock, one name per notice."""
        names = {number: login for login, number in self.ids.items()} | {None: "nobody"}
        return sorted(names[each.staff_id] for each in self.notices(code=code, clock=clock))

    def mails(self) -> list[OutboxMessage]:
        with self.database.reading() as session:
            asked = select(OutboxMessage).where(OutboxMessage.channel == "email").order_by(OutboxMessage.id)
            return [each for each in session.scalars(asked) if each.payload["address_of"][0] == "staff"]

    def ticket(self) -> Ticket:
        with self.database.reading() as session:
            return session.get_one(Ticket, self.ticket_id)


@pytest.fixture
def company(database: Database, clock: FixedClock, settings: Settings) -> Company:
    """Monday 10:00: chen owns a complaint that came just now; nobody is at work."""
    ids = {}
    with database.transaction() as session:
        factories.company(session, clock)
        team = factories.team(session)
        for login, role in ROLES.items():
            person = factories.staff(session, role=role, team=team, language="en" if login == "sun" else "zh")
            person.login, person.name = login, login.title()
            ids[login] = person.id
        ticket = factories.complaint(session, clock, of=factories.customer(session, clock))
        owner = factories.actor_of(session.get_one(Staff, ids["chen"]))
        service.claim(session, clock=clock, actor=owner, ticket=ticket)
        note_event(session, clock=clock, actor=owner, ticket=ticket, kind="agent_reply")
        return Company(database, clock, settings, ids, ticket.id)
