"""Computed deadlines become rows, once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from ticketing.platform.actor import SYSTEM
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.platform.errors import DomainError
from ticketing.sla import defaults, queries
from ticketing.sla import service as sla
from ticketing.sla.models import ArmedLevel, ClockVerdict, PolicyAssignment

HOURS = timedelta(hours=1)


def states(database: Database, clock_name: str, number: int = 1) -> dict[str, str]:
    with database.reading() as session:
        rows = session.scalars(select(ArmedLevel).where(ArmedLevel.clock == clock_name, ArmedLevel.round == number))
        return {row.level: row.state for row in rows}


def verdict(database: Database, clock_name: str, number: int = 1) -> ClockVerdict:
    with database.reading() as session:
        asked = select(ClockVerdict).where(ClockVerdict.clock == clock_name, ClockVerdict.round == number)
        return session.scalars(asked).one()


def every_row(database: Database) -> list[tuple[object, ...]]:
    with database.reading() as session:
        return [
            tuple(row)
            for table in (ArmedLevel, ClockVerdict, PolicyAssignment)
            for row in session.execute(select(*table.__table__.c).order_by(table.id))
        ]


def test_a_complaint_arms_every_level_of_every_clock(seeded: Database, make_case: Callable) -> None:
    case = make_case()
    case.tell("complained")
    assert set(states(seeded, "resolution").values()) == {"armed"}
    assert len(states(seeded, "resolution")) == 9
    with seeded.reading() as session:
        standing = queries.standing(session, ticket_id=case.subject.ticket_id)
    assert (standing.clock, standing.due_at) == ("first_reply", case.clock.now() + timedelta(minutes=30))


def test_arming_twice_changes_nothing(seeded: Database, make_case: Callable) -> None:
    case = make_case()
    case.tell("complained")
    before = every_row(seeded)
    case.rearm()
    assert every_row(seeded) == before


def test_preview_writes_nothing(seeded: Database, make_case: Callable, clock: FixedClock) -> None:
    case = make_case()
    case.tell("complained")
    before = every_row(seeded)
    changed = replace(case.subject, priority="urgent")
    with seeded.transaction() as session:
        found = sla.preview(session, clock=clock, subject=changed)
    assert found[-1].derivation
    assert every_row(seeded) == before


def test_findings_stop_the_investigation_only(seeded: Database, make_case: Callable, clock: FixedClock) -> None:
    case = make_case()
    case.tell("complained")
    clock.advance(hours=3)
    case.tell("findings_recorded")
    assert verdict(seeded, "investigation").verdict == "met"
    assert set(states(seeded, "investigation").values()) == {"cancelled"}
    assert verdict(seeded, "resolution").verdict == "running"


@pytest.mark.parametrize("ending", ["closed", "withdrawn", "merged"])
def test_an_ended_ticket_has_nothing_armed(seeded: Database, make_case: Callable, ending: str) -> None:
    case = make_case()
    case.tell("complained")
    case.tell(ending)
    with seeded.reading() as session:
        armed = session.scalar(select(func.count()).select_from(ArmedLevel).where(ArmedLevel.state == "armed"))
        assert armed == 0
        assert queries.standing(session, ticket_id=case.subject.ticket_id) == queries.TicketStanding(None, None, False)


def test_late_answer_before_any_sweep_is_breached_at_the_due_time_and_still_escalates(
    seeded: Database, make_case: Callable, clock: FixedClock
) -> None:
    case = make_case()
    taken = clock.now()
    case.tell("complained")
    clock.advance(hours=60)
    case.tell("answer_delivered")
    found = verdict(seeded, "resolution")
    assert (found.verdict, found.breached_at) == ("breached", taken + 48 * HOURS)
    assert {name for name, state in states(seeded, "resolution").items() if state == "armed"} == {"breach"}


def test_reopening_arms_a_new_round_and_keeps_the_old_verdict(
    seeded: Database, make_case: Callable, clock: FixedClock
) -> None:
    case = make_case()
    case.tell("complained")
    clock.advance(hours=10)
    case.tell("answer_delivered")
    case.tell("closed")
    clock.advance(hours=100)
    case.tell("reopened", number=2)
    assert verdict(seeded, "resolution", 1).verdict == "met"
    assert verdict(seeded, "resolution", 2).target_at == clock.now() + 48 * HOURS
    assert set(states(seeded, "resolution", 2).values()) == {"armed"}


def hurried(database: Database, clock: FixedClock, hours: int) -> None:
    clocks = [{**each, "target_seconds": hours * 3600} for each in defaults.ENQUIRY.as_json()]
    with database.transaction() as session:
        sla.save_policy(
            session, clock=clock, actor=SYSTEM, code="urgent", ticket_kind="enquiry", priority="urgent", clocks=clocks
        )


def test_a_priority_change_swaps_the_policy_and_keeps_the_intake(
    seeded: Database, make_case: Callable, clock: FixedClock
) -> None:
    case, control = make_case("enquiry"), make_case("enquiry")
    taken = clock.now()
    hurried(seeded, clock, 4)
    case.tell("enquired")
    control.tell("enquired")
    clock.advance(hours=3)
    case.subject = replace(case.subject, priority="urgent")
    swapped = case.tell("priority_changed", before="normal", after="urgent")
    assert [(each.policy, each.due_at) for each in swapped] == [("urgent", taken + 4 * HOURS)]
    assert control.rearm()[0].due_at == taken + 24 * HOURS


def test_a_promise_broken_before_the_swap_stays_broken(
    seeded: Database, make_case: Callable, clock: FixedClock
) -> None:
    case = make_case("enquiry", priority="urgent")
    taken = clock.now()
    hurried(seeded, clock, 2)
    case.tell("enquired")
    clock.advance(hours=3)
    case.subject = replace(case.subject, priority="normal")
    case.tell("priority_changed", before="urgent", after="normal")
    found = verdict(seeded, "response")
    assert (found.verdict, found.breached_at, found.policy) == ("breached", taken + 2 * HOURS, "urgent")


def test_a_new_version_waits_for_new_tickets_unless_asked_for(
    seeded: Database, make_case: Callable, clock: FixedClock
) -> None:
    case = make_case("enquiry")
    taken = clock.now()
    case.tell("enquired")
    clock.advance(hours=1)
    clocks = [{**each, "target_seconds": 8 * 3600} for each in defaults.ENQUIRY.as_json()]
    with seeded.transaction() as session:
        sla.save_policy(
            session, clock=clock, actor=SYSTEM, code="enquiry_default", ticket_kind="enquiry", clocks=clocks
        )
    newer = make_case("enquiry")
    assert newer.tell("enquired")[0].due_at == clock.now() + 8 * HOURS
    assert case.rearm()[0].due_at == taken + 24 * HOURS
    assert case.tell("policy_changed")[0].due_at == taken + 8 * HOURS


def test_a_ticket_no_policy_matches_any_more_has_no_deadlines(
    seeded: Database, make_case: Callable, clock: FixedClock
) -> None:
    case = make_case("enquiry")
    case.tell("enquired")
    clock.advance(hours=1)
    case.subject = replace(case.subject, kind="praise")
    case.rearm()
    case.rearm()
    assert verdict(seeded, "response").verdict == "cancelled"
    assert "armed" not in states(seeded, "response").values()
    with seeded.reading() as session:
        assert session.scalar(select(func.count()).select_from(PolicyAssignment)) == 2


def test_a_new_holiday_moves_running_clocks_and_leaves_verdicts(
    seeded: Database, make_case: Callable, clock: FixedClock
) -> None:
    done, waiting = make_case(), make_case()
    clock.advance(hours=7, minutes=50)  # 17:50 in Shanghai
    done.tell("complained")
    waiting.tell("complained")
    clock.advance(hours=16)
    done.tell("agent_reply")  # next day 09:50, forty minutes too late
    due = waiting.rearm()
    assert min(each.due_at for each in due if each.clock == "first_reply" and each.due_at).hour == 1
    with seeded.transaction() as session:
        sla.set_day(
            session, clock=clock, actor=SYSTEM, calendar="cn_office", on=date(2026, 11, 24), kind="holiday", name="店庆"
        )
    done.rearm()
    with seeded.reading() as session:
        (found,) = (
            each for each in queries.clocks(session, ticket_id=done.subject.ticket_id) if each.clock == "first_reply"
        )
        levels = select(ArmedLevel).where(ArmedLevel.ticket_id == done.subject.ticket_id, ArmedLevel.state == "armed")
        to_tell = [(row.level, row.due_at) for row in session.scalars(levels.where(ArmedLevel.clock == "first_reply"))]
    assert found.state == "breached"
    # Nobody has swept yet: the breach that stays is still to be told.
    assert to_tell == [("breach", found.due_at)]


def test_an_earlier_intake_leaves_a_breach_and_what_is_still_to_be_told_of_it(
    seeded: Database, make_case: Callable, clock: FixedClock
) -> None:
    def written() -> tuple[object, ...]:
        with seeded.reading() as session:
            levels = session.execute(select(ArmedLevel.level, ArmedLevel.due_at, ArmedLevel.state)
                .where(ArmedLevel.clock == "investigation").order_by(ArmedLevel.level))  # fmt: skip
            found = verdict(seeded, "investigation")
            return levels.all(), found.verdict, found.started_at, found.breached_at

    case = make_case()
    case.tell("complained")
    clock.advance(hours=30)
    case.rearm()
    before = written()
    assert before[1] == "breached"
    case.tell("complained", clock.now() - timedelta(hours=40))
    assert written() == before


def test_an_answer_delivered_in_time_but_committed_after_the_sweep_corrects_the_verdict(
    seeded: Database, make_case: Callable, clock: FixedClock, desk: object
) -> None:
    case = make_case("enquiry")
    case.tell("enquired")
    clock.advance(hours=24)
    in_time = clock.now()
    clock.advance(seconds=1)
    sla.sweep(seeded, clock=clock, escalate=desk.escalate)
    assert verdict(seeded, "response").verdict == "breached"
    case.tell("agent_reply", in_time)
    assert verdict(seeded, "response").verdict == "met"


def test_an_extension_arms_a_warning_that_had_fired_for_the_shorter_promise(
    seeded: Database, make_case: Callable, clock: FixedClock, desk: object
) -> None:
    case = make_case()
    taken = clock.now()
    case.tell("complained")
    clock.advance(days=11)
    sla.sweep(seeded, clock=clock, escalate=desk.escalate)
    assert states(seeded, "statutory")["before_5d"] == "fired"
    case.tell("extended", clock="statutory", target_seconds=30 * 86400)
    assert set(states(seeded, "statutory").values()) == {"armed"}
    assert verdict(seeded, "statutory").target_at == taken + timedelta(days=30)


def test_a_calendar_without_working_time_is_refused_when_saved(seeded: Database, clock: FixedClock) -> None:
    with seeded.transaction() as session, pytest.raises(DomainError) as refused:
        sla.save_calendar(session, clock=clock, actor=SYSTEM, code="never", tz="Asia/Shanghai", weekly=[[]] * 7)
    assert refused.value.code == "calendar_without_working_time"


@pytest.mark.parametrize(("tz", "period"), [("Asia/Nowhere", (540, 1080)), ("UTC", (1080, 540)), ("UTC", (0, 1500))])
def test_an_impossible_calendar_is_refused_when_saved(
    seeded: Database, clock: FixedClock, tz: str, period: tuple[int, int]
) -> None:
    with seeded.transaction() as session, pytest.raises(DomainError) as refused:
        sla.save_calendar(session, clock=clock, actor=SYSTEM, code="odd", tz=tz, weekly=[[period]] * 7)
    assert refused.value.code == "calendar_invalid"
    assert refused.value.status == 422


def test_a_policy_naming_no_calendar_of_ours_is_refused(seeded: Database, clock: FixedClock) -> None:
    clocks = [{**each, "calendar": "nowhere"} for each in defaults.ENQUIRY.as_json()]
    with seeded.transaction() as session, pytest.raises(DomainError) as refused:
        sla.save_policy(session, clock=clock, actor=SYSTEM, code="odd", ticket_kind="enquiry", clocks=clocks)
    assert refused.value.code == "policy_invalid"


def test_seeding_twice_adds_nothing(seeded: Database, clock: FixedClock) -> None:
    from ticketing.sla.models import Calendar, CalendarDay, SlaPolicy

    def sizes() -> list[int | None]:
        with seeded.reading() as session:
            return [
                session.scalar(select(func.count()).select_from(each)) for each in (Calendar, CalendarDay, SlaPolicy)
            ]

    before = sizes()
    with seeded.transaction() as session:
        sla.seed_defaults(session, clock=clock)
    assert sizes() == before
    assert before[0] == 2
    assert before[2] == 2


def test_the_state_councils_days_are_there(seeded: Database) -> None:
    from ticketing.sla.calendar_store import load_calendars

    with seeded.reading() as session:
        office = load_calendars(session, ["cn_office"])["cn_office"]
    assert office.kind_of(date(2026, 10, 1)) == ("holiday", "国庆节")
    assert office.kind_of(date(2026, 10, 10)).reason == "makeup"
    assert office.periods_on(date(2026, 10, 10)) == ((540, 1080),)
    assert office.periods_on(date(2026, 10, 7)) == ()


def test_a_year_whose_holidays_are_unknown_raises_an_alarm_in_time(seeded: Database, clock: FixedClock) -> None:
    with seeded.reading() as session:
        assert sla.years_without_data(session, FixedClock(clock.now() - timedelta(days=60))) == []
        assert sla.years_without_data(session, clock) == [("cn_office", 2027)]
