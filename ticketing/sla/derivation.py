"""How a deadline came about, day by day, for people who must trust it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from ticketing.sla.calendars import WorkCalendar
from ticketing.sla.timelines import Pause

FULL_DAYS = 31
_EDGE_DAYS = 15


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of one local date: `[begin, end)` in UTC, how much of it counts, and why.

    `reason` is working, makeup, paused, outside_hours, day_off, holiday, or summary for the left-out middle of a long
    span: then `on` is its first date and `days` how many dates it covers. `name` may name the holiday.
    """

    on: date
    begin: datetime
    end: datetime
    counted: timedelta
    reason: str
    name: str = ""
    days: int = 1


def derive(
    calendar: WorkCalendar, start: datetime, until: datetime, pauses: Sequence[Pause] = ()
) -> tuple[Segment, ...]:
    """Segments which cover `[start, until)` without gaps; the counted time of all together is the time spent.

    More than 31 local dates are shown as the first 15, one summary, and the last 15.
    """
    days = [_merged(list(pieces)) for _, pieces in groupby(_pieces(calendar, start, until, pauses), key=_date_of)]
    if len(days) <= FULL_DAYS:
        return tuple(segment for day in days for segment in day)
    head, middle, tail = days[:_EDGE_DAYS], days[_EDGE_DAYS:-_EDGE_DAYS], days[-_EDGE_DAYS:]
    counted = sum((segment.counted for day in middle for segment in day), timedelta(0))
    first, last = middle[0][0], middle[-1][-1]
    summary = Segment(first.on, first.begin, last.end, counted, "summary", days=len(middle))
    return (
        *(segment for day in head for segment in day),
        summary,
        *(segment for day in tail for segment in day),
    )


def _pieces(calendar: WorkCalendar, start: datetime, until: datetime, pauses: Sequence[Pause]) -> Iterator[Segment]:
    for on, begin, end, works in calendar.spans(start, until):
        kind = calendar.kind_of(on)
        if not works:
            reason = kind.reason if kind.reason in ("day_off", "holiday") else "outside_hours"
            yield Segment(on, begin, end, timedelta(0), reason, kind.name)
            continue
        for low, high, paused in _cut(begin, end, pauses):
            if paused:
                yield Segment(on, low, high, timedelta(0), "paused")
            else:
                yield Segment(on, low, high, high - low, kind.reason, kind.name)


def _cut(begin: datetime, end: datetime, pauses: Sequence[Pause]) -> Iterator[tuple[datetime, datetime, bool]]:
    at = begin
    for pause in pauses:
        low, high = max(pause.begin, begin), end if pause.end is None else min(pause.end, end)
        if low >= high:
            continue
        if at < low:
            yield at, low, False
        yield low, high, True
        at = high
    if at < end:
        yield at, end, False


def _merged(pieces: list[Segment]) -> list[Segment]:
    """Neighbours of one date with the same reason become one."""
    merged: list[Segment] = []
    for piece in pieces:
        last = merged[-1] if merged else None
        if last is not None and last.reason == piece.reason:
            counted = last.counted + piece.counted
            merged[-1] = Segment(last.on, last.begin, piece.end, counted, last.reason, last.name)
        else:
            merged.append(piece)
    return merged


def _date_of(segment: Segment) -> date:
    return segment.on
