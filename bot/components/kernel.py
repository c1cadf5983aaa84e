"""A classifier over n-grams and sentence embeddings, learnt by one matrix equation, kept and applied as plain arrays.

Kernel ridge regression on one-hot classes (Rasmussen & Williams, *Gaussian Processes for Machine Learning*, ch. 2 and
6.5): two messages are alike by the n-grams they share (linear kernel over tf-idf) and by their embeddings (radial
kernel). Far from every example all scores fall to zero, so the same figures tell what a message is and whether
anything like it was ever learnt. Leaving each example out in turn costs no second training (ibid. eq. 5.12), which
calibrates the probabilities.

Classes may be learnt twice, the second time with every example trusted alike: where classes are balanced the small ones
are trusted most, which ranks them well, but a decision by the score of one class alone needs that score unbent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.message import Message
from scipy.linalg import cho_factor, cho_solve
from scipy.sparse import csr_matrix
from scipy.special import log_softmax, softmax

NEARLY_ALL = 0.999
"""Of the examples have a number that all encoders give; one may be nought by chance."""
NEIGHBOURS = 3
"""So many nearest examples tell how familiar a message is: one may be odd itself."""
LEFT_OUT = 1000
"""So many examples, evenly spread, are left out in turn to set the sharpness of the probabilities."""
TRIED_ON = 6000
"""So many examples at most are used to choose a strength; the cost grows with their cube."""
BLOCK = 512
"""So many examples are compared with all others at a time."""
SHARPNESSES = np.geomspace(1, 60, 40)


@dataclass(frozen=True)
class Strength:
    """How examples are learnt from; each user cross-validates its own.

    `ngrams`: the n-grams' part beside the embedding's, which is 1. `ridge`: how little one example is trusted.
    `balanced`: the larger its class, the less an example is trusted, so that all classes weigh the same.
    """

    ngrams: float
    ridge: float
    balanced: bool


@dataclass(frozen=True)
class FeatureSpace:
    """What is learnt about the features: inverse document frequencies, and the embeddings' mean and spread."""

    idf: np.ndarray
    mean: np.ndarray
    spread: np.ndarray

    @classmethod
    def learn(cls, sparse: csr_matrix, dense: np.ndarray) -> FeatureSpace:
        """Measures the training examples. A number that is nought is none: its encoder did not read the text."""
        frequency = np.asarray((sparse > 0).sum(axis=0)).ravel()
        idf = np.log((1 + sparse.shape[0]) / (1 + frequency)) + 1
        told = dense != 0
        count = np.maximum(told.sum(axis=0), 1)
        mean = dense.sum(axis=0) / count
        spread = np.sqrt((np.where(told, dense - mean, 0) ** 2).sum(axis=0) / count)
        return cls(idf.astype(np.float32), mean, spread + 1e-6)

    def ngrams(self, sparse: csr_matrix) -> csr_matrix:
        """Tf-idf, one row of unit length per message."""
        weights = (1 + np.log(sparse.data.astype(np.float32))) * self.idf[sparse.indices]
        rows = np.repeat(np.arange(sparse.shape[0]), np.diff(sparse.indptr))
        length = np.sqrt(np.bincount(rows, weights**2, minlength=sparse.shape[0]))
        weights = (weights / np.maximum(length, 1e-6)[rows]).astype(np.float32)
        return csr_matrix((weights, sparse.indices, sparse.indptr), shape=sparse.shape)

    def directions(self, dense: np.ndarray) -> np.ndarray:
        """Embeddings of unit length after every number that there is was brought to mean zero and the same spread."""
        centred = np.where(dense != 0, (dense - self.mean) / self.spread, 0)
        length = np.linalg.norm(centred, axis=1, keepdims=True)
        return np.asarray(centred / np.maximum(length, 1e-6), dtype=np.float32)


@dataclass(frozen=True)
class Examples:
    """The examples' directions, apart where a second encoder read only some: `all_read (n, a)`, and `some_read (m, b)` of the examples
    `readers (m,)`. To compare with a message that the second did not read costs a third then.
    """

    all_read: np.ndarray
    some_read: np.ndarray
    readers: np.ndarray

    @classmethod
    def of(cls, directions: np.ndarray) -> Examples:
        """From the whole matrix: what stands before the first number that is missing in more than a few."""
        everywhere = (directions != 0).mean(axis=0) > NEARLY_ALL
        width = directions.shape[1] if everywhere.all() else int(everywhere.argmin())
        readers = np.flatnonzero(directions[:, width:].any(axis=1))
        return cls(np.ascontiguousarray(directions[:, :width]), directions[readers, width:], readers)

    def cosines(self, direction: np.ndarray) -> np.ndarray:
        """To a message's direction, of each example."""
        width = self.all_read.shape[1]
        found = self.all_read @ direction[:width]
        if direction[width:].any():
            found[self.readers] += self.some_read @ direction[width:]
        return np.asarray(found)


