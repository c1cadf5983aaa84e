"""Embedding space where two models embed, of which the second reads only some texts: its numbers are nought for the others.
And vectors of articles: the nearest of each.
"""

from __future__ import annotations

import numpy as np
import pytest

from ticketing.knowledge.space import Grouped, Space, Vectors, unit

FIRST, SECOND = 4, 6
OWNERS = np.repeat(np.arange(10), 4)


def embedded(*, both: bool = True) -> Vectors:
    """Four texts of ten articles, alike in each; of every two the second model reads one, or none at all."""
    dice = np.random.default_rng(3)
    middles = dice.normal(size=(10, FIRST + SECOND))
    found = middles[OWNERS] + 0.2 * dice.normal(size=(len(OWNERS), FIRST + SECOND)) + 5
    found[(slice(1, None, 2) if both else slice(None)), FIRST:] = 0
    return np.asarray(found, np.float32)


def test_what_a_model_did_not_read_stays_nought_and_moves_no_middle() -> None:
    vectors = embedded()
    places = Space(vectors, OWNERS).askings
    assert not places[1::2, FIRST:].any()
    assert (places[::2] != 0).all()
    # The middle of the second part is that of the texts that have it, not half of it.
    assert np.abs(unit(places[::2, FIRST:]).mean(axis=0)).max() < 0.5


def test_both_parts_weigh_alike_and_a_place_has_length_one() -> None:
    places = Space(embedded(), OWNERS).askings
    assert np.linalg.norm(places, axis=1) == pytest.approx(1, abs=1e-5)
    assert np.linalg.norm(places[::2, :FIRST], axis=1) == pytest.approx(0.5**0.5, abs=1e-5)
    assert np.linalg.norm(places[1::2, :FIRST], axis=1) == pytest.approx(1, abs=1e-5)


def test_the_first_part_of_what_only_the_first_reads_is_as_if_there_were_no_second() -> None:
    vectors = embedded()
    both, alone = Space(vectors, OWNERS), Space(vectors[:, :FIRST], OWNERS)
    assert both.askings[1::2, :FIRST] == pytest.approx(alone.askings[1::2], abs=1e-4)


def test_a_question_in_a_language_that_no_article_has_is_placed_by_the_first_model() -> None:
    space = Space(embedded(both=False), OWNERS)
    question = np.ones((1, FIRST + SECOND), np.float32)
    assert space.place(question).shape == (1, FIRST)


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
    vectors = np.array([[1, 0, 0], [0, 1, 0], [0.6, 0.8, 0], [-1, 0, 0]], np.float32)
    found = Grouped(vectors, np.array([1, 1, 2, 4]), 6).best(np.array(rows, np.int64), np.array([1, 0, 0], np.float32))
    assert found.tolist() == pytest.approx(nearest)
