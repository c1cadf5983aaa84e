"""The board's charts as plain series: opened and closed by the hour, open tickets by category."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, func, literal, select, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session

from ticketing.platform.clock import Clock
from ticketing.reports import conditions
from ticketing.tickets.models import Ticket

HOURS = 24
_FORMAT = "%Y-%m-%d %H"


@dataclass(frozen=True)
class Hourly:
    """Tickets opened and closed in each of the last 24 hours, the current one last."""

    hours: Sequence[datetime]
    opened: Sequence[int]
    closed: Sequence[int]


def by_hour(session: Session, *, clock: Clock) -> Hourly:
    """Counted in the database, hour by hour; an hour without tickets is zero."""
    current = clock.now().replace(minute=0, second=0, microsecond=0)
    hours = [current - timedelta(hours=back) for back in reversed(range(HOURS))]
    dialect = session.get_bind().dialect.name
    series = {
        "opened": (Ticket.created_at, conditions.opened_since(hours[0])),
        "closed": (Ticket.closed_at, conditions.closed_since(hours[0])),
    }
    parts = [
        select(literal(name), _hour(column, dialect), func.count()).where(condition).group_by(_hour(column, dialect))
        for name, (column, condition) in series.items()
    ]
    counts = {
        (name, datetime.strptime(hour, _FORMAT).replace(tzinfo=UTC)): count
        for name, hour, count in session.execute(union_all(*parts))
    }
    return Hourly(
        hours,
        [counts.get(("opened", hour), 0) for hour in hours],
        [counts.get(("closed", hour), 0) for hour in hours],
    )


def _hour(
    column: InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None], dialect: str
) -> ColumnElement[str]:
    """The UTC hour of an instant as text, in the database's own words; written out, so that GROUP BY meets SELECT."""
    if dialect == "postgresql":
        return func.to_char(column.op("AT TIME ZONE")(_written("UTC")), _written("YYYY-MM-DD HH24"))
    return func.strftime(_written(_FORMAT), column)


def _written(text: str) -> ColumnElement[str]:
    return literal(text, literal_execute=True)
