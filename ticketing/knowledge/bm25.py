"""BM25 over short token lists, small enough to rebuild whenever an article changes (Robertson & Zaragoza 2009)."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array  # type: ignore[import-untyped]

Scores = npt.NDArray[np.float32]

K1 = 1.2
B = 0.5


class Bm25:
    """Scores all documents for a query, as the share of the query's weight that each document covers: about 0 to 1."""

    def __init__(self, documents: Sequence[Sequence[str]]) -> None:
        self.size = len(documents)
        self._rows: dict[str, int] = {}
        rows = [self._rows.setdefault(token, len(self._rows)) for document in documents for token in document]
        lengths = np.array([len(document) for document in documents], np.float32)
        found = np.ones(len(rows), np.float32), (rows, np.repeat(np.arange(self.size), lengths.astype(np.int64)))
        times = csr_array(found, shape=(len(self._rows), self.size))  # a row a token, a column a document
        seen = np.diff(times.indptr)
        self._idf = np.log(1 + (self.size - seen + 0.5) / (seen + 0.5))
        self._unseen = math.log(1 + (self.size + 0.5) / 0.5)
        stretch = K1 * (1 - B + B * lengths / (lengths.mean() if lengths.any() else 1))
        weights = times.data / (times.data + stretch[times.indices]) * np.repeat(self._idf, seen)
        self._starts, self._documents, self._weights = times.indptr, times.indices, weights.astype(np.float32)

    def novelty(self, tokens: Sequence[str]) -> float:
        """The share of a query's weight in tokens that no document has, 0 to 1."""
        known, unseen = self._known(tokens)
        return unseen / (float(self._idf[known].sum()) + unseen or 1.0)

    def scores(self, tokens: Sequence[str]) -> Scores:
        """One score per document."""
        known, unseen = self._known(tokens)
        if not known:
            return np.zeros(self.size, np.float32)
        places = np.concatenate([np.arange(self._starts[row], self._starts[row + 1]) for row in known])
        total = np.bincount(self._documents[places], self._weights[places], minlength=self.size)
        return (total / (float(self._idf[known].sum()) + unseen)).astype(np.float32)

    def _known(self, tokens: Sequence[str]) -> tuple[list[int], float]:
        """The rows of the different tokens that documents have, and the weight of the others."""
        different = dict.fromkeys(tokens)
        known = [self._rows[token] for token in different if token in self._rows]
        return known, (len(different) - len(known)) * self._unseen
