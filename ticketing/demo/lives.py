"""When made-up tickets were opened, by day and hour as customers do, and how long they last."""

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
NEWEST = timedelta(minutes=24)
"""A chat lasts fifteen minutes."""
RATED_AFTER = timedelta(hours=1)
"""What is closed was also rated."""
USUAL = tuple(timedelta(hours=hours) for hours in (10, 20, 30, 50))
LINGERING_SHARE, LINGERING = 0.2, timedelta(days=68)
"""One of five waits for a partner, a court, the customer: with these, 4 % of a year's tickets are open, most of them late."""
FRESH, SETTLED = timedelta(hours=60), timedelta(hours=50)


@dataclass(frozen=True)
class Life:
    """A ticket's; what was done with it lies in the ``span`` after it was opened, closing it at the end unless it is open."""

    opened_at: datetime
    span: timedelta
    is_open: bool


@dataclass(frozen=True)
class Lives:
    """Lives begun in the ``past`` before ``now``.

    Of a company's whole history, as many come in and are closed lately as ever. With an ``open_share``, for few tickets
    of which many are to be open, the open ones are of the last sixty hours and the closed ones from before.
    """

    pick: Random
    now: datetime
    past: timedelta
    open_share: float | None = None

    def one(self) -> Life:
        """The next."""
        if self.open_share is None:
            opened_at = self._opened(NEWEST, self.past)
            lasts = self._lasting()
            return self._life(opened_at, lasts, self.now - opened_at < lasts + RATED_AFTER)
        is_open = self.pick.random() < self.open_share
        age = self.pick.uniform(NEWEST / FRESH, 1) * FRESH
        opened_at = self.now - age if is_open else self._opened(SETTLED, self.past)
        return self._life(opened_at, self.pick.choice(USUAL), is_open)

    def _opened(self, least: timedelta, most: timedelta) -> datetime:
        while True:
            at = self.now - least - self.pick.random() * (most - least)
            local = at.astimezone(ZONE)
            if self.pick.random() < DAY_BY_HOUR[local.hour] * WEEK_BY_DAY[local.weekday()]:
                return at

    def _lasting(self) -> timedelta:
        if self.pick.random() >= LINGERING_SHARE:
            return self.pick.choice(USUAL)
        return max(-math.log(1 - self.pick.random()) * LINGERING, min(USUAL))

    def _life(self, opened_at: datetime, lasts: timedelta, is_open: bool) -> Life:
        return Life(opened_at, min((self.now - opened_at) * 0.9, lasts), is_open)
