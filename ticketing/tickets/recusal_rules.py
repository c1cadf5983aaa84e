"""Who must keep out of a case (回避). Pure.

Source: the 2020 rules on complaint handling: the handler must have no interest in the case.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Ground(StrEnum):
    """Why someone keeps out."""

    DECLARED = "declared"
    IMPOSED = "imposed"
    HANDLED_BEFORE = "handled_before"
    ABOUT_THEM = "about_them"
    THEIR_OWN = "their_own"


@dataclass(frozen=True)
class Interests:
    """What is known of interests in one case.

    ``recorded`` is what was declared, imposed, or follows from a complaint about the handling, by staff id;
    ``about`` is the employee complained about; ``customers`` are the employees who are, or share a number or an
    address with, the customer.
    """

    recorded: Mapping[int, Ground] = field(default_factory=dict)
    about: int | None = None
    customers: frozenset[int] = frozenset()


def ground_of(staff_id: int, interests: Interests) -> Ground | None:
    """Why this person must keep out; None if they may handle the case. What cannot be lifted comes first."""
    if staff_id == interests.about:
        return Ground.ABOUT_THEM
    if staff_id in interests.customers:
        return Ground.THEIR_OWN
    return interests.recorded.get(staff_id)


def excluded(interests: Interests) -> frozenset[int]:
    """Everyone who must keep out."""
    about = frozenset() if interests.about is None else frozenset({interests.about})
    return frozenset(interests.recorded) | interests.customers | about
