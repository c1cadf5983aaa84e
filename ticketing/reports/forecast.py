"""Arrivals to expect, against what the people on duty get done. The rules are in forecast_rules.py."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ticketing.platform.clock import Clock
from ticketing.reports import conditions, forecast_rules, tally
from ticketing.reports.forecast_rules import Error, Expected, Like, Total, Works
from ticketing.reports.hours import HOUR, first_hour, hours_between, start_of_hour
from ticketing.sla.calendar_store import load_calendars
from ticketing.sla.calendars import WorkCalendar
from ticketing.sla.defaults import CN_OFFICE
from ticketing.staff.models import Staff
from ticketing.staff.presence import Presence, on_shift, presence_of
from ticketing.tickets.models import Ticket
from ticketing.tickets.workload import working

WEEKS = timedelta(weeks=forecast_rules.WEEKS)
DAY = timedelta(days=1)
WEEK = timedelta(days=7)
PACE_DAYS = 14
"""How fast people work is measured over two weeks."""


@dataclass(frozen=True)
class Hour:
    """One coming hour: arrivals expected, people on duty, and the tickets they usually close in it (None: not known)."""

    expected: Expected
    people: int
    capacity: float | None

    @property
    def is_short(self) -> bool:
        """Whether more is expected than gets done."""
        return self.capacity is not None and self.expected.mean > self.capacity


@dataclass(frozen=True)
class Day:
    """One coming local day: arrivals expected and what usually gets done."""

    on: date
    total: Total
    capacity: float | None
    works: bool


@dataclass(frozen=True)
class Ahead:
    """The forecast as of now. ``weeks`` of history it stands on; ``pace`` is tickets a person closes in an hour."""

    hours: Sequence[Hour]
    days: Sequence[Day]
    next_day: Total
    next_week: Total
    capacity_day: float | None
    capacity_week: float | None
    pace: float | None
    weeks: float
    available: int


def ahead(session: Session, *, clock: Clock, zone: ZoneInfo) -> Ahead:
    """The next 24 hours one by one, and the next seven days: 168 hours from the current one on."""
    now = clock.now()
    first = start_of_hour(now)
    calendar = _calendar(session)
    like, known_since = _like(session, first, zone, _works(calendar))
    parts = forecast_rules.expected(like, hours_between(first, first + WEEK))
    duty = _Duty(working(session), calendar, zone)
    pace = _pace(session, duty, first)
    hours = [Hour(part, people := duty.at(part.at), None if pace is None else people * pace) for part in parts]
    spread = like.spread
    return Ahead(
        hours=hours[:24],
        days=_days(hours, spread, zone, _works(calendar)),
        next_day=forecast_rules.together(parts[:24], spread),
        next_week=forecast_rules.together(parts, spread),
        capacity_day=_sum(hours[:24]),
        capacity_week=_sum(hours),
        pace=pace,
        weeks=min((first - known_since) / WEEK, forecast_rules.WEEKS),
        available=duty.available(now),
    )


def backtest(session: Session, *, until: datetime, days: int, zone: ZoneInfo) -> tuple[Error, Error]:
    """The forecast of each of the last days as it would have been made at their midnight, and last week's as its rival.

    The rival says: as many as in the same hour a week before.
    """
    end = first_hour(until, zone)
    begin = first_hour(end - days * DAY + HOUR, zone)
    counts = _history(session, begin - WEEKS, end)
    works = _works(_calendar(session))
    ours: list[tuple[Expected, int]] = []
    naive: list[tuple[Expected, int]] = []
    at = begin
    while at < end:
        hours = list(hours_between(at, at + DAY))
        like = Like(counts, since=_known_since(counts, at), until=at, zone=zone, works=works)
        ours += [(part, counts.get(part.at, 0)) for part in forecast_rules.expected(like, hours)]
        for hour in hours:
            before = counts.get(hour - WEEK, 0)
            low, high = forecast_rules.band(before, 0.0, 1)
            naive.append((Expected(hour, before, low, high, 1), counts.get(hour, 0)))
        at += DAY
    return forecast_rules.measured(ours), forecast_rules.measured(naive)


def like_hours(session: Session, *, now: datetime, zone: ZoneInfo) -> Like:
    """What is usual, from the full hours of the last weeks, for alerts."""
    return _like(session, start_of_hour(now), zone, _works(_calendar(session)))[0]


def _like(session: Session, until: datetime, zone: ZoneInfo, works: Works) -> tuple[Like, datetime]:
    counts = _history(session, until - WEEKS, until)
    since = _known_since(counts, until)
    return Like(counts, since=since, until=until, zone=zone, works=works), since


def _history(session: Session, since: datetime, until: datetime) -> dict[datetime, int]:
    rows = tally.counted(session, since=since, until=until, by=("hour_at",))
    return {row.hour_at: int(row.number) for row in rows}


def _known_since(counts: Mapping[datetime, int], until: datetime) -> datetime:
    """Where a history begins: before its first ticket nothing is known, which is not the same as nothing came."""
    earliest = min((at for at in counts if at < until), default=until)
    return max(earliest, until - WEEKS)


def _calendar(session: Session) -> WorkCalendar | None:
    try:
        return load_calendars(session, (CN_OFFICE,))[CN_OFFICE]
    except LookupError:
        return None


def _works(calendar: WorkCalendar | None) -> Works:
    return (lambda day: day.weekday() < 5) if calendar is None else (lambda day: bool(calendar.periods_on(day)))


def _pace(session: Session, duty: _Duty, until: datetime) -> float | None:
    """Tickets closed in an hour by each person on duty; None where nothing was closed or nobody is ever on duty."""
    since = until - PACE_DAYS * DAY
    closed = session.scalar(select(func.count(Ticket.id)).where(conditions.closed_between(since, until))) or 0
    hours = sum(duty.at(at) for at in hours_between(since, until))
    return closed / hours if closed and hours else None


class _Duty:
    """Who is on duty when: by their fixed hours, or in the office's hours where they have none."""

    def __init__(self, members: Iterable[Staff], calendar: WorkCalendar | None, zone: ZoneInfo) -> None:
        self._members = list(members)
        shifts = {(member.shift_starts, member.shift_ends): member for member in self._members}
        self._shifts = [
            (member, number)
            for key, number in Counter((each.shift_starts, each.shift_ends) for each in self._members).items()
            for member in [shifts[key]]
        ]
        self._calendar, self._zone = calendar, zone

    def at(self, hour: datetime) -> int:
        """How many are on duty in an hour, judged by its middle."""
        middle = hour + HOUR / 2
        return sum(number for member, number in self._shifts if self._on(member, middle))

    def available(self, now: datetime) -> int:
        """How many take new work now."""
        return sum(presence_of(member, now) is Presence.AVAILABLE for member in self._members)

    def _on(self, member: Staff, at: datetime) -> bool:
        if member.shift_starts is not None or self._calendar is None:
            return on_shift(member, at, self._zone)
        return bool(self._calendar.working_between(at, at + timedelta(minutes=1)))


def _days(hours: Sequence[Hour], spread: float, zone: ZoneInfo, works: Works) -> list[Day]:
    by_day: dict[date, list[Hour]] = {}
    for hour in hours:
        by_day.setdefault(hour.expected.at.astimezone(zone).date(), []).append(hour)
    return [
        Day(day, forecast_rules.together([hour.expected for hour in part], spread), _sum(part), works(day))
        for day, part in by_day.items()
    ]


def _sum(hours: Iterable[Hour]) -> float | None:
    capacities = [hour.capacity for hour in hours]
    return None if None in capacities else sum(capacity for capacity in capacities if capacity is not None)
