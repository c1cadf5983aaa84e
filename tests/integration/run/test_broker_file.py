"""The queues in SQLite's file, which `make run` uses: what was taken leaves it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from celery import Celery

from ticketing import worker
from ticketing.platform.settings import Settings

WAKE_UPS = 6
pytestmark = pytest.mark.filterwarnings("ignore:The ``noload`` loader strategy")
"""Kombu's own tables use it."""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "broker.sqlite3"


@pytest.fixture
def celery(file: Path) -> Iterator[Celery]:
    app = worker.make_celery(Settings(broker_url=f"sqla+sqlite:///{file}"))
    yield app
    app.close()


def test_a_wake_up_that_was_taken_leaves_the_file(celery: Celery, file: Path) -> None:
    for name in ("kesu.index", "kesu.sweep") * (WAKE_UPS // 2):
        celery.send_task(name)
    with celery.connection_for_read() as connection:
        taken = [connection.SimpleQueue(name).get(block=False) for name in (*worker.QUEUES, "celery")]
        for message in taken:
            message.ack()
    assert sorted(message.headers["task"] for message in taken) == ["kesu.index", "kesu.index", "kesu.sweep"]
    assert _held(file) == WAKE_UPS - len(taken)


def test_a_wake_up_whose_worker_went_away_is_put_back(celery: Celery, file: Path) -> None:
    celery.send_task("kesu.index")
    with celery.connection_for_read() as connection:
        connection.SimpleQueue("celery").get(block=False)
        assert _held(file) == 0
    assert _held(file) == 1


def test_what_was_taken_before_leaves_it_at_the_next_start(celery: Celery, file: Path) -> None:
    celery.send_task("kesu.index")
    celery.send_task("kesu.index")
    with sqlite3.connect(file) as broker:
        broker.execute("DROP TRIGGER kombu_message_taken")
        broker.execute("UPDATE kombu_message SET visible = 0 WHERE id = 1")
    worker.make_celery(Settings(broker_url=f"sqla+sqlite:///{file}")).close()
    assert _held(file) == 1


def _held(file: Path) -> int:
    with sqlite3.connect(file) as broker:
        return int(broker.execute("SELECT count(*) FROM kombu_message").fetchone()[0])
