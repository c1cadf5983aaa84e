"""Every level fires once, in due order, whatever happened in between."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from ticketing.platform.actor import SYSTEM
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.sla import defaults, queries
from ticketing.sla import service as sla
from ticketing.sla.models import ArmedLevel, ClockVerdict
from ticketing.sla.sweeping import FiredLevel, due_levels

HOURS = timedelta(hours=1)


def verdicts(database: Database) -> dict[str, ClockVerdict]:
    with database.reading() as session:
        return {row.clock: row for row in session.scalars(select(ClockVerdict))}


def test_nothing_due_fires_nothing(seeded: Database, make_case: Callable, clock: FixedClock, desk: object) -> None:
    make_case("enquiry").tell("enquired")
    clock.advance(hours=11)
    assert sla.sweep(seeded, clock=clock, escalate=desk.escalate) == sla.SweepReport()
    assert desk.fired == []


def test_after_an_outage_of_26_hours_each_level_fires_once_in_due_order(
    seeded: Database, make_case: Callable, clock: FixedClock, desk: object
) -> None:
    first, second = make_case("enquiry"), make_case("enquiry")
    taken = clock.now()
    first.tell("enquired")
    clock.advance(minutes=30)
    second.tell("enquired")
    clock.advance(hours=26)
    report = sla.sweep(seeded, clock=clock, escalate=desk.escalate, batch=3)
    assert (report.fired, report.failed) == (8, 0)
    assert [each.due_at for each in desk.fired] == sorted(each.due_at for each in desk.fired)
    mine = [each for each in desk.fired if each.ticket_id == first.subject.ticket_id]
    assert [each.level for each in mine] == ["warn_50", "warn_75", "warn_90", "breach"]
    with seeded.reading() as session:
        (found,) = queries.clocks(session, ticket_id=first.subject.ticket_id)
    assert (found.state, found.breached_at) == ("breached", taken + 24 * HOURS)
    assert all(each.target_at == taken + 24 * HOURS for each in mine)


def test_a_second_sweep_of_the_same_breach_escalates_nothing(
    seeded: Database, make_case: Callable, clock: FixedClock, desk: object
) -> None:
    case = make_case("enquiry")
    case.tell("enquired")
    clock.advance(hours=25)
    sla.sweep(seeded, clock=clock, escalate=desk.escalate)
    before = list(desk.names)
    case.rearm()
    assert sla.sweep(seeded, clock=clock, escalate=desk.escalate).fired == 0
    assert desk.names == before


def test_at_exactly_the_deadline_the_breach_does_not_fire_yet(
    seeded: Database, make_case: Callable, clock: FixedClock, desk: object
) -> None:
    case = make_case("enquiry")
    case.tell("enquired")
    clock.advance(hours=24)
    sla.sweep(seeded, clock=clock, escalate=desk.escalate)
    assert desk.names[-1] == "response/warn_90"
    case.tell("agent_reply")
    assert verdicts(seeded)["response"].verdict == "met"


def test_levels_before_due_fire_one_by_one_and_then_nothing_is_armed(
    seeded: Database, make_case: Callable, clock: FixedClock, desk: object
) -> None:
    levels = [{"name": f"before_{each}", "kind": "warning", "before_seconds": each * 60} for each in (60, 30)]
    levels.append({"name": "breach", "kind": "breach"})
    clocks = [{**defaults.ENQUIRY.as_json()[0], "target_seconds": 7200, "levels": levels}]
    with seeded.transaction() as session:
        sla.save_policy(
            session, clock=clock, actor=SYSTEM, code="enquiry_default", ticket_kind="enquiry", clocks=clocks
        )
    case = make_case("enquiry")
    case.tell("enquired")
    clock.advance(minutes=61)
    sla.sweep(seeded, clock=clock, escalate=desk.escalate)
    assert desk.names == ["response/before_60"]
    clock.advance(minutes=30)
    sla.sweep(seeded, clock=clock, escalate=desk.escalate)
    assert desk.names == ["response/before_60", "response/before_30"]
    case.tell("agent_reply")
    clock.advance(days=9)
    assert sla.sweep(seeded, clock=clock, escalate=desk.escalate).fired == 0


def test_a_failing_escalation_blocks_no_other_and_is_tried_again(
    seeded: Database, make_case: Callable, clock: FixedClock, desk: object
) -> None:
    make_case("enquiry").tell("enquired")
    clock.advance(hours=25)
    desk.broken = {"breach", "warn_50"}
    report = sla.sweep(seeded, clock=clock, escalate=desk.escalate)
    assert (report.fired, report.failed) == (2, 2)
    assert desk.names == ["response/warn_75", "response/warn_90"]
    assert verdicts(seeded)["response"].verdict == "breached"
    desk.broken = set()
    assert sla.sweep(seeded, clock=clock, escalate=desk.escalate).fired == 0
    clock.advance(seconds=6)
    assert sla.sweep(seeded, clock=clock, escalate=desk.escalate).fired == 2
    assert desk.names[2:] == ["response/warn_50", "response/breach"]


def test_what_a_failed_escalation_wrote_is_undone(
    seeded: Database, make_case: Callable, clock: FixedClock, desk: object
) -> None:
    make_case("enquiry").tell("enquired")
    clock.advance(hours=13)

    def half_done(session: Session, fired: FiredLevel) -> None:
        session.add(ClockVerdict(**{**row, "clock": "half done"}))
        session.flush()
        raise RuntimeError("half way")

    with seeded.reading() as session:
        row = dict(session.execute(select(*ClockVerdict.__table__.c)).mappings().one())
        del row["id"]
    assert sla.sweep(seeded, clock=clock, escalate=half_done).failed == 1
    assert set(verdicts(seeded)) == {"response"}
    with seeded.reading() as session:
        failed = session.scalars(select(ArmedLevel).where(ArmedLevel.last_error.is_not(None))).one()
    assert (failed.state, failed.attempts, failed.last_error) == ("armed", 1, "RuntimeError")


def test_an_escalation_may_rearm_the_ticket_it_is_about(
    seeded: Database, make_case: Callable, clock: FixedClock, desk: object
) -> None:
    case = make_case()
    case.tell("complained")
    clock.advance(hours=30)

    def escalate(session: Session, fired: FiredLevel) -> None:
        desk.escalate(session, fired)
        sla.rearm(session, clock=clock, subject=case.subject)

    report = sla.sweep(seeded, clock=clock, escalate=escalate)
    assert report.fired == len(set(desk.names)) == 10
    assert verdicts(seeded)["investigation"].verdict == "breached"


def test_what_an_escalation_makes_due_in_the_past_fires_in_the_same_sweep(
    seeded: Database, make_case: Callable, clock: FixedClock, desk: object
) -> None:
    case = make_case("enquiry")
    case.tell("enquired")
    clocks = [{**defaults.ENQUIRY.as_json()[0], "target_seconds": 6 * 3600}]
    with seeded.transaction() as session:
        sla.save_policy(
            session, clock=clock, actor=SYSTEM, code="urgent", ticket_kind="enquiry", priority="high", clocks=clocks
        )
    clock.advance(hours=13)

    def escalate(session: Session, fired: FiredLevel) -> None:
        desk.escalate(session, fired)
        case.subject = replace(case.subject, priority="high")
        sla.rearm(session, clock=clock, subject=case.subject)

    sla.sweep(seeded, clock=clock, escalate=escalate)
    levels = ("warn_50", "warn_75", "warn_90", "breach", "breach_plus_4h")
    assert desk.names == [f"response/{each}" for each in levels]
    assert sla.sweep(seeded, clock=clock, escalate=escalate).fired == 0


def test_a_limit_leaves_the_rest_for_the_next_sweep(
    seeded: Database, make_case: Callable, clock: FixedClock, desk: object
) -> None:
    make_case("enquiry").tell("enquired")
    clock.advance(hours=25)
    report = sla.sweep(seeded, clock=clock, escalate=desk.escalate, batch=2, limit=3)
    assert (report.fired, report.more) == (3, True)
    assert sla.sweep(seeded, clock=clock, escalate=desk.escalate).fired == 1


def test_two_sweepers_at_once_fire_every_level_once(
    seeded: Database, make_case: Callable, clock: FixedClock, desk: object
) -> None:
    for _ in range(5):
        make_case("enquiry").tell("enquired")
    clock.advance(hours=25)
    start = threading.Barrier(3)

    def run() -> None:
        start.wait()
        sla.sweep(seeded, clock=clock, escalate=desk.escalate, batch=4)

    workers = [threading.Thread(target=run) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    sla.sweep(seeded, clock=clock, escalate=desk.escalate)
    assert len(desk.fired) == 20
    assert len({(each.ticket_id, each.level) for each in desk.fired}) == 20


def test_the_board_sees_what_will_breach_and_what_has(
    seeded: Database, make_case: Callable, clock: FixedClock, desk: object
) -> None:
    late, soon, kept = make_case("enquiry"), make_case("enquiry"), make_case("enquiry")
    begin = clock.now()
    late.tell("enquired")
    kept.tell("enquired")
    clock.advance(hours=3)
    soon.tell("enquired")
    kept.tell("agent_reply")
    clock.advance(hours=22)
    with seeded.reading() as session:
        assert [each.ticket_id for each in queries.late(session, clock=clock)] == [late.subject.ticket_id]
        nearing = queries.due_within(session, clock=clock, within=4 * HOURS)
        assert [each.ticket_id for each in nearing] == [soon.subject.ticket_id]
        assert queries.overdue_levels(session, clock=clock, by=timedelta(minutes=5)) > 0
    sla.sweep(seeded, clock=clock, escalate=desk.escalate)
    with seeded.reading() as session:
        assert queries.counts(session, clock=clock, within=4 * HOURS, since=begin) == queries.BoardCounts(
            owed=2, due_soon=1, late=1, breached_since=1, met_since=1
        )
        (broken,) = queries.breached(session, since=begin, until=clock.now())
        assert broken.ticket_id == late.subject.ticket_id
        assert queries.overdue_levels(session, clock=clock, by=timedelta(minutes=5)) == 0


def test_looking_for_what_is_due_reads_only_the_index_of_armed_levels(database: Database, clock: FixedClock) -> None:
    asked = due_levels(clock.now(), (clock.now(), 1), 100).compile(
        database.engine, compile_kwargs={"literal_binds": True}
    )
    with database.engine.connect() as connection:
        if database.dialect == "postgresql":
            connection.execute(text("SET enable_seqscan = off"))
        words = "EXPLAIN QUERY PLAN" if database.dialect == "sqlite" else "EXPLAIN"
        plan = " ".join(str(row) for row in connection.execute(text(f"{words} {asked}")))
    assert "ix_deadline_armed" in plan
    assert "B-TREE" not in plan
