"""What the tables need beyond columns: full-text indexes, and triggers that note what changes.

A trigger writes in the transaction of the change whoever makes it, so nothing that is committed can be missed; a service would
have to be told of every new way in. On PostgreSQL there is one GIN index for each kind, on SQLite an FTS5 table beside the entries.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, MetaData, event, inspect

KINDS = ("ticket", "message", "customer", "article")
PREFIX = "search_words"
"""Everything made here that looks like a table or an index begins like that; migrations leave it alone."""
QUIET = "SET LOCAL kesu.search = 'off'"
"""On PostgreSQL: note nothing in this transaction; for whoever loads in bulk and indexes afterwards."""


@dataclass(frozen=True)
class Watched:
    """Which rows of a table are noted: as what, by which column, and on an update only if these columns change."""

    table: str
    kind: str
    column: str
    changed: tuple[str, ...] = ()
    only: str = ""
    events: tuple[str, ...] = ("INSERT", "UPDATE", "DELETE")


WATCHED = (
    Watched("ticket", "ticket", "id", ("number", "order_number", "description", "wish", "status", "customer_id")),
    Watched("ticket_event", "ticket", "ticket_id", only="NEW.text IS NOT NULL", events=("INSERT",)),
    Watched("ticket_round", "ticket", "ticket_id", ("findings", "cause", "measures", "follow_up_plan"), events=("UPDATE",)),
    Watched("message", "message", "id", ("text", "conversation_id")),
    Watched("customer", "customer", "id", ("external_id", "name", "phone", "email", "merged_into_id")),
    Watched("article", "article", "id", ("search_text", "status")),
)  # fmt: skip
READ = tuple(dict.fromkeys(each.table for each in WATCHED))
"""What entries are made of."""


def install(metadata: MetaData) -> None:
    """Make all that after the tables, wherever they are made from the models."""

    @event.listens_for(metadata, "after_create")
    def make(_target: MetaData, connection: Connection, tables: list[Any], **_options: Any) -> None:
        if any(table.name == "search_entry" for table in tables):
            ensure(connection)


def ensure(connection: Connection) -> None:
    """Make what is missing of it; also after migrations, because SQLite drops a table's triggers when it is changed."""
    if not inspect(connection).has_table("search_entry"):
        return
    for statement in _postgresql() if connection.dialect.name == "postgresql" else _sqlite():
        connection.exec_driver_sql(statement)


def gin() -> Iterator[str]:
    """The statements that make PostgreSQL's full-text indexes."""
    for kind in KINDS:
        yield f"CREATE INDEX IF NOT EXISTS {PREFIX}_{kind} ON search_entry USING gin (words) WHERE kind = '{kind}'"


def without_gin() -> Iterator[str]:
    """The statements that take them away."""
    return (f"DROP INDEX IF EXISTS {PREFIX}_{kind}" for kind in KINDS)


def _postgresql() -> Iterator[str]:
    yield from gin()
    # Estimates of how common a word is decide between the full-text index and the whole table.
    yield "ALTER TABLE search_entry ALTER COLUMN words SET STATISTICS 1000"
    yield """CREATE OR REPLACE FUNCTION search_note() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE of_row bigint;
        BEGIN
            IF TG_OP = 'DELETE' THEN
                EXECUTE format('SELECT ($1).%%I', TG_ARGV[1]) INTO of_row USING OLD;
            ELSE
                EXECUTE format('SELECT ($1).%%I', TG_ARGV[1]) INTO of_row USING NEW;
            END IF;
            INSERT INTO search_pending (kind, ref_id) VALUES (TG_ARGV[0], of_row);
            RETURN NULL;
        END $$"""
    for each in WATCHED:
        for when in each.events:
            loud = "current_setting('kesu.search', true) IS DISTINCT FROM 'off'"
            only = f"{loud} AND {each.only}" if each.only else loud
            yield (
                f"CREATE OR REPLACE TRIGGER search_{each.table}_{when.lower()} AFTER {_timed(each, when)} ON {each.table} "
                f"FOR EACH ROW WHEN ({only}) EXECUTE FUNCTION search_note('{each.kind}', '{each.column}')"
            )


def _sqlite() -> Iterator[str]:
    yield (
        f"CREATE VIRTUAL TABLE IF NOT EXISTS {PREFIX} USING fts5"
        "(words, content='search_entry', content_rowid='id', tokenize='unicode61 remove_diacritics 0')"
    )
    put = "INSERT INTO search_words(rowid, words) VALUES (NEW.id, NEW.words);"
    take = "INSERT INTO search_words(search_words, rowid, words) VALUES ('delete', OLD.id, OLD.words);"
    for when, body in (("INSERT", put), ("DELETE", take), ("UPDATE OF words", take + put)):
        name = f"{PREFIX}_{when.split()[0].lower()}"
        yield f"CREATE TRIGGER IF NOT EXISTS {name} AFTER {when} ON search_entry BEGIN {body} END"
    for each in WATCHED:
        for when in each.events:
            row = "OLD" if when == "DELETE" else "NEW"
            only = f"WHEN {each.only} " if each.only else ""
            body = f"INSERT INTO search_pending (kind, ref_id) VALUES ('{each.kind}', {row}.{each.column});"  # noqa: S608
            yield (
                f"CREATE TRIGGER IF NOT EXISTS search_{each.table}_{when.lower()} AFTER {_timed(each, when)} ON {each.table} {only}"
                f"BEGIN {body} END"
            )


def _timed(each: Watched, when: str) -> str:
    return f"UPDATE OF {', '.join(each.changed)}" if when == "UPDATE" else when
