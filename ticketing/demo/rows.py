"""Many rows at once: COPY on PostgreSQL, which takes them several times faster than INSERT."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Column, Table, insert
from sqlalchemy.orm import Session
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from ticketing.platform.db import Base


def write(session: Session, model: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Add these rows, all naming the same columns; the others get their defaults."""
    if not rows:
        return
    if session.get_bind().dialect.name != "postgresql":
        session.execute(insert(model), rows)
        return
    table = model.__table__
    assert isinstance(table, Table)
    given = list(rows[0])
    fixed = {column.name: _default(column) for column in table.columns if column.name not in given}
    fixed = {name: value for name, value in fixed.items() if value is not None}
    columns = [table.columns[name] for name in (*given, *fixed)]
    names = ", ".join(f'"{column.name}"' for column in columns)
    bind = [_binder(session, column) for column in columns]
    connection = session.connection().connection.driver_connection
    assert connection is not None
    with connection.cursor() as cursor, cursor.copy(f'COPY "{table.name}" ({names}) FROM STDIN') as copy:
        for row in rows:
            values = (*(row[name] for name in given), *fixed.values())
            copy.write_row([each(value) for each, value in zip(bind, values, strict=True)])


def _default(column: Column[Any]) -> Any:
    """What the model fills in; what the database fills in needs no mention."""
    return column.default.arg if isinstance(column.default, ScalarElementColumnDefault) else None


def _binder(session: Session, column: Column[Any]) -> Callable[[Any], Any]:
    """How a value of that column is handed to the driver."""
    dialect = session.get_bind().dialect
    return column.type.dialect_impl(dialect).bind_processor(dialect) or (lambda value: value)
