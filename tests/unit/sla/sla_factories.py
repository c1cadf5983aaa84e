"""Short ways to say calendars, clocks and events in the engine's tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from ticketing.sla.calendars import Period, WorkCalendar
from ticketing.sla.policies import ClockRule, Level, LevelKind, Policy, usual_levels
from ticketing.sla.rules import Deadline, clock
from ticketing.sla.timelines import ClockEvent

HOUR = 3600
T0 = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
ALWAYS = WorkCalendar.always()


def at(text: str) -> datetime:
    """A UTC instant from `2026-11-23 10:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def after(hours: float = 0, minutes: float = 0) -> datetime:
    """So long after the test's zero."""
    return T0 + timedelta(hours=hours, minutes=minutes)


def office(*periods: Period, tz: str = "UTC", code: str = "office") -> WorkCalendar:
    """Monday to Friday, 08:00 to 18:00 unless told."""
    return WorkCalendar(code, tz, ((periods or ((480, 1080),)),) * 5 + ((), ()))


def rule(
    name: str = "resolution",
    hours: float = 4,
    *,
    calendar: str = "always",
    pausable: bool = False,
    repeats: bool = False,
    starts_on: tuple[str, ...] = ("complained", "reopened"),
    stops_on: tuple[str, ...] = ("answer_delivered",),
    levels: tuple[Level, ...] = (),
) -> ClockRule:
    """A clock; with the usual levels unless told."""
    return ClockRule(
        name, int(hours * HOUR), calendar, starts_on, stops_on, levels or usual_levels(), pausable, repeats
    )


def policy(*rules: ClockRule, version: int = 1) -> Policy:
    """A policy of those clocks."""
    return Policy("test", version, rules or (rule(),))


def before(*minutes: int) -> tuple[Level, ...]:
    """The breach, and a warning so many minutes before it each."""
    warnings = (Level(f"before_{each}", LevelKind.WARNING, before_seconds=each * 60) for each in minutes)
    return (*warnings, Level("breach", LevelKind.BREACH))


def event(kind: str, when: datetime = T0, number: int = 1, **data: object) -> ClockEvent:
    """An event of the log."""
    return ClockEvent(kind, when, number, data)


def judge(events: list[ClockEvent], *rules: ClockRule, now: datetime, calendar: WorkCalendar = ALWAYS) -> Deadline:
    """The first clock's deadline under one policy."""
    found = clock(events, policy(*rules), {"always": ALWAYS, calendar.code: calendar}, now=now)
    return found[0]