@dataclass(frozen=True)
class Guess:
    """What a message may be.

    `ranking`: `(class, probability)`, likeliest first. `familiarity`: the best score plus the mean cosine to the nearest
    examples. `even`: the scores where every example was trusted alike, if the classes were learnt twice; about 1 for what was
    learnt as a class and 0 for all else.
    """

    ranking: list[tuple[str, float]]
    familiarity: float
    even: dict[str, float]


@dataclass(frozen=True)
class KernelClassifier:
    """Class scores as `likeness to each example @ example_weights + n-grams @ ngram_weights`.

    Where the classes were learnt twice both have a second set of columns.
    """

    classes: list[str]
    example_weights: np.ndarray
    ngram_weights: np.ndarray
    examples: Examples
    sharpness: float
    space: FeatureSpace

    @classmethod
    def fit(
        cls,
        sparse: csr_matrix,
        dense: np.ndarray,
        labels: Sequence[str],
        strength: Strength,
        *,
        even: float | None = None,
    ) -> KernelClassifier:
        """Learns from examples: one row of `sparse` and `dense` and one label each; a second time, with the ridge `even` for all alike,
        where it is given."""
        space = FeatureSpace.learn(sparse, dense)
        ngrams, examples = space.ngrams(sparse), space.directions(dense)
        classes, targets = one_hot(labels)
        likeness = likeness_of(ngrams, examples, strength)
        own = likeness.diagonal().copy()
        factor = factor_of(likeness, own + _distrust(targets, strength), lower=True)
        weights, left_out, scores = _solve(factor, targets)
        truth = targets[left_out] > 0
        sharpness = max(SHARPNESSES, key=lambda s: float(log_softmax(s * scores, axis=1)[truth].mean()))
        if even is not None:
            factor = factor_of(likeness, own + even, lower=False)
            weights = np.hstack([weights, cho_solve(factor, targets, check_finite=False)])
        by_ngrams = strength.ngrams * np.asarray(ngrams.T @ weights)
        return cls(classes, weights, by_ngrams, Examples.of(examples), float(sharpness), space)

    def guess(self, sparse: csr_matrix, dense: np.ndarray) -> Guess:
        """What one message may be."""
        cosines = self.examples.cosines(self.space.directions(dense)[0])
        found = _radial(cosines) @ self.example_weights + (self.space.ngrams(sparse) @ self.ngram_weights)[0]
        scores, even = found[: len(self.classes)], found[len(self.classes) :]
        order = np.argsort(-scores)
        probabilities = softmax(self.sharpness * scores)
        nearest = np.partition(cosines, -NEIGHBOURS)[-NEIGHBOURS:]
        ranking = [(self.classes[i], float(probabilities[i])) for i in order]
        known = dict(zip(self.classes, map(float, even), strict=False))
        return Guess(ranking, float(scores[order[0]] + nearest.mean()), known)

    def save(self, path: Path) -> None:
        """Writes the arrays; no pickles, so loading runs no code."""
        fields = asdict(self)
        fields |= {**fields.pop("space"), **fields.pop("examples")}
        np.savez(path, **{name: np.array(value) for name, value in fields.items()})

    @classmethod
    def load(cls, path: Path) -> KernelClassifier:
        """Reads what `save` wrote."""
        with np.load(path, allow_pickle=False) as kept:
            return cls(
                classes=kept["classes"].tolist(),
                example_weights=kept["example_weights"],
                ngram_weights=kept["ngram_weights"],
                examples=Examples(kept["all_read"], kept["some_read"], kept["readers"]),
                sharpness=float(kept["sharpness"]),
                space=FeatureSpace(kept["idf"], kept["mean"], kept["spread"]),
            )


