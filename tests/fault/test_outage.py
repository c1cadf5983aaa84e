"""Everything was down for 26 hours, across deadlines of 24."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from tests.celery_process import CeleryProcess, until
from tests.fault.conftest import CLOCK, OUTAGE, fall_due
from tests.fault.ledger import assert_kept, still_due
from ticketing.platform.db import Database
from ticketing.sla.models import ClockVerdict

TICKETS = 30


@pytest.mark.timeout(180)
def test_after_26_hours_without_a_worker_the_first_one_fires_everything_missed(
    company: Database, environ: dict[str, str], processes: Callable[..., CeleryProcess]
) -> None:
    promised = fall_due(company, TICKETS)
    assert {each.kind for each in promised} == {"warning", "breach", "after"}
    celery = processes(environ)
    celery.start()
    until(lambda: still_due(company, CLOCK) == 0, 90, celery.explains)
    celery.kill()
    assert_kept(company, CLOCK, promised)
    with company.reading() as session:
        broken = session.scalars(select(ClockVerdict).where(ClockVerdict.verdict == "breached")).all()
    # Broken while nobody looked, and dated to then.
    assert any(row.breached_at and CLOCK.now() - OUTAGE < row.breached_at < CLOCK.now() for row in broken)
