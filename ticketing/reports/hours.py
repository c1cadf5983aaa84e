"""Hours as SQL and as the reader's weekdays: what figures by the hour are grouped and listed by."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Function, func, literal
from sqlalchemy.orm import InstrumentedAttribute

from ticketing.platform.db import UtcDateTime

HOUR = timedelta(hours=1)
_SQLITE_HOUR = "%Y-%m-%d %H:00:00.000000"
Instant = InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None]


def hour_of(column: Instant, dialect: str) -> Function[datetime]:
    """The UTC hour in which an instant lies, in the database's own words; written out, so that GROUP BY meets SELECT."""
    if dialect == "postgresql":
        return func.date_trunc(_written("hour"), column, _written("UTC"), type_=UtcDateTime())
    return func.strftime(_written(_SQLITE_HOUR), column, type_=UtcDateTime())


def start_of_hour(at: datetime) -> datetime:
    """The full hour of UTC at or before an instant."""
    return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def midnight(at: datetime, zone: ZoneInfo) -> datetime:
    """Where the local day of an instant began."""
    return at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0, fold=0).astimezone(UTC)


def first_hour(at: datetime, zone: ZoneInfo) -> datetime:
    """The full hour of UTC in which the local day began: the same as midnight, but where zones are half an hour off."""
    return start_of_hour(midnight(at, zone))


def hours_between(since: datetime, until: datetime) -> Iterator[datetime]:
    """Every full hour in ``[since, until)``; ``since`` is one."""
    at = since
    while at < until:
        yield at
        at += HOUR


def slot_of(at: datetime, zone: ZoneInfo) -> tuple[int, int]:
    """Weekday (Monday is 0) and hour of the reader's clock."""
    local = at.astimezone(zone)
    return local.weekday(), local.hour


def hours_of_slot(since: datetime, until: datetime, zone: ZoneInfo, weekday: int, hour: int) -> list[datetime]:
    """The full hours in ``[since, until)`` that lie in one slot of the week."""
    return [at for at in hours_between(since, until) if slot_of(at, zone) == (weekday, hour)]


def _written(text: str) -> ColumnElement[Any]:
    return literal(text, literal_execute=True)
