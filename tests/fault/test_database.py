"""The database server goes away under the worker and comes back."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.celery_process import CeleryProcess, until
from tests.fault.conftest import CLOCK, fall_due, open_for_business
from tests.fault.ledger import assert_kept, still_due
from tests.fault.servers import PostgresqlServer
from ticketing import tables
from ticketing.platform.db import Database

TICKETS = 150


@pytest.fixture
def server() -> Iterator[PostgresqlServer]:
    made = PostgresqlServer()
    made.start()
    yield made
    made.remove()


@pytest.fixture
def database(server: PostgresqlServer) -> Iterator[Database]:
    made = Database(server.url)
    tables.metadata.create_all(made.engine)
    yield made
    made.dispose()


@pytest.mark.timeout(240)
def test_a_database_server_restarted_twice_in_the_middle_of_a_sweep_loses_no_level(
    database: Database, server: PostgresqlServer, processes: Callable[..., CeleryProcess], environ: dict[str, str]
) -> None:
    open_for_business(database)
    promised = fall_due(database, TICKETS)
    celery = processes(environ)
    celery.start()
    for mode in ("fast", "immediate"):
        before = still_due(database, CLOCK)
        until(lambda before=before: still_due(database, CLOCK) < before, 60, celery.explains)
        server.restart(mode)
        database.engine.dispose()
        assert still_due(database, CLOCK) > 0
    until(lambda: still_due(database, CLOCK) == 0, 120, celery.explains)
    celery.kill()
    assert_kept(database, CLOCK, promised)
