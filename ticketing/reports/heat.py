"""When tickets come: by weekday and hour over whole weeks, from the tally."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from ticketing.platform.clock import Clock
from ticketing.reports import tally
from ticketing.reports.hours import first_hour, slot_of

WEEKS = 8
SHADES = 6


@dataclass(frozen=True)
class Heat:
    """Tickets opened in ``[since, until)`` by weekday (Monday is 0) and hour of the reader's clock."""

    since: datetime
    until: datetime
    cells: Mapping[tuple[int, int], int]

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.cells.values())

    def shade(self, weekday: int, hour: int) -> int:
        """0 for nothing, else 1 to SHADES by the share of the fullest cell."""
        count, most = self.cells.get((weekday, hour), 0), max(self.cells.values(), default=0)
        return 0 if not count else min(1 + (SHADES * count - 1) // most, SHADES)

    def of_weekday(self, weekday: int) -> int:
        """A whole weekday."""
        return sum(count for (day, _hour), count in self.cells.items() if day == weekday)


def heat(
    session: Session, *, clock: Clock, zone: ZoneInfo, category: str | None = None, channel: str | None = None
) -> Heat:
    """The last eight weeks up to last midnight."""
    until = first_hour(clock.now(), zone)
    since = first_hour(until - timedelta(weeks=WEEKS) + timedelta(hours=1), zone)
    cells: Counter[tuple[int, int]] = Counter()
    only = {"category": category, "channel": channel}
    for row in tally.counted(session, since=since, until=until, by=("hour_at",), only=only):
        cells[slot_of(row.hour_at, zone)] += int(row.number)
    return Heat(since, until, cells)
