"""How long someone in the queue will wait, from measured handling times and from who is free. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil

PRIOR_SECONDS = 6 * 60.0
"""What a conversation with a person takes as long as nothing was measured."""
PRIOR_WEIGHT = 8
"""As many measured conversations count as much as what is believed without them."""
LONGEST_HANDLED_SECONDS = 60 * 60
"""An agent who forgets to hand back has not been talking all night."""
PICK_UP_SECONDS = 45.0
"""Someone who is free still has to see the customer and take over."""


@dataclass(frozen=True)
class Handled:
    """Conversations that were had lately in one language about one thing: how many, and their seconds together."""

    language: str
    skill: str | None
    count: int
    seconds: float


@dataclass(frozen=True)
class Desk:
    """Who could take a customer: people available, the conversations they may have at once, how many of these are free."""

    agents: int = 0
    places: int = 0
    free: int = 0


def handling_seconds(handled: Iterable[Handled], *, language: str, skill: str | None) -> float:
    """What a conversation will take: all of them, those in the language, those about the same thing.

    Each narrower group is believed as far as it has been measured, and leans on the wider one for the rest.
    """
    measured = list(handled)
    spoken = [item for item in measured if item.language == language]
    alike = [item for item in spoken if skill is not None and item.skill == skill]
    expected = PRIOR_SECONDS
    for group in (measured, spoken, alike):
        count = sum(item.count for item in group)
        seconds = sum(item.seconds for item in group)
        expected = (PRIOR_WEIGHT * expected + seconds) / (PRIOR_WEIGHT + count)
    return expected


def wait_minutes(position: int, desk: Desk, handling: float) -> int | None:
    """Whole minutes until the one at this place is served, at least one; None when nobody is there to serve."""
    if desk.agents < 1 or desk.places < 1:
        return None
    before = max(0, position - desk.free)
    return max(1, ceil((PICK_UP_SECONDS + before * handling / desk.places) / 60))
