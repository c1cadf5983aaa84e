"""When a number or a share of complaints is unusual. Pure.

The usual is what like hours of the last weeks brought (forecast_rules). An alert needs an outcome that chance gives once
in a hundred thousand windows, a least count, and a clear distance: with some forty subjects looked at all day long, one in a
thousand would cry wolf daily. ``python -m ticketing.reports alarms`` prints how often chance alone raises one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from ticketing.reports import counting_rules
from ticketing.reports.forecast_rules import band

WINDOW = timedelta(hours=1)
SHARE_WINDOW = timedelta(hours=24)
RARE = 1e-5
LEAST = 5
TIMES = 1.5
"""A rise below half as much again is not worth an alarm however sure it is."""
FEWEST_SAMPLES = 4
SILENT_FROM = 10.0
"""A fall is only looked for where so many are usual."""
SHARE_LEAST = 10
SHARE_WHOLE = 30
SHARE_POINTS = 10.0
CALM_FOR = timedelta(minutes=30)
"""So long a subject must be back in its band before its alert ends; one that wavers at the edge stays one alert."""
UNHEARD_FOR = timedelta(minutes=30)
"""Not acknowledged for so long, an alert goes one rung up."""


@dataclass(frozen=True)
class Judged:
    """What was seen against the usual band; ``direction`` is high or low where it is unusual."""

    observed: int
    low: float
    high: float
    samples: int
    direction: str | None

    def is_back(self, direction: str) -> bool:
        """Whether what was too high, or too low, no longer is."""
        return self.observed <= self.high if direction == "high" else self.observed >= self.low


def volume(observed: int, samples: Sequence[float], spread: float, *, falls: bool = False) -> Judged:
    """Complaints of the last hour against like hours; ``falls``: too few are unusual too."""
    mean = counting_rules.trimmed_mean(samples)
    low, high = band(mean, spread, len(samples))
    judged = Judged(observed, low, high, len(samples), None)
    if len(samples) < FEWEST_SAMPLES:
        return judged
    # The mean itself is only known from so many samples; half a complaint more where nothing ever came.
    floor = max(mean, 0.5 / len(samples))
    wide = spread + 1 / (len(samples) * floor)
    if observed >= max(LEAST, TIMES * mean) and observed > high:
        rare = counting_rules.at_least(observed, floor, wide) < RARE
        return Judged(observed, low, high, len(samples), "high" if rare else None)
    if falls and mean >= SILENT_FROM and observed < low and observed * TIMES <= mean:
        rare = counting_rules.at_most(observed, floor, wide) < RARE
        return Judged(observed, low, high, len(samples), "low" if rare else None)
    return judged


def share(part: int, whole: int, history: Sequence[tuple[int, int]]) -> Judged:
    """One subject's share of a day's complaints against the same day of earlier weeks; the band is in percent.

    ``history`` holds part and whole of each; days without any complaint say nothing.
    """
    known = [(some, every) for some, every in history if every]
    percent = [100 * some / every for some, every in known]
    usual = counting_rules.trimmed_mean(percent) / 100
    total = sum(every for _some, every in known)
    if len(known) < FEWEST_SAMPLES or not whole:
        return Judged(part, 0.0, 100.0, len(known), None)
    by_chance = usual * (1 - usual)
    excess = max((counting_rules.mad_deviation(percent) / 100) ** 2 - by_chance * len(known) / total, 0.0)
    variance = by_chance / whole + excess + by_chance / total
    reach = 128.16 * variance**0.5
    low, high = max(100 * usual - reach, 0.0), min(100 * usual + reach, 100.0)
    mean = max(usual * whole, 0.5)
    wide = (excess + by_chance / total) / usual**2 if usual else 1 / mean
    enough = part >= SHARE_LEAST and whole >= SHARE_WHOLE and 100 * part / whole >= 100 * usual + SHARE_POINTS
    # A binomial scatters less than the Poisson distribution used here, so this errs on the quiet side.
    rare = enough and counting_rules.at_least(part, mean, wide) < RARE
    return Judged(part, low, high, len(known), "high" if rare else None)


def share_is_back(judged: Judged, whole: int) -> bool:
    """Whether a share lies in its band again, or there is too little to say."""
    return whole < SHARE_WHOLE or 100 * judged.observed / whole <= judged.high
