"""Two topics of the real articles with the real embedding model, on both databases."""

from __future__ import annotations

import fcntl
import os
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.desk import app, company, signed_in
from tests.integration.knowledge import library
from ticketing.knowledge import retrieval, seed, service
from ticketing.knowledge.embedding import BUNDLED, embedder
from ticketing.knowledge.service import SearchResult
from ticketing.platform.clock import FixedClock, SystemClock
from ticketing.platform.db import Database

__all__ = ["app", "company", "signed_in"]

HERE = Path(__file__).parent
TOPICS = ("transfers", "withdrawals")
Ask = Callable[..., SearchResult]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The first test of each process embeds every asking of both topics, which takes long on busy cores."""
    for item in items:
        if item.path.parent == HERE:
            item.add_marker(pytest.mark.timeout(900))


@pytest.fixture(scope="session")
def embedded(tmp_path_factory: pytest.TempPathFactory, sqlite_file: Path) -> None:
    """Of the processes that test side by side the first embeds both topics; the others take over its vectors."""
    run = tmp_path_factory.getbasetemp()
    run = run.parent if "PYTEST_XDIST_WORKER" in os.environ else run
    cache, file = embedder(BUNDLED)._cache, run / "vectors"
    with (run / "vectors.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not file.exists():
            _embed(tmp_path_factory.mktemp("embedded"), sqlite_file)
            file.write_bytes(pickle.dumps(list(cache.items())))
        cache.update(pickle.loads(file.read_bytes()))


def _embed(folder: Path, sqlite_file: Path) -> None:
    """Build the index of both topics as a search would."""
    clock = SystemClock()
    for topic in TOPICS:
        shutil.copy(seed.FOLDER / f"{topic}.yml", folder)
    database = Database(f"sqlite:///{shutil.copy(sqlite_file, folder / 'embedded.sqlite3')}")
    with database.transaction() as session:
        service.load_articles(session, clock=clock, folder=folder)
    with database.reading() as session:
        retrieval.current(session, clock=clock, model=BUNDLED)
    database.dispose()


@pytest.fixture
def folder(tmp_path: Path, embedded: None) -> Path:
    """Seed files of two neighbouring topics, free to be changed."""
    made = tmp_path / "articles"
    made.mkdir()
    for topic in TOPICS:
        shutil.copy(seed.FOLDER / f"{topic}.yml", made)
    return made


@pytest.fixture
def articles(database: Database, clock: FixedClock, folder: Path) -> Database:
    """The database with those articles loaded, which nothing in this process has searched yet, though it may be called as one before."""
    retrieval._shelves.clear()
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


@pytest.fixture
def shelf(company: Database, clock: FixedClock) -> Database:
    """A company with a handful of articles."""
    with company.transaction() as session:
        library.fill(session, clock)
    return company
