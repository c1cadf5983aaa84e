"""More beats and workers than there should be: a wake-up too many does nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.celery_process import BEAT, WORKER, CeleryProcess, until
from tests.conftest import empty
from tests.fault.conftest import CLOCK, environ_of, fall_due, open_for_business
from tests.fault.ledger import assert_kept, still_due
from tests.fault.servers import RedisServer
from ticketing.platform.db import Database

TICKETS = 1_000


@pytest.fixture
def database(postgresql_database: Database) -> Database:
    """As in production: several workers need PostgreSQL and Redis."""
    empty(postgresql_database)
    return postgresql_database


@pytest.mark.timeout(300)
def test_two_beats_and_four_workers_fire_every_level_of_1000_tickets_once(
    database: Database, redis_server: RedisServer, processes: Callable[..., CeleryProcess], tmp_path: Path
) -> None:
    open_for_business(database)
    promised = fall_due(database, TICKETS)
    url = database.engine.url.render_as_string(hide_password=False)
    environ = environ_of(url, redis_server.url, tmp_path)
    started = [processes(environ, *command) for command in (*[BEAT] * 2, *[WORKER] * 4)]
    for process in started:
        process.launch()
    until(lambda: still_due(database, CLOCK) == 0, 240, lambda: "\n".join(process.said() for process in started))
    for process in started:
        process.kill()
    assert "Traceback" not in "".join(process.said() for process in started)
    assert_kept(database, CLOCK, promised)
