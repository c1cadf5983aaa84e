"""How long points live, which are spent first, and how much goodwill a role may propose. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

KINDS = ("grant", "spend", "expiry", "reversal", "transfer")
LIFE_YEARS = 2
LIMITS: Mapping[str, int] = {"agent": 500, "team_lead": 2_000, "supervisor": 5_000}
"""The most that one proposal of a role may hold. A point is worth a fen at the till: 500 are five yuan."""
APPROVED_MOST = 5_000
MONTHLY_MOST = 5_000
"""Goodwill to one customer within 30 days; more is a matter of compensation, which goes by the case."""
LONGEST_REASON = 500


@dataclass(frozen=True)
class Movement:
    """What expiry looks at of an entry."""

    id: int
    kind: str
    amount: int
    expires_on: date | None = None


def expires_on(granted_on: date) -> date:
    """The day on which points granted on a day are no longer there."""
    try:
        return granted_on.replace(year=granted_on.year + LIFE_YEARS)
    except ValueError:  # 29 February
        return granted_on.replace(year=granted_on.year + LIFE_YEARS, month=3, day=1)


def left_of(movements: Iterable[Movement]) -> dict[int, int]:
    """What is left of each grant when the oldest points are spent first; reversed and moved ones are spent too."""
    listed = list(movements)
    grants = sorted(
        (each for each in listed if each.amount > 0), key=lambda each: (each.expires_on or date.max, each.id)
    )
    gone = -sum(each.amount for each in listed if each.amount < 0)
    left: dict[int, int] = {}
    for each in grants:
        used = min(gone, each.amount)
        left[each.id], gone = each.amount - used, gone - used
    return left


def over_limit(role: str | None, amount: int) -> bool:
    """Whether a role may not propose so much."""
    return amount > LIMITS.get(role or "", 0)
