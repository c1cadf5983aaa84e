"""The bars of a record's chart: complaints by week, before and after. Drawn as SVG, so it needs no script."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ticketing.reports.rectification import WEEKS_SHOWN, Week

WIDTH, HEIGHT = 520, 120
GAP = 3


@dataclass(frozen=True)
class Bar:
    """One week's bar in the picture's own units."""

    x: float
    y: float
    width: float
    height: float
    week: Week


def bars(weeks: Sequence[Week]) -> list[Bar]:
    """A bar a week; room is kept for the weeks still to come."""
    most = max((week.complaints for week in weeks), default=0) or 1
    step = WIDTH / (2 * WEEKS_SHOWN)
    found = []
    for place, week in enumerate(weeks):
        height = max(1.5, (HEIGHT - 16) * week.complaints / most)
        found.append(
            Bar(round(place * step, 1), round(HEIGHT - height, 1), round(step - GAP, 1), round(height, 1), week)
        )
    return found
