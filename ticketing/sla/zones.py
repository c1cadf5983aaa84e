"""How a time zone's offset changes: stretches of UTC time in which local time runs evenly.

Walking whole stretches instead of local days is what keeps daylight-saving changes exact, also where a change happens
at midnight or jumps over a whole date.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

_PROBE = timedelta(hours=12)
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Stretch:
    """UTC time `[begin, end)` with one offset from UTC."""

    begin: datetime
    end: datetime
    offset: timedelta


def as_utc(instant: datetime) -> datetime:
    """The same instant in UTC; a naive datetime raises ValueError."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return instant.astimezone(UTC)


def offset_at(tz: str, instant: datetime) -> timedelta:
    """The zone's offset from UTC at that instant."""
    offset = instant.astimezone(ZoneInfo(tz)).utcoffset()
    assert offset is not None
    return offset


def stretches(tz: str, begin: datetime, end: datetime) -> Iterator[Stretch]:
    """Stretches which together cover `[begin, end)`; also cut at UTC new year, which is harmless."""
    for year in range(begin.year, end.year + 1):
        for stretch in _year(tz, year):
            low, high = max(stretch.begin, begin), min(stretch.end, end)
            if low < high:
                yield Stretch(low, high, stretch.offset)


@lru_cache(maxsize=1024)
def _year(tz: str, year: int) -> tuple[Stretch, ...]:
    begin = datetime(year, 1, 1, tzinfo=UTC)
    end = datetime(year + 1, 1, 1, tzinfo=UTC) if year < 9999 else datetime.max.replace(tzinfo=UTC)
    found: list[Stretch] = []
    low = probe = begin
    offset = offset_at(tz, begin)
    while probe < end:
        ahead = min(probe + _PROBE, end) if end - probe > _PROBE else end
        if offset_at(tz, ahead) != offset:
            change = _change(tz, probe, ahead, offset)
            found.append(Stretch(low, change, offset))
            low, offset = change, offset_at(tz, change)
        probe = ahead
    return (*(s for s in found if s.begin < s.end), *([Stretch(low, end, offset)] if low < end else []))


def _change(tz: str, before: datetime, after: datetime, offset: timedelta) -> datetime:
    """The first whole second in `(before, after]` at which the offset is no longer `offset`."""
    low, high = 0, int((after - before) / _SECOND)
    while high - low > 1:
        middle = (low + high) // 2
        if offset_at(tz, before + middle * _SECOND) == offset:
            low = middle
        else:
            high = middle
    return before + high * _SECOND
