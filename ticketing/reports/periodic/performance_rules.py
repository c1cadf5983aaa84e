"""How performance is judged: measures, targets, and when there is too little to judge by. Pure.

Fair by construction: a measure is held against its target only from ``ENOUGH`` cases on, says how it moved against the period
before, and is what the person can influence. Satisfaction is of the rounds they owned when the customer was asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Measure(StrEnum):
    """What is measured."""

    FIRST_REPLY = "first_reply"
    KEPT = "kept"
    HANDLED = "handled"
    SATISFACTION = "satisfaction"
    REPEATS = "repeats"


class Verdict(StrEnum):
    """How a measure stands against its target."""

    REACHED = "reached"
    MISSED = "missed"
    FEW = "few"
    UNTARGETED = "untargeted"


ENOUGH: Mapping[Measure, int] = MappingProxyType(
    {
        Measure.FIRST_REPLY: 10, Measure.KEPT: 10, Measure.HANDLED: 5, Measure.SATISFACTION: 5, Measure.REPEATS: 10,
    }
)  # fmt: skip
"""Cases before a measure is judged: first replies, settled promises, days at work, answers, closed cases."""
LESS_IS_BETTER = frozenset({Measure.REPEATS})
RANGES: Mapping[Measure, tuple[float, float]] = MappingProxyType(
    {
        Measure.FIRST_REPLY: (0, 100), Measure.KEPT: (0, 100), Measure.HANDLED: (0, 200),
        Measure.SATISFACTION: (20, 100), Measure.REPEATS: (0, 100),
    }
)  # fmt: skip
ROLE_SCOPE = "role:agent"
DEFAULTS: Mapping[Measure, float] = MappingProxyType(
    {
        Measure.FIRST_REPLY: 95, Measure.KEPT: 98, Measure.HANDLED: 6, Measure.SATISFACTION: 85, Measure.REPEATS: 5,
    }
)  # fmt: skip
"""Of the agents' role while nobody has set others. 85: firms above it lose far fewer customers (handbook §4.3)."""


@dataclass(frozen=True)
class Measured:
    """A measure of somebody: its value, the cases it stands on, the one before, and what it should be."""

    value: float | None
    cases: int
    before: float | None = None
    target: float | None = None
    margin: float | None = None


def team_scope(team_id: int) -> str:
    """The scope of a team's own targets."""
    return f"team:{team_id}"


def verdict(measure: Measure, found: Measured) -> Verdict:
    """Whether the target is reached. Satisfaction is missed only when its whole interval lies below."""
    if found.value is None or found.cases < ENOUGH[measure]:
        return Verdict.FEW
    if found.target is None:
        return Verdict.UNTARGETED
    value = found.value + (found.margin or 0 if measure is Measure.SATISFACTION else 0)
    reached = value <= found.target if measure in LESS_IS_BETTER else value >= found.target
    return Verdict.REACHED if reached else Verdict.MISSED


def share(part: int, whole: int) -> float | None:
    """Percent; None of nothing."""
    return None if not whole else 100 * part / whole


def target_of(targets: Mapping[tuple[str, str], float], measure: Measure, team_id: int | None) -> float:
    """The team's own target, else the role's, else the usual one."""
    own = targets.get((team_scope(team_id), measure)) if team_id is not None else None
    return own if own is not None else targets.get((ROLE_SCOPE, measure), DEFAULTS[measure])
