"""A company whose deadlines fell due while nobody looked, and the processes that must make up for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests import factories
from tests.celery_process import CeleryProcess
from tests.conftest import DATA_KEY
from tests.fault.ledger import Owed, owed
from tests.fault.servers import RedisServer
from ticketing.demo import bulk
from ticketing.platform.clock import FixedClock, SystemClock
from ticketing.platform.db import Database

CLOCK = SystemClock()
OUTAGE = timedelta(hours=26)

FallDue = Callable[[int], list[Owed]]


def open_for_business(database: Database) -> None:
    """Policies, calendars, a team with its lead, a supervisor and compliance."""
    with database.transaction() as session:
        factories.company(session, CLOCK)
        team = factories.team(session, categories=["product_service", "transaction_dispute"])
        for role in ("agent", "agent", "team_lead", "supervisor", "compliance"):
            factories.staff(session, role=role, team=team)


def fall_due(database: Database, tickets: int) -> list[Owed]:
    """So many tickets as the services left them 26 hours ago, when everything stopped; gives the levels due since."""
    before = {each.key for each in owed(database, CLOCK)}
    then = FixedClock(CLOCK.now() - OUTAGE)
    bulk.load(database, clock=then, count=tickets, say=lambda _text: None, open_share=1.0)
    return [each for each in owed(database, CLOCK) if each.key not in before]


def environ_of(database_url: str, broker_url: str, folder: Path) -> dict[str, str]:
    """The environment of a worker's process."""
    return {
        "KESU_ENV": "test",
        "KESU_DATABASE_URL": database_url,
        "KESU_BROKER_URL": broker_url,
        "KESU_SECRET_KEY": "s" * 40,
        "KESU_DATA_KEYS": f"1:{DATA_KEY}",
        "KESU_BOT_SECRET": "b" * 40,
        "KESU_MAIL_DIR": str(folder / "mail"),
        "KESU_SWEEP_SECONDS": "0.5",
        "KESU_OUTBOX_SECONDS": "0.5",
        "KESU_LOG_LEVEL": "WARNING",
    }


@pytest.fixture
def company(database: Database) -> Database:
    """A database with people in it, on SQLite and on PostgreSQL."""
    open_for_business(database)
    return database


@pytest.fixture
def environ(database: Database, tmp_path: Path) -> dict[str, str]:
    """For processes on that database; SQLite is the broker, as in `make run`."""
    url = database.engine.url.render_as_string(hide_password=False)
    return environ_of(url, f"sqla+sqlite:///{tmp_path}/broker.sqlite3", tmp_path)


@pytest.fixture
def redis_server(tmp_path: Path) -> Iterator[RedisServer]:
    """A Redis of the test's own, running."""
    server = RedisServer(tmp_path)
    server.start()
    yield server
    server.kill()


@pytest.fixture
def processes(tmp_path: Path) -> Iterator[Callable[..., CeleryProcess]]:
    """Makes Celery processes, which are ended with the test."""
    made: list[CeleryProcess] = []

    def make(environ: dict[str, str], *command: str) -> CeleryProcess:
        name = f"celery{len(made)}"
        options = {"command": command} if command else {}
        made.append(CeleryProcess(tmp_path, environ, name=name, **options))
        return made[-1]

    yield make
    for process in made:
        process.kill()
