"""Tickets for the promise engine's tests: rows as small as the tables allow, and a log kept in memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from ticketing.customers.models import Customer
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.sla import service as sla
from ticketing.sla.rules import Deadline
from ticketing.sla.sweeping import FiredLevel
from ticketing.sla.timelines import ClockEvent
from ticketing.tickets.models import Ticket


@dataclass
class Case:
    """A ticket with its log; `tell` adds an event and re-arms, as the tickets domain does."""

    database: Database
    clock: FixedClock
    subject: sla.Subject
    deadlines: tuple[Deadline, ...] = ()

    def tell(self, kind: str, at: datetime | None = None, *, number: int = 1, **data: object) -> tuple[Deadline, ...]:
        event = ClockEvent(kind, at or self.clock.now(), number, data)
        self.subject = replace(self.subject, events=(*self.subject.events, event), round=number)
        return self.rearm()

    def rearm(self) -> tuple[Deadline, ...]:
        with self.database.transaction() as session:
            self.deadlines = sla.rearm(session, clock=self.clock, subject=self.subject)
        return self.deadlines


@dataclass
class Desk:
    """What escalations were asked for, in order; `broken` names levels whose escalation fails."""

    fired: list[FiredLevel] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)

    def escalate(self, session: Session, fired: FiredLevel) -> None:
        if fired.level in self.broken:
            raise RuntimeError("the escalation broke")
        self.fired.append(fired)

    @property
    def names(self) -> list[str]:
        return [f"{each.clock}/{each.level}" for each in self.fired]


@pytest.fixture
def seeded(database: Database, clock: FixedClock) -> Database:
    """A database with the default policies and calendars."""
    with database.transaction() as session:
        sla.seed_defaults(session, clock=clock)
    return database


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def make_case(database: Database, clock: FixedClock) -> Callable[..., Case]:
    """Makes a ticket row; its log is empty until told."""

    def make(kind: str = "complaint", priority: str = "normal") -> Case:
        with database.transaction() as session:
            ticket_id = make_ticket(session, clock.now(), kind, priority)
        subject = sla.Subject(ticket_id, kind, "product_service", "normal", priority, "standard", "accepted", 1, ())
        return Case(database, clock, subject)

    return make


def make_ticket(session: Session, now: datetime, kind: str, priority: str) -> int:
    customer = Customer(created_at=now)
    session.add(customer)
    session.flush()
    ticket = Ticket(
        number=f"KS-TEST-{customer.id:05d}",
        kind=kind,
        status="accepted",
        category="product_service",
        priority=priority,
        severity="normal",
        severity_reasons=[],
        language="zh",
        customer_id=customer.id,
        description="扣款没有到账",
        contact_channel="chat",
        consented_at=now,
        complained_at=now,
        created_at=now,
        updated_at=now,
    )
    session.add(ticket)
    session.flush()
    return ticket.id
