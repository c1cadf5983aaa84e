"""How long the supervisor room's pages take with many tickets.

    python tests/load/board.py [--tickets 1000000] [--looks 40] [--url postgresql+psycopg://…]

Fills a database of its own (or takes the one at --url, which the demo filled) and asks for each page as a browser would, every half a
second, so that the live figures are counted anew meanwhile. Prints the first look, the median and the 95th percentile in milliseconds.
"""

from __future__ import annotations

import argparse
import logging
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from flask.testing import FlaskClient
from sqlalchemy import text

from tests.load import databases
from ticketing import tables
from ticketing.demo import bulk, company
from ticketing.platform.db import Database
from ticketing.reports import tally
from ticketing.staff import service as staff
from web.app import create_app

PAGES = (
    "/board",
    "/board/figures",
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


@contextmanager
def filled(url: str | None, tickets: int) -> Iterator[Database | None]:
    """The database to measure on, tallied and analysed as a worker and autovacuum would have it."""
    if url:
        database = Database(url)
        ready(database)
        yield database
        database.dispose()
        return
    with databases.postgresql() as made:
        if made is not None:
            tables.metadata.create_all(made.engine)
            company.load(made, settings=databases.settings_of(made), clock=databases.CLOCK)
            bulk.load(made, clock=databases.CLOCK, count=tickets, say=sys.stderr.write)
            ready(made)
        yield made


def ready(database: Database) -> None:
    """Tally all tickets, let the database know its tables."""
    with database.transaction() as session:
        sys.stdout.write(f"{tally.recount(session):,} tickets\n")
    with database.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("VACUUM ANALYZE"))


def answered(browser: FlaskClient, page: str) -> None:
    """Ask for a page, which must come."""
    answer = browser.get(page)
    if answer.status_code != 200:
        raise RuntimeError(f"{page} answered {answer.status_code}")


def main(arguments: list[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--tickets", type=int, default=1_000_000)
    parser.add_argument("--looks", type=int, default=40)
    parser.add_argument("--url")
    options = parser.parse_args(arguments)
    databases.prepare()
    with filled(options.url, options.tickets) as database:
        if database is None:
            return 1
        app = create_app(databases.settings_of(database), database=database, clock=databases.CLOCK)
        logging.disable(logging.INFO)
        entry = staff.sign_in(
            database, clock=databases.CLOCK, login="zhou.kai", password=company.COMPANY["password"], hours=1
        )
        browser = app.test_client()
        browser.set_cookie("kesu_staff", entry.token)
        for page in PAGES:
            times = []
            for _ in range(options.looks):
                times.append(databases.timed(lambda page=page: answered(browser, page)))
                time.sleep(PAUSE_SECONDS)
            later = sorted(times[1:])
            sys.stdout.write(
                f"{page:<38} first {times[0]:7.0f} ms   p50 {statistics.median(later):6.0f} ms   "
                f"p95 {later[int(0.95 * len(later))]:6.0f} ms\n"
            )
            sys.stdout.flush()
        app.extensions["kesu_gateway"].close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
