"""Encoders' matrices in 8 bits, and what is made of a model once for an environment.

A matrix in 8 bits is multiplied three times as quickly as one in floats, but what it is multiplied by is rounded, too, by one
step for a whole text, and a few channels are a hundred times as strong as the others. So the OUTSTANDING strongest of each
product stay floats, and of the others each is weakened where its weights are strengthened (Xiao et al. 2023, *SmoothQuant*).
How strong channels are is measured on LINES.
"""

from __future__ import annotations

import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import onnx
from onnx import numpy_helper

from ticketing.knowledge.graph import FUSED, Builder, Floats

PLACE = Path(sys.prefix) / "share" / "kesu"
LINES = Path(__file__).with_name("measured_lines.txt").read_text(encoding="utf-8").splitlines()
"""Texts as customers of both languages type them, on which channels are measured."""
OUTSTANDING = 8
SHIFT = 128
"""From a signed byte to an unsigned one."""
PROCESSOR = Path("/proc/cpuinfo")
WEAKEST = np.float32(1e-5)

Strengths = Mapping[str, Floats]


class RoundingBuilder(Builder):
    """A graph whose matrices are rounded by ``strengths``; as they are where there are none, and then what each is multiplied by
    is an output, too."""

    def __init__(self, strengths: Strengths | None) -> None:
        super().__init__()
        self.strengths = strengths
        self.multiplied: dict[str, str] = {}

    def times(self, left: str, name: str, weights: Floats) -> str:
        """``left (…, long)`` times the matrix ``(long, wide)`` of that name."""
        if self.strengths is None:
            self.multiplied[name] = left
            return self.add("MatMul", [left, self.constant(weights)])
        strength = np.maximum(self.strengths[name], WEAKEST)
        exact = np.sort(np.argsort(-strength)[:OUTSTANDING])
        weaker = np.sqrt(strength / np.maximum(np.abs(weights).max(axis=1), WEAKEST))
        stronger = weights * weaker[:, None]
        stronger[exact] = 0
        factors = 1 / weaker
        factors[exact] = 0
        scales = np.abs(stronger).max(axis=0) / 127
        rounded = np.round(stronger / scales).astype(np.int8)
        weakened = self.add("Mul", [left, self.constant(factors)])
        inputs = [weakened, self.constant(rounded), self.constant(scales)]
        most = self.add("DynamicQuantizeMatMul", inputs, FUSED)
        strongest = self.add("Gather", [left, self.constant(exact)], axis=-1)
        return self.add("Add", [most, self.add("MatMul", [strongest, self.constant(weights[exact])])])


def without_overflow(graph: bytes) -> bytes:
    """The graph as this processor multiplies it without overflowing: the same numbers everywhere.

    Without VNNI instructions x86 adds two products of an unsigned and a signed byte in 16 bits and cuts off what is too large
    (seen: cosine 0.995 to the right vector). Of two unsigned bytes it does not; that takes a little longer.
    """
    if platform.machine() not in {"x86_64", "AMD64"} or _has_vnni():
        return graph
    model = onnx.load_from_string(graph)
    constants = {constant.name: constant for constant in model.graph.initializer}
    for node in model.graph.node:
        if node.op_type == "DynamicQuantizeMatMul":
            signed = constants[node.input[1]]
            shifted = (numpy_helper.to_array(signed).astype(np.int16) + SHIFT).astype(np.uint8)
            signed.CopyFrom(numpy_helper.from_array(shifted, signed.name))
            nought = numpy_helper.from_array(np.full(shifted.shape[1], SHIFT, np.uint8), f"{signed.name}_nought")
            model.graph.initializer.append(nought)
            node.input.append(nought.name)
    return bytes(model.SerializeToString())


def _has_vnni() -> bool:
    try:
        return "vnni" in PROCESSOR.read_text(encoding="utf-8")
    except OSError:
        return False


def strengths(
    names: Sequence[str], inputs: Callable[[str], Sequence[Floats]], lines: Sequence[str]
) -> dict[str, Floats]:
    """The largest number in each channel of what every matrix is multiplied by, which ``inputs`` gives for a line."""
    found: dict[str, Floats] = {}
    for line in lines:
        for name, values in zip(names, inputs(line), strict=True):
            found[name] = np.maximum(found.get(name, np.float32(0)), np.abs(values[0]).max(axis=0))
    return found


def prepared(folder: Path, write: Callable[[Path], None]) -> Path:
    """The folder of what is made of a model; where there is none yet, ``write`` fills one, which takes its place when it is whole."""
    if folder.is_dir():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(dir=folder.parent))
    try:
        write(made)
        made.chmod(0o755)
        os.rename(made, folder)
    except OSError:
        # Another process was quicker.
        if not folder.is_dir():
            raise
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return folder
