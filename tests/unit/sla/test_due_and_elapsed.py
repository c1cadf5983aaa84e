"""The engine's arithmetic on one clock, case by case: pauses, order, swaps and extensions at the edges."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sla_factories import ALWAYS, HOUR, T0, after, before, event, judge, office, policy, rule

from ticketing.sla.policies import Level, LevelKind, PolicyInForce
from ticketing.sla.rules import Verdict, clock, due_at, elapsed
from ticketing.sla.timelines import Pause

CALENDARS = {"always": ALWAYS}
HOURS = timedelta(hours=1)


def test_a_pause_that_was_over_before_the_start_moves_nothing_and_a_later_one_still_does() -> None:
    over, held = Pause(after(-3), after(-2)), Pause(after(1), after(2))
    assert due_at(ALWAYS, T0, 4 * HOUR, [over]) == after(4)
    assert due_at(ALWAYS, T0, 4 * HOUR, [over, held]) == after(5)


def test_a_pause_that_lasted_into_the_start_counts_from_the_start_on() -> None:
    assert due_at(ALWAYS, T0, 4 * HOUR, [Pause(after(-3), after(1))]) == after(5)


def test_pauses_after_the_target_is_used_up_move_nothing_even_if_the_last_never_ends() -> None:
    held = [Pause(after(1), after(2)), Pause(after(6), after(7)), Pause(after(8), None)]
    assert due_at(ALWAYS, T0, 4 * HOUR, held) == after(5)


def test_a_pause_that_never_ends_leaves_the_due_time_open() -> None:
    assert due_at(ALWAYS, T0, 4 * HOUR, [Pause(after(1), None)]) is None


def test_seconds_and_spans_mean_the_same() -> None:
    assert due_at(ALWAYS, T0, 90) == due_at(ALWAYS, T0, timedelta(seconds=90)) == T0 + timedelta(seconds=90)


def test_elapsed_time_leaves_pauses_out_as_far_as_they_lie_inside() -> None:
    held = [Pause(after(-2), after(1)), Pause(after(2), after(3)), Pause(after(7), after(20))]
    assert elapsed(ALWAYS, T0, after(8), held) == 5 * HOURS
    assert elapsed(ALWAYS, T0, after(8), [Pause(after(5), None)]) == 5 * HOURS
    assert elapsed(ALWAYS, T0, after(8)) == 8 * HOURS
    assert elapsed(ALWAYS, after(8), T0) == timedelta(0)


def test_elapsed_time_is_working_time() -> None:
    day = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
    assert elapsed(office(), day, day + 3 * HOURS, [Pause(day + 2 * HOURS, day + 9 * HOURS)]) == 1 * HOURS


def test_clocks_come_in_order_of_their_due_times_and_open_ones_last() -> None:
    log = [event("complained"), event("paused", after(0.5))]
    rules = (rule("paused", 1, pausable=True), rule("long", 9), rule("short", 2))
    found = clock(log, policy(*rules), CALENDARS, now=after(1))
    assert [each.clock for each in found] == ["short", "long", "paused"]


def test_of_two_open_clocks_the_one_begun_first_comes_first() -> None:
    log = [event("complained"), event("agent_reply", after(1)), event("paused", after(2))]
    late = rule("late", 8, pausable=True, starts_on=("agent_reply",))
    found = clock(log, policy(late, rule("early", 8, pausable=True)), CALENDARS, now=after(3))
    assert [(each.clock, each.verdict) for each in found] == [("early", Verdict.PAUSED), ("late", Verdict.PAUSED)]


def test_of_clocks_due_at_the_same_time_the_one_begun_first_comes_first() -> None:
    log = [event("complained"), event("agent_reply", after(2))]
    rules = (rule("late", 2, starts_on=("agent_reply",)), rule("early", 4))
    assert [each.clock for each in clock(log, policy(*rules), CALENDARS, now=after(3))] == ["early", "late"]


def test_a_clock_is_stopped_by_what_the_newest_policy_names() -> None:
    spans = [
        PolicyInForce(T0, policy(rule(stops_on=("agent_reply",)))),
        PolicyInForce(after(2), policy(rule(stops_on=("answer_delivered",)), version=2)),
    ]
    (found,) = clock([event("complained"), event("agent_reply", after(1))], spans, CALENDARS, now=after(3))
    assert (found.verdict, found.stopped_at) == (Verdict.RUNNING, None)


def test_a_deadline_in_a_log_line_spares_the_whole_calendar() -> None:
    (found,) = clock([event("complained")], policy(rule()), CALENDARS, now=after(1))
    assert "resolution" in repr(found)
    assert "calendar=WorkCalendar" not in repr(found)
    assert "seen_at" not in repr(found)


def test_a_deadline_names_the_policy_it_follows_and_what_was_promised() -> None:
    (found,) = clock([event("complained")], policy(rule(hours=4), version=7), CALENDARS, now=after(1))
    assert (found.policy, found.policy_version, found.clock, found.round) == ("test", 7, "resolution", 1)
    assert (found.target_seconds, found.started_at, found.due_at) == (4 * HOUR, T0, after(4))
    assert (found.stopped_at, found.ended_at, found.breached_at, found.pauses) == (None, None, None, ())
    assert (found.calendar, found.seen_at) == (ALWAYS, after(1))


def test_when_it_stopped_and_ended_stands_on_the_deadline() -> None:
    log = [event("complained"), event("answer_delivered", after(1)), event("closed", after(2))]
    found = judge(log, rule(hours=4), now=after(3))
    assert (found.verdict, found.stopped_at, found.ended_at, found.is_live) == (Verdict.MET, after(1), after(2), False)


@pytest.mark.parametrize(
    ("more", "live"),
    [([], True), ([event("answer_delivered", after(5))], False), ([event("closed", after(5))], False)],
)
def test_a_late_promise_is_owed_until_it_is_done_or_the_round_ends(more: list, live: bool) -> None:
    found = judge([event("complained"), *more], rule(hours=4), now=after(6))
    assert (found.verdict, found.is_live) == (Verdict.BREACHED, live)


def test_a_paused_promise_is_owed_and_its_derivation_reaches_to_now() -> None:
    log = [event("complained"), event("paused", after(1))]
    found = judge(log, rule(hours=4, pausable=True), now=after(3))
    assert (found.verdict, found.is_live, found.due_at) == (Verdict.PAUSED, True, None)
    assert max(segment.end for segment in found.derivation) == after(3)


def test_the_derivation_of_a_known_due_time_reaches_to_it() -> None:
    found = judge([event("complained")], rule(hours=4), now=after(1))
    assert max(segment.end for segment in found.derivation) == after(4)


def under(*spans: tuple[float, float | None], now: datetime, log: list | None = None) -> tuple:
    """The promises under policies from such hours on, each with so many hours or without any clock."""
    history = [
        PolicyInForce(after(since), policy(rule(hours=hours), version=number) if hours is not None else None)
        for number, (since, hours) in enumerate(spans, start=1)
    ]
    return clock(log or [event("complained")], history, CALENDARS, now=now)


def test_a_policy_dropped_the_instant_the_clock_would_start_leaves_no_promise() -> None:
    assert under((-5, 4), (0, None), now=after(1)) == ()
    assert under((0, None), now=after(1)) == ()


def test_of_policies_before_the_start_the_newest_counts_whatever_order_they_are_given_in() -> None:
    (found,) = under((-1, 6), (-9, 2), (-5, 3), now=after(1))
    assert (found.policy_version, found.due_at) == (1, after(6))


def test_each_swap_counts_from_its_own_instant() -> None:
    (found,) = under((0, 2), (1, 6), (3, 9), now=after(4))
    assert (found.policy_version, found.due_at, found.verdict) == (3, after(9), Verdict.RUNNING)
    (late,) = under((0, 2), (1, 6), (7, 9), now=after(8))
    assert (late.policy_version, late.breached_at, late.verdict) == (2, after(6), Verdict.BREACHED)


def test_a_clock_dropped_and_brought_back_goes_on_from_its_start() -> None:
    (gone,) = under((0, 4), (1, None), now=after(2))
    assert (gone.verdict, gone.levels, gone.ended_at) == (Verdict.CANCELLED, (), after(1))
    (back,) = under((0, 4), (1, None), (3, 6), now=after(3.5))
    assert (back.verdict, back.due_at, back.started_at, back.ended_at) == (Verdict.RUNNING, after(6), T0, None)


def test_what_is_done_after_the_clock_was_dropped_does_not_count() -> None:
    log = [event("complained"), event("answer_delivered", after(2))]
    (found,) = under((0, 4), (1, None), now=after(3), log=log)
    assert (found.verdict, found.stopped_at, found.ended_at) == (Verdict.CANCELLED, None, after(1))
    (kept,) = under((0, 4), (2.5, None), now=after(3), log=log)
    assert (kept.verdict, kept.stopped_at) == (Verdict.MET, after(2))


def test_what_is_done_the_instant_its_clock_was_dropped_is_not_judged() -> None:
    log = [event("complained"), event("answer_delivered", after(2))]
    (found,) = under((0, 4), (2, None), now=after(3), log=log)
    assert (found.verdict, found.stopped_at) == (Verdict.CANCELLED, after(2))


def test_a_round_that_ended_before_its_clock_was_dropped_keeps_its_end() -> None:
    log = [event("complained"), event("closed", after(1))]
    (found,) = under((0, 4), (2, None), now=after(3), log=log)
    assert (found.verdict, found.ended_at) == (Verdict.CANCELLED, after(1))


def test_the_longest_of_two_extensions_counts_and_none_shortens() -> None:
    def extended(*grants: tuple[float, float]) -> datetime | None:
        log = [
            event("extended", after(at), clock="resolution", target_seconds=int(hours * HOUR)) for at, hours in grants
        ]
        return judge([event("complained"), *log], rule(hours=4), now=after(3.5)).due_at

    assert extended((1, 8), (2, 6)) == after(8)
    assert extended((1, 6), (2, 8)) == after(8)
    assert extended((1, 2)) == after(4)


def test_an_extension_granted_at_the_very_start_counts() -> None:
    log = [event("complained"), event("extended", T0, clock="resolution", target_seconds=8 * HOUR)]
    assert judge(log, rule(hours=4), now=after(5)).verdict is Verdict.RUNNING


def test_an_extension_at_exactly_the_due_time_comes_in_time() -> None:
    log = [event("complained"), event("extended", after(4), clock="resolution", target_seconds=8 * HOUR)]
    assert judge(log, rule(hours=4), now=after(5)).due_at == after(8)


def test_levels_that_are_not_there_yet_wait_for_the_end_of_the_pause() -> None:
    log = [event("complained"), event("paused", after(1)), event("resumed", after(3))]
    found = judge(log, rule(hours=4, pausable=True, levels=before(60)), now=after(3.5))
    assert [(level.name, level.due_at) for level in found.levels] == [("before_60", after(5)), ("breach", after(6))]


def test_a_pause_begun_at_exactly_the_due_time_moves_nothing_after_it() -> None:
    later = Level("later", LevelKind.AFTER, after_seconds=HOUR)
    clock_rule = rule(hours=2, pausable=True, levels=(Level("breach", LevelKind.BREACH), later))
    found = judge([event("complained"), event("paused", after(2))], clock_rule, now=after(9))
    assert [level.due_at for level in found.levels] == [after(2), after(3)]


def test_a_reminder_due_at_the_instant_of_the_acknowledgement_still_comes() -> None:
    again = Level("remind", LevelKind.AFTER, after_seconds=HOUR, repeat_seconds=HOUR, times=3)
    noticed = [event("acknowledged", after(hours), clock="resolution") for hours in (4, 6)]
    levels = (Level("breach", LevelKind.BREACH), again)
    found = judge([event("complained"), *noticed], rule(hours=2, levels=levels), now=after(9))
    assert [level.name for level in found.levels] == ["breach", "remind", "remind_2"]


def test_acknowledging_at_exactly_the_due_time_silences_what_repeats_and_nothing_else() -> None:
    again = Level("remind", LevelKind.AFTER, after_seconds=HOUR, repeat_seconds=HOUR, times=2)
    once = Level("after_3h", LevelKind.AFTER, after_seconds=3 * HOUR)
    log = [event("complained"), event("acknowledged", after(2), clock="resolution")]
    found = judge(log, rule(hours=2, levels=(Level("breach", LevelKind.BREACH), again, once)), now=after(9))
    assert [level.name for level in found.levels] == ["breach", "after_3h"]


def test_an_end_at_exactly_the_due_time_is_no_breach() -> None:
    assert (
        judge([event("complained"), event("closed", after(4))], rule(hours=4), now=after(9)).verdict
        is Verdict.CANCELLED
    )
    found = judge([event("complained"), event("closed", after(4.1))], rule(hours=4), now=after(9))
    assert (found.verdict, [level.name for level in found.levels]) == (Verdict.BREACHED, ["breach"])
