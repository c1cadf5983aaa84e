"""Fixtures every test may use: a real database of each kind, a standing clock, the process's keys."""

from __future__ import annotations

import base64
import functools
import gc
import os
import secrets
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import flask_openapi.openapi
import pytest
import werkzeug.test
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import ConnectionPoolEntry
from werkzeug.routing import Rule

from ticketing import tables
from ticketing.knowledge import retrieval
from ticketing.platform import crypto
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.platform.http import KesuFlask
from ticketing.platform.settings import Settings
from ticketing.tickets import letter_pdf

POSTGRESQL_URL = os.environ.get("KESU_TEST_POSTGRESQL_URL", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres")
REDIS_URL = os.environ.get("KESU_TEST_REDIS_URL", "redis://127.0.0.1:6379/9")
DATA_KEY = base64.b64encode(b"k" * 32).decode()

crypto.install(crypto.Keyring.parse(f"1:{DATA_KEY}"))


class CompiledTemplates(BytecodeCache):
    """Every test makes its own app; a template is compiled once for all of them."""

    def __init__(self) -> None:
        self._compiled: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._compiled:
            bucket.bytecode_from_string(self._compiled[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._compiled[bucket.key] = bucket.bytecode_to_string()


class CompiledRules:
    """And so is the code that builds a route's address, which takes most of making an app."""

    def __init__(self) -> None:
        self._compiled: dict[tuple[object, ...], Callable[..., tuple[str, str]]] = {}

    def compile_builder(self, rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        key = rule.rule, rule.subdomain, rule.host, repr(rule.defaults), append_unknown
        if key not in self._compiled:
            self._compiled[key] = _compile_builder(rule, append_unknown)
        return self._compiled[key]


class CutFonts:
    """Cutting the letters' fonts takes a second: a letter gets what was cut for others before, if all its characters are in it."""

    def __init__(self) -> None:
        self._cut: dict[bool, tuple[frozenset[str], tuple[bytes, ...]]] = {}

    def cut(self, characters: frozenset[str], western: bool) -> tuple[bytes, ...]:
        before, fonts = self._cut.get(western, (frozenset(), ()))
        if not characters <= before:
            fonts = _cut(characters | before, western)
            self._cut[western] = characters | before, fonts
        return fonts


@event.listens_for(Engine, "connect")
def _rows_come_backwards(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    """Rows nobody ordered come in any order: PostgreSQL shows it seldom, SQLite here always."""
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA reverse_unordered_selects = ON")


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end: the garbage collector need not look through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


# What a test sends with a file is built in memory: a temporary file would be closed by the garbage collector, in another test.
werkzeug.test.stream_encode_multipart = functools.partial(werkzeug.test.stream_encode_multipart, use_tempfile=False)
_rules, _compile_builder = CompiledRules(), Rule._compile_builder
Rule._compile_builder = lambda rule, append_unknown=True: _rules.compile_builder(rule, append_unknown)
_cut = letter_pdf._cut
letter_pdf._cut = CutFonts().cut
flask_openapi.openapi.entry_points = functools.cache(flask_openapi.openapi.entry_points)  # reads all installed packages
KesuFlask.jinja_options = {**KesuFlask.jinja_options, "bytecode_cache": CompiledTemplates()}


@pytest.fixture
def clock() -> FixedClock:
    """Monday 23 November 2026, 10:00 in Shanghai."""
    return FixedClock(datetime(2026, 11, 23, 2, 0, tzinfo=UTC))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of a test process; nothing in them points outside the test's folder."""
    return Settings(
        env="test",
        database_url=f"sqlite:///{tmp_path}/kesu.sqlite3",
        secret_key="s" * 40,
        data_keys=f"1:{DATA_KEY}",
        bot_secret="b" * 40,
        mail_dir=str(tmp_path / "mail"),
        widget_origins="https://shop.example",
        undo_send_seconds=0,
        undo_reply_seconds=0,
    )


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """A PostgreSQL database of this run's own, dropped at the end; skips where no server answers."""
    server = create_engine(POSTGRESQL_URL, isolation_level="AUTOCOMMIT")
    name = f"kesu_test_{secrets.token_hex(6)}"
    try:
        with server.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
            # Nothing here must survive a power cut.
            connection.execute(text(f"ALTER DATABASE {name} SET synchronous_commit = off"))
    except OperationalError:
        pytest.skip("PostgreSQL is not running: set KESU_TEST_POSTGRESQL_URL")
    url = make_url(POSTGRESQL_URL).set(database=name).render_as_string(hide_password=False)
    yield url
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


@pytest.fixture(scope="session")
def postgresql_database(postgresql_url: str) -> Iterator[Database]:
    """The run's PostgreSQL database with all tables."""
    database = Database(postgresql_url)
    tables.metadata.create_all(database.engine)
    yield database
    database.dispose()


def empty(database: Database) -> None:
    """Delete every row and count from 1 again. Truncating makes new files for each table and index: a hundred times slower."""
    looks = (
        f"SELECT '{table.name}' WHERE EXISTS (SELECT FROM \"{table.name}\")" for table in tables.metadata.sorted_tables
    )
    with database.engine.begin() as connection:
        filled = connection.execute(text(" UNION ALL ".join(looks))).scalars().all()
        # Without triggers there is no order among tables, and what may only grow can be emptied.
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        for name in filled:
            connection.execute(text(f'DELETE FROM "{name}"'))
        connection.execute(
            text(
                "SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, 1, false)"
                " FROM pg_sequences WHERE last_value IS NOT NULL"
            )
        )
    # The process's index of an earlier test's articles is not the next test's.
    with database.reading() as session:
        retrieval.expire(session)


@pytest.fixture(scope="session")
def sqlite_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite database with all tables and no rows, to be copied."""
    path = tmp_path_factory.mktemp("sqlite") / "empty.sqlite3"
    database = Database(f"sqlite:///{path}")
    tables.metadata.create_all(database.engine)
    database.dispose()
    return path


@pytest.fixture(scope="session")
def sqlite_engine(sqlite_file: Path) -> Engine:
    """An engine whose dialect and compiled statements every test's own engine shares, as PostgreSQL's tests share one engine."""
    engine = Database(f"sqlite:///{sqlite_file}").engine
    with engine.connect():
        """The dialect learns at its first connection what the library can do."""
    engine.dispose()
    return engine


def _share_statements(own: Database, shared: Engine) -> None:
    """A statement is compiled for the dialect once, not in each test again."""
    for engine in (own.engine, own._write.kw["bind"]):
        engine.dialect, engine._compiled_cache = shared.dialect, shared._compiled_cache


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database with all tables: each test using it runs on SQLite and on PostgreSQL."""
    if request.param == "postgresql":
        shared: Database = request.getfixturevalue("postgresql_database")
        empty(shared)
        yield shared
        return
    shutil.copyfile(request.getfixturevalue("sqlite_file"), tmp_path / "test.sqlite3")
    own = Database(f"sqlite:///{tmp_path}/test.sqlite3")
    _share_statements(own, request.getfixturevalue("sqlite_engine"))
    yield own
    own.dispose()
