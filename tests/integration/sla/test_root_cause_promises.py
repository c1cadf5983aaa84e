"""Promises held by a root-cause record: the same engine, the same sweep, and no part in the customers' figures."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from tests.integration.sla.conftest import Desk
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.rootcauses.models import RootCause
from ticketing.sla import queries
from ticketing.sla import service as sla
from ticketing.sla.models import ClockVerdict
from ticketing.sla.policies import ClockRule, Level, LevelKind, Policy
from ticketing.sla.timelines import ClockEvent

DAY = 24 * 3600
ANALYSIS = ClockRule(
    name="analysis",
    target_seconds=5 * DAY,
    calendar="always",
    starts_on=("opened",),
    stops_on=("analysed",),
    levels=(Level("before_1d", LevelKind.WARNING, before_seconds=DAY), Level("breach", LevelKind.BREACH)),
)


@pytest.fixture
def record(seeded: Database, clock: FixedClock) -> sla.Holder:
    """A root-cause record without promises yet."""
    with seeded.transaction() as session:
        made = RootCause(
            created_at=clock.now(),
            updated_at=clock.now(),
            title="到账慢",
            status="open",
            opened_because="serious",
            category="transaction_dispute",
            language="zh",
            whys=[],
        )
        session.add(made)
        session.flush()
        return sla.Holder("root_cause", made.id)


def arm(database: Database, clock: FixedClock, record: sla.Holder, rule: ClockRule, *events: ClockEvent) -> None:
    with database.transaction() as session:
        sla.rearm_composed(
            session, clock=clock, holder=record, policy=Policy("rectification", 1, (rule,)), events=events
        )


def test_a_records_levels_fire_once_and_name_the_record(
    seeded: Database, clock: FixedClock, record: sla.Holder, desk: Desk
) -> None:
    arm(seeded, clock, record, ANALYSIS, ClockEvent("opened", clock.now()))
    clock.advance(days=6)

    for _ in range(2):
        sla.sweep(seeded, clock=clock, escalate=desk.escalate)

    assert [(each.holder, each.level) for each in desk.fired] == [(record, "before_1d"), (record, "breach")]


def test_a_new_target_moves_the_levels_of_a_record(seeded: Database, clock: FixedClock, record: sla.Holder) -> None:
    opened = ClockEvent("opened", clock.now())
    arm(seeded, clock, record, ANALYSIS, opened)
    arm(seeded, clock, record, replace(ANALYSIS, target_seconds=2 * DAY), opened)

    with seeded.reading() as session:
        verdict = session.scalars(select(ClockVerdict).where(record.holds(ClockVerdict))).one()
    assert verdict.target_at == clock.now() + timedelta(days=2)


def test_customers_figures_leave_out_what_a_record_owes(
    seeded: Database, clock: FixedClock, record: sla.Holder, desk: Desk
) -> None:
    begun = clock.now()
    arm(seeded, clock, record, ANALYSIS, ClockEvent("opened", begun))
    clock.advance(days=6)
    sla.sweep(seeded, clock=clock, escalate=desk.escalate)

    with seeded.reading() as session:
        counts = queries.counts(session, clock=clock, within=timedelta(hours=8), since=begun)
        broken = queries.breached(session, since=begun, until=clock.now())

    assert (counts.late, counts.breached_since, broken) == (0, 0, [])


def test_a_promise_that_nobody_holds_is_refused_by_the_database(seeded: Database, clock: FixedClock) -> None:
    now = clock.now()
    with pytest.raises(IntegrityError), seeded.transaction() as session:
        session.add(
            ClockVerdict(
                clock="analysis",
                round=1,
                policy="x",
                policy_version=1,
                calendar="always",
                target_seconds=1,
                started_at=now,
                verdict="running",
            )
        )
