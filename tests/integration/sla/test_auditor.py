"""The auditor recomputes from the log by other arithmetic and names what disagrees."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import delete, update

from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.sla import service as sla
from ticketing.sla.auditor import Evidence, check, policies_of
from ticketing.sla.models import ArmedLevel, ClockVerdict, PolicyAssignment


def findings(database: Database, clock: FixedClock, case: object) -> list[tuple[str, str, str]]:
    subject = case.subject
    with database.reading() as session:
        given = policies_of(session, [subject.ticket_id]).get(subject.ticket_id, [])
        evidence = Evidence(sla.Holder("ticket", subject.ticket_id), subject.events, given)
        found = check(session, clock=clock, cases=[evidence])
    return [(each.clock, each.level, each.problem) for each in found]


def spoil(database: Database, level: str, **values: object) -> None:
    with database.transaction() as session:
        session.execute(
            update(ArmedLevel).where(ArmedLevel.clock == "resolution", ArmedLevel.level == level).values(**values)
        )


def spoil_verdict(database: Database, clock_name: str, **values: object) -> None:
    with database.transaction() as session:
        session.execute(update(ClockVerdict).where(ClockVerdict.clock == clock_name).values(**values))


def test_what_the_engine_armed_is_right_at_every_stage(
    seeded: Database, make_case: Callable, clock: FixedClock, desk: object
) -> None:
    case = make_case()
    case.tell("complained")
    assert findings(seeded, clock, case) == []
    for kind in ("paused", "resumed", "findings_recorded", "acknowledged", "answer_delivered", "closed"):
        clock.advance(hours=7, minutes=3, seconds=1)
        sla.sweep(seeded, clock=clock, escalate=desk.escalate)
        case.tell(kind, clock="investigation")
        assert findings(seeded, clock, case) == []
    clock.advance(hours=30)
    case.tell("reopened", number=2)
    assert findings(seeded, clock, case) == []
    clock.advance(days=80)
    sla.sweep(seeded, clock=clock, escalate=desk.escalate)
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


def test_what_follows_a_breach_is_checked_too(
    seeded: Database, make_case: Callable, clock: FixedClock, desk: object
) -> None:
    case = make_case()
    case.tell("complained")
    clock.advance(hours=49)
    sla.sweep(seeded, clock=clock, escalate=desk.escalate)
    spoil(seeded, "breach_plus_24h", due_at=clock.now() + timedelta(days=9))
    assert findings(seeded, clock, case) == [("resolution", "breach_plus_24h", "moved")]


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


def test_a_breach_the_sweep_has_five_minutes_to_notice_is_not_a_finding_yet(
    seeded: Database, make_case: Callable, clock: FixedClock, desk: object
) -> None:
    case = make_case("enquiry")
    case.tell("enquired")
    clock.advance(hours=23, minutes=59)
    sla.sweep(seeded, clock=clock, escalate=desk.escalate)
    clock.advance(minutes=5)
    assert findings(seeded, clock, case) == []
    clock.advance(minutes=2)
    assert findings(seeded, clock, case) == [("response", "breach", "late"), ("response", "", "wrong_verdict")]


@pytest.mark.parametrize("verdict", ["met", "cancelled"])
def test_a_broken_promise_written_down_as_kept_is_a_wrong_verdict(
    seeded: Database, make_case: Callable, clock: FixedClock, desk: object, verdict: str
) -> None:
    case = make_case("enquiry")
    case.tell("enquired")
    clock.advance(hours=30)
    sla.sweep(seeded, clock=clock, escalate=desk.escalate)
    spoil_verdict(seeded, "response", verdict=verdict, breached_at=None)
    assert findings(seeded, clock, case) == [("response", "", "wrong_verdict")]


def test_a_breach_dated_when_the_job_noticed_is_a_wrong_verdict(
    seeded: Database, make_case: Callable, clock: FixedClock, desk: object
) -> None:
    case = make_case("enquiry")
    case.tell("enquired")
    clock.advance(hours=30)
    sla.sweep(seeded, clock=clock, escalate=desk.escalate)
    spoil_verdict(seeded, "response", breached_at=clock.now())
    assert findings(seeded, clock, case) == [("response", "", "wrong_verdict")]


def test_a_promise_never_written_down_is_missing(seeded: Database, make_case: Callable, clock: FixedClock) -> None:
    case = make_case("enquiry")
    case.tell("enquired")
    with seeded.transaction() as session:
        session.execute(delete(ArmedLevel))
        session.execute(delete(ClockVerdict))
    assert ("response", "", "missing") in findings(seeded, clock, case)
    with seeded.transaction() as session:
        session.execute(delete(PolicyAssignment))
    assert findings(seeded, clock, case) == [("", "", "missing")]


def test_a_promise_of_a_clock_nobody_promised_is_an_orphan(
    seeded: Database, make_case: Callable, clock: FixedClock
) -> None:
    case = make_case("enquiry")
    case.tell("enquired")
    spoil_verdict(seeded, "response", clock="invented")
    found = findings(seeded, clock, case)
    assert ("invented", "", "orphan") in found
    assert ("response", "", "missing") in found


def test_a_new_policy_judges_only_from_its_day_on(
    seeded: Database, make_case: Callable, clock: FixedClock, desk: object
) -> None:
    case = make_case("enquiry")
    case.tell("enquired")
    clock.advance(hours=25)
    sla.sweep(seeded, clock=clock, escalate=desk.escalate)
    milder = [
        {"name": "response", "target_seconds": 90 * 3600, "calendar": "always", "starts_on": ["enquired"],
         "stops_on": ["agent_reply"], "levels": [{"name": "breach", "kind": "breach"}]}
    ]  # fmt: skip
    with seeded.transaction() as session:
        from ticketing.platform.actor import SYSTEM

        sla.save_policy(
            session, clock=clock, actor=SYSTEM, code="enquiry_default", ticket_kind="enquiry", clocks=milder
        )
    case.tell("policy_changed")
    assert findings(seeded, clock, case) == []


def test_a_calendar_changed_afterwards_does_not_question_what_was_judged(
    seeded: Database, make_case: Callable, clock: FixedClock, desk: object
) -> None:
    case = make_case()
    case.tell("complained")
    clock.advance(minutes=40)
    sla.sweep(seeded, clock=clock, escalate=desk.escalate)
    clock.advance(minutes=1)
    with seeded.transaction() as session:
        from ticketing.platform.actor import SYSTEM

        today = (clock.now() + timedelta(hours=8)).date()
        sla.set_day(session, clock=clock, actor=SYSTEM, calendar="cn_office", on=today, kind="holiday")
    assert findings(seeded, clock, case) == []


def test_an_earlier_intake_that_came_in_later_does_not_question_what_was_judged(
    seeded: Database, make_case: Callable, clock: FixedClock
) -> None:
    case = make_case()
    case.tell("complained")
    clock.advance(minutes=20)
    case.tell("agent_reply")
    case.tell("complained", clock.now() - timedelta(hours=2))
    assert findings(seeded, clock, case) == []
