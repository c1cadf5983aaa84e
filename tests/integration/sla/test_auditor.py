"""The auditor recomputes from the log by other arithmetic and names what disagrees."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import update

from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.sla import service as sla
from ticketing.sla.auditor import audit_promises
from ticketing.sla.models import ArmedLevel


def findings(database: Database, clock: FixedClock, *cases: object) -> list[tuple[str, str, str]]:
    with database.reading() as session:
        report = audit_promises(session, clock=clock, subjects=[case.subject for case in cases])
    assert report.checked == len(cases)
    return [(each.clock, each.level, each.problem) for each in report.findings]


def spoil(database: Database, level: str, **values: object) -> None:
    with database.transaction() as session:
        session.execute(
            update(ArmedLevel).where(ArmedLevel.clock == "resolution", ArmedLevel.level == level).values(**values)
        )


def test_what_the_engine_armed_is_right_at_every_stage(
    seeded: Database, make_case: Callable, clock: FixedClock, desk: object
) -> None:
    case = make_case()
    case.tell("complained")
    assert findings(seeded, clock, case) == []
    for kind in ("paused", "resumed", "findings_recorded", "answer_delivered", "closed"):
        clock.advance(hours=7, minutes=3, seconds=1)
        sla.sweep(seeded, clock=clock, escalate=desk.escalate)
        case.tell(kind)
        assert findings(seeded, clock, case) == []
    clock.advance(hours=30)
    case.tell("reopened", number=2)
    assert findings(seeded, clock, case) == []


@pytest.mark.parametrize(
    ("values", "problem"),
    [({"state": "cancelled"}, "missing"), ({"due_at": None}, "moved")],
    ids=["missing", "moved"],
)
def test_a_level_that_would_not_fire_in_time_is_named(
    seeded: Database, make_case: Callable, clock: FixedClock, values: dict[str, object], problem: str
) -> None:
    case = make_case()
    case.tell("complained")
    if problem == "moved":
        values = {"due_at": clock.now() + timedelta(hours=49)}
    spoil(seeded, "breach", **values)
    assert findings(seeded, clock, case) == [("resolution", "breach", problem)]


def test_a_level_armed_for_a_promise_already_kept_is_an_orphan(
    seeded: Database, make_case: Callable, clock: FixedClock
) -> None:
    case = make_case()
    case.tell("complained")
    case.tell("answer_delivered")
    spoil(seeded, "warn_90", state="armed")
    assert findings(seeded, clock, case) == [("resolution", "warn_90", "orphan")]


def test_levels_nobody_fired_are_late(seeded: Database, make_case: Callable, clock: FixedClock, desk: object) -> None:
    case = make_case("enquiry")
    case.tell("enquired")
    clock.advance(hours=13)
    assert findings(seeded, clock, case) == [("response", "warn_50", "late")]
    sla.sweep(seeded, clock=clock, escalate=desk.escalate)
    assert findings(seeded, clock, case) == []
