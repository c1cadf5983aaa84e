"""When made-up tickets were opened: by day and hour as customers do, and as many open ones as a company of that size has."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")
DAY_BY_HOUR = (
    0.12, 0.07, 0.05, 0.04, 0.04, 0.07, 0.15, 0.30, 0.60, 0.95, 1.00, 0.92,
    0.65, 0.72, 0.90, 0.92, 0.88, 0.75, 0.62, 0.60, 0.62, 0.55, 0.38, 0.22,
)  # fmt: skip
"""How busy an hour of the day is beside the busiest."""
WEEK_BY_DAY = (1.00, 0.94, 0.90, 0.89, 0.92, 0.58, 0.50)
"""How busy a day of the week is beside Monday."""
NEWEST, NEWEST_CLOSED = timedelta(minutes=24), timedelta(hours=6)
"""A chat lasts fifteen minutes; what is closed was also answered and rated."""
FRESH, SETTLED = timedelta(hours=60), timedelta(hours=50)


@dataclass(frozen=True)
class Openings:
    """Instants before ``now``. Tickets that stay open ``lasting`` on average are open the likelier the younger they are.

    So many come in as always have come, and the closed and the open ones make up one history. Without ``lasting``, for
    a few tickets of which many are to be open: the open ones of the last sixty hours, the closed ones from before.
    """

    pick: Random
    now: datetime
    past: timedelta
    lasting: timedelta | None = None

    def of_open(self) -> datetime:
        """When a ticket was opened that is still open."""
        if self.lasting is None:
            return self.now - self.pick.uniform(NEWEST / FRESH, 1) * FRESH
        while True:
            age = NEWEST - math.log(1 - self.pick.random()) * self.lasting
            if age <= self.past and self._busy(at := self.now - age):
                return at

    def of_closed(self) -> datetime:
        """When a ticket was opened that is closed."""
        while True:
            age = NEWEST_CLOSED + self.pick.random() * (self.past - NEWEST_CLOSED)
            if self._is_over(age) and self._busy(at := self.now - age):
                return at

    def _is_over(self, age: timedelta) -> bool:
        if self.lasting is None:
            return age >= SETTLED
        return self.pick.random() >= math.exp(-(age / self.lasting))

    def _busy(self, at: datetime) -> bool:
        local = at.astimezone(ZONE)
        return self.pick.random() < DAY_BY_HOUR[local.hour] * WEEK_BY_DAY[local.weekday()]
