"""Databases that a measurement fills and throws away."""

from __future__ import annotations

import base64
import os
import secrets
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy import create_engine, func, select, text, update
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from ticketing import tables
from ticketing.demo import bulk, company
from ticketing.platform import crypto, log
from ticketing.platform.clock import FixedClock, SystemClock
from ticketing.platform.db import Database
from ticketing.platform.settings import Settings
from ticketing.sla.models import ArmedLevel
from ticketing.tickets.models import OPEN, Ticket

SERVER = os.environ.get("KESU_TEST_POSTGRESQL_URL", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres")
KEY = "1:" + base64.b64encode(b"k" * 32).decode()
CLOCK = SystemClock()
LATER = timedelta(hours=2)
"""The tickets are made for then, so that nothing falls due by itself while it is measured."""
DISTINCT = 5_000
"""So many tickets are made up one by one, the others are their copies."""


def prepare() -> None:
    """What every process that touches personal fields needs."""
    crypto.install(crypto.Keyring.parse(KEY))
    log.configure("ERROR")


def settings_of(database: Database) -> Settings:
    url = database.engine.url.render_as_string(hide_password=False)
    return Settings(
        env="test", database_url=url, secret_key="s" * 40, data_keys=KEY, bot_secret="b" * 40, log_level="ERROR"
    )


def fill(database: Database, tickets: int) -> float:
    """Bring the database to so many open tickets, the demo company with them; gives the seconds it took."""
    began = time.perf_counter()
    tables.metadata.create_all(database.engine)
    company.load(database, settings=settings_of(database), clock=CLOCK)
    ahead = FixedClock(CLOCK.now() + LATER)
    with database.transaction() as session:
        # The demo company's own levels that are due are no part of this.
        due = update(ArmedLevel).where(ArmedLevel.state == "armed", ArmedLevel.due_at < ahead.now())
        session.execute(due.values(state="fired"))
    missing = tickets - open_tickets(database)
    bulk.load(
        database, clock=ahead, count=missing, say=sys.stderr.write, open_share=1.0, distinct=DISTINCT, findable=False
    )
    with database.engine.connect() as connection:
        words = "VACUUM ANALYZE" if database.dialect == "postgresql" else "ANALYZE"
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text(words))
    return time.perf_counter() - began


def open_tickets(database: Database) -> int:
    """How many are open."""
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(Ticket).where(OPEN)) or 0


def levels(database: Database) -> int:
    """How many levels are armed."""
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(ArmedLevel).where(ArmedLevel.state == "armed")) or 0


def timed(act: Callable[[], object]) -> float:
    """Milliseconds it took."""
    began = time.perf_counter()
    act()
    return 1000 * (time.perf_counter() - began)


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
        sys.stdout.write("postgresql  no server answers\n")
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
