"""Embedding space as the index sees it: centred, and whitened by how askings of one article scatter."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.int64]
SHRINKAGE = 3.0
NEARLY_ALL = 0.999
"""Of the texts have a number of the first part; kept as a half-float, a number is nought by chance in one text of a million."""


class Space:
    """Embedding space, centred and whitened by the scatter of askings around their article's mean.

    Where two models embed, a number is nought for what its model does not read. Such numbers are a part of their own, count only
    among those that have them, and stay nought. Parts weigh alike.
    """

    def __init__(self, vectors: Vectors, owners: Numbers) -> None:
        if not len(vectors):
            self._middle, self._parts = np.empty(0, np.float32), []
            self.askings = vectors
            return
        told = vectors != 0
        self._middle = _mean(vectors)
        sums = Grouped(vectors, owners, int(owners.max()) + 1).sums()
        counts = Grouped(told.astype(np.float32), owners, len(sums)).sums()
        scatter = np.where(told, vectors - (sums / np.maximum(counts, 1))[owners], 0)
        everywhere = told.mean(axis=0) > NEARLY_ALL
        self._parts = [
            (part, _whitening(scatter[:, part] / np.sqrt(told[:, part].any(axis=1).sum())))
            for part in (np.flatnonzero(everywhere), np.flatnonzero(~everywhere))
            if told[:, part].any()
        ]
        self.askings = self.place(vectors)

    def place(self, vectors: Vectors, *, centred: bool = False) -> Vectors:
        """Unit vectors of this space; ``centred`` for passages, which have a middle of their own."""
        if not len(vectors) or not self._parts:
            return vectors
        moved = np.where(vectors != 0, vectors - (_mean(vectors) if centred else self._middle), 0)
        return unit(self.even(np.hstack([_turned(moved[:, part], turn) for part, turn in self._parts])))

    def even(self, placed: Vectors) -> Vectors:
        """Every part of the vectors made as long as the other."""
        ends = np.cumsum([len(part) for part, _ in self._parts])[:-1]
        return np.hstack([unit(part) for part in np.split(placed, ends, axis=1)])


def _mean(vectors: Vectors) -> Vectors:
    """Of every number where it is not nought."""
    return np.asarray(vectors.sum(axis=0) / np.maximum((vectors != 0).sum(axis=0), 1), np.float32)


def _turned(vectors: Vectors, turn: Vectors) -> Vectors:
    return vectors @ turn if vectors.any() else vectors


def _whitening(scatter: Vectors) -> Vectors:
    covariance = scatter.T @ scatter
    typical = float(np.trace(covariance)) / len(covariance)
    values, axes = np.linalg.eigh(covariance + (SHRINKAGE * typical + 1e-9) * np.eye(len(covariance)))
    return np.asarray(axes @ np.diag(values**-0.5) @ axes.T, np.float32)


class Grouped:
    """Vectors of articles, those of one article together."""

    def __init__(self, vectors: Vectors, owners: Numbers, count: int) -> None:
        self._vectors = vectors
        self._starts = np.searchsorted(owners, np.arange(count + 1))

    def sums(self) -> Vectors:
        """The sum per article."""
        found = [self._vectors[a:b].sum(axis=0) for a, b in zip(self._starts[:-1], self._starts[1:], strict=True)]
        return np.stack(found).astype(np.float32) if found else np.empty((0, 0), np.float32)

    def of(self, row: int) -> Vectors:
        """One article's vectors."""
        return self._vectors[self._starts[row] : self._starts[row + 1]]

    def cosines(self, row: int, place: Vectors) -> Vectors:
        """Of every vector of one article."""
        told = _told(place)
        return np.asarray(self.of(row)[:, : len(told)] @ told)

    def best(self, rows: Numbers, place: Vectors) -> Vectors:
        """The highest cosine per article of ``rows``, -1 for one without vectors.

        One small product each: a large one is given to several threads, and a search would wait for all of them on busy cores.
        """
        starts, ends = self._starts[rows], self._starts[rows + 1]
        told = _told(place)
        vectors = self._vectors[:, : len(told)]
        alike = [vectors[a:b] @ told for a, b in zip(starts.tolist(), ends.tolist(), strict=True) if a < b]
        found = np.full(len(rows), -1.0, np.float32)
        if alike:
            counts = (ends - starts)[ends > starts]
            found[ends > starts] = np.maximum.reduceat(np.concatenate(alike), np.cumsum(counts) - counts)
        return found


def _told(place: Vectors) -> Vectors:
    """The numbers up to the last that is not nought: what the second model did not read need not be multiplied."""
    told = np.flatnonzero(place)
    return place[: told[-1] + 1] if len(told) else place


def aspects(centres: Vectors, topics: Sequence[str]) -> Vectors:
    """What distinguishes each article within its topic, as unit vectors."""
    named, found = np.array(topics), centres.copy()
    for topic in set(topics):
        found[named == topic] -= centres[named == topic].mean(axis=0)
    return unit(found)


def unit(vectors: Vectors) -> Vectors:
    """Each of length one, but for what has none."""
    if not vectors.size:
        return vectors
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-9), dtype=np.float32)
