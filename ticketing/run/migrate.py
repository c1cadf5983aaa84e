"""The database's tables, brought to what the models say.

    python -m ticketing.run.migrate upgrade         to the newest revision (KESU_DATABASE_URL)
    python -m ticketing.run.migrate revision NAME   write the next revision from the models
    python -m ticketing.run.migrate check           exit 1 when the models say more than the revisions

A migration runs whole or not at all, and two that start together run one after the other.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.autogenerate.api import AutogenContext
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy.engine import Connection

from ticketing import tables
from ticketing.platform.db import Database, JsonValue
from ticketing.platform.settings import Settings, SettingsError
from ticketing.search import storage
from ticketing.search.models import Words

FOLDER = Path(__file__).resolve().parents[1] / "migrations"
LOCK = 4_655_185


def _render(kind: str, thing: Any, context: AutogenContext) -> str | Literal[False]:
    """Our column types as the plain ones they are stored as, so that old revisions do not need new code."""
    if kind != "type":
        return False
    if isinstance(thing, Words):
        context.imports.add("from sqlalchemy.dialects import postgresql")
        return 'sa.Text().with_variant(postgresql.TSVECTOR(), "postgresql")'
    if isinstance(thing, sa.types.TypeDecorator) and type(thing).__module__.startswith("ticketing."):
        return "sa." + repr(thing.impl_instance)
    if isinstance(thing, sa.JSON) and thing is JsonValue:
        context.imports.add("from sqlalchemy.dialects import postgresql")
        return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    return False


def _ours(name: str | None, _kind: str, _parents: Any) -> bool:
    """What the models know of; full-text indexes are made beside them (search/storage.py)."""
    return not (name or "").startswith(storage.PREFIX)


COMPARISON: Mapping[str, Any] = {
    "target_metadata": tables.metadata,
    "include_name": _ours,
    "render_as_batch": True,
    "render_item": _render,
    "compare_type": True,
    "user_module_prefix": "sa.",
}


@contextmanager
def _connected(database: Database) -> Iterator[Connection]:
    """A connection in one transaction that holds the migration lock; on SQLite foreign keys are checked at its end."""
    with database.engine.connect().execution_options(kesu_begin="IMMEDIATE") as connection:
        sqlite = database.dialect == "sqlite"
        if (
            sqlite
        ):  # a changed table is copied, dropped and renamed; outside the transaction, where SQLite allows the switch
            connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():
                if not sqlite:
                    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
                yield connection
                if sqlite and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()):
                    raise RuntimeError(f"the migration leaves rows without their parents: {broken[:5]}")
        finally:
            if sqlite:
                connection.connection.cursor().execute("PRAGMA foreign_keys=ON")


def _config(connection: Connection, versions: Path | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", str(versions or FOLDER / "versions"))
    config.set_main_option("file_template", "%%(year)d%%(month).2d%%(day).2d_%%(slug)s")
    config.attributes["connection"] = connection
    return config


def upgrade(database: Database, *, versions: Path | None = None) -> tuple[str | None, str | None]:
    """Bring the database to the newest revision; gives the revision before and after."""
    with _connected(database) as connection:
        before = MigrationContext.configure(connection).get_current_revision()
        command.upgrade(_config(connection, versions), "head")
        storage.ensure(connection)
        return before, MigrationContext.configure(connection).get_current_revision()


def differences(database: Database) -> list[Any]:
    """What the models say and the database does not have, as Alembic's operations; empty when they agree."""
    with database.engine.connect() as connection:
        return list(compare_metadata(MigrationContext.configure(connection, opts=dict(COMPARISON)), tables.metadata))


def write_revision(name: str, *, versions: Path | None = None) -> Path:
    """Write the next revision: what the models say beyond the revisions so far, tried on an empty database."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/empty.sqlite3")
        upgrade(database, versions=versions)
        with _connected(database) as connection:
            script = command.revision(_config(connection, versions), message=name, autogenerate=True)
        database.dispose()
    assert script is not None
    assert not isinstance(script, list)
    return Path(script.path)


def _check() -> int:
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/empty.sqlite3")
        upgrade(database)
        missing = differences(database)
        database.dispose()
    for operation in missing:
        print(operation)
    print(f"{len(missing)} differences between the models and the revisions")
    return 1 if missing else 0


def main(arguments: list[str] | None = None) -> int:
    """The command line; gives the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m ticketing.run.migrate", description="Bring the database up to date."
    )
    parser.add_argument("do", choices=["upgrade", "revision", "check"])
    parser.add_argument("name", nargs="?", help="what the revision changes")
    options = parser.parse_args(arguments)
    if options.do == "check":
        return _check()
    if options.do == "revision":
        if not options.name:
            parser.error("a revision needs a name: make migration NAME='Add …'")
        print(write_revision(options.name))
        return 0
    try:
        database = Database(Settings.from_environment(os.environ).database_url)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    before, after = upgrade(database)
    database.dispose()
    print(f"database at {after}" + ("" if before == after else f" (was {before or 'empty'})"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
