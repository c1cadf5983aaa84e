"""Satisfaction as a figure that says how sure it is: index, interval, and what those who did not answer could change. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ticketing.surveys.rules import POINTS_PER_STAR, margin

WORST, BEST = POINTS_PER_STAR, 5 * POINTS_PER_STAR
_95 = 1.96


@dataclass(frozen=True)
class Marks:
    """Sums over answers: each part's stars, and the squares of the three together."""

    answers: int = 0
    speed: int = 0
    completeness: int = 0
    solution: int = 0
    squares: int = 0

    def __add__(self, other: Marks) -> Marks:
        return Marks(
            self.answers + other.answers,
            self.speed + other.speed,
            self.completeness + other.completeness,
            self.solution + other.solution,
            self.squares + other.squares,
        )

    @property
    def index(self) -> float | None:
        """Out of 100, a star being worth 20: the mean of the three parts (handbook §4.3)."""
        return self._points(self.speed + self.completeness + self.solution, 3)

    def part(self, name: str) -> float | None:
        """One of the three parts: speed, completeness or solution."""
        return self._points(getattr(self, name), 1)

    def interval(self) -> tuple[float, float] | None:
        """Where the index of all would lie in 95 of 100 such samples; None from a single answer."""
        if self.index is None:
            return None
        reach = margin(self.answers, self.index, self.squares * (POINTS_PER_STAR / 3) ** 2)
        if reach is None:
            return None
        return max(self.index - reach, float(WORST)), min(self.index + reach, float(BEST))

    def _points(self, stars: int, parts: int) -> float | None:
        return stars / parts / self.answers * POINTS_PER_STAR if self.answers else None


@dataclass(frozen=True)
class Asked:
    """Customers asked in a period: how many, and how many of them can still answer; ``marks`` are of those who have."""

    code: str
    sent: int
    waiting: int
    marks: Marks

    @property
    def silent(self) -> int:
        """Asked and has not answered."""
        return self.sent - self.marks.answers

    @property
    def share(self) -> float | None:
        """Answers per hundred asked."""
        return 100 * self.marks.answers / self.sent if self.sent else None


def summed(code: str, parts: Iterable[Asked]) -> Asked:
    """Several groups together."""
    marks, sent, waiting = Marks(), 0, 0
    for part in parts:
        marks, sent, waiting = marks + part.marks, sent + part.sent, waiting + part.waiting
    return Asked(code, sent, waiting, marks)


def bounds(asked: Asked) -> tuple[float, float] | None:
    """The index if all who are silent were as unhappy, or as happy, as the scale allows."""
    index = asked.marks.index
    if index is None:
        return None
    known = asked.marks.answers * index
    return (known + asked.silent * WORST) / asked.sent, (known + asked.silent * BEST) / asked.sent


def weighted(groups: Sequence[Asked]) -> float | None:
    """The index if every group had answered as often as the others; groups nobody answered from cannot count."""
    known = [(group.sent, group.marks.index) for group in groups if group.marks.index is not None]
    weight = sum(sent for sent, _index in known)
    return sum(sent * index for sent, index in known) / weight if weight else None


def wilson(part: int, whole: int) -> tuple[float, float] | None:
    """The 95 % interval of a share, in percent; it stays within 0 and 100 for few cases too."""
    if not whole:
        return None
    share, square = part / whole, _95 * _95
    middle = (share + square / (2 * whole)) / (1 + square / whole)
    reach = _95 * math.sqrt(share * (1 - share) / whole + square / (4 * whole * whole)) / (1 + square / whole)
    return 100 * max(middle - reach, 0.0), 100 * min(middle + reach, 1.0)


def change(now: float | None, before: float | None) -> float | None:
    """By how many percent a figure rose or fell; None without a before."""
    return 100 * (now - before) / before if now is not None and before else None
