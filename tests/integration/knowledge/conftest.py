"""Two topics of the real articles with the real embedding model, on both databases."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from ticketing.knowledge import seed, service
from ticketing.knowledge.service import SearchResult
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database

TOPICS = ("transfers", "withdrawals")
Ask = Callable[..., SearchResult]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Seed files of two neighbouring topics, free to be changed."""
    made = tmp_path / "articles"
    made.mkdir()
    for topic in TOPICS:
        shutil.copy(seed.FOLDER / f"{topic}.yml", made)
    return made


@pytest.fixture
def articles(database: Database, clock: FixedClock, folder: Path) -> Database:
    """The database with those articles loaded."""
    with database.transaction() as session:
        service.load_articles(session, clock=clock, folder=folder)
    return database


@pytest.fixture
def ask(articles: Database, clock: FixedClock) -> Ask:
    """Search in a transaction of its own."""

    def asked(query: str, language: str = "zh", topic: str | None = None) -> SearchResult:
        with articles.transaction() as session:
            return service.search(session, clock=clock, query=query, language=language, topic=topic)

    return asked
