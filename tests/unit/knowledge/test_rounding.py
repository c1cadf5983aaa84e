"""Matrices in 8 bits give the same numbers on every processor."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from onnx import TensorProto

from ticketing.knowledge import rounding
from ticketing.knowledge.graph import session
from ticketing.knowledge.rounding import OUTSTANDING, RoundingBuilder, without_overflow

LONG, WIDE = 256, 32


@pytest.fixture
def product() -> tuple[bytes, np.ndarray, np.ndarray]:
    """A graph that multiplies by a matrix, what to multiply, and what comes out but for rounding; all large, so that sums overflow 16 bits."""
    chance = np.random.default_rng(7)
    weights = (0.9 + 0.1 * chance.random((LONG, WIDE))).astype(np.float32)
    left = (0.9 + 0.1 * chance.random((1, 5, LONG))).astype(np.float32)
    left[..., :OUTSTANDING] *= 2
    build = RoundingBuilder({"matrix": np.abs(left).max(axis=(0, 1))})
    result = build.times("left", "matrix", weights)
    graph = build.model({"left": (TensorProto.FLOAT, [1, "n", LONG])}, [result])
    return graph, left, left @ weights


@pytest.mark.parametrize("known", ["flags : avx2", "flags : avx2 avx512_vnni", None])
def test_a_product_is_right_on_every_processor(
    product: tuple[bytes, np.ndarray, np.ndarray],
    known: str | None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    graph, left, right = product
    if known is not None and "vnni" in known and not rounding._has_vnni():
        known = rounding.PROCESSOR.read_text(encoding="utf-8")  # what this one cannot do is not asked of it
    place = tmp_path / "cpuinfo"
    if known is not None:
        place.write_text(known, encoding="utf-8")
    monkeypatch.setattr(rounding, "PROCESSOR", place)
    (found,) = session(without_overflow(graph)).run(None, {"left": left})
    assert np.abs(found / right - 1).max() < 0.01


def test_the_graph_stays_as_it_is_where_nothing_overflows(
    product: tuple[bytes, np.ndarray, np.ndarray], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    graph, _left, _right = product
    place = tmp_path / "cpuinfo"
    place.write_text("flags : avx2 avx_vnni", encoding="utf-8")
    monkeypatch.setattr(rounding, "PROCESSOR", place)
    assert without_overflow(graph) is graph
