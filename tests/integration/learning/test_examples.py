"""The vectors of what the assistant was trained on: taken from its training where that was here, else embedded little by little."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import func, select

from ticketing.knowledge.embedding import BUNDLED, MULTILINGUAL, SHARED_WIDTH, Embedder
from ticketing.knowledge.models import TextVector
from ticketing.learning import utterances
from ticketing.learning.clustering import Learner
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database

KNOWN, NEW = "我要投诉客服态度差", "customer service hung up on me"


@pytest.fixture(autouse=True)
def examples(monkeypatch: pytest.MonkeyPatch) -> None:
    found = ((KNOWN, "file_complaint"), (NEW, "file_complaint"))
    monkeypatch.setattr(utterances, "read", lambda: found)


@pytest.fixture
def trained(tmp_path: Path) -> Path:
    """A training that left vectors of one of them, and of a text that is no example any more."""
    rows = np.zeros((2, SHARED_WIDTH + 768), np.float32)
    rows[0, 1] = rows[1, 0] = 1.0
    np.savez_compressed(tmp_path / f"embeddings-{BUNDLED}.npz", texts=np.array(["旧的说法", KNOWN]), vectors=rows)
    return tmp_path


def stored(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(TextVector)) or 0


def test_what_the_training_left_is_taken_and_only_the_rest_is_embedded(
    database: Database, clock: FixedClock, embedder: Embedder, trained: Path
) -> None:
    learner = Learner(embedder, trained=trained)
    learner.run(database, clock=clock)
    assert stored(database) == 1
    assert utterances.missing(database, model=BUNDLED, trained=trained) == [NEW]
    learner.run(database, clock=clock)
    assert utterances.missing(database, model=BUNDLED, trained=trained) == []
    with database.reading() as session:
        examples = utterances.remembered(session, model=MULTILINGUAL)
    assert examples.vectors.shape == (2, SHARED_WIDTH)
    assert sorted(float(vector[0]) == 1.0 for vector in examples.vectors) == [False, True]


def test_where_nothing_was_trained_all_are_embedded_and_kept(
    database: Database, clock: FixedClock, learner: Learner
) -> None:
    for _ in range(2):
        learner.run(database, clock=clock)
    assert stored(database) == 2
    again = Learner(learner.embedder)
    for _ in range(2):
        again.run(database, clock=clock)
    assert stored(database) == 2


def test_a_model_that_fails_loses_no_example(
    database: Database, clock: FixedClock, learner: Learner, monkeypatch: pytest.MonkeyPatch
) -> None:
    learner.run(database, clock=clock)

    def broken(*_arguments: object) -> None:
        raise RuntimeError("no model")

    with monkeypatch.context() as patched:
        patched.setattr(learner.embedder.shared, "embed", broken)
        learner.run(database, clock=clock)
    assert stored(database) == 0
    clock.advance(minutes=2)
    learner.run(database, clock=clock)
    assert stored(database) == 2
