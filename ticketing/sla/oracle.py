"""The engine's slow twin, written another way, for property tests and for the hourly auditor.

It shares no arithmetic with `calendars` and `rules`: it walks through time in minutes, asks the zone what the wall
clock shows at each, and spends the target tick by tick while it plays the events like a state machine.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from ticketing.sla.calendars import WorkCalendar
from ticketing.sla.policies import ClockRule
from ticketing.sla.timelines import ClockEvent

_MINUTE = timedelta(minutes=1)
_NOTHING = timedelta(0)


@dataclass(frozen=True, slots=True)
class Seen:
    """What the twin saw of one clock in one round: the same words as `rules.Deadline`."""

    due_at: datetime | None
    verdict: str


def works_at(calendar: WorkCalendar, instant: datetime) -> bool:
    """Whether the wall clock shows working time at that instant."""
    local = instant.astimezone(ZoneInfo(calendar.tz))
    today, minute = local.date(), local.hour * 60 + local.minute
    if today in calendar.makeup_days:
        periods = calendar.makeup_days[today]
    elif today in calendar.holidays or (today.month, today.day) in calendar.yearly_holidays:
        periods = ()
    else:
        periods = calendar.weekly[today.weekday()]
    return any(first <= minute < end for first, end in periods)


def ticks(
    calendar: WorkCalendar, start: datetime, marks: Sequence[datetime]
) -> Iterator[tuple[datetime, datetime, bool]]:
    """Time from `start` on in pieces of at most a minute, cut at `marks` too: `(begin, end, works)`, without end."""
    cuts = sorted(mark.astimezone(UTC) for mark in marks)
    at = start.astimezone(UTC)
    while True:
        end = at.replace(second=0, microsecond=0) + _MINUTE
        while cuts and cuts[0] <= at:
            cuts.pop(0)
        if cuts and cuts[0] < end:
            end = cuts[0]
        yield at, end, works_at(calendar, at)
        at = end


def slow_due(
    calendar: WorkCalendar,
    start: datetime,
    target: timedelta,
    pauses: Sequence[tuple[datetime, datetime | None]],
    limit: datetime,
) -> datetime | None:
    """When `target` is used up; None if not by `limit`."""
    marks = [mark for pause in pauses for mark in pause if mark is not None]
    left = target
    for begin, end, works in ticks(calendar, start, marks):
        if left == _NOTHING:
            return begin if target == _NOTHING else None
        if begin >= limit:
            return None
        if not works or any(low <= begin and (high is None or begin < high) for low, high in pauses):
            continue
        if left <= end - begin:
            return begin + left
        left -= end - begin
    return None


def slow_elapsed(calendar: WorkCalendar, start: datetime, end: datetime) -> timedelta:
    """Working time in `[start, end)`."""
    total = _NOTHING
    for low, high, works in ticks(calendar, start, [end]):
        if low >= end:
            return total
        total += (high - low) if works else _NOTHING
    return total


def play(
    rule: ClockRule, calendar: WorkCalendar, log: Sequence[ClockEvent], *, number: int, now: datetime, limit: datetime
) -> Seen | None:
    """Play round `number` of a clock that does not repeat, under one policy; None if it never started."""
    events = sorted(log, key=lambda event: event.at)
    over = _round_over(events, number)
    mine = [event for event in events if event.round == number and (over is None or event.at <= over)]
    started = next((event.at for event in mine if event.kind in rule.starts_on), None)
    if started is None:
        return None
    stopped = next((event.at for event in mine if event.kind in rule.stops_on and event.at >= started), None)
    due = slow_due(
        calendar, started, timedelta(seconds=rule.target_seconds), _holds(mine) if rule.pausable else [], limit
    )
    if due is not None and any(due < at for at in (stopped or over or now,)):
        return Seen(due, "breached")
    if stopped is not None:
        return Seen(due, "met")
    if over is not None:
        return Seen(due, "cancelled")
    holding = rule.pausable and any(high is None for _, high in _holds(mine))
    return Seen(due, "paused" if holding else "running")


def _round_over(events: Sequence[ClockEvent], number: int) -> datetime | None:
    for event in events:
        if event.round == number and event.kind in ("closed", "withdrawn", "merged"):
            return event.at
        if event.round > number and event.kind == "reopened":
            return event.at
    return None


def _holds(mine: Sequence[ClockEvent]) -> list[tuple[datetime, datetime | None]]:
    holds: list[tuple[datetime, datetime | None]] = []
    for event in mine:
        holding = bool(holds) and holds[-1][1] is None
        if event.kind == "paused" and not holding:
            holds.append((event.at, None))
        elif event.kind == "resumed" and holding:
            holds[-1] = (holds[-1][0], event.at)
    return holds
