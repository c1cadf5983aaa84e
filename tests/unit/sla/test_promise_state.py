"""Cases about state: what a ticket's log means for its promises."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sla_factories import ALWAYS, HOUR, T0, after, at, before, event, judge, office, policy, rule

from ticketing.sla.policies import Level, LevelKind, PolicyInForce, usual_levels
from ticketing.sla.rules import Deadline, Verdict, clock
from ticketing.sla.standing import next_due, overall
from ticketing.sla.timelines import ClockEvent

CALENDARS = {"always": ALWAYS, "office": office()}
FIRST = rule("first_reply", 1, pausable=True, stops_on=("agent_reply",))
WHOLE = rule("resolution", 4, pausable=True)


def look(events: list[ClockEvent], now: datetime) -> tuple[Deadline, ...]:
    return clock(events, policy(FIRST, WHOLE), CALENDARS, now=now)


def test_first_response_breached_and_then_put_on_hold_stays_breached() -> None:
    found = look([event("complained"), event("paused", after(2))], after(3))
    standing = overall(found)
    assert standing is not None
    assert (standing.verdict, standing.clock) == (Verdict.BREACHED, "first_reply")
    assert found[0].breached_at == after(1)
    assert found[1].verdict is Verdict.PAUSED


def test_both_targets_met_is_met() -> None:
    done = [event("complained"), event("agent_reply", after(0.5)), event("answer_delivered", after(3))]
    standing = overall(look(done, after(9)))
    assert standing is not None
    assert standing.verdict is Verdict.MET


def test_with_nothing_done_yet_the_first_response_is_due() -> None:
    nearest = next_due(look([event("complained")], after(0.2)))
    assert nearest is not None
    assert (nearest.clock, nearest.due_at) == ("first_reply", after(1))


def test_a_pause_of_ten_minutes_moves_the_deadline_by_ten_minutes() -> None:
    log = [event("complained"), event("paused", after(minutes=10)), event("resumed", after(minutes=20))]
    clock_rule = rule(hours=2, pausable=True)
    found = judge(log, clock_rule, now=after(2, 5))
    assert (found.due_at, found.verdict) == (after(2, 10), Verdict.RUNNING)
    assert judge(log, clock_rule, now=after(2, 15)).verdict is Verdict.BREACHED


def test_a_clock_that_is_never_paused_does_not_notice_pauses() -> None:
    log = [event("complained"), event("paused", after(1)), event("resumed", after(3))]
    assert judge(log, rule(hours=4), now=after(2)).due_at == after(4)


def test_next_escalation_is_the_earliest_live_clock_and_none_when_closed() -> None:
    log = [event("complained"), event("agent_reply", after(0.5))]
    nearest = next_due(look(log, after(1)))
    assert nearest is not None
    assert nearest.clock == "resolution"
    assert next_due(look([*log, event("closed", after(0.7))], after(1))) is None


@pytest.mark.parametrize("ending", ["closed", "withdrawn", "merged"])
def test_an_ended_ticket_has_no_live_clock(ending: str) -> None:
    found = look([event("complained"), event(ending, after(0.5))], after(9))
    assert {each.verdict for each in found} == {Verdict.CANCELLED}
    assert not any(each.levels or each.is_live for each in found)


def test_withdrawing_after_the_deadline_does_not_hide_the_breach() -> None:
    found = judge([event("complained"), event("withdrawn", after(5))], rule(hours=4), now=after(6))
    assert (found.verdict, found.breached_at, found.is_live) == (Verdict.BREACHED, after(4), False)


def test_a_ticket_no_policy_matches_any_more_has_no_deadlines() -> None:
    history = [PolicyInForce(T0, policy()), PolicyInForce(after(1), None)]
    found = clock([event("complained")], history, CALENDARS, now=after(9))
    assert [(each.verdict, each.levels) for each in found] == [(Verdict.CANCELLED, ())]
    assert clock([event("complained")], None, CALENDARS, now=after(9)) == ()


def test_customer_message_arms_the_update_clock_and_the_agents_reply_clears_it() -> None:
    update = rule("update", 2, repeats=True, starts_on=("customer_message",), stops_on=("agent_reply",))
    log = [event("customer_message"), event("customer_message", after(1)), event("noted", after(1.2))]
    assert [each.due_at for each in clock(log, policy(update), CALENDARS, now=after(1.5))] == [after(2)]
    log += [event("agent_reply", after(1.6)), event("customer_message", after(5))]
    first, second = clock(log, policy(update), CALENDARS, now=after(5))
    assert (first.round, first.verdict) == (1, Verdict.MET)
    assert (second.round, second.due_at, second.verdict) == (2, after(7), Verdict.RUNNING)


def test_resolved_late_before_any_job_looked_is_breached_at_the_due_time() -> None:
    found = judge([event("complained"), event("answer_delivered", after(30))], rule(hours=24), now=after(31))
    assert (found.verdict, found.breached_at) == (Verdict.BREACHED, after(24))
    assert [level.name for level in found.levels] == ["breach"]


@pytest.mark.parametrize(("late", "verdict"), [(0, Verdict.MET), (1, Verdict.BREACHED)])
def test_done_at_exactly_the_deadline_is_in_time(late: int, verdict: Verdict) -> None:
    done = after(4) + timedelta(microseconds=late)
    found = judge([event("complained"), event("answer_delivered", done)], rule(hours=4), now=after(9))
    assert found.verdict is verdict


def test_at_exactly_the_deadline_nothing_is_late_yet() -> None:
    assert judge([event("complained")], rule(hours=4), now=after(4)).verdict is Verdict.RUNNING


def swap(first: float, second: float, at_hours: float, now: datetime, *more: ClockEvent) -> Deadline:
    history = [
        PolicyInForce(T0, policy(rule(hours=first, pausable=True))),
        PolicyInForce(after(at_hours), policy(rule(hours=second, pausable=True), version=2)),
    ]
    return clock([event("complained"), *more], history, CALENDARS, now=now)[0]


def test_a_stricter_policy_keeps_the_intake_and_may_be_late_at_once() -> None:
    found = swap(4, 2, 3, after(3, 1))
    assert (found.verdict, found.breached_at, found.started_at) == (Verdict.BREACHED, after(2), T0)


def test_a_stricter_policy_keeps_the_pauses() -> None:
    held = [event("paused", after(0.5)), event("resumed", after(2.5))]
    found = swap(4, 2, 3, after(3, 1), *held)
    assert (found.verdict, found.due_at, found.policy_version) == (Verdict.RUNNING, after(4), 2)


def test_a_milder_policy_does_not_undo_a_breach_that_was_there_before() -> None:
    found = swap(2, 4, 3, after(3, 1))
    assert (found.verdict, found.breached_at, found.policy_version) == (Verdict.BREACHED, after(2), 1)


def test_a_swap_at_exactly_the_deadline_comes_in_time() -> None:
    assert swap(2, 4, 2, after(3)).verdict is Verdict.RUNNING


def test_a_promise_kept_under_the_old_policy_stays_kept() -> None:
    found = swap(4, 2, 3, after(5), event("answer_delivered", after(2.5)))
    assert (found.verdict, found.policy_version) == (Verdict.MET, 1)


def test_a_policy_to_come_changes_nothing_yet() -> None:
    assert swap(4, 2, 3, after(2.5)).due_at == after(4)


def test_dropping_the_policy_after_the_breach_keeps_the_breach_and_ends_the_clock() -> None:
    history = [PolicyInForce(T0, policy(rule(hours=2))), PolicyInForce(after(3), None)]
    found = clock([event("complained")], history, CALENDARS, now=after(9))[0]
    assert (found.verdict, found.breached_at, found.is_live) == (Verdict.BREACHED, after(2), False)


def test_a_level_before_due_lies_in_working_time_not_at_midnight() -> None:
    clock_rule = rule(hours=4, calendar="office", levels=before(60))
    found = judge([event("complained", at("2026-11-23 17:00"))], clock_rule, now=T0, calendar=office())
    assert found.due_at == at("2026-11-24 11:00")
    assert found.levels[0].due_at == at("2026-11-24 10:00")


def test_usual_warnings_lie_at_half_three_quarters_and_nine_tenths() -> None:
    found = judge([event("complained")], rule(hours=48), now=T0)
    assert [level.due_at for level in found.levels] == [after(24), after(36), after(43.2), after(48)]


def test_a_level_after_the_breach_counts_working_time_of_its_calendar() -> None:
    clock_rule = rule(hours=4, calendar="office", levels=usual_levels(("later", 4 * HOUR, ())))
    found = judge([event("complained", at("2026-11-27 13:00"))], clock_rule, now=T0, calendar=office())
    assert found.due_at == at("2026-11-27 17:00")
    assert found.levels[-1].due_at == at("2026-11-30 11:00")


def test_a_pause_after_the_breach_does_not_put_off_what_follows_it() -> None:
    clock_rule = rule(hours=2, pausable=True, levels=usual_levels(("later", HOUR, ())))
    found = judge([event("complained"), event("paused", after(2.5))], clock_rule, now=after(9))
    assert found.levels[-1].due_at == after(3)


def test_while_paused_only_the_levels_already_reached_are_known() -> None:
    found = judge([event("complained"), event("paused", after(2.5))], rule(hours=4, pausable=True), now=after(9))
    assert (found.verdict, found.due_at) == (Verdict.PAUSED, None)
    assert [level.name for level in found.levels] == ["warn_50"]


def test_a_pause_beginning_exactly_when_the_target_is_used_up_does_not_stop_it() -> None:
    found = judge([event("complained"), event("paused", after(4))], rule(hours=4, pausable=True), now=after(5))
    assert found.breached_at == after(4)


def test_reopening_starts_a_new_round_and_keeps_the_old_verdict() -> None:
    log = [
        event("complained"),
        event("answer_delivered", after(50)),
        event("closed", after(51)),
        event("reopened", after(100), 2),
    ]
    old, new = clock(log, policy(rule(hours=48)), CALENDARS, now=after(101))
    assert (old.round, old.verdict, old.breached_at) == (1, Verdict.BREACHED, after(48))
    assert (new.round, new.verdict, new.started_at, new.due_at) == (2, Verdict.RUNNING, after(100), after(148))


def test_an_old_rounds_pause_does_not_reach_into_the_new_round() -> None:
    log = [event("complained"), event("paused", after(1)), event("closed", after(2)), event("reopened", after(9), 2)]
    new = max(clock(log, policy(rule(hours=4, pausable=True)), CALENDARS, now=after(10)), key=lambda each: each.round)
    assert (new.round, new.due_at) == (2, after(13))


def test_absorbing_an_earlier_complaint_moves_the_intake_to_the_earlier_one() -> None:
    log = [event("complained", after(5)), event("complained", after(1))]
    assert judge(log, rule(hours=4), now=after(6)).breached_at == after(5)


def test_an_extension_granted_in_time_lengthens_the_target() -> None:
    log = [event("complained"), event("extended", after(3), clock="resolution", target_seconds=8 * HOUR)]
    assert judge(log, rule(hours=4), now=after(5)).due_at == after(8)


def test_an_extension_granted_too_late_changes_nothing() -> None:
    log = [event("complained"), event("extended", after(5), clock="resolution", target_seconds=8 * HOUR)]
    assert judge(log, rule(hours=4), now=after(6)).breached_at == after(4)


def test_an_answer_after_closing_does_not_count() -> None:
    log = [event("complained"), event("closed", after(1)), event("answer_delivered", after(2))]
    assert judge(log, rule(hours=4), now=after(6)).verdict is Verdict.CANCELLED


def test_answer_and_closing_at_the_same_instant_is_met() -> None:
    log = [event("complained"), event("closed", after(1)), event("answer_delivered", after(1))]
    assert judge(log, rule(hours=4), now=after(6)).verdict is Verdict.MET


def reminding(*acknowledged: float) -> list[tuple[str, datetime]]:
    """The levels of a promise due after two hours that reminds every hour, three times, from one hour later on."""
    again = Level("remind", LevelKind.AFTER, after_seconds=HOUR, repeat_seconds=HOUR, times=3)
    log = [event("complained"), *(event("acknowledged", after(hours), clock="resolution") for hours in acknowledged)]
    found = judge(log, rule(hours=2, levels=(Level("breach", LevelKind.BREACH), again)), now=after(9))
    return [(level.name, level.due_at) for level in found.levels]


def test_a_repeating_level_comes_back_under_names_of_its_own() -> None:
    assert reminding() == [
        ("breach", after(2)),
        ("remind", after(3)),
        ("remind_2", after(4)),
        ("remind_3", after(5)),
    ]


def test_acknowledging_the_breach_stops_the_repetitions_after_it() -> None:
    assert reminding(3.5) == [("breach", after(2)), ("remind", after(3))]


def test_acknowledging_a_warning_does_not_silence_the_breach() -> None:
    assert len(reminding(1.5)) == 4


def test_another_clocks_acknowledgement_stops_nothing() -> None:
    again = Level("remind", LevelKind.AFTER, after_seconds=HOUR, repeat_seconds=HOUR, times=2)
    log = [event("complained"), event("acknowledged", after(2.5), clock="statutory")]
    found = judge(log, rule(hours=2, levels=(Level("breach", LevelKind.BREACH), again)), now=after(9))
    assert [level.name for level in found.levels] == ["breach", "remind", "remind_2"]
