"""Alerts: what is clearly unusual is seen, what chance brings is not."""

from __future__ import annotations

import pytest

from ticketing.reports import alert_rules, counting_rules, false_alarms

USUAL = [2, 3, 4, 5, 3, 4, 3, 4]


def test_many_more_than_usual_is_high_and_says_the_band() -> None:
    judged = alert_rules.volume(17, USUAL, 0.0)
    assert judged.direction == "high"
    assert (judged.low, judged.high) == (1, 6)


@pytest.mark.parametrize("observed", [0, 4, 7, 10])
def test_what_chance_may_bring_is_not_unusual(observed: int) -> None:
    assert alert_rules.volume(observed, USUAL, 0.0, falls=True).direction is None


def test_where_weeks_differ_much_the_same_number_is_no_alarm() -> None:
    assert alert_rules.volume(17, USUAL, 0.5).direction is None


def test_a_few_where_nothing_ever_came_are_no_alarm_but_many_are() -> None:
    assert alert_rules.volume(4, [0] * 8, 0.0).direction is None
    assert alert_rules.volume(12, [0] * 8, 0.0).direction == "high"


def test_without_enough_weeks_nothing_is_said() -> None:
    assert alert_rules.volume(500, [1, 2, 1], 0.0).direction is None


def test_silence_is_unusual_only_where_one_looks_for_it() -> None:
    busy = [38, 41, 40, 39, 42, 40, 37, 43]
    assert alert_rules.volume(3, busy, 0.0, falls=True).direction == "low"
    assert alert_rules.volume(3, busy, 0.0).direction is None


def test_a_share_that_doubles_is_seen_and_a_small_whole_is_not() -> None:
    weeks = [(20, 100), (22, 105), (18, 98), (21, 102), (19, 99), (20, 101), (23, 110), (18, 95)]
    judged = alert_rules.share(50, 105, weeks)
    assert judged.direction == "high"
    assert 10 < judged.low < 20 < judged.high < 32
    assert alert_rules.share(10, 21, weeks).direction is None
    assert alert_rules.share(25, 105, weeks).direction is None
    assert not alert_rules.share_is_back(judged, 105)


def test_a_month_of_chance_alone_raises_next_to_nothing() -> None:
    found = false_alarms.simulate(days=30, daily=60, seed=7)
    assert found.volume + found.share <= 5


def test_quantiles_and_tails_of_the_poisson_distribution_are_the_known_ones() -> None:
    assert counting_rules.quantile(4.0, 0.0, 0.9) == 7
    assert counting_rules.quantile(4.0, 0.0, 0.1) == 2
    assert counting_rules.at_least(10, 4.0, 0.0) == pytest.approx(0.00813, abs=1e-5)
    assert counting_rules.at_most(0, 4.0, 0.0) == pytest.approx(0.01832, abs=1e-5)


def test_the_negative_binomial_has_its_mean_and_variance() -> None:
    chances = [chance for _, chance in zip(range(400), counting_rules.pmf(12.0, 0.25), strict=False)]
    mean = sum(number * chance for number, chance in enumerate(chances))
    square = sum(number * number * chance for number, chance in enumerate(chances))
    assert sum(chances) == pytest.approx(1)
    assert mean == pytest.approx(12)
    assert square - mean * mean == pytest.approx(12 + 0.25 * 144, rel=1e-3)


def test_large_means_meet_small_ones() -> None:
    assert abs(counting_rules.quantile(301, 0.0, 0.9) - counting_rules.quantile(299, 0.0, 0.9)) <= 3
