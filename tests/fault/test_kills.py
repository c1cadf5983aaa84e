"""A worker that is killed in the middle of its work, again and again."""

from __future__ import annotations

import random
import time

import pytest

from tests.celery_process import until
from tests.fault.conftest import CLOCK, fall_due
from tests.fault.ledger import assert_kept, still_due
from tests.fault.sweeper import Sweeper
from ticketing.platform.db import Database

KILLS = 100
LONGEST_LIFE_SECONDS = 0.3
TICKETS = 100


@pytest.mark.timeout(300)
def test_a_worker_killed_at_100_random_instants_fires_every_level_once(
    company: Database, environ: dict[str, str]
) -> None:
    dice = random.Random(2026)
    promised = fall_due(company, TICKETS)
    kills = 0
    while kills < KILLS:
        sweeper = Sweeper(environ)
        sweeper.wait_until_it_sweeps()
        time.sleep(dice.uniform(0, LONGEST_LIFE_SECONDS))
        sweeper.kill()
        # Only a kill that left something undone was one in the middle of a sweep.
        if still_due(company, CLOCK):
            kills += 1
        else:
            promised += fall_due(company, TICKETS)
    last = Sweeper(environ)
    until(lambda: still_due(company, CLOCK) == 0, 120)
    last.kill()
    assert_kept(company, CLOCK, promised)
