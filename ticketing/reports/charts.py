"""The board's charts as plain series: opened and closed by the hour, open tickets by category."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, literal, select, union_all
from sqlalchemy.orm import Session

from ticketing.platform.clock import Clock
from ticketing.reports import conditions
from ticketing.reports.hours import hour_of, start_of_hour
from ticketing.tickets.models import Ticket

HOURS = 24


@dataclass(frozen=True)
class Hourly:
    """Tickets opened and closed in each of the last 24 hours, the current one last."""

    hours: Sequence[datetime]
    opened: Sequence[int]
    closed: Sequence[int]


def by_hour(session: Session, *, clock: Clock) -> Hourly:
    """Counted in the database, hour by hour; an hour without tickets is zero."""
    current = start_of_hour(clock.now())
    hours = [current - timedelta(hours=back) for back in reversed(range(HOURS))]
    dialect = session.get_bind().dialect.name
    series = {
        "opened": (Ticket.created_at, conditions.opened_since(hours[0])),
        "closed": (Ticket.closed_at, conditions.closed_since(hours[0])),
    }
    parts = [
        select(literal(name), hour_of(column, dialect), func.count())
        .where(condition)
        .group_by(hour_of(column, dialect))
        for name, (column, condition) in series.items()
    ]
    counts = {(name, hour): count for name, hour, count in session.execute(union_all(*parts))}
    return Hourly(
        hours,
        [counts.get(("opened", hour), 0) for hour in hours],
        [counts.get(("closed", hour), 0) for hour in hours],
    )
