"""Days, weeks and months in zones whose days are not all alike."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from ticketing.reports.periodic.figures import percentile
from ticketing.reports.periodic.periods import Period, Rhythm, finished, midnight

ZONES = [
    ZoneInfo(name) for name in ("Asia/Shanghai", "Europe/Berlin", "America/New_York", "America/Santiago", "Asia/Beirut")
]


@pytest.mark.parametrize("zone", ZONES, ids=str)
@pytest.mark.parametrize("rhythm", Rhythm)
def test_periods_follow_each_other_without_gap_or_overlap(rhythm: Rhythm, zone: ZoneInfo) -> None:
    period = Period.holding(rhythm, date(2025, 12, 28), zone)
    for _ in range(400 if rhythm is Rhythm.DAILY else 60):
        following = period.after()
        assert period.ends_at == following.starts_at > period.starts_at
        assert following.before() == period
        assert period.starts_at.astimezone(zone).date() == period.starts_on
        assert (period.ends_at - timedelta(microseconds=1)).astimezone(zone).date() == period.last_on
        period = following


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-11-23", 24)])
def test_a_day_on_which_the_clock_changes_is_as_long_as_it_is(day: str, hours: int) -> None:
    period = Period.holding(Rhythm.DAILY, date.fromisoformat(day), ZoneInfo("Europe/Berlin"))
    assert period.ends_at - period.starts_at == timedelta(hours=hours)


def test_a_midnight_that_does_not_exist_is_the_instant_of_the_jump() -> None:
    santiago = ZoneInfo("America/Santiago")
    jump = midnight(date(2026, 9, 6), santiago)
    assert jump.astimezone(santiago).hour == 1
    assert (jump - timedelta(seconds=1)).astimezone(santiago).date() == date(2026, 9, 5)


def test_months_end_where_they_end_and_weeks_begin_on_monday() -> None:
    zone = ZONES[0]
    spans = {
        (Rhythm.MONTHLY, date(2028, 2, 29)): (date(2028, 2, 1), date(2028, 2, 29)),
        (Rhythm.MONTHLY, date(2026, 12, 31)): (date(2026, 12, 1), date(2026, 12, 31)),
        (Rhythm.WEEKLY, date(2027, 1, 3)): (date(2026, 12, 28), date(2027, 1, 3)),
        (Rhythm.WEEKLY, date(2027, 1, 4)): (date(2027, 1, 4), date(2027, 1, 10)),
    }
    for (rhythm, day), (first, last) in spans.items():
        period = Period.holding(rhythm, day, zone)
        assert (period.starts_on, period.last_on) == (first, last)


def test_only_finished_periods_are_reported_the_oldest_first() -> None:
    now = datetime(2026, 11, 22, 16, 0, tzinfo=UTC)  # midnight in Shanghai: Monday has just begun
    weeks = finished(Rhythm.WEEKLY, now, ZONES[0], 2)
    assert [week.starts_on for week in weeks] == [date(2026, 11, 9), date(2026, 11, 16)]
    assert finished(Rhythm.WEEKLY, now - timedelta(seconds=1), ZONES[0], 1)[0].starts_on == date(2026, 11, 9)


def test_percentiles_are_values_that_occurred() -> None:
    values = [float(number) for number in range(1, 11)]
    assert [percentile(values, rank) for rank in (50, 90, 95)] == [5, 9, 10]
    assert (percentile([7.0], 50), percentile([], 50)) == (7, None)
