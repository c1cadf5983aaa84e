"""Engine, session and column types; SQLite (WAL) and PostgreSQL behave alike behind them."""

from __future__ import annotations

import functools
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from sqlalchemy import JSON, DateTime, Dialect, MetaData, create_engine, event
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.types import TypeDecorator

BUSY_TIMEOUT_MILLISECONDS = 5_000

JsonValue = JSON().with_variant(JSONB(), "postgresql")


class Base(DeclarativeBase):
    """All tables. Constraint names are fixed so that migrations run on both databases."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {dict[str, Any]: JsonValue, list[Any]: JsonValue, list[str]: JsonValue}


class UtcDateTime(TypeDecorator[datetime]):
    """Aware UTC instants; refuses naive ones. SQLite keeps them as sortable text."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored instant must be aware")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Database:
    """Opens sessions on one engine.

    On SQLite a writing transaction begins IMMEDIATE, so that it waits for its turn instead of failing in the middle.
    Nobody waits longer than ``busy_timeout_milliseconds`` for a lock of another: then OperationalError is raised.
    """

    def __init__(self, url: str, *, busy_timeout_milliseconds: int = BUSY_TIMEOUT_MILLISECONDS) -> None:
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite":
            self.engine = _sqlite_engine(parsed, busy_timeout_milliseconds)
        else:
            self.engine = _server_engine(parsed, busy_timeout_milliseconds)
        # SQLite retries a taken lock after pauses, which starves some threads; within a process they queue instead.
        self._writer = threading.Lock() if self.dialect == "sqlite" else None
        self._patience = busy_timeout_milliseconds / 1000
        self._read = sessionmaker(self.engine, expire_on_commit=False)
        self._write = sessionmaker(self.engine.execution_options(kesu_begin="IMMEDIATE"), expire_on_commit=False)

    @property
    def dialect(self) -> str:
        """``sqlite`` or ``postgresql``."""
        return self.engine.dialect.name

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A writing unit of work: committed on leaving, rolled back on any error."""
        with self._turn_to_write(), self._write.begin() as session:
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session for reads only; rolled back on leaving."""
        with self._read() as session:
            yield session

    @contextmanager
    def _turn_to_write(self) -> Iterator[None]:
        """Wait for the other writers of this process; after the busy timeout the database itself refuses."""
        held = self._writer is not None and self._writer.acquire(timeout=self._patience)
        try:
            yield
        finally:
            if held and self._writer is not None:
                self._writer.release()

    def dispose(self) -> None:
        """Close all connections."""
        self.engine.dispose()


# Parameters stay out of errors' texts, because those are logged and parameters are what customers wrote.
def _sqlite_engine(url: URL, busy_timeout_milliseconds: int) -> Engine:
    if url.database and url.database != ":memory:":
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url, pool_size=20, max_overflow=300, hide_parameters=True, connect_args={"check_same_thread": False}
    )
    event.listen(engine, "connect", functools.partial(_prepare_sqlite, busy_timeout_milliseconds))
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _server_engine(url: URL, busy_timeout_milliseconds: int) -> Engine:
    return create_engine(
        url,
        pool_size=20,
        max_overflow=40,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={"options": f"-c timezone=UTC -c lock_timeout={busy_timeout_milliseconds}"},
    )


def _prepare_sqlite(busy_timeout_milliseconds: int, connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None
    for pragma in (
        # First, so that switching to WAL beside a writer waits as well.
        f"busy_timeout={busy_timeout_milliseconds}",
        "journal_mode=WAL",
        "foreign_keys=ON",
        "synchronous=NORMAL",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    if connection.get_execution_options().get("kesu_begin") == "IMMEDIATE":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        # It takes no lock, so it cannot fail, and half of all transactions only read: no need to ask SQLAlchemy.
        cast(sqlite3.Connection, connection.connection.dbapi_connection).execute("BEGIN DEFERRED")
