"""How counts scatter: negative binomial quantiles and tails, trimmed means, how much more than chance. Pure.

Arrivals by the hour are Poisson around a mean that itself moves from week to week: variance ``mean + spread · mean²``.
The negative binomial has that variance; without spread it is the Poisson distribution.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from statistics import fmean, median, variance

SLIGHT = 1e-9
_MAD = 1.4826
"""Median absolute deviation to standard deviation of a normal distribution."""


def trimmed_mean(samples: Sequence[float]) -> float:
    """The mean without the outermost fifth on either side; of fewer than five, the median, so one outlier moves neither."""
    if not samples:
        return 0.0
    if len(samples) < 5:
        return float(median(samples))
    cut = len(samples) // 5
    return fmean(sorted(samples)[cut : len(samples) - cut])


def mad_deviation(samples: Sequence[float]) -> float:
    """A standard deviation that outliers do not move."""
    if len(samples) < 2:
        return 0.0
    middle = median(samples)
    return _MAD * median(abs(sample - middle) for sample in samples)


def spread_of(slots: Iterable[Sequence[float]]) -> float:
    """How much more than chance the counts of like hours differ, relative to their mean squared; never negative.

    Of each slot the highest count is left out, so that one bad day does not widen every band.
    """
    over, square = 0.0, 0.0
    for samples in slots:
        kept = sorted(samples)[:-1]
        if len(kept) >= 3:
            mean = fmean(kept)
            over += variance(kept) - mean
            square += mean * mean
    return max(over / square, 0.0) if square else 0.0


def pmf(mean: float, spread: float) -> Iterable[float]:
    """The chances of 0, 1, 2, … without end."""
    if mean <= 0:
        yield 1.0
        return
    if spread * mean < 1e-6:
        chance = math.exp(-mean)
        number = 0
        while True:
            yield chance
            number += 1
            chance *= mean / number
    size = 1 / spread
    rest = mean / (mean + size)
    chance = math.exp(-size * math.log1p(mean / size))
    number = 0
    while True:
        yield chance
        number += 1
        chance *= rest * (number - 1 + size) / number


def quantile(mean: float, spread: float, share: float) -> int:
    """The smallest count that is not exceeded with that chance."""
    if mean > 300:
        # Close enough to normal, and the sum above would take long (and underflow beyond 700).
        return max(round(mean + _normal(share) * math.sqrt(mean + spread * mean * mean)), 0)
    total = 0.0
    for number, chance in enumerate(pmf(mean, spread)):
        total += chance
        if total >= share - SLIGHT:
            return number
    return 0


def at_least(count: int, mean: float, spread: float) -> float:
    """The chance of so many or more."""
    if count <= 0:
        return 1.0
    if mean > 300:
        deviation = math.sqrt(mean + spread * mean * mean)
        return 0.5 * math.erfc((count - 0.5 - mean) / deviation / math.sqrt(2))
    below = 0.0
    for number, chance in enumerate(pmf(mean, spread)):
        if number >= count:
            break
        below += chance
    return max(1.0 - below, 0.0)


def at_most(count: int, mean: float, spread: float) -> float:
    """The chance of so many or fewer."""
    return 1.0 - at_least(count + 1, mean, spread)


def _normal(share: float) -> float:
    """The standard normal quantile, by bisection: it is asked for a few shares only."""
    low, high = -8.0, 8.0
    for _ in range(60):
        middle = (low + high) / 2
        if 0.5 * math.erfc(-middle / math.sqrt(2)) < share:
            low = middle
        else:
            high = middle
    return (low + high) / 2
