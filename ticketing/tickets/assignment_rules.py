"""Whom a ticket suits best, and why, or why nobody. Pure: no session, no clock.

First who may have it at all (``Block``, in the order in which people would ask), then the least loaded of them. Load is
counted in hundredths of a case, so that sums do not depend on their order: a case with two days or more left weighs
half, one that is due now weighs two. Serious cases go to the more experienced as long as their caps allow.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

CASE = 100
"""One case, as load is counted."""
LIGHTEST, HEAVIEST = 50, 200
CALM = timedelta(hours=48)
LEVELS = (1, 2, 3)
WANTED_LEVEL = {"critical": 3, "serious": 2}
"""How experienced the handler of such a case should be."""


class Block(StrEnum):
    """Why someone does not get a ticket; where nobody fits, the last of these that stopped anyone is the reason."""

    TEAM = "nobody_in_team"
    SKILL = "nobody_skilled"
    LANGUAGE = "nobody_with_language"
    PRESENCE = "nobody_present"
    SHIFT = "nobody_on_shift"
    CAP = "all_at_cap"
    RECUSED = "all_recused"
    FORMER = "only_former_owner"


class Why(StrEnum):
    """What decided between those who fit."""

    ONLY = "only_one"
    SENIOR = "most_experienced"
    LEAST_LOADED = "least_loaded"
    FAIR = "longest_without"


@dataclass(frozen=True, slots=True)
class Need:
    """What a ticket asks of whoever gets it; ``product`` None when it names none we know, ``role`` other than agent
    when it is escalated, and then the team does not matter where ``team_id`` is None."""

    team_id: int | None
    category: str
    product: str | None
    language: str
    severity: str
    weight: int
    role: str = "agent"


@dataclass(frozen=True, slots=True)
class Candidate:
    """Someone who works tickets, as they stand now. ``skills`` of classes and products; none of a sort: all of it."""

    id: int
    role: str
    team_id: int | None
    available: bool
    on_shift: bool
    languages: frozenset[str]
    classes: Mapping[str, int]
    products: Mapping[str, int]
    open_cases: int
    load: int
    open_cap: int
    load_cap: int
    last_assigned_at: datetime | None = None

    @property
    def is_on_duty(self) -> bool:
        """Whether they take new tickets now."""
        return self.available and self.on_shift

    def level_for(self, need: Need) -> int:
        """How experienced they are in this: the product tells more than the class; 1 where nothing is entered."""
        by_product = self.products.get(need.product) if need.product else None
        return by_product or self.classes.get(need.category, LEVELS[0])

    def with_one_more(self, weight: int, at: datetime) -> Candidate:
        """The same person after getting a case."""
        return replace(self, open_cases=self.open_cases + 1, load=self.load + weight, last_assigned_at=at)


@dataclass(frozen=True, slots=True)
class Choice:
    """Who gets it, how they stood before, among how many, and what decided."""

    candidate: Candidate
    level: int
    fitting: int
    why: Why


@dataclass(frozen=True, slots=True)
class Nobody:
    """Nobody fits, and the nearest that anyone came."""

    reason: Block


def weight(due_at: datetime | None, now: datetime) -> int:
    """What a case weighs by the time left: 200 when due (or late), falling evenly to 50 at two days and beyond."""
    if due_at is None:
        return LIGHTEST
    left = min(max((due_at - now) / CALM, 0.0), 1.0)
    return round(HEAVIEST - (HEAVIEST - LIGHTEST) * left)


def choose(
    need: Need,
    candidates: Iterable[Candidate],
    *,
    recused: frozenset[int] = frozenset(),
    former: int | None = None,
) -> Choice | Nobody:
    """The one whom the ticket suits best. ``former`` is who has just had it taken away."""
    reached, fitting = Block.TEAM, []
    for candidate in candidates:
        block = blocked(need, candidate, recused=recused, former=former)
        if block is None:
            fitting.append(candidate)
        else:
            reached = max(reached, block, key=_ORDER.index)
    if not fitting:
        return Nobody(reached)
    ranked = sorted(fitting, key=lambda candidate: (_lacking(need, candidate), *_burden(need, candidate)))
    return Choice(ranked[0], ranked[0].level_for(need), len(fitting), _why(need, ranked))


def blocked(
    need: Need, candidate: Candidate, *, recused: frozenset[int] = frozenset(), former: int | None = None
) -> Block | None:
    """The first thing that keeps someone from a ticket; None if they may have it."""
    checks = (
        (Block.TEAM, candidate.role == need.role and _in_team(need, candidate)),
        (Block.SKILL, _skilled(need, candidate)),
        (Block.LANGUAGE, need.language in candidate.languages),
        (Block.PRESENCE, candidate.available),
        (Block.SHIFT, candidate.on_shift),
        (Block.CAP, _has_room(need, candidate)),
        (Block.RECUSED, candidate.id not in recused),
        (Block.FORMER, candidate.id != former),
    )
    return next((block for block, passed in checks if not passed), None)


_ORDER = list(Block)
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def _in_team(need: Need, candidate: Candidate) -> bool:
    return need.team_id is None or candidate.team_id == need.team_id


def _skilled(need: Need, candidate: Candidate) -> bool:
    knows_class = not candidate.classes or need.category in candidate.classes
    return knows_class and (need.product is None or not candidate.products or need.product in candidate.products)


def _has_room(need: Need, candidate: Candidate) -> bool:
    return candidate.open_cases < candidate.open_cap and candidate.load + need.weight <= candidate.load_cap * CASE


def _lacking(need: Need, candidate: Candidate) -> int:
    """By how much someone falls short of the experience that the severity asks for."""
    return max(WANTED_LEVEL.get(need.severity, LEVELS[0]) - candidate.level_for(need), 0)


def _burden(need: Need, candidate: Candidate) -> tuple[float, datetime, int]:
    """How full they would be, then who has waited longest for a case, then the id so that it never depends on order."""
    last = candidate.last_assigned_at or _LONG_AGO
    return (candidate.load + need.weight) / (candidate.load_cap * CASE), last, candidate.id


def _why(need: Need, ranked: list[Candidate]) -> Why:
    if len(ranked) == 1:
        return Why.ONLY
    first, others = ranked[0], ranked[1:]
    if any(_burden(need, other) < _burden(need, first) for other in others):
        return Why.SENIOR
    tied = any(_burden(need, other)[0] == _burden(need, first)[0] for other in others)
    return Why.FAIR if tied else Why.LEAST_LOADED
