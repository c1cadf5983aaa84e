"""Where promises break: late, soon and broken today by team, class, channel and product, from one reading each."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, distinct, func, select, union_all
from sqlalchemy.orm import Session

from ticketing.reports import conditions
from ticketing.reports.conditions import IS_OPEN, OPEN, WINDOWS, Span
from ticketing.reports.hours import HOUR, hour_of, start_of_hour
from ticketing.sla.models import OF_TICKETS, OWED, ClockVerdict
from ticketing.tickets.models import Ticket

DIMENSIONS = ("team", "category", "channel")
MEASURES = ("late", *(f"due_{hours}" for hours in WINDOWS), "breached_today", "open")
_COLUMNS: tuple[ColumnElement[Any], ...] = (Ticket.team_id, Ticket.category, Ticket.came_by)  # type: ignore[assignment]
Value = int | str | None


@dataclass(frozen=True)
class Places:
    """Tickets by measure: in all, and by dimension and value. ``by_status`` are the open ones."""

    total: Counter[str]
    by: Mapping[str, Mapping[Value, Counter[str]]]
    by_status: Counter[str]
    by_category_and_status: Counter[tuple[str, str]]

    def of(self, dimension: str, value: Value) -> Counter[str]:
        """The counts of one row; nothing for a value that has none."""
        return self.by[dimension].get(value, Counter())

    def values(self, dimension: str) -> list[Value]:
        """What has anything to count."""
        return list(self.by[dimension])


def read(session: Session, span: Span) -> Places:
    """Three statements: promises that press, promises broken today, and what is open."""
    total: Counter[str] = Counter()
    by: dict[str, defaultdict[Value, Counter[str]]] = {name: defaultdict(Counter) for name in DIMENSIONS}
    by_status: Counter[str] = Counter()
    by_both: Counter[tuple[str, str]] = Counter()

    def add(measure: str, values: tuple[Value, ...], number: int) -> None:
        if number:
            total[measure] += number
            for name, value in zip(DIMENSIONS, values, strict=True):
                by[name][value][measure] += number

    for *where, late, one, four, eight in session.execute(_pressing(span)):
        for measure, number in zip(MEASURES, (late, one, four, eight), strict=False):
            add(measure, tuple(where), number)
    for *where, number in session.execute(_broken_today(span)):
        add("breached_today", tuple(where), number)
    for *where, status, number in session.execute(
        select(*_COLUMNS, Ticket.status, func.count()).where(OPEN, IS_OPEN).group_by(*_COLUMNS, Ticket.status)
    ):
        add("open", tuple(where), number)
        by_status[status] += number
        by_both[where[1], status] += number
    return Places(total, by, by_status, by_both)


def broken_by_hour(session: Session, span: Span) -> dict[datetime, int]:
    """Tickets of which a promise was broken in each hour of today so far; one broken in two hours counts in both."""
    noticed = (OF_TICKETS, ClockVerdict.breached_at >= span.today, ClockVerdict.breached_at < span.now)
    unseen = (
        OF_TICKETS, OWED, ClockVerdict.verdict == "running",
        ClockVerdict.target_at >= span.today, ClockVerdict.target_at < span.now,
    )  # fmt: skip
    return _by_hour(session, (ClockVerdict.breached_at, noticed), (ClockVerdict.target_at, unseen))


def due_by_hour(session: Session, span: Span, *, hours: int) -> dict[datetime, int]:
    """Tickets of which a promise falls due in each of the coming hours, the current one from now on."""
    until = start_of_hour(span.now) + hours * HOUR
    ahead = (OF_TICKETS, OWED, ClockVerdict.target_at >= span.now, ClockVerdict.target_at < until)
    return _by_hour(session, (ClockVerdict.target_at, ahead))


def _by_hour(session: Session, *parts: tuple[Any, tuple[Any, ...]]) -> dict[datetime, int]:
    dialect = session.get_bind().dialect.name
    found = union_all(
        *(select(hour_of(at, dialect).label("hour_at"), ClockVerdict.ticket_id).where(*where) for at, where in parts)
    ).subquery()
    rows = session.execute(select(found.c.hour_at, func.count(distinct(found.c.ticket_id))).group_by(found.c.hour_at))
    return dict(rows.all())


def _pressing(span: Span) -> Any:
    """Each ticket once, with whether a promise is late and when the next one falls due."""
    ahead = case((ClockVerdict.target_at >= span.now, ClockVerdict.target_at))
    hot = (
        select(
            ClockVerdict.ticket_id,
            func.min(ClockVerdict.target_at).label("first_at"),
            func.min(ahead).label("next_at"),
        )
        .where(OWED, OF_TICKETS, ClockVerdict.target_at <= span.now + max(WINDOWS) * HOUR)
        .group_by(ClockVerdict.ticket_id)
        .subquery()
    )
    late = func.count(case((hot.c.first_at < span.now, 1)))
    due = [func.count(case((hot.c.next_at <= span.now + hours * HOUR, 1))) for hours in WINDOWS]
    return (
        select(*_COLUMNS, late, *due)
        .join_from(hot, Ticket, Ticket.id == hot.c.ticket_id)
        .where(IS_OPEN)
        .group_by(*_COLUMNS)
    )


def _broken_today(span: Span) -> Any:
    broken = conditions.breached_today(span).subquery()
    return (
        select(*_COLUMNS, func.count()).join_from(broken, Ticket, Ticket.id == broken.c.ticket_id).group_by(*_COLUMNS)
    )
