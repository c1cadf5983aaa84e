"""A hint that a customer may leave: points for what usually comes before, each said in words. Pure.

It is a hint and not a forecast: the weights are judgement, written down so that anyone can disagree with them. How well
they tell leavers from stayers is measured on simulated customers only (``python -m ticketing.care churn``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

HIGH_FROM, MEDIUM_FROM = 50, 25
MOST = 100


@dataclass(frozen=True)
class History:
    """What is looked at, of the last year: marks are the means of answered surveys, the newest first."""

    stage: str = "registered"
    marks: Sequence[float] = ()
    complaints: int = 0
    repeats: int = 0
    breaches: int = 0
    last_trade_on: date | None = None


@dataclass(frozen=True)
class Hint:
    """A score of 0 to 100, its band, and ``(code, points, value)`` of everything that counted, the heaviest first."""

    score: int
    band: str
    reasons: tuple[tuple[str, int, int], ...]


def hint(history: History, today: date) -> Hint:
    """How likely it looks that the customer leaves, and why."""
    found = [each for each in (*_satisfaction(history), *_service(history), *_silence(history, today)) if each[1]]
    if history.stage == "leaving":
        found.append(("leaving", 60, 0))
    score = max(0, min(MOST, sum(points for _code, points, _value in found)))
    band = "high" if score >= HIGH_FROM else "medium" if score >= MEDIUM_FROM else "low"
    return Hint(score, band, tuple(sorted(found, key=lambda each: (-abs(each[1]), each[0]))))


def _satisfaction(history: History) -> list[tuple[str, int, int]]:
    """The latest mark tells most; one that fell tells that something has changed."""
    if not history.marks:
        return []
    latest = history.marks[0]
    found = [("low_mark", 25 if latest <= 2 else 12 if latest <= 3 else 0, round(latest)), ("good_mark", -10 if latest >= 4.5 else 0, round(latest))]  # fmt: skip
    if len(history.marks) > 1 and latest <= history.marks[1] - 1.5:
        found.append(("mark_fell", 8, round(history.marks[1] - latest)))
    return found


def _service(history: History) -> list[tuple[str, int, int]]:
    return [
        ("breaches", min(30, 15 * history.breaches), history.breaches),
        ("repeats", min(30, 15 * history.repeats), history.repeats),
        ("complaints", min(15, 5 * max(0, history.complaints - 1)), history.complaints),
    ]


def _silence(history: History, today: date) -> list[tuple[str, int, int]]:
    """Who has traded and stopped; who never traded has nothing to stop."""
    if history.last_trade_on is None:
        return []
    days = (today - history.last_trade_on).days
    return [("silent", 25 if days > 180 else 15 if days > 90 else 0, days)]
