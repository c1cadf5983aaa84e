"""Which instants count, and arithmetic in counted time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sla_factories import HOUR, at, office

from ticketing.sla.calendars import NoWorkingTime, WorkCalendar

BERLIN_ALL_DAY = WorkCalendar("all", "Europe/Berlin", (((0, 1440),),) * 7, holidays=frozenset({date(2030, 1, 1)}))


def test_due_time_on_closing_stays_on_closing() -> None:
    assert office().add_working(at("2026-11-23 08:00"), 10 * HOUR) == at("2026-11-23 18:00")


def test_microseconds_are_kept() -> None:
    start = at("2026-11-23 17:59:59.900000")
    assert office().add_working(start, 1) == at("2026-11-24 08:00:00.900000")


def test_nothing_to_add_ends_where_it_starts_even_at_night() -> None:
    assert office().add_working(at("2026-11-23 03:00"), 0) == at("2026-11-23 03:00")


def test_reversed_interval_is_zero() -> None:
    assert office().working_between(at("2026-11-24 10:00"), at("2026-11-23 10:00")) == timedelta(0)


def test_lunch_is_left_out() -> None:
    calendar = office((540, 720), (810, 1080))
    assert calendar.add_working(at("2026-11-23 11:00"), 2 * HOUR) == at("2026-11-23 14:30")


def test_holiday_pushes_the_deadline_back_and_never_forward() -> None:
    plain = office()
    with_holiday = WorkCalendar("h", "UTC", plain.weekly, holidays=frozenset({date(2026, 11, 24)}))
    start = at("2026-11-23 17:00")
    assert plain.add_working(start, 2 * HOUR) == at("2026-11-24 09:00")
    assert with_holiday.add_working(start, 2 * HOUR) == at("2026-11-25 09:00")


def test_makeup_saturday_works_with_its_own_hours() -> None:
    calendar = WorkCalendar("m", "UTC", office().weekly, makeup_days={date(2026, 11, 28): ((600, 660),)})
    assert calendar.add_working(at("2026-11-27 17:30"), HOUR) == at("2026-11-28 10:30")


def test_makeup_day_goes_before_a_holiday() -> None:
    day = date(2026, 11, 24)
    calendar = WorkCalendar("m", "UTC", office().weekly, holidays=frozenset({day}), makeup_days={day: ((480, 540),)})
    assert calendar.working_between(at("2026-11-24 00:00"), at("2026-11-25 00:00")) == timedelta(hours=1)


def test_yearly_leap_day_is_free_only_in_leap_years() -> None:
    calendar = WorkCalendar("y", "UTC", (((0, 1440),),) * 7, yearly_holidays=frozenset({(2, 29)}))
    assert calendar.working_between(at("2027-02-28 00:00"), at("2027-03-02 00:00")) == timedelta(days=2)
    assert calendar.working_between(at("2028-02-28 00:00"), at("2028-03-02 00:00")) == timedelta(days=2)


@pytest.mark.parametrize(
    ("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-07-01", 24)], ids=["spring", "autumn", "summer"]
)
def test_a_local_day_has_the_hours_the_zone_gives_it(day: str, hours: int) -> None:
    begin = datetime.fromisoformat(day).replace(tzinfo=ZoneInfo("Europe/Berlin"))
    end = begin + timedelta(days=1)
    assert BERLIN_ALL_DAY.working_between(begin, end) == timedelta(hours=hours)


def test_period_opening_inside_the_skipped_hour_opens_when_it_is_over() -> None:
    calendar = WorkCalendar("gap", "Europe/Berlin", (((150, 240),),) * 7)
    assert calendar.working_between(at("2026-03-29 00:00"), at("2026-03-29 12:00")) == timedelta(hours=1)


def test_period_inside_the_repeated_hour_counts_twice() -> None:
    calendar = WorkCalendar("fold", "Europe/Berlin", (((120, 150),),) * 7)
    assert calendar.working_between(at("2026-10-25 00:00"), at("2026-10-25 12:00")) == timedelta(hours=1)


def test_a_date_the_zone_skipped_has_no_working_time() -> None:
    samoa = WorkCalendar("apia", "Pacific/Apia", (((540, 1020),),) * 7)
    zone = ZoneInfo("Pacific/Apia")
    start, end = (datetime(2011, 12, day, 9, tzinfo=zone) for day in (29, 31))
    assert samoa.working_between(start, end) == timedelta(hours=8)


def test_years_are_crossed_quickly() -> None:
    due = office(tz="America/New_York").add_working(at("2026-01-05 13:00"), 10 * HOUR * 5 * 52 * 30)
    assert due == at("2055-11-26 23:00")


def test_a_week_without_working_time_is_seen_and_never_waited_for() -> None:
    empty = WorkCalendar("empty", "UTC", ((),) * 7, makeup_days={date(2026, 11, 28): ((600, 660),)})
    assert not empty.has_working_time
    with pytest.raises(NoWorkingTime):
        empty.add_working(at("2026-11-23 10:00"), 2 * HOUR)


@pytest.mark.parametrize("periods", [((600, 540),), ((0, 1441),), ((540, 720), (700, 800)), ((540, 540),)])
def test_impossible_periods_are_refused(periods: tuple[tuple[int, int], ...]) -> None:
    with pytest.raises(ValueError, match="periods"):
        office(*periods)


def test_naive_instants_are_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        office().add_working(datetime(2026, 11, 23, 10), HOUR)


def test_wall_clock_counts_every_second() -> None:
    start = datetime(2026, 3, 28, 12, tzinfo=UTC)
    assert WorkCalendar.always(tz="Europe/Berlin").add_working(start, 48 * HOUR) == start + timedelta(hours=48)
