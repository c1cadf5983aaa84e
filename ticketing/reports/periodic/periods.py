"""Days, weeks and months of a zone as spans of instants. Pure.

A day begins at its first instant: where the clock jumps over midnight, that is the end of the jump. So periods follow each
other without gap or overlap in every zone, and a day may have 23 or 25 hours.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


class Rhythm(StrEnum):
    """How often a report is made."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


@dataclass(frozen=True)
class Period:
    """Local days from ``starts_on`` up to, and not including, ``ends_on``, as instants ``[starts_at, ends_at)``."""

    rhythm: Rhythm
    starts_on: date
    ends_on: date
    zone: ZoneInfo

    @classmethod
    def holding(cls, rhythm: Rhythm, day: date, zone: ZoneInfo) -> Period:
        """The period that a local day belongs to; weeks begin on Monday."""
        first = {
            Rhythm.DAILY: day,
            Rhythm.WEEKLY: day - timedelta(days=day.weekday()),
            Rhythm.MONTHLY: day.replace(day=1),
        }[rhythm]
        return cls(rhythm, first, _next(rhythm, first), zone)

    @property
    def starts_at(self) -> datetime:
        """The first instant."""
        return midnight(self.starts_on, self.zone)

    @property
    def ends_at(self) -> datetime:
        """The first instant after it."""
        return midnight(self.ends_on, self.zone)

    @property
    def days(self) -> list[date]:
        """Its local days."""
        return [self.starts_on + timedelta(days=number) for number in range((self.ends_on - self.starts_on).days)]

    @property
    def last_on(self) -> date:
        """Its last local day."""
        return self.ends_on - timedelta(days=1)

    def before(self) -> Period:
        """The period before."""
        return Period.holding(self.rhythm, self.starts_on - timedelta(days=1), self.zone)

    def after(self) -> Period:
        """The next period."""
        return Period.holding(self.rhythm, self.ends_on, self.zone)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of a local day in UTC.

    Of a midnight that comes twice the earlier one is meant; one that does not exist is read with the offset before the
    jump, which is the very instant of the jump.
    """
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def finished(rhythm: Rhythm, now: datetime, zone: ZoneInfo, count: int) -> list[Period]:
    """The last ``count`` periods that are over, the oldest first."""
    period = Period.holding(rhythm, now.astimezone(zone).date(), zone)
    found: list[Period] = []
    for _ in range(count):
        period = period.before()
        found.append(period)
    return found[::-1]


def _next(rhythm: Rhythm, first: date) -> date:
    if rhythm is Rhythm.MONTHLY:
        return (first.replace(day=28) + timedelta(days=4)).replace(day=1)
    return first + timedelta(days=7 if rhythm is Rhythm.WEEKLY else 1)
