"""The forecast on series whose truth is known: weekly rhythm, holidays, outliers, and how wide its band is."""

from __future__ import annotations

import math
import random
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from ticketing.reports import forecast_rules
from ticketing.reports.forecast_rules import Like

ZONE = ZoneInfo("Asia/Shanghai")
UNTIL = datetime(2026, 11, 22, 16, tzinfo=UTC)
"""A Monday's midnight in Shanghai."""
SINCE = UNTIL - timedelta(weeks=8)
HOLIDAY = date(2026, 11, 25)


def works(day: date) -> bool:
    return day.weekday() < 5 and day != HOLIDAY


def rhythm(at: datetime) -> float:
    """Ten an hour by day, two by night, half as many on days off."""
    local = at.astimezone(ZONE)
    return (10 if 9 <= local.hour < 18 else 2) * (1 if works(local.date()) else 0.5)


def poisson(chance: random.Random, mean: float) -> int:
    limit, product, number = math.exp(-mean), chance.random(), 0
    while product > limit:
        number, product = number + 1, product * chance.random()
    return number


def hours(since: datetime, count: int) -> list[datetime]:
    return [since + timedelta(hours=number) for number in range(count)]


def history(seed: int) -> dict[datetime, int]:
    chance = random.Random(seed)
    return {at: poisson(chance, rhythm(at)) for at in hours(SINCE, 8 * 168)}


def like(counts: dict[datetime, int]) -> Like:
    return Like(counts, since=SINCE, until=UNTIL, zone=ZONE, works=works)


def test_a_week_is_foreseen_within_a_tenth_of_the_truth() -> None:
    week = hours(UNTIL, 168)
    truth = sum(rhythm(at) for at in week)
    for seed in range(5):
        assert sum(part.mean for part in forecast_rules.expected(like(history(seed)), week)) == pytest.approx(
            truth, rel=0.1
        )


def test_a_holiday_is_foreseen_like_other_days_off() -> None:
    noon = datetime(2026, 11, 25, 4, tzinfo=UTC)
    (part,) = forecast_rules.expected(like(history(1)), [noon])
    assert part.samples == 16
    assert 3.5 < part.mean < 6.5


def test_one_wild_day_moves_the_forecast_little() -> None:
    counts = history(2)
    wild = UNTIL - timedelta(weeks=2) + timedelta(hours=10)
    (before,) = forecast_rules.expected(like(counts), [UNTIL + timedelta(hours=10)])
    counts[wild] = 500
    (after,) = forecast_rules.expected(like(counts), [UNTIL + timedelta(hours=10)])
    assert abs(after.mean - before.mean) < 2


def test_four_of_five_outcomes_lie_in_the_band() -> None:
    inside = total = 0
    for seed in range(6):
        chance = random.Random(100 + seed)
        for part in forecast_rules.expected(like(history(seed)), hours(UNTIL, 168)):
            inside += part.low <= poisson(chance, rhythm(part.at)) <= part.high
            total += 1
    assert 0.78 < inside / total < 0.95


def test_the_weeks_band_is_narrower_than_its_hours_together_and_holds_the_truth() -> None:
    parts = forecast_rules.expected(like(history(3)), hours(UNTIL, 168))
    together = forecast_rules.together(parts, like(history(3)).spread)
    assert together.low < sum(rhythm(part.at) for part in parts) < together.high
    assert together.high - together.low < sum(part.high - part.low for part in parts) / 3


def test_the_error_is_measured_by_hour_and_day() -> None:
    parts = forecast_rules.expected(like(history(4)), hours(UNTIL, 48))
    perfect = forecast_rules.measured([(part, round(part.mean)) for part in parts])
    assert perfect.per_hour < 0.5
    assert perfect.in_band > 99
    double = forecast_rules.measured([(part, round(2 * part.mean)) for part in parts])
    assert double.bias_percent == pytest.approx(-50, abs=3)
    assert double.days_percent == pytest.approx(50, abs=3)


def test_nothing_known_expects_nothing() -> None:
    empty = Like({}, since=UNTIL, until=UNTIL, zone=ZONE, works=works)
    (part,) = forecast_rules.expected(empty, [UNTIL])
    assert (part.mean, part.low, part.high, part.samples) == (0, 0, 0, 0)
