"""The supervisor room's pages beside many tickets, for desk.py.

Each is asked for every half a second, as browsers would, so that the live figures are counted anew meanwhile; the first look,
after a restart, counts them while the reader waits.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

from flask.testing import FlaskClient

from tests.load.databases import timed
from ticketing.platform.db import Database
from ticketing.reports import tally

PAGES = (
    "/board",
    "/board/figures",
    "/board/data",
    "/board/load",
    "/board/people",
    "/board/quality",
    "/board/causes",
    "/board/alerts",
    "/board/tickets?show=late",
    "/board/tickets?show=due&hours=8",
    "/board/tickets?show=breached_today",
    "/board/tickets?channel=chat",
)
PAUSE_SECONDS = 0.5


def measure(database: Database, browser: FlaskClient, *, times: int, say: Callable[[str], object]) -> None:
    """Ask for every page; the tickets are tallied before, as a worker would have them."""
    with database.transaction() as session:
        tally.recount(session)
    for page in PAGES:
        first, *later = [_asked(browser, page) for _ in range(times + 1)]
        slow = statistics.quantiles(later, n=20)[18]
        say(f"  board {page:<60} p50 {statistics.median(later):6.0f} ms  p95 {slow:6.0f} ms  first {first:.0f} ms")


def _asked(browser: FlaskClient, page: str) -> float:
    """Milliseconds a page took, which must come."""

    def look() -> None:
        answer = browser.get(page)
        assert answer.status_code == 200, (page, answer.status_code)

    time.sleep(PAUSE_SECONDS)
    return timed(look)
