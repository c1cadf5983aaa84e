"""Which article a text belongs to, learned from all askings at once: a softmax over articles on their embeddings.

A nearest neighbour sees one asking at a time; this sees which directions tell neighbouring articles apart. ``started`` is
ready at once and about as good as comparing with the articles' means; ``fitted`` takes seconds and is better by some points.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]

ROUNDS = 5
"""Over all texts. More fits the askings better and held-out ones no better."""
PACE = np.float32(0.03)
MEMORY, SQUARES = np.float32(0.9), np.float32(0.99)
"""Of Adam (Kingma & Ba 2015): how long slopes and their squares are remembered."""
RIDGE = 0.1
SHARPNESS = 12.0
SCALE = np.float32(3.0)
"""Unit vectors are stretched so that the ridge leaves the weights room."""
FEWEST, MOST, STEPS_A_ROUND = 128, 1024, 64
"""Texts looked at in one step: with many articles a step costs more, so that fewer are made."""


@dataclass(frozen=True)
class Classifier:
    """``weights`` is ``(dimensions, articles)``, ``bias`` ``(articles,)``."""

    weights: Vectors
    bias: Vectors

    def shares(self, place: Vectors) -> Vectors:
        """Natural logarithm of each article's probability for a unit vector."""
        # Not by BLAS, which gives a product of this size to several threads and waits for all of them on busy cores.
        scores = np.einsum("i,ij->j", place, self.weights) + self.bias
        scores = scores - scores.max()
        return np.asarray(scores - np.log(np.exp(scores).sum()), dtype=np.float32)


def started(means: Vectors) -> Classifier:
    """From unit means ``(articles, dimensions)``, without fitting."""
    return Classifier(np.ascontiguousarray(SHARPNESS * means.T), np.zeros(len(means), np.float32))


def fitted(means: Vectors, vectors: Vectors, owners: Rows, counts: Vectors) -> Classifier:
    """Fit to unit vectors ``(n, dimensions)`` of articles ``owners``, each counted ``counts`` times; always the same for the same."""
    articles = len(means)
    if articles < 2:
        return started(means)
    texts = np.hstack([vectors * SCALE, np.ones((len(vectors), 1), np.float32)]).astype(np.float32)
    counts = (counts / counts.mean()).astype(np.float32)
    settled = np.vstack([SHARPNESS / SCALE * means.T, np.zeros((1, articles), np.float32)]).astype(np.float32)
    ridge = np.full((len(settled), 1), RIDGE / len(texts), np.float32)
    ridge[-1] = 0
    slopes, squares = np.zeros_like(settled), np.zeros_like(settled)
    size = min(max(FEWEST, len(texts) // STEPS_A_ROUND), MOST)
    dice = np.random.default_rng(1)
    orders = [dice.permutation(len(texts)) for _ in range(ROUNDS)]
    steps = [order[at : at + size] for order in orders for at in range(0, len(order), size)]
    for step, rows in enumerate(steps, start=1):
        slope = _slope(settled, texts[rows], owners[rows], counts[rows]) + ridge * settled
        slopes += (1 - MEMORY) * (slope - slopes)
        squares += (1 - SQUARES) * (slope * slope - squares)
        pace = PACE * (1 - step / (len(steps) + 1)) * np.sqrt(1 - SQUARES**step) / (1 - MEMORY**step)
        settled -= pace * slopes / (np.sqrt(squares) + np.float32(1e-8))
    return Classifier(np.ascontiguousarray(settled[:-1] * SCALE), settled[-1])


def _slope(settled: Vectors, texts: Vectors, owners: Rows, counts: Vectors) -> Vectors:
    """Of the mean logarithmic loss over these texts."""
    missed = texts @ settled
    missed -= missed.max(axis=1, keepdims=True)
    np.exp(missed, out=missed)
    missed /= missed.sum(axis=1, keepdims=True)
    missed[np.arange(len(texts)), owners] -= 1
    missed *= (counts / len(texts))[:, None]
    return np.asarray(texts.T @ missed, dtype=np.float32)
