"""Fixtures: a seeded company, a supervisor who edits, and running tickets of real customers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests import factories
from tests.desk import app, company, signed_in, ticket
from ticketing.platform.actor import Actor
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.platform.settings import Settings
from ticketing.sla import defaults
from ticketing.sla.drafts import Draft
from ticketing.tasks import Worker

__all__ = ["app", "company", "signed_in", "ticket"]

EVERYONE: dict[str, str | None] = {"category": None, "severity": None, "priority": None, "tier": None}


@pytest.fixture
def seeded(database: Database, clock: FixedClock) -> Database:
    with database.transaction() as session:
        factories.company(session, clock)
    return database


@pytest.fixture
def supervisor() -> Actor:
    return Actor(kind="staff", id=None, name="Zhao", role="supervisor")


@pytest.fixture
def worker(settings: Settings, seeded: Database, clock: FixedClock) -> Worker:
    return Worker(settings, seeded, clock)


@pytest.fixture
def complain(seeded: Database, clock: FixedClock) -> Callable[..., int]:
    """Opens a complaint now and gives its id."""

    def open_one(**fields: Any) -> int:
        with seeded.transaction() as session:
            return opened(session, clock, **fields)

    return open_one


def opened(session: Session, clock: FixedClock, **fields: Any) -> int:
    return factories.complaint(session, clock, of=factories.customer(session, clock), amount=None, **fields).id


def with_resolution(hours: int, **match: str) -> Draft:
    """The complaint policy with another time for the result."""
    clocks = [
        {**each, "target_seconds": hours * 3600} if each["name"] == "resolution" else each
        for each in defaults.COMPLAINT.as_json()
    ]
    code = None if match else defaults.COMPLAINT_POLICY
    return Draft(code, "complaint", EVERYONE | match, clocks)
