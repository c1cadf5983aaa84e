"""BM25 over short token lists, small enough to rebuild whenever an article changes (Robertson & Zaragoza 2009)."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Scores = npt.NDArray[np.float32]

K1 = 1.2
B = 0.5


class Bm25:
    """Scores all documents for a query, as the share of the query's weight that each document covers: about 0 to 1."""

    def __init__(self, documents: Sequence[Sequence[str]]) -> None:
        self.size = len(documents)
        counts = [Counter(document) for document in documents]
        frequency: Counter[str] = Counter()
        for count in counts:
            frequency.update(count.keys())
        average = sum(map(len, documents)) / max(1, self.size) or 1.0
        self._idf = {token: self._weight(seen) for token, seen in frequency.items()}
        self._unseen = self._weight(0)
        rows: defaultdict[str, list[int]] = defaultdict(list)
        weights: defaultdict[str, list[float]] = defaultdict(list)
        for row, count in enumerate(counts):
            stretch = K1 * (1 - B + B * len(documents[row]) / average)
            for token, times in count.items():
                rows[token].append(row)
                weights[token].append(times / (times + stretch) * self._idf[token])
        self._postings = {
            token: (np.array(found, np.int32), np.array(weights[token], np.float32)) for token, found in rows.items()
        }

    def _weight(self, seen: int) -> float:
        return math.log(1 + (self.size - seen + 0.5) / (seen + 0.5))

    def novelty(self, tokens: Sequence[str]) -> float:
        """The share of a query's weight in tokens that no document has, 0 to 1."""
        weights = {token: self._idf.get(token, self._unseen) for token in tokens}
        unseen = sum(weight for token, weight in weights.items() if token not in self._idf)
        return unseen / (sum(weights.values()) or 1.0)

    def scores(self, tokens: Sequence[str]) -> Scores:
        """One score per document."""
        total = np.zeros(self.size, np.float32)
        asked = 0.0
        for token in set(tokens):
            asked += self._idf.get(token, self._unseen)
            if token in self._postings:
                rows, weights = self._postings[token]
                total[rows] += weights
        return total / asked if asked else total
