"""A classifier over sparse and dense message features, learnt by scikit-learn, kept and applied as plain arrays."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from scipy.sparse import csr_matrix, hstack, vstack
from scipy.special import softmax
from sklearn.linear_model import LogisticRegression

DENSE_WEIGHT = 0.05
"""How much a standardised embedding number weighs beside a unit-length row of n-grams (cross-validated)."""


@dataclass(frozen=True)
class FeatureSpace:
    """What is learnt about the features: inverse document frequencies, and the embeddings' mean and spread."""

    idf: np.ndarray
    mean: np.ndarray
    spread: np.ndarray

    @classmethod
    def learn(cls, sparse: csr_matrix, dense: np.ndarray) -> FeatureSpace:
        """Measures the training examples."""
        frequency = np.asarray((sparse > 0).sum(axis=0)).ravel()
        idf = np.log((1 + sparse.shape[0]) / (1 + frequency)) + 1
        return cls(idf.astype(np.float32), dense.mean(axis=0), dense.std(axis=0) + 1e-6)

    def rows(self, sparse: csr_matrix, dense: np.ndarray) -> csr_matrix:
        """One row per message: tf-idf of unit length beside the weighted standardised embedding."""
        weighted = sparse.astype(np.float32).copy()
        weighted.data = (1 + np.log(weighted.data)) * self.idf[weighted.indices]
        length = np.sqrt(np.asarray(weighted.multiply(weighted).sum(axis=1)).ravel())
        weighted = csr_matrix(weighted.multiply(1 / np.maximum(length, 1e-6)[:, None]))
        return hstack([weighted, csr_matrix(self.centred(dense) * DENSE_WEIGHT)]).tocsr()

    def centred(self, dense: np.ndarray) -> np.ndarray:
        """Embeddings with the training mean taken out and every direction at the same spread."""
        return np.asarray((dense - self.mean) / self.spread)


@dataclass(frozen=True)
class LinearClassifier:
    """Class probabilities as a softmax over `rows @ coefficients + intercepts + nearness * cosine`.

    The cosine is the one to the class's nearest training example, between centred embeddings: what was said in
    almost the same words before counts.
    """

    classes: list[str]
    coefficients: np.ndarray
    intercepts: np.ndarray
    examples: np.ndarray
    example_classes: np.ndarray
    nearness: float
    space: FeatureSpace

    @classmethod
    def fit(
        cls, sparse: csr_matrix, dense: np.ndarray, labels: list[str], *, strength: float, nearness: float = 0.0
    ) -> LinearClassifier:
        """Learns from examples; classes weigh the same however many examples they have."""
        space = FeatureSpace.learn(sparse, dense)
        model = LogisticRegression(
            C=strength, class_weight="balanced", max_iter=120, tol=1e-3, multi_class="multinomial"
        )
        model.fit(space.rows(sparse, dense), labels)
        coefficients, intercepts = model.coef_, model.intercept_
        if len(model.classes_) == 2:
            coefficients = np.vstack([-coefficients, coefficients])
            intercepts = np.hstack([-intercepts, intercepts])
        classes = [str(c) for c in model.classes_]
        example_classes = np.array([classes.index(label) for label in labels])
        examples = _unit(space.centred(dense)).astype(np.float32)
        kept = (coefficients.T.astype(np.float32), intercepts, examples, example_classes)
        return cls(classes, *kept, nearness, space)

    def ranking(self, sparse: csr_matrix, dense: np.ndarray) -> list[tuple[str, float]]:
        """The classes of one message with their probabilities, likeliest first."""
        scores = np.asarray(self.space.rows(sparse, dense) @ self.coefficients)[0] + self.intercepts
        if self.nearness:
            nearest = np.full(len(self.classes), -1.0)
            cosines = self.examples @ _unit(self.space.centred(dense))[0]
            np.maximum.at(nearest, self.example_classes, cosines)
            scores = scores + self.nearness * nearest
        pairs = zip(self.classes, softmax(scores).tolist(), strict=True)
        return sorted(pairs, key=lambda pair: -pair[1])

    def save(self, path: Path) -> None:
        """Writes the arrays; no pickles, so loading runs no code."""
        fields = asdict(self)
        space = fields.pop("space")
        halved = {"examples": self.examples.astype(np.float16)}
        np.savez(path, **{k: np.array(v) for k, v in (fields | space | halved).items()})

    @classmethod
    def load(cls, path: Path) -> LinearClassifier:
        """Reads what `save` wrote."""
        with np.load(path, allow_pickle=False) as kept:
            return cls(
                classes=kept["classes"].tolist(),
                coefficients=kept["coefficients"],
                intercepts=kept["intercepts"],
                examples=kept["examples"].astype(np.float32),
                example_classes=kept["example_classes"],
                nearness=float(kept["nearness"]),
                space=FeatureSpace(kept["idf"], kept["mean"], kept["spread"]),
            )


def _unit(vectors: np.ndarray) -> np.ndarray:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))


def features(messages: list[Message]) -> tuple[csr_matrix, np.ndarray]:
    """The sparse and dense sentence features of featurised messages."""
    sparse = vstack([m.get_sparse_features(attribute=TEXT)[1].features for m in messages]).tocsr()
    dense = np.vstack([m.get_dense_features(attribute=TEXT)[1].features for m in messages])
    return sparse, dense
