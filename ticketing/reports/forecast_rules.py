"""How many tickets to expect hour by hour, from what like hours of the last weeks brought. Pure.

Like hours have the same weekday and hour and the same kind of day: a public holiday is compared with other days off, a
make-up working day (调休) with working days. Too few of them, and every day of the same kind counts.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from statistics import fmean
from zoneinfo import ZoneInfo

from ticketing.reports import counting_rules

WEEKS = 8
FEWEST = 3
SHARE = 0.8
"""So often the real number should lie in the band."""
Works = Callable[[date], bool]
History = Mapping[datetime, int]


@dataclass(frozen=True)
class Expected:
    """One hour ahead: how many are expected, and the band; ``samples`` like hours it stands on."""

    at: datetime
    mean: float
    low: int
    high: int
    samples: int


@dataclass(frozen=True)
class Total:
    """Several hours together."""

    mean: float
    low: int
    high: int


class Like:
    """Finds like hours in a history whose missing hours brought nothing."""

    def __init__(self, history: History, *, since: datetime, until: datetime, zone: ZoneInfo, works: Works) -> None:
        self._zone, self._works = zone, works
        self._exact: defaultdict[tuple[int, int, bool], list[int]] = defaultdict(list)
        self._wide: defaultdict[tuple[int, bool], list[int]] = defaultdict(list)
        self._exact_hours: defaultdict[tuple[int, int, bool], list[datetime]] = defaultdict(list)
        self._wide_hours: defaultdict[tuple[int, bool], list[datetime]] = defaultdict(list)
        at = since
        while at < until:
            weekday, hour, works_then = self._slot(at)
            count = history.get(at, 0)
            self._exact[weekday, hour, works_then].append(count)
            self._wide[hour, works_then].append(count)
            self._exact_hours[weekday, hour, works_then].append(at)
            self._wide_hours[hour, works_then].append(at)
            at += timedelta(hours=1)

    def samples(self, at: datetime) -> Sequence[int]:
        """What like hours brought, the earliest first."""
        weekday, hour, works_then = self._slot(at)
        exact = self._exact[weekday, hour, works_then]
        return exact if len(exact) >= FEWEST else self._wide[hour, works_then]

    def hours(self, at: datetime) -> Sequence[datetime]:
        """Which hours those are."""
        weekday, hour, works_then = self._slot(at)
        exact = self._exact_hours[weekday, hour, works_then]
        return exact if len(exact) >= FEWEST else self._wide_hours[hour, works_then]

    @property
    def spread(self) -> float:
        """How much like hours differ more than by chance."""
        return counting_rules.spread_of(self._exact.values())

    def _slot(self, at: datetime) -> tuple[int, int, bool]:
        local = at.astimezone(self._zone)
        return local.weekday(), local.hour, self._works(local.date())


def expected(like: Like, hours: Iterable[datetime]) -> list[Expected]:
    """Each of these hours: the trimmed mean of its like hours with the band in which 80 % of outcomes lie."""
    spread = like.spread
    found = []
    for at in hours:
        samples = like.samples(at)
        mean = counting_rules.trimmed_mean(samples)
        low, high = band(mean, spread, len(samples))
        found.append(Expected(at, mean, low, high, len(samples)))
    return found


def together(parts: Sequence[Expected], spread: float) -> Total:
    """The sum of hours with its band.

    Hours of one day are high or low together, those of different days are not: so the spread counts on each day's sum.
    """
    mean = sum(part.mean for part in parts)
    by_day: defaultdict[date, float] = defaultdict(float)
    for part in parts:
        by_day[part.at.date()] += part.mean
    samples = max(fmean([part.samples for part in parts]) if parts else 1, 1)
    noise = mean * (1 + 1 / samples) + spread * sum(day * day for day in by_day.values()) * (1 + 1 / samples)
    reach = 1.2816 * math.sqrt(noise)
    return Total(mean, max(math.floor(mean - reach), 0), math.ceil(mean + reach))


def band(mean: float, spread: float, samples: int) -> tuple[int, int]:
    """The counts between which 80 % lie, wider where the mean stands on few samples."""
    return _band(round(mean, 2), round(spread + (1 / (samples * mean) if samples and mean else 0), 4))


@lru_cache(maxsize=4096)
def _band(mean: float, spread: float) -> tuple[int, int]:
    edge = (1 - SHARE) / 2
    return counting_rules.quantile(mean, spread, edge), counting_rules.quantile(mean, spread, 1 - edge)


@dataclass(frozen=True)
class Error:
    """How a forecast did: mean absolute error by the hour, error of the days' sums in percent, and how often in the band."""

    hours: int
    per_hour: float
    days_percent: float
    in_band: float
    bias_percent: float


def measured(pairs: Sequence[tuple[Expected, int]]) -> Error:
    """The error over hours with what really came; whole days, so that their sums can be compared."""
    by_day: defaultdict[date, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for part, real in pairs:
        by_day[part.at.date()][0] += part.mean
        by_day[part.at.date()][1] += real
    real_sum = sum(real for _part, real in pairs)
    if not pairs or not real_sum:
        return Error(len(pairs), 0.0, 0.0, 0.0, 0.0)
    return Error(
        hours=len(pairs),
        per_hour=fmean([abs(part.mean - real) for part, real in pairs]),
        days_percent=100 * sum(abs(guess - real) for guess, real in by_day.values()) / real_sum,
        in_band=100 * fmean([part.low <= real <= part.high for part, real in pairs]),
        bias_percent=100 * (sum(part.mean for part, _real in pairs) - real_sum) / real_sum,
    )
