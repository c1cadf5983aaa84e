"""Encoders as graphs of ONNX Runtime: what building and running them has in common."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import numpy.typing as npt
from onnx import TensorProto, helper, numpy_helper

# Told nothing before it is loaded, the runtime reports each process to its maker and keeps a database of reports in the home.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
import onnxruntime

Floats = npt.NDArray[np.float32]
FUSED = "com.microsoft"
"""The runtime's own operators, each several of the standard's in one."""


class Builder:
    """Nodes and constants of a graph as it grows; each node's output has its name."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def constant(self, values: np.ndarray[Any, Any]) -> str:
        name = f"constant_{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def add(self, operator: str, inputs: list[str], domain: str = "", **attributes: Any) -> str:
        output = f"{operator}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, inputs, [output], domain=domain, **attributes))
        return output

    def split(self, left: str, sizes: str) -> list[str]:
        """The parts of ``left`` along its last axis, three of them."""
        outputs = [f"Split_{len(self.nodes)}_{part}" for part in range(3)]
        self.nodes.append(helper.make_node("Split", [left, sizes], outputs, axis=-1))
        return outputs

    def model(self, inputs: dict[str, tuple[int, list[Any]]], outputs: Sequence[str]) -> bytes:
        """The graph from named inputs, each with its type and shape, to the outputs named."""
        given = [helper.make_tensor_value_info(name, kind, shape) for name, (kind, shape) in inputs.items()]
        found = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in outputs]
        graph = helper.make_graph(self.nodes, "encoder", given, found, self.constants)
        versions = [helper.make_opsetid("", 17), helper.make_opsetid(FUSED, 1)]
        return bytes(helper.make_model(graph, opset_imports=versions, ir_version=8).SerializeToString())


def session(model: bytes) -> onnxruntime.InferenceSession:
    """A graph ready to run, in the calling thread."""
    options = onnxruntime.SessionOptions()
    # A product split over threads waits for the last of them, which on busy cores is long.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    # A pool of memory would keep what the largest batch took.
    options.enable_cpu_mem_arena = False
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def padded(rows: Sequence[Sequence[int]], filling: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int32]]:
    """Pieces of texts ``(b, n)``, the shorter filled up, and the mask: 1 for what counts."""
    longest = max(map(len, rows))
    ids = np.array([[*row, *[filling] * (longest - len(row))] for row in rows])
    return ids, np.array([[1] * len(row) + [0] * (longest - len(row)) for row in rows], np.int32)


def means(hidden: Floats, mask: npt.NDArray[np.int32]) -> Floats:
    """Rows of length one: the mean over the pieces that count."""
    summed = (hidden * mask[..., None]).sum(axis=1)
    return np.asarray(summed / np.linalg.norm(summed, axis=1, keepdims=True), np.float32)


def in_batches(
    tokens: Sequence[Sequence[int]], vectors: Callable[[list[Sequence[int]]], Floats], *, width: int, at_once: int
) -> Floats:
    """Rows for texts as pieces. One is embedded by the calling thread; batches of many, of like length, by a thread a core."""
    batches = list(_alike(tokens, at_once))
    found = np.empty((len(tokens), width), np.float32)

    def fill(rows: list[int]) -> None:
        found[rows] = vectors([tokens[row] for row in rows])

    if len(batches) == 1:
        fill(batches[0])
    else:
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            for _ in pool.map(fill, batches):
                pass
    return found


def _alike(tokens: Sequence[Sequence[int]], at_once: int) -> Iterator[list[int]]:
    """The rows by length, as many together as hold so many pieces."""
    rows: list[int] = []
    for row in sorted(range(len(tokens)), key=lambda at: len(tokens[at])):
        if rows and (len(rows) + 1) * len(tokens[row]) > at_once:
            yield rows
            rows = []
        rows.append(row)
    if rows:
        yield rows
