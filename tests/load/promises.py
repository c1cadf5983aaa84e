"""What keeping promises costs, by the number of open tickets: `make load ARGS='--only promises'` prints these tables.

    python tests/load/promises.py --tickets 10000 100000 1000000

A database is filled up to each size in turn. The first table tells what one process needs while the machine does
nothing else: a sweep with nothing due, a level that is only claimed and judged, one that is escalated, a ticket armed
again, a ticket opened. The second one is the worker as production starts it (beat, two processes for deadlines, one with
two threads for the rest, Redis as broker; mails, webhooks and audit chain going on beside): so many breaches fall due one
after the other within a minute, and at the largest size as many again at one instant. SQLite is measured as `make run`
starts it, with its one worker. Prints figures, asserts nothing, drops what it made.
"""

from __future__ import annotations

import argparse
import secrets
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
from sqlalchemy import select, text

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests import factories
from tests.load import bursts
from tests.load.databases import CLOCK, fill, levels, open_tickets, postgresql, prepare, settings_of, sqlite, timed
from ticketing.platform.db import Database
from ticketing.sla import service as sla
from ticketing.tickets.journal import rearm
from ticketing.tickets.models import Ticket

IDLE_SWEEPS = 500
ALONE = 1_000
"""Levels that one process fires alone."""
NOW = timedelta(0)
Open = Callable[[], AbstractContextManager[Database | None]]


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_options(parser)
    run(parser.parse_args())


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--tickets", type=int, nargs="*", default=[10_000, 100_000, 1_000_000], metavar="N")
    parser.add_argument("--sqlite", type=int, nargs="*", default=[10_000, 100_000], metavar="N")
    parser.add_argument("--due", type=int, default=10_000, metavar="N", help="breaches within the minute")


def run(options: argparse.Namespace) -> None:
    """Print the tables."""
    prepare()
    memory = round(psutil.virtual_memory().total / 2**30)
    say(
        f"promises: {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {psutil.cpu_count()} cores, {memory} GiB,"
        f" load average {psutil.getloadavg()[0]:.1f} before"
    )
    measure(postgresql, sorted(options.tickets), options.due)
    measure(sqlite, sorted(options.sqlite), options.due)


def measure(opened: Open, sizes: Sequence[int], due: int) -> None:
    """Fill one database up to each size and print its lines."""
    if not sizes:
        return
    with opened() as database:
        if database is None:
            return
        say(f"\n{described(database)}")
        for size in sizes:
            seconds = fill(database, size)
            say(
                f"{open_tickets(database):,} open tickets, {levels(database):,} levels armed; filled in {seconds:.0f} s"
            )
            alone(database)
            together(database, due, NOW if size == sizes[-1] else None)


def described(database: Database) -> str:
    """The database and how it is set where that matters here."""
    if database.dialect == "sqlite":
        return "SQLite"
    with database.reading() as session:
        version = str(session.scalar(text("SHOW server_version"))).split()[0]
        kept = [f"{name} {session.scalar(text(f'SHOW {name}'))}" for name in ("shared_buffers", "autovacuum", "fsync")]
    return f"PostgreSQL {version}, {', '.join(kept)}"


def alone(database: Database) -> None:
    """What one process needs, the machine being its own."""
    from ticketing.tasks import Worker

    worker = Worker(settings_of(database), database, CLOCK)
    idle(database, "idle sweep")
    for name, sweep in (
        ("claimed", lambda: sla.sweep(database, clock=CLOCK, escalate=nothing)),
        ("fired", worker.sweep),
    ):
        ids = bursts.breaches(database, ALONE)
        bursts.move(database, ids, [CLOCK.now() - timedelta(seconds=1)] * len(ids))
        own = time.process_time()
        each = timed(sweep) / len(ids)
        own = 1000 * (time.process_time() - own) / len(ids)
        say(
            f"  a level {name}: {each:.2f} ms, {own:.2f} of them this process at work; {1000 / each:,.0f} levels/s"
            f" ({len(ids):,} due at once, one process)"
        )
    say(f"  a ticket armed again: {shown(timed(lambda number=n: rearm_one(database, number)) for n in range(1, 101))}")
    say(f"  a ticket opened: {shown(timed(lambda: open_one(database)) for _ in range(100))}")


def together(database: Database, due: int, again: timedelta | None) -> None:
    """The worker's processes and a minute full of breaches; then, if asked, as many at one instant."""
    with bursts.workers(database) as running:
        tell(bursts.fire(database, running, due, bursts.MINUTE), "within a minute")
        if again is not None:
            tell(bursts.fire(database, running, due, again), "at one instant")
    idle(database, "idle sweep afterwards")


def tell(burst: bursts.Burst, how: str) -> None:
    middle, slow, slowest = burst.cuts
    say(
        f"  {len(burst.late):,} breaches due {how}: all escalated {burst.seconds:.1f} s after the first was due,"
        f" lateness p50 {middle:.2f}, p99 {slow:.2f}, max {slowest:.2f} s; load average {psutil.getloadavg()[0]:.1f}"
    )


def idle(database: Database, name: str) -> None:
    """A sweep that finds nothing due."""
    say(
        f"  {name}: {shown(timed(lambda: sla.sweep(database, clock=CLOCK, escalate=nothing)) for _ in range(IDLE_SWEEPS))}"
    )


def rearm_one(database: Database, number: int) -> None:
    with database.transaction() as session:
        ticket = session.scalars(select(Ticket).order_by(Ticket.id.desc()).offset(number).limit(1)).one()
        rearm(session, clock=CLOCK, ticket=ticket)


def open_one(database: Database) -> None:
    """A new customer's complaint, through the service."""
    with database.transaction() as session:
        factories.complaint(session, CLOCK, of=factories.customer(session, CLOCK, external_id=secrets.token_hex(8)))


def nothing(_session: object, _fired: sla.FiredLevel) -> None:
    """Escalates nothing."""


def shown(milliseconds: Iterable[float]) -> str:
    """Median and 99th percentile."""
    found = list(milliseconds)
    return f"p50 {statistics.median(found):.2f} ms, p99 {statistics.quantiles(found, n=100)[98]:.2f} ms"


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
