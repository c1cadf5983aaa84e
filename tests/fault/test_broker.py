"""The broker carries wake-ups and nothing else, so losing it and all it holds loses nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.celery_process import CeleryProcess, until
from tests.fault.conftest import CLOCK, environ_of, fall_due
from tests.fault.ledger import assert_kept, still_due
from tests.fault.servers import RedisServer
from ticketing.platform.db import Database

TICKETS = 20
EMPTIED = 20


@pytest.mark.timeout(240)
def test_a_broker_that_dies_and_comes_back_empty_loses_no_level(
    company: Database, redis_server: RedisServer, processes: Callable[..., CeleryProcess], tmp_path: Path
) -> None:
    url = company.engine.url.render_as_string(hide_password=False)
    celery = processes(environ_of(url, redis_server.url, tmp_path))
    promised = fall_due(company, TICKETS)
    celery.start()
    until(lambda: still_due(company, CLOCK) == 0, 60, celery.explains)

    redis_server.kill()
    promised += fall_due(company, TICKETS)
    until(lambda: "Connection refused" in celery.said(), 60, celery.explains)
    redis_server.start()
    until(lambda: still_due(company, CLOCK) == 0, 60, celery.explains)

    promised += fall_due(company, TICKETS)
    for _ in range(EMPTIED):
        redis_server.empty()
    until(lambda: still_due(company, CLOCK) == 0, 60, celery.explains)
    celery.kill()
    assert_kept(company, CLOCK, promised)
