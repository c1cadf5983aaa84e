"""The demo company and bulk data."""

from __future__ import annotations

from collections import Counter

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.desk import CHEAP
from ticketing.demo import bulk, company
from ticketing.learning.models import LearningText
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.platform.settings import Settings
from ticketing.sla.models import ArmedLevel, ClockVerdict
from ticketing.staff import service as staff_service
from ticketing.staff.models import Staff
from ticketing.surveys.models import Survey
from ticketing.tickets.journal import rearm
from ticketing.tickets.models import Ticket


@pytest.fixture(autouse=True)
def cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staff_service, "_hasher", CHEAP)


def promises(session: Session) -> set[tuple[object, ...]]:
    levels = select(ArmedLevel.ticket_id, ArmedLevel.clock, ArmedLevel.level, ArmedLevel.state, ArmedLevel.due_at)
    verdicts = select(ClockVerdict.ticket_id, ClockVerdict.clock, ClockVerdict.verdict, ClockVerdict.target_at)
    return {tuple(row) for row in [*session.execute(levels), *session.execute(verdicts)]}


def test_the_demo_company_has_every_role_and_a_ticket_in_every_state(
    database: Database, clock: FixedClock, settings: Settings
) -> None:
    assert company.load(database, settings=settings, clock=clock) == len(company.COMPANY["cases"])
    assert company.load(database, settings=settings, clock=clock) == 0
    with database.reading() as session:
        roles = set(session.scalars(select(Staff.role)))
        assert roles == {"agent", "team_lead", "supervisor", "compliance", "admin"}
        states = Counter(session.scalars(select(Ticket.status)))
        assert set(states) == {"accepted", "investigating", "resolving", "feedback", "closed", "withdrawn"}
        answered = session.scalar(select(func.count()).select_from(Survey).where(Survey.answered_at.is_not(None)))
        assert answered == states["closed"]
        closed = session.scalars(select(Ticket).where(Ticket.status == "closed")).all()
        assert all(ticket.closed_at and ticket.closed_at <= clock.now() for ticket in closed)


def test_the_demo_assistant_has_something_to_learn(database: Database, clock: FixedClock, settings: Settings) -> None:
    company.load(database, settings=settings, clock=clock)
    with database.reading() as session:
        texts = set(session.scalars(select(LearningText.text)))
        assert texts == {item["text"] for item in company.COMPANY["unanswered"]}


def test_bulk_tickets_carry_exactly_the_deadlines_the_engine_would_give_them(
    database: Database, clock: FixedClock, settings: Settings
) -> None:
    company.load(database, settings=settings, clock=clock)
    bulk.load(database, clock=clock, count=60, say=lambda _text: None, distinct=25)
    with database.transaction() as session:
        made = session.scalars(select(Ticket).where(Ticket.number.like("%-9%"))).all()
        assert len(made) == 60
        before = promises(session)
        due = {ticket.id: (ticket.next_due_at, ticket.breached) for ticket in made}
        for ticket in made:
            rearm(session, clock=clock, ticket=ticket)
        session.expire_all()
        assert promises(session) == before
        assert {ticket.id: (ticket.next_due_at, ticket.breached) for ticket in made} == due
