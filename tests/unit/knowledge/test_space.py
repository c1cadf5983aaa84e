"""Vectors of articles: the nearest of each, also where some have none."""

from __future__ import annotations

import numpy as np
import pytest

from ticketing.knowledge.space import Grouped

VECTORS = np.array([[1, 0, 0], [0, 1, 0], [0.6, 0.8, 0], [-1, 0, 0]], np.float32)
OWNERS = np.array([1, 1, 2, 4])


@pytest.mark.parametrize(
    ("rows", "nearest"),
    [
        ([1, 2, 4], [1.0, 0.6, -1.0]),
        ([0, 2, 3], [-1.0, 0.6, -1.0]),
        ([4, 5], [-1.0, -1.0]),
        ([0, 5], [-1.0, -1.0]),
        ([], []),
    ],
)
def test_the_nearest_of_each_article_and_the_least_there_is_where_one_has_none(
    rows: list[int], nearest: list[float]
) -> None:
    found = Grouped(VECTORS, OWNERS, 6).best(np.array(rows, np.int64), np.array([1, 0, 0], np.float32))
    assert found.tolist() == pytest.approx(nearest)
