"""Work calendars: which instants count, and arithmetic in counted time.

A period `[from, to)` is in minutes after local midnight. An instant works if its local wall time lies in a period of
its local date; so an hour skipped in spring never counts and an hour repeated in autumn counts twice. A budget used up
exactly at closing time ends at closing time; seconds and microseconds are kept.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import NamedTuple
from zoneinfo import ZoneInfo

from ticketing.sla.zones import Stretch, as_utc, stretches

Period = tuple[int, int]
DAY_MINUTES = 1440
WHOLE_DAY: tuple[Period, ...] = ((0, DAY_MINUTES),)
_HORIZON = timedelta(days=366 * 60)
_DAY, _TICK, _NOTHING = timedelta(days=1), timedelta(microseconds=1), timedelta(0)
_ENDLESS = timedelta(days=4_000_000)


class NoWorkingTime(ValueError):
    """Nothing, or not enough within sixty years, ever counts on this calendar. Refuse it when it is saved."""


class DayKind(NamedTuple):
    """Why a local date works as it does: `reason` is working, day_off, holiday or makeup; `name` may be empty."""

    reason: str
    name: str


@dataclass(frozen=True)
class WorkCalendar:
    """Weekly hours of one time zone, with holidays and make-up working days (调休).

    `weekly` has seven entries, Monday first. A make-up day goes before a holiday, a holiday before the week.
    `yearly_holidays` are `(month, day)`.
    """

    code: str
    tz: str
    weekly: tuple[tuple[Period, ...], ...]
    holidays: frozenset[date] = frozenset()
    yearly_holidays: frozenset[tuple[int, int]] = frozenset()
    makeup_days: Mapping[date, tuple[Period, ...]] = field(default_factory=dict)
    day_names: Mapping[date, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if len(self.weekly) != 7:
            raise ValueError("a week has seven days")
        ZoneInfo(self.tz)
        for periods in (*self.weekly, *self.makeup_days.values()):
            check_periods(periods)

    @classmethod
    def always(cls, code: str = "always", tz: str = "UTC") -> WorkCalendar:
        """Wall-clock time: every instant counts. `tz` only decides how days are shown."""
        return cls(code, tz, (WHOLE_DAY,) * 7)

    @cached_property
    def is_wall_clock(self) -> bool:
        """Whether every instant counts."""
        special = self.holidays or self.yearly_holidays or self.makeup_days
        return not special and all(_minutes(periods) == DAY_MINUTES for periods in self.weekly)

    @cached_property
    def has_working_time(self) -> bool:
        """Whether an ordinary week has any working time; make-up days alone do not carry a calendar."""
        return self._week > _NOTHING

    def add_working(self, start: datetime, seconds: int | timedelta) -> datetime:
        """The UTC instant at which `seconds` of working time have passed since `start`; NoWorkingTime if never."""
        left = seconds if isinstance(seconds, timedelta) else timedelta(seconds=seconds)
        begin = as_utc(start)
        if left < _NOTHING:
            raise ValueError("working time is added, never taken away")
        if left == _NOTHING or self.is_wall_clock:
            return begin + left
        reached, left = self._spend(begin, begin + _HORIZON, left)
        if reached is None:
            raise NoWorkingTime(self.code)
        return reached

    def working_between(self, start: datetime, end: datetime) -> timedelta:
        """Working time in `[start, end)`, exact; zero if reversed."""
        begin, stop = as_utc(start), as_utc(end)
        if stop <= begin:
            return _NOTHING
        if self.is_wall_clock:
            return stop - begin
        _, left = self._spend(begin, stop, _ENDLESS)
        return _ENDLESS - left

    def spans(self, start: datetime, end: datetime) -> Iterator[tuple[date, datetime, datetime, bool]]:
        """Every local date's pieces in `[start, end)`, in order and without gaps: `(date, from, to, works)`."""
        for stretch in stretches(self.tz, as_utc(start), as_utc(end)):
            day = (stretch.begin + stretch.offset).date()
            while (midnight := _midnight(day) - stretch.offset) < stretch.end:
                at, night = max(midnight, stretch.begin), min(midnight + _DAY, stretch.end)
                for low, high in self._works(day, midnight, stretch):
                    if at < low:
                        yield day, at, low, False
                    yield day, low, high, True
                    at = high
                if at < night:
                    yield day, at, night, False
                day += _DAY

    def periods_on(self, day: date) -> tuple[Period, ...]:
        """The working periods of a local date."""
        if day in self.makeup_days:
            return self.makeup_days[day]
        if day in self.holidays or (day.month, day.day) in self.yearly_holidays:
            return ()
        return self.weekly[day.weekday()]

    def kind_of(self, day: date) -> DayKind:
        """Why that local date works as it does."""
        name = self.day_names.get(day, "")
        if day in self.makeup_days:
            return DayKind("makeup", name)
        if day in self.holidays or (day.month, day.day) in self.yearly_holidays:
            return DayKind("holiday", name)
        return DayKind("working" if self.weekly[day.weekday()] else "day_off", name)

    @cached_property
    def _week(self) -> timedelta:
        return timedelta(minutes=sum(_minutes(periods) for periods in self.weekly))

    @cached_property
    def _special_days(self) -> list[date]:
        return sorted({*self.holidays, *self.makeup_days})

    def _spend(self, begin: datetime, end: datetime, left: timedelta) -> tuple[datetime | None, timedelta]:
        """Spend `left` from `begin` on: the instant it is used up (None if not before `end`), and what is left."""
        for stretch in stretches(self.tz, begin, end):
            day = (stretch.begin + stretch.offset).date()
            while (midnight := _midnight(day) - stretch.offset) < stretch.end:
                weeks = self._plain_weeks(day, midnight, stretch, left)
                if weeks:
                    left -= weeks * self._week
                    day += 7 * weeks * _DAY
                    continue
                for low, high in self._works(day, midnight, stretch):
                    if high - low >= left:
                        return low + left, _NOTHING
                    left -= high - low
                day += _DAY
        return None, left

    def _works(self, day: date, midnight: datetime, stretch: Stretch) -> Iterator[tuple[datetime, datetime]]:
        for first, last in self.periods_on(day):
            low = max(midnight + timedelta(minutes=first), stretch.begin)
            high = min(midnight + timedelta(minutes=last), stretch.end)
            if low < high:
                yield low, high

    def _plain_weeks(self, day: date, midnight: datetime, stretch: Stretch, left: timedelta) -> int:
        """Whole weeks from `day` which have no special day, no offset change, and do not use up `left`."""
        room = (stretch.end - midnight) // (7 * _DAY)
        if room < 1 or midnight < stretch.begin:
            return 0
        if self._week > _NOTHING:
            room = min(room, (left - _TICK) // self._week)
        return min(room, (self._next_special(day) - day).days // 7) if room else 0

    def _next_special(self, day: date) -> date:
        place = bisect_left(self._special_days, day)
        nearest = self._special_days[place] if place < len(self._special_days) else date.max
        for month, number in self.yearly_holidays:
            nearest = min(nearest, _next_yearly(day, month, number))
        return nearest


def check_periods(periods: tuple[Period, ...]) -> None:
    """Raise ValueError unless the periods lie within one day, in order, without overlap."""
    last = 0
    for first, end in periods:
        if not last <= first < end <= DAY_MINUTES:
            raise ValueError(f"periods must be ordered and lie within one day: {periods}")
        last = end


def _minutes(periods: tuple[Period, ...]) -> int:
    return sum(end - first for first, end in periods)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _next_yearly(day: date, month: int, number: int) -> date:
    for year in range(day.year, min(day.year + 9, date.max.year + 1)):
        try:
            candidate = date(year, month, number)
        except ValueError:
            continue
        if candidate >= day:
            return candidate
    return date.max
