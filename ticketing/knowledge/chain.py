"""How often one unit of writing (a character, a word) follows another in some texts, and the likeliest row of them."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Iterable, Sequence

EDGE = "^"
"""Stands before the first and after the last unit of a row."""
PAIRS = 0.9
"""The weight of what follows what against what is frequent."""
BREADTH = 24
"""So many rows are followed at each place."""

Choice = tuple[str, float, int]
"""A unit that may have been meant, what reading it costs in natural logarithms, and how many places it takes."""


class Chain:
    """Counts of units and of pairs of them in rows of units."""

    def __init__(self, rows: Iterable[Sequence[str]]) -> None:
        self.single: Counter[str] = Counter()
        self.pairs: Counter[tuple[str, str]] = Counter()
        self._before: Counter[str] = Counter()
        for row in rows:
            self.single.update(row)
            pairs = list(itertools.pairwise((EDGE, *row, EDGE)))
            self.pairs.update(pairs)
            self._before.update(before for before, _ in pairs)
        self._total = sum(self.single.values()) + len(self.single) + 1
        self._known: dict[tuple[str, str], float] = {}

    def likeliest(self, lattice: Sequence[Sequence[Choice]]) -> list[str]:
        """The best way through the choices at each place (Viterbi); a place that none leads to belongs to a longer unit."""
        best: list[dict[str, tuple[float, tuple[object, ...]]]] = [{} for _ in range(len(lattice) + 1)]
        best[0][EDGE] = (0.0, ())
        for at, choices in enumerate(lattice):
            ways = sorted(best[at].items(), key=lambda way: -way[1][0])[:BREADTH]
            for unit, cost, size in choices if ways else ():
                score, path = max(
                    ((score + self.weight(before, unit), path) for before, (score, path) in ways),
                    key=lambda way: way[0],
                )
                held = best[at + size].get(unit)
                if held is None or score - cost > held[0]:
                    best[at + size][unit] = (score - cost, (path, unit))
        found: list[str] = []
        if best[-1]:
            _, (_, path) = max(best[-1].items(), key=lambda way: way[1][0] + self.weight(way[0], EDGE))
            while path:
                path, unit = path  # type: ignore[assignment]
                found.append(unit)
        return found[::-1]

    def weight(self, before: str, unit: str) -> float:
        """How likely ``unit`` follows, as a natural logarithm."""
        known = self._known.get((before, unit))
        if known is None:
            alone = (self.single[unit] + 1) / self._total
            seen = self._before[before]
            after = self.pairs[before, unit] / seen if seen else 0.0
            known = math.log(PAIRS * after + (1 - PAIRS) * alone)
            if len(self._known) < 500_000:
                self._known[before, unit] = known
        return known
