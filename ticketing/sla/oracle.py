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

Hold = tuple[datetime, datetime | None]


@dataclass(frozen=True, slots=True)
class Seen:
    """What the twin saw of one clock in one round: the same words as `rules.Deadline`."""

    started_at: datetime
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
    calendar: WorkCalendar, start: datetime, target: timedelta, pauses: Sequence[Hold], limit: datetime
) -> datetime | None:
    """When `target` is used up; None if not by `limit`."""
    return slow_dues(calendar, start, [target], pauses, limit)[0]


def slow_dues(
    calendar: WorkCalendar, start: datetime, targets: Sequence[timedelta], pauses: Sequence[Hold], limit: datetime
) -> list[datetime | None]:
    """When each target is used up, all on one walk; None for those not used up by `limit`."""
    marks = [mark for pause in pauses for mark in pause if mark is not None]
    found: dict[timedelta, datetime] = {_NOTHING: start.astimezone(UTC)}
    waiting = sorted(set(targets) - {_NOTHING}, reverse=True)
    spent = _NOTHING
    for begin, end, works in ticks(calendar, start, marks):
        held = [high for low, high in pauses if low <= begin and (high is None or begin < high)]
        if not waiting or begin >= limit or None in held:
            break
        if not works or held:
            continue
        while waiting and waiting[-1] - spent <= end - begin:
            reached = waiting.pop()
            found[reached] = begin + (reached - spent)
        spent += end - begin
    return [found.get(target) for target in targets]


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
        calendar, started, timedelta(seconds=rule.target_seconds), holds_of(mine) if rule.pausable else [], limit
    )
    if due is not None and any(due < at for at in (stopped or over or now,)):
        return Seen(started, due, "breached")
    if stopped is not None:
        return Seen(started, due, "met")
    if over is not None:
        return Seen(started, due, "cancelled")
    holding = rule.pausable and any(high is None for _, high in holds_of(mine))
    return Seen(started, due, "paused" if holding else "running")


def _round_over(events: Sequence[ClockEvent], number: int) -> datetime | None:
    for event in events:
        if event.round == number and event.kind in ("closed", "withdrawn", "merged"):
            return event.at
        if event.round > number and event.kind == "reopened":
            return event.at
    return None


def holds_of(mine: Sequence[ClockEvent]) -> list[Hold]:
    """The pauses these events made."""
    holds: list[Hold] = []
    for event in mine:
        holding = bool(holds) and holds[-1][1] is None
        if event.kind == "paused" and not holding:
            holds.append((event.at, None))
        elif event.kind == "resumed" and holding:
            holds[-1] = (holds[-1][0], event.at)
    return holds
