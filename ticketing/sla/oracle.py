"""The engine's slow twin, written another way, for property tests and for the hourly auditor.

It shares no arithmetic with `calendars`, `timelines` and `rules`. Those look back at a whole log and compute; this one
lives through it: `replay.py` plays the log instant by instant like a state machine, and here time is spent piece by
piece, asking the zone what the wall clock shows at each.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from ticketing.sla.calendars import Period, WorkCalendar

_HOUR, _MINUTE, _TICK = timedelta(hours=1), timedelta(minutes=1), timedelta(microseconds=1)
_NOTHING = timedelta(0)

Hold = tuple[datetime, datetime | None]


def works_at(calendar: WorkCalendar, instant: datetime) -> bool:
    """Whether the wall clock shows working time at that instant."""
    local = instant.astimezone(ZoneInfo(calendar.tz))
    minute = local.hour * 60 + local.minute
    return any(first <= minute < end for first, end in _hours_of(calendar, local))


def ticks(
    calendar: WorkCalendar, start: datetime, marks: Sequence[datetime]
) -> Iterator[tuple[datetime, datetime, bool]]:
    """Time from `start` on in steady pieces, cut at `marks` too: `(begin, end, works)`, without end."""
    cuts = sorted(mark.astimezone(UTC) for mark in marks)
    at = start.astimezone(UTC)
    while True:
        end = _steady_until(calendar, at)
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


def _hours_of(calendar: WorkCalendar, local: datetime) -> tuple[Period, ...]:
    """The working hours of the date that the wall clock shows."""
    today = local.date()
    if today in calendar.makeup_days:
        return calendar.makeup_days[today]
    if today in calendar.holidays or (today.month, today.day) in calendar.yearly_holidays:
        return ()
    return calendar.weekly[today.weekday()]


def _steady_until(calendar: WorkCalendar, at: datetime) -> datetime:
    """An instant up to which the wall clock's answer stays as it is at `at`.

    Where hands run evenly that is the next opening, closing or midnight; where they jump on the way, it creeps up.
    """
    local = at.astimezone(ZoneInfo(calendar.tz))
    shown = timedelta(hours=local.hour, minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
    edges = (timedelta(minutes=edge) for hours in _hours_of(calendar, local) for edge in hours)
    ahead = min((edge - shown for edge in edges if edge > shown), default=timedelta(days=1) - shown)
    for leap in (ahead, min(ahead, _HOUR)):
        if (at + leap - _TICK).astimezone(local.tzinfo).utcoffset() == local.utcoffset():
            return at + leap
    return at.replace(second=0, microsecond=0) + _MINUTE
