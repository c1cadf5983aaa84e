"""The two arms of a trial: which assistant a conversation talks to, and whether one arm is clearly worse. Pure.

Sources: E. B. Wilson (1927) for an interval of a share, R. G. Newcombe (1998, method 10) for that of a difference.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass

USUAL = 1.96
"""95 %: what is shown."""
CERTAIN = 2.81
"""99.5 %: what is acted upon, because one looks every minute."""
ENOUGH = 30
"""Conversations (or ratings) in each arm below which nothing is judged."""
FIGURES = ("failed", "handed_over", "unhelpful")


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    count: int
    of: int

    @property
    def value(self) -> float:
        """The share, 0 for nothing."""
        return self.count / self.of if self.of else 0.0

    def interval(self, z: float = USUAL) -> tuple[float, float]:
        """Wilson's interval; everything for nothing."""
        if not self.of:
            return 0.0, 1.0
        middle, square = self.value + z * z / (2 * self.of), z * z / self.of
        spread = z * math.sqrt(self.value * (1 - self.value) / self.of + square / (4 * self.of))
        return max(0.0, (middle - spread) / (1 + square)), min(1.0, (middle + spread) / (1 + square))


@dataclass(frozen=True)
class Arm:
    """What became of an arm's conversations: not served, handed to people, answers rated unhelpful."""

    conversations: int = 0
    failed: int = 0
    handed_over: int = 0
    rated: int = 0
    unhelpful: int = 0

    def share(self, figure: str) -> Share:
        """One of FIGURES as a share of the conversations, or of the rated answers."""
        return Share(getattr(self, figure), self.rated if figure == "unhelpful" else self.conversations)


def takes_candidate(public_id: str, share: int) -> bool:
    """Whether a conversation is one of ``share`` percent; always the same for the same conversation."""
    return int(hashlib.sha256(public_id.encode()).hexdigest()[:8], 16) % 100 < share


def difference(current: Share, candidate: Share, z: float = USUAL) -> tuple[float, float]:
    """Newcombe's interval of how much larger the candidate's share is."""
    low, high = current.interval(z)
    candidate_low, candidate_high = candidate.interval(z)
    gap = candidate.value - current.value
    return (
        gap - math.hypot(candidate.value - candidate_low, high - current.value),
        gap + math.hypot(candidate_high - candidate.value, current.value - low),
    )


def clearly_worse(current: Arm, candidate: Arm) -> str | None:
    """The first of FIGURES in which the candidate is worse beyond chance; None while it is not, or too little was seen."""
    for figure in FIGURES:
        before, after = current.share(figure), candidate.share(figure)
        if min(before.of, after.of) >= ENOUGH and difference(before, after, CERTAIN)[0] > 0:
            return figure
    return None