def best_strength(
    sparse: csr_matrix, dense: np.ndarray, labels: Sequence[str], candidates: Sequence[Strength]
) -> Strength:
    """The candidate that has most of the left-out examples right; for data sets nobody has chosen a strength for."""
    part = np.arange(0, len(labels), 1 + len(labels) // TRIED_ON)
    sparse, dense = sparse[part], dense[part]
    space = FeatureSpace.learn(sparse, dense)
    ngrams, examples = space.ngrams(sparse), space.directions(dense)
    _, targets = one_hot([labels[i] for i in part])

    def right(strength: Strength) -> float:
        likeness = likeness_of(ngrams, examples, strength)
        factor = factor_of(likeness, likeness.diagonal() + _distrust(targets, strength), lower=True)
        _, left_out, scores = _solve(factor, targets, 2 * LEFT_OUT)
        return float((scores.argmax(axis=1) == targets[left_out].argmax(axis=1)).mean())

    return max(candidates, key=right)


def one_hot(labels: Sequence[str]) -> tuple[list[str], np.ndarray]:
    """The classes in order, and a row per label with a one in its class's column."""
    classes = sorted(set(labels))
    return classes, (np.array(labels)[:, None] == np.array(classes)).astype(np.float32)


def likeness_of(ngrams: csr_matrix, examples: np.ndarray, strength: Strength) -> np.ndarray:
    """How alike any two examples are: symmetric, and by far the largest array of a training, so it is filled block by block."""
    likeness = np.empty((len(examples), len(examples)), dtype=np.float32)
    columns = ngrams.T.tocsr()
    for start in range(0, len(examples), BLOCK):
        rows = slice(start, start + BLOCK)
        likeness[rows] = _radial(examples[rows] @ examples.T)
        likeness[rows] += strength.ngrams * (ngrams[rows] @ columns).toarray()
    return likeness


def _distrust(targets: np.ndarray, strength: Strength) -> np.ndarray:
    """What is added to each example's likeness to itself: the more, the less the example is trusted."""
    sizes = targets.sum(axis=0)
    return strength.ridge * np.asarray(targets @ (sizes / sizes.mean()) if strength.balanced else np.ones(len(targets)))


Factor = tuple[np.ndarray, bool]


def factor_of(likeness: np.ndarray, diagonal: np.ndarray, *, lower: bool) -> Factor:
    """Cholesky's factor of `likeness` with another diagonal, written into one of its triangles; the other stays as it was."""
    np.fill_diagonal(likeness, diagonal)
    # LAPACK wants columns and gets rows, which are the same numbers here; given rows it would make a copy.
    return cho_factor(likeness.T, lower=lower, overwrite_a=True, check_finite=False)


def _radial(cosines: np.ndarray) -> np.ndarray:
    """The radial kernel of unit vectors, exp(-|a - b|² / 2), from their cosines; float32 like them."""
    return np.exp(cosines - 1)


def _solve(factor: Factor, targets: np.ndarray, count: int = LEFT_OUT) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The examples' weights; which examples were left out in turn, and their scores then."""
    weights = cho_solve(factor, targets, check_finite=False)
    left_out = np.arange(0, len(targets), max(1, len(targets) // count))
    columns = np.zeros((len(targets), len(left_out)), dtype=np.float32)
    columns[left_out, np.arange(len(left_out))] = 1
    inverse = cho_solve(factor, columns, overwrite_b=True, check_finite=False)
    diagonal = inverse[left_out, np.arange(len(left_out))]
    return weights, left_out, targets[left_out] - weights[left_out] / diagonal[:, None]


def features(messages: list[Message]) -> tuple[csr_matrix, np.ndarray]:
    """The sparse and dense sentence features of featurised messages, a row each.

    Put together here: Rasa's own way, by scipy's block matrices, takes ten times as long for one message.
    """
    rows = [[f for f in m.features if f.attribute == TEXT and f.type == FEATURE_TYPE_SENTENCE] for m in messages]
    sparse = [[f.features.tocsr() for f in row if f.is_sparse()] for row in rows]
    dense = np.vstack([np.hstack([f.features for f in row if f.is_dense()]) for row in rows])
    widths = [part.shape[1] for part in sparse[0]]
    starts = np.cumsum([0, *widths[:-1]])
    columns = [part.indices + start for row in sparse for part, start in zip(row, starts, strict=True)]
    ends = np.cumsum([0, *(sum(part.nnz for part in row) for row in sparse)])
    numbers = np.concatenate([part.data for row in sparse for part in row])
    return csr_matrix((numbers, np.concatenate(columns), ends), shape=(len(messages), sum(widths))), dense
