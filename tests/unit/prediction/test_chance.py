"""The chance of a breach: it must follow what a person at the desk would expect, and be true as often as it says."""

from __future__ import annotations

from dataclasses import replace

from ticketing.prediction import calibration, rules, simulation
from ticketing.prediction.rules import Outlook

CALM = Outlook(
    clock="resolution", category="transaction_dispute", severity="normal", status="investigating", owned=True,
    wall_left=30, staffed_left=14, stage_age=2, ahead=1,
)  # fmt: skip


def chance(outlook: Outlook) -> float:
    return rules.chance(outlook, rules.model()).probability


def test_less_time_never_means_less_risk() -> None:
    chances = [chance(replace(CALM, wall_left=hours * 2, staffed_left=hours)) for hours in (20, 10, 5, 2, 0.5)]
    assert chances == sorted(chances)
    assert chances[-1] - chances[0] > 0.3


def test_more_work_ahead_means_more_risk() -> None:
    chances = [chance(replace(CALM, ahead=count)) for count in (0, 2, 6, 15)]
    assert chances == sorted(chances)
    assert chances[-1] - chances[0] > 0.2


def test_steps_already_done_lower_the_risk() -> None:
    assert chance(replace(CALM, status="feedback")) < chance(replace(CALM, status="resolving")) < chance(CALM)


def test_a_handler_who_is_late_more_often_raises_the_risk() -> None:
    assert chance(replace(CALM, record=3.0)) > chance(CALM)


def test_a_promise_past_its_time_is_certainly_broken() -> None:
    assert rules.chance(replace(CALM, wall_left=0), rules.model()) == rules.Chance(1.0, ("time",))


def test_the_reasons_name_what_raises_the_risk_most_first() -> None:
    found = rules.chance(replace(CALM, ahead=30), rules.model())
    assert {"load", "time"} & set(found.reasons[:2])
    assert set(found.reasons) <= set(rules.REASONS)


def test_a_record_of_few_cases_leans_on_everyones() -> None:
    assert rules.record_of(0, 0, 0.2) == 1.0
    assert 1.0 < rules.record_of(1, 1, 0.2) < 1.4
    assert rules.record_of(60, 100, 0.2) > 2.5


def test_claiming_is_no_step_of_someone_who_has_the_case() -> None:
    assert replace(CALM, clock="investigation").steps == ("findings",)
    assert replace(CALM, clock="investigation", status="accepted", owned=False).steps == ("claim", "findings")


def test_on_a_desk_it_has_not_seen_the_chance_is_true_as_often_as_it_says() -> None:
    rows = [
        row
        for seed in (901, 902)
        for load in (0.4, 0.55, 0.7)
        for row in simulation.snapshots(simulation.simulate(seed, days=14, load=load), seed)
    ]
    found = calibration.measure(rows, rules.model())
    assert found["snapshots"] > 1000
    assert found["auc"] > 0.75
    assert found["brier"] < 0.85 * found["brier_of_the_share"]
    assert found["calibration_error"] < 0.08
