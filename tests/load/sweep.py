"""How long a deadline sweep takes: with many open tickets and nothing due, and with many levels due.

    python tests/load/sweep.py --tickets 10000 --due 1000

Prints figures for SQLite and, if a server answers, PostgreSQL; asserts nothing. Uses databases of its own.
"""

from __future__ import annotations

import argparse
import base64
import os
import secrets
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Table, create_engine, func, insert, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

sys.path.insert(0, str(Path(__file__).parents[2]))

from ticketing import tables
from ticketing.customers.models import Customer
from ticketing.platform import crypto
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.sla import service as sla
from ticketing.sla.models import ArmedLevel, ClockVerdict, PolicyAssignment
from ticketing.sla.timelines import ClockEvent
from ticketing.tickets.models import Ticket

START = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
SERVER = os.environ.get("KESU_TEST_POSTGRESQL_URL", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres")
CHUNK = 2000


def main() -> None:
    """Measure both databases."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tickets", type=int, nargs="+", default=[1_000, 10_000], help="open tickets (at most 100000)")
    parser.add_argument("--due", type=int, default=500, help="levels due (at most as many as tickets)")
    chosen = parser.parse_args()
    crypto.install(crypto.Keyring.parse(f"1:{base64.b64encode(b'k' * 32).decode()}"))
    print(
        f"{'database':<12}{'open':>8}{'armed':>9}{'idle ms':>10}{'due':>6}{'sweep s':>9}{'ms/level':>10}{'rearm ms':>10}"
    )
    for tickets in chosen.tickets:
        for open_database in (sqlite, postgresql):
            with open_database() as database:
                if database is not None:
                    measure(database, min(tickets, 100_000), min(chosen.due, tickets))


def measure(database: Database, tickets: int, due: int) -> None:
    """Fill a database, sweep it, print a line."""
    clock = FixedClock(START)
    subject = fill(database, clock, tickets, due)
    with database.reading() as session:
        armed = session.scalar(select(func.count()).select_from(ArmedLevel).where(ArmedLevel.state == "armed"))
    clock.advance(minutes=1)
    idle = statistics.median(timed(lambda: sla.sweep(database, clock=clock, escalate=ignore)) for _ in range(20))
    clock.advance(minutes=2)
    begun = time.perf_counter()
    report = sla.sweep(database, clock=clock, escalate=ignore)
    swept = time.perf_counter() - begun
    again = statistics.median(timed(lambda: rearm(database, clock, subject)) for _ in range(20))
    each = 1000 * swept / max(report.fired, 1)
    print(
        f"{database.dialect:<12}{tickets:>8}{armed:>9}{1000 * idle:>10.1f}{report.fired:>6}{swept:>9.2f}"
        f"{each:>10.2f}{1000 * again:>10.1f}"
    )


def fill(database: Database, clock: FixedClock, tickets: int, due: int) -> sla.Subject:
    """One ticket armed by the engine, copied; the first level of `due` tickets falls due in two minutes."""
    tables.metadata.create_all(database.engine)
    with database.transaction() as session:
        sla.seed_defaults(session, clock=clock)
        subject = one_ticket(session, clock)
        sla.rearm(session, clock=clock, subject=subject)
    with database.transaction() as session:
        patterns = {table: copyable(session, table) for table in (Ticket, PolicyAssignment, ClockVerdict, ArmedLevel)}
        for begin in range(2, tickets + 1, CHUNK):
            ids = range(begin, min(begin + CHUNK, tickets + 1))
            for table, rows in patterns.items():
                session.execute(insert(table), [copy(row, table, ticket_id, due) for ticket_id in ids for row in rows])
    with database.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("ANALYZE"))
    return subject


def one_ticket(session: Session, clock: FixedClock) -> sla.Subject:
    """A complaint, just taken in."""
    now = clock.now()
    customer = Customer(created_at=now)
    session.add(customer)
    session.flush()
    ticket = Ticket(
        number="KS-LOAD-000001", kind="complaint", status="accepted", category="product_service", priority="normal",
        severity="normal", severity_reasons=[], language="zh", customer_id=customer.id, description="x",
        contact_channel="chat", consented_at=now, complained_at=now, created_at=now, updated_at=now,
    )  # fmt: skip
    session.add(ticket)
    session.flush()
    events = (ClockEvent("complained", now),)
    return sla.Subject(ticket.id, "complaint", "product_service", "normal", "standard", "accepted", 1, events)


def copyable(session: Session, table: type) -> list[dict[str, Any]]:
    """The rows of the armed ticket, without their ids."""
    found = table.__table__  # type: ignore[attr-defined]
    assert isinstance(found, Table)
    rows = session.execute(select(*found.c)).mappings()
    return [{name: value for name, value in row.items() if name != "id"} for row in rows]


def copy(row: dict[str, Any], table: type, ticket_id: int, due: int) -> dict[str, Any]:
    """The same row for another ticket."""
    if table is Ticket:
        return {**row, "id": ticket_id, "number": f"KS-LOAD-{ticket_id:06d}"}
    if row.get("level") == "warn_50" and row["clock"] == "first_reply" and ticket_id <= due + 1:
        return {**row, "ticket_id": ticket_id, "due_at": START + timedelta(minutes=2)}
    return {**row, "ticket_id": ticket_id}


def rearm(database: Database, clock: FixedClock, subject: sla.Subject) -> None:
    """Re-arm one ticket."""
    with database.transaction() as session:
        sla.rearm(session, clock=clock, subject=subject)


def ignore(_session: Session, _fired: sla.FiredLevel) -> None:
    """The sweep's own cost, without what escalations do."""


def timed(act: Any) -> float:
    """Seconds it took."""
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


@contextmanager
def sqlite() -> Iterator[Database | None]:
    """A database in a folder that is thrown away."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/load.sqlite3")
        yield database
        database.dispose()


@contextmanager
def postgresql() -> Iterator[Database | None]:
    """A database that is dropped afterwards; None if no server answers."""
    server = create_engine(SERVER, isolation_level="AUTOCOMMIT")
    name = f"kesu_load_{secrets.token_hex(6)}"
    try:
        with server.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
    except OperationalError:
        print("postgresql  no server answers")
        yield None
        return
    database = Database(make_url(SERVER).set(database=name).render_as_string(hide_password=False))
    try:
        yield database
    finally:
        database.dispose()
        with server.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        server.dispose()


if __name__ == "__main__":
    main()
