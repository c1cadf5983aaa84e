"""A changed policy or calendar reaches the tickets now running: each once, and only those concerned."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from tests import factories
from tests.integration.promises.conftest import with_resolution
from ticketing.integrity import report
from ticketing.platform.actor import Actor
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.rootcauses.models import RootCause, RootCauseEvent
from ticketing.sla import drafts, queries
from ticketing.sla import rollouts as asked_for
from ticketing.sla import service as sla
from ticketing.sla.models import PolicyAssignment, Rollout, RolloutRest
from ticketing.tasks import Worker
from ticketing.tickets import rectify, rollouts
from ticketing.tickets.models import Ticket, TicketEvent

HOURS = timedelta(hours=1)


def due(database: Database, ticket_id: int, clock_name: str = "resolution") -> tuple[str, datetime | None]:
    with database.reading() as session:
        (found,) = (each for each in queries.clocks(session, ticket_id=ticket_id) if each.clock == clock_name)
        return found.state, found.due_at


def events(database: Database, kind: str) -> list[int]:
    with database.reading() as session:
        asked = select(TicketEvent.ticket_id).where(TicketEvent.kind == kind).order_by(TicketEvent.ticket_id)
        return list(session.scalars(asked))


def publish(database: Database, clock: FixedClock, actor: Actor, hours: int, **options: object) -> None:
    with database.transaction() as session:
        draft = with_resolution(hours)
        drafts.publish(session, clock=clock, actor=actor, draft=draft, **{"seen": 1, "running": True, **options})


def progress(database: Database) -> Rollout:
    with database.reading() as session:
        return session.scalars(select(Rollout)).one()


def test_running_tickets_follow_a_new_version_and_keep_their_intake(
    seeded: Database, clock: FixedClock, supervisor: Actor, worker: Worker, complain: Callable[..., int]
) -> None:
    taken, running = clock.now(), complain()
    clock.advance(hours=3)
    publish(seeded, clock, supervisor, 12)
    worker.roll_out()
    assert due(seeded, running) == ("running", taken + 12 * HOURS)
    with seeded.reading() as session:
        assert session.get_one(Ticket, running).version > 1
    done = progress(seeded)
    assert (done.state, done.total, done.looked_at, done.changed, done.failed) == ("done", 1, 1, 1, 0)


def test_for_new_tickets_only_leaves_running_ones_alone(
    seeded: Database, clock: FixedClock, supervisor: Actor, worker: Worker, complain: Callable[..., int]
) -> None:
    taken, running = clock.now(), complain()
    clock.advance(hours=3)
    publish(seeded, clock, supervisor, 12, running=False)
    assert worker.roll_out() == 0
    assert due(seeded, running) == ("running", taken + 48 * HOURS)
    assert due(seeded, complain()) == ("running", clock.now() + 12 * HOURS)


def test_a_ticket_of_another_policy_is_the_control_and_stays_untouched(
    seeded: Database, clock: FixedClock, supervisor: Actor, worker: Worker, complain: Callable[..., int]
) -> None:
    with seeded.transaction() as session:
        draft = with_resolution(40, category="system_failure")
        drafts.publish(session, clock=clock, actor=supervisor, draft=draft, seen=0)
    taken, running, control = clock.now(), complain(), complain(category="system_failure")
    clock.advance(hours=3)
    with seeded.transaction() as session:  # a newer version for new tickets only, which the rollout must not pull in
        newer = replace(with_resolution(30, category="system_failure"), code="complaint_system_failure")
        drafts.publish(session, clock=clock, actor=supervisor, draft=newer, seen=1)
    publish(seeded, clock, supervisor, 12)
    worker.roll_out()
    assert events(seeded, "policy_changed") == [running]
    assert due(seeded, control) == ("running", taken + 40 * HOURS)


def test_the_old_policy_judges_up_to_the_change(
    seeded: Database, clock: FixedClock, supervisor: Actor, worker: Worker, complain: Callable[..., int]
) -> None:
    taken, late = clock.now(), complain()
    clock.advance(hours=49)
    fresh = complain()
    clock.advance(hours=1)
    publish(seeded, clock, supervisor, 96)
    worker.roll_out()
    assert due(seeded, late) == ("breached", taken + 48 * HOURS)
    assert due(seeded, fresh) == ("running", taken + 49 * HOURS + 96 * HOURS)


def test_a_shorter_promise_already_over_is_breached_at_its_due_time(
    seeded: Database, clock: FixedClock, supervisor: Actor, worker: Worker, complain: Callable[..., int]
) -> None:
    taken, running = clock.now(), complain()
    clock.advance(hours=20)
    publish(seeded, clock, supervisor, 12)
    worker.roll_out()
    assert due(seeded, running) == ("breached", taken + 12 * HOURS)


def test_a_version_for_later_reaches_running_tickets_when_it_is_in_force(
    seeded: Database, clock: FixedClock, supervisor: Actor, worker: Worker, complain: Callable[..., int]
) -> None:
    taken, running = clock.now(), complain()
    publish(seeded, clock, supervisor, 40, effective_from=clock.now() + timedelta(hours=5))
    clock.advance(hours=4)
    assert worker.roll_out() == 0
    clock.advance(hours=1)
    worker.roll_out()
    assert due(seeded, running) == ("running", taken + 40 * HOURS)


def test_withdrawing_a_version_calls_off_its_rollout(
    seeded: Database, clock: FixedClock, supervisor: Actor, worker: Worker, complain: Callable[..., int]
) -> None:
    complain()
    publish(seeded, clock, supervisor, 40, effective_from=clock.now() + timedelta(hours=5))
    with seeded.transaction() as session:
        drafts.withdraw(session, clock=clock, actor=supervisor, code="complaint_default", version=2)
    clock.advance(hours=6)
    assert worker.roll_out() == 0
    assert progress(seeded).state == "cancelled"


def test_killed_in_the_middle_of_a_batch_it_goes_on_without_a_ticket_twice_or_left_out(
    seeded: Database,
    clock: FixedClock,
    supervisor: Actor,
    complain: Callable[..., int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rollouts, "BATCH", 3)
    tickets = [complain() for _ in range(8)]
    clock.advance(hours=3)
    publish(seeded, clock, supervisor, 12)
    assert rollouts.advance(seeded, clock=clock)
    whole = rollouts._take_ticket

    def killed(session: object, clock: object, rollout: object, ticket_id: int, step: object) -> None:
        if ticket_id == tickets[4]:
            raise KeyboardInterrupt
        whole(session, clock, rollout, ticket_id, step)

    monkeypatch.setattr(rollouts, "_take_ticket", killed)
    with pytest.raises(KeyboardInterrupt):
        rollouts.advance(seeded, clock=clock)
    assert events(seeded, "policy_changed") == tickets[:3]
    monkeypatch.setattr(rollouts, "_take_ticket", whole)
    while rollouts.advance(seeded, clock=clock):
        pass
    assert events(seeded, "policy_changed") == tickets
    assert (progress(seeded).looked_at, progress(seeded).changed) == (8, 8)


def spoil(database: Database, ticket_id: int) -> None:
    """Make its log one that the engine cannot read."""
    with database.transaction() as session:
        session.execute(
            update(TicketEvent)
            .where(TicketEvent.ticket_id == ticket_id, TicketEvent.kind == "accepted")
            .values(kind="extended", data={"clock": "resolution", "target_seconds": "soon"})
        )


def mend(database: Database, ticket_id: int) -> None:
    with database.transaction() as session:
        spoilt = TicketEvent.ticket_id == ticket_id, TicketEvent.kind == "extended"
        session.execute(update(TicketEvent).where(*spoilt).values(kind="accepted", data={}))


def rest(database: Database) -> list[int]:
    """How often each of the rest was tried."""
    with database.reading() as session:
        return list(session.scalars(select(RolloutRest.attempts).order_by(RolloutRest.id)))


def test_a_ticket_that_cannot_be_armed_holds_up_no_other_and_is_tried_again_until_it_follows(
    seeded: Database, clock: FixedClock, supervisor: Actor, worker: Worker, complain: Callable[..., int]
) -> None:
    broken, fine = complain(), complain()
    clock.advance(hours=3)
    spoil(seeded, broken)
    publish(seeded, clock, supervisor, 12)
    worker.roll_out()
    assert events(seeded, "policy_changed") == [fine]
    done = progress(seeded)
    assert (done.state, done.changed, done.failed) == ("done", 1, 1)
    worker.roll_out()
    assert rest(seeded) == [1]  # not before its pause is over
    clock.advance(seconds=5)
    worker.roll_out()
    assert (rest(seeded), progress(seeded).failed) == ([2], 1)
    mend(seeded, broken)
    clock.advance(seconds=30)
    worker.roll_out()
    assert (rest(seeded), events(seeded, "policy_changed")) == ([], [broken, fine])
    assert (progress(seeded).changed, progress(seeded).failed) == (2, 0)


def test_a_ticket_that_ended_meanwhile_is_not_tried_any_more(
    seeded: Database, clock: FixedClock, supervisor: Actor, worker: Worker, complain: Callable[..., int]
) -> None:
    broken = complain()
    clock.advance(hours=3)
    spoil(seeded, broken)
    publish(seeded, clock, supervisor, 12)
    worker.roll_out()
    with seeded.transaction() as session:
        session.execute(update(Ticket).where(Ticket.id == broken).values(status="withdrawn"))
    clock.advance(minutes=1)
    worker.roll_out()
    assert (rest(seeded), progress(seeded).failed, events(seeded, "policy_changed")) == ([], 0, [])


def test_a_changed_calendar_moves_what_root_cause_records_owe_and_says_so_once(
    seeded: Database, clock: FixedClock, supervisor: Actor, worker: Worker, complain: Callable[..., int]
) -> None:
    ticket_id = complain()
    with seeded.transaction() as session:
        lead = factories.actor_of(factories.staff(session, role="team_lead", team=factories.team(session)))
        ticket = session.get_one(Ticket, ticket_id)
        record_id = rectify.open_by_hand(session, clock=clock, actor=lead, ticket=ticket).id
    taken = clock.now()
    for on in (date(2026, 11, 25), date(2027, 5, 1)):
        with seeded.transaction() as session:
            sla.set_day(session, clock=clock, actor=supervisor, calendar="always", on=on, kind="holiday")
            asked_for.ask_for_calendar(session, clock=clock, actor=supervisor, calendar="always")
        worker.roll_out()
    with seeded.reading() as session:
        record = session.get_one(RootCause, record_id)
        assert record.next_due_at == taken + timedelta(days=8)
        kinds = list(session.scalars(select(RootCauseEvent.kind)))
    assert (kinds.count("calendar_changed"), rest(seeded)) == (1, [])
    assert report.promises(seeded, clock=clock, say=print) == 0


def test_a_new_holiday_moves_the_deadlines_that_lie_behind_it_and_says_so(
    seeded: Database, clock: FixedClock, supervisor: Actor, worker: Worker, complain: Callable[..., int]
) -> None:
    clock.advance(hours=7, minutes=50)  # 17:50 in Shanghai
    waiting = complain()
    assert due(seeded, waiting, "first_reply")[1] == datetime(2026, 11, 24, 1, 20, tzinfo=clock.now().tzinfo)
    with seeded.transaction() as session:
        for on in (date(2026, 11, 24), date(2026, 12, 31)):
            sla.set_day(
                session, clock=clock, actor=supervisor, calendar="cn_office", on=on, kind="holiday", name="店庆"
            )
            asked_for.ask_for_calendar(session, clock=clock, actor=supervisor, calendar="cn_office")
    worker.roll_out()
    assert due(seeded, waiting, "first_reply")[1] == datetime(2026, 11, 25, 1, 20, tzinfo=clock.now().tzinfo)
    assert events(seeded, "calendar_changed") == [waiting]
    assert progress(seeded).state == "done"  # two changes in a row, one rollout


def test_a_holiday_behind_every_deadline_leaves_the_logs_quiet(
    seeded: Database, clock: FixedClock, supervisor: Actor, worker: Worker, complain: Callable[..., int]
) -> None:
    complain()
    with seeded.transaction() as session:
        sla.set_day(session, clock=clock, actor=supervisor, calendar="cn_office", on=date(2026, 12, 31), kind="holiday")
        asked_for.ask_for_calendar(session, clock=clock, actor=supervisor, calendar="cn_office")
    worker.roll_out()
    assert events(seeded, "calendar_changed") == []
    with seeded.reading() as session:
        assert len(session.scalars(select(PolicyAssignment)).all()) == 1
