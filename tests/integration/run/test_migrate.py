"""Migrations: an empty database becomes exactly what the models say, on SQLite and on PostgreSQL."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, Connection, create_engine, inspect, text
from sqlalchemy.engine import make_url

from ticketing import tables
from ticketing.knowledge.models import ArticleText
from ticketing.platform.db import Database
from ticketing.run import migrate


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database without any table."""
    if request.param == "sqlite":
        database = Database(f"sqlite:///{tmp_path}/empty.sqlite3")
        yield database
        database.dispose()
        return
    url = make_url(request.getfixturevalue("postgresql_url"))
    name = f"kesu_empty_{secrets.token_hex(6)}"
    server = create_engine(url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    database = Database(url.set(database=name).render_as_string(hide_password=False))
    yield database
    database.dispose()
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


def test_the_revisions_give_exactly_the_tables_of_the_models(empty: Database) -> None:
    migrate.upgrade(empty)

    assert migrate.differences(empty) == []


def test_the_revisions_carry_the_checks_of_the_models(empty: Database) -> None:
    migrate.upgrade(empty)

    def checks(table: str) -> set[str | None]:
        return {each["name"] for each in inspect(empty.engine).get_check_constraints(table)}

    for table in tables.metadata.sorted_tables:
        wanted = {each.name for each in table.constraints if isinstance(each, CheckConstraint)}
        assert wanted <= checks(table.name)


def test_the_revisions_carry_the_storage_parameters_of_the_models(empty: Database) -> None:
    migrate.upgrade(empty)

    wanted = {
        table.name: {f"{name}={value}" for name, value in table.dialect_options["postgresql"]["with"].items()}
        for table in tables.metadata.sorted_tables
        if empty.dialect == "postgresql" and table.dialect_options["postgresql"].get("with")
    }
    with empty.reading() as session:
        found = session.execute(text("SELECT relname, reloptions FROM pg_class")) if wanted else ()
        kept = {name: set(options or ()) for name, options in found if name in wanted}
    assert kept == wanted


def test_a_second_upgrade_changes_nothing(empty: Database) -> None:
    _, first = migrate.upgrade(empty)

    assert migrate.upgrade(empty) == (first, first)


def test_a_revision_written_from_the_models_gives_the_tables_of_the_models(empty: Database, tmp_path: Path) -> None:
    path = migrate.write_revision("Everything at once", versions=tmp_path)

    before, after = migrate.upgrade(empty, versions=tmp_path)

    assert path.name.endswith("_everything_at_once.py")
    assert before is None
    assert after is not None
    assert migrate.differences(empty) == []


def test_a_revision_that_fails_leaves_the_database_as_it_was(empty: Database, tmp_path: Path) -> None:
    path = migrate.write_revision("Broken", versions=tmp_path)
    path.write_text(path.read_text().replace("def downgrade", "    raise OSError('disk full')\n\n\ndef downgrade"))

    with pytest.raises(OSError, match="disk full"):
        migrate.upgrade(empty, versions=tmp_path)

    assert inspect(empty.engine).get_table_names() == []


def test_going_back_leaves_the_indexes_that_were_there_before(empty: Database) -> None:
    def indexes() -> dict[str, str]:
        postgresql = "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"
        sqlite = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
        with empty.reading() as session:
            found = session.execute(text(sqlite if empty.dialect == "sqlite" else postgresql))
            return {name: " ".join(made.replace('"', "").split()) for name, made in found}

    def move(direction: Callable[[Config, str], None], revision: str) -> dict[str, str]:
        with migrate._connected(empty) as connection:
            direction(migrate._config(connection), revision)
        return indexes()

    with migrate._connected(empty) as connection:
        script = ScriptDirectory.from_config(migrate._config(connection))
    revisions = [each.revision for each in script.walk_revisions()][::-1]
    forwards = {revision: move(command.upgrade, revision) for revision in revisions}
    assert {revision: move(command.downgrade, revision) for revision in reversed(revisions[:-1])} == {
        revision: forwards[revision] for revision in revisions[:-1]
    }


def test_tickets_of_before_are_told_apart_by_whether_their_customer_had_said_anything(empty: Database) -> None:
    with migrate._connected(empty) as connection:
        command.upgrade(migrate._config(connection), "e5b08d41c3f2")
    with empty.engine.begin() as connection:
        _insert(connection, "customer", id=1)
        for number in (1, 2):
            _insert(connection, "conversation", id=number, public_id=str(number), customer_id=1)
            _insert(connection, "ticket", id=number, number=f"KS-{number}", conversation_id=number)
        _insert(connection, "message", id=1, conversation_id=1, author="customer")

    migrate.upgrade(empty)

    with empty.reading() as session:
        assert dict(session.execute(text("SELECT id, came_by FROM ticket")).all()) == {1: "chat", 2: "form"}


def test_article_texts_of_before_have_no_details(empty: Database) -> None:
    with migrate._connected(empty) as connection:
        command.upgrade(migrate._config(connection), "a94d17e3c05b")
    with empty.engine.begin() as connection:
        _insert(connection, "article", id=1, key="withdrawal-fee")
        _insert(connection, "article_text", id=1, article_id=1, language="zh")

    migrate.upgrade(empty)

    with empty.reading() as session:
        assert session.get_one(ArticleText, 1).details == []


def _insert(connection: Connection, table: str, **values: object) -> None:
    """A row of which only some columns matter; the others get what their type takes."""
    for column in inspect(connection).get_columns(table):
        if not column["nullable"] and column["default"] is None:
            kind = str(column["type"])
            fallback: object = "[]" if "JSON" in kind else "x"
            if kind.startswith(("INT", "BIGINT", "FLOAT")):
                fallback = 1
            elif kind.startswith("BOOL"):
                fallback = False
            elif kind.startswith(("TIMESTAMP", "DATETIME")):
                fallback = "2026-11-23 02:00:00.000000"
            values.setdefault(column["name"], fallback)
    names = ", ".join(values)
    connection.execute(
        text(f"INSERT INTO {table} ({names}) VALUES ({', '.join(f':{name}' for name in values)})"), values
    )
