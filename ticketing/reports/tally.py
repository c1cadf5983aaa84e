"""Tickets by the hour without reading them all: a tally that the worker keeps, and what came since.

A figure is always tally plus the tickets after its mark, so it is exact however far the worker is; the tally only
makes it cheap. ``recount`` makes it anew from all tickets.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, delete, func, literal, or_, select, text, union_all
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from ticketing.platform.clock import Clock
from ticketing.platform.db import Database
from ticketing.reports.board_models import Tally, TallyMark
from ticketing.reports.hours import HOUR, hour_of
from ticketing.tickets.models import Ticket

BATCH = 20_000
TURN = timedelta(seconds=2)
"""So long the worker's other tasks may have to wait for a tally that has much to catch up with."""
COLUMNS = ("kind", "category", "product", "channel")
Narrowed = Mapping[str, str | None]
Spans = Sequence[tuple[datetime, datetime]]


def counted(
    session: Session, *, since: datetime, until: datetime, by: Sequence[str], only: Narrowed | None = None
) -> list[Row[Any]]:
    """Tickets opened in ``[since, until)``, both full hours, as rows of ``by`` (``hour_at`` or COLUMNS) and their ``number``.

    ``only`` narrows COLUMNS to one value each; a value of None narrows nothing.
    """
    return _grouped(session, [(since, until)], by, only)


def counted_in(
    session: Session, *, hours: Collection[datetime], by: Sequence[str], only: Narrowed | None = None
) -> list[Row[Any]]:
    """The same in some hours only."""
    return _grouped(session, [(hour, hour + HOUR) for hour in sorted(hours)], by, only) if hours else []


def _grouped(session: Session, spans: Spans, by: Sequence[str], only: Narrowed | None) -> list[Row[Any]]:
    narrowed = {name: value for name, value in (only or {}).items() if value is not None}
    both = union_all(_tallied(spans, narrowed), _fresh(session, spans, narrowed)).subquery()
    names = [both.c[name] for name in by]
    return list(session.execute(select(*names, func.sum(both.c.count).label("number")).group_by(*names)))


def advance(database: Database, *, clock: Clock) -> int:
    """Tally what can be, for a moment; gives the number of tickets."""
    ends, done = clock.now() + TURN, 0
    while True:
        with database.transaction() as session:
            fresh = step(session)
        done += fresh
        if fresh < BATCH or clock.now() >= ends:
            return done


def step(session: Session, *, batch: int = BATCH) -> int:
    """Tally at most so many ids up to the last one seen, and see how far one may go next time."""
    mark = _mark(session)
    if mark.counted_to == mark.seen_to or not _settled(session, mark):
        _see(session, mark)
        if mark.counted_to == mark.seen_to or not _settled(session, mark):
            return 0
    upto = min(mark.seen_to, mark.counted_to + batch)
    _add(session, after=mark.counted_to, upto=upto)
    done, mark.counted_to = upto - mark.counted_to, upto
    session.flush()
    return done


def recount(session: Session) -> int:
    """Make the tally anew in one transaction; gives how many tickets are in it."""
    session.execute(delete(Tally))
    session.execute(delete(TallyMark))
    mark = _mark(session)
    _see(session, mark)
    _add(session, after=0, upto=mark.seen_to)
    mark.counted_to = mark.seen_to
    session.flush()
    return session.scalar(select(func.coalesce(func.sum(Tally.count), 0))) or 0


def _within(column: Any, spans: Spans) -> ColumnElement[bool]:
    return or_(*(and_(column >= since, column < until) for since, until in spans))


def _tallied(spans: Spans, narrowed: Mapping[str, str]) -> Any:
    where: list[ColumnElement[bool]] = [_within(Tally.hour_at, spans)]
    where += [getattr(Tally, name) == value for name, value in narrowed.items()]
    return select(Tally.hour_at, Tally.kind, Tally.category, Tally.product, Tally.channel, Tally.count).where(*where)


def _fresh(session: Session, spans: Spans, narrowed: Mapping[str, str]) -> Any:
    columns = _columns()
    mark = select(func.coalesce(func.max(TallyMark.counted_to), 0)).scalar_subquery()
    where: list[ColumnElement[bool]] = [Ticket.id > mark, _within(Ticket.created_at, spans)]
    where += [columns[name] == value for name, value in narrowed.items()]
    hour = hour_of(Ticket.created_at, session.get_bind().dialect.name).label("hour_at")
    return select(hour, *(columns[name].label(name) for name in COLUMNS), literal(1).label("count")).where(*where)


def _columns() -> dict[str, ColumnElement[str]]:
    product: ColumnElement[str] = func.coalesce(Ticket.product, literal("", literal_execute=True))
    return dict(zip(COLUMNS, (Ticket.kind, Ticket.category, product, Ticket.came_by), strict=True))  # type: ignore[arg-type]


def _add(session: Session, *, after: int, upto: int) -> None:
    dialect = session.get_bind().dialect.name
    hour, columns = hour_of(Ticket.created_at, dialect), list(_columns().values())
    asked = select(hour, *columns, func.count()).where(Ticket.id > after, Ticket.id <= upto).group_by(hour, *columns)
    insert = pg_insert if dialect == "postgresql" else sqlite_insert
    fresh = insert(Tally).from_select(["hour_at", *COLUMNS, "count"], asked)
    keys: Collection[Any] = ["hour_at", *COLUMNS]
    session.execute(
        fresh.on_conflict_do_update(index_elements=keys, set_={"count": Tally.count + fresh.excluded["count"]})
    )


def _mark(session: Session) -> TallyMark:
    """The mark, locked: two workers must not tally the same tickets."""
    insert = pg_insert if session.get_bind().dialect.name == "postgresql" else sqlite_insert
    session.execute(insert(TallyMark).values(id=1, counted_to=0, seen_to=0, seen_xid="0").on_conflict_do_nothing())
    return session.scalars(
        select(TallyMark).where(TallyMark.id == 1).with_for_update().execution_options(populate_existing=True)
    ).one()


def _see(session: Session, mark: TallyMark) -> None:
    mark.seen_to = max(session.scalar(select(func.max(Ticket.id))) or 0, mark.counted_to)
    if session.get_bind().dialect.name == "postgresql":
        mark.seen_xid = str(session.scalar(text("SELECT pg_snapshot_xmax(pg_current_snapshot())::text")))
    session.flush()


def _settled(session: Session, mark: TallyMark) -> bool:
    """Whether no transaction lasts that was there when the last ticket was seen: it might still bring a smaller id."""
    if session.get_bind().dialect.name != "postgresql":
        return True
    oldest = session.scalar(text("SELECT pg_snapshot_xmin(pg_current_snapshot())::text"))
    return int(oldest or 0) >= int(mark.seen_xid)
