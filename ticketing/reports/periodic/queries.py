"""The archive's list, and satisfaction over time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from ticketing.platform.errors import DomainError
from ticketing.platform.paging import Page, as_id, decode_cursor, encode_cursor
from ticketing.reports.periodic import counting
from ticketing.reports.periodic.counting import Span
from ticketing.reports.periodic.models import PeriodicReport, ReportDelivery
from ticketing.reports.periodic.periods import Period, Rhythm
from ticketing.staff.models import Staff
from ticketing.surveys.models import Survey
from ticketing.surveys.rules import Index

PAGE_SIZE = 25
SHOWN = {Rhythm.WEEKLY: 13, Rhythm.MONTHLY: 12}
ANSWERS = 30


def archive(session: Session, *, rhythm: str | None, language: str | None, cursor: str | None) -> Page[PeriodicReport]:
    """Reports, the newest first."""
    asked = select(PeriodicReport).order_by(PeriodicReport.id.desc()).limit(PAGE_SIZE + 1)
    if rhythm:
        asked = asked.where(PeriodicReport.rhythm == rhythm)
    if language:
        asked = asked.where(PeriodicReport.language == language)
    if cursor:
        asked = asked.where(PeriodicReport.id < as_id(decode_cursor(cursor, 1)[0]))
    rows: Sequence[PeriodicReport] = session.scalars(asked).all()
    more = len(rows) > PAGE_SIZE
    return Page(rows[:PAGE_SIZE], encode_cursor([rows[PAGE_SIZE - 1].id]) if more else None)


def deliveries(session: Session, *, report_id: int) -> list[tuple[int, datetime, list[str]]]:
    """To whom a report was sent, round by round."""
    rows = session.execute(
        select(ReportDelivery.round, ReportDelivery.at, Staff.name)
        .join(Staff, Staff.id == ReportDelivery.staff_id)
        .where(ReportDelivery.report_id == report_id)
        .order_by(ReportDelivery.round, Staff.name)
    )
    found: dict[tuple[int, datetime], list[str]] = defaultdict(list)
    for number, at, name in rows:
        found[number, at].append(name)
    return [(number, at, names) for (number, at), names in found.items()]


@dataclass(frozen=True)
class Wanted:
    """Which answers: of a class, a team or a kind of survey."""

    rhythm: Rhythm = Rhythm.WEEKLY
    category: str | None = None
    team: int | None = None
    kind: str | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """As SQL."""
        pairs = ((Survey.category, self.category), (Survey.team_id, self.team), (Survey.kind, self.kind))
        return [column == value for column, value in pairs if value is not None]


@dataclass(frozen=True)
class Trend:
    """The index by period, of all answers together, and by class and by team over the whole time shown."""

    periods: Sequence[Period]
    indexes: Sequence[Index]
    whole: Index
    by_category: Sequence[tuple[str, Index, Sequence[Index]]]
    by_team: Sequence[tuple[int, Index, Sequence[Index]]]


def trend(session: Session, *, wanted: Wanted, now: datetime, zone: ZoneInfo) -> Trend:
    """Satisfaction up to now; one statement for each way of grouping, on the index of answers' times."""
    periods = [Period.holding(wanted.rhythm, now.astimezone(zone).date(), zone)]
    for _ in range(SHOWN[wanted.rhythm] - 1):
        periods.insert(0, periods[0].before())
    edges = [*(period.starts_at for period in periods), periods[-1].ends_at]
    where = [Span(edges[0], edges[-1]).holds(Survey.answered_at), *wanted.conditions()]
    place = counting.slice_of(Survey.answered_at, edges)
    sums = {row[0]: row for row in session.execute(counting.index_sums(*where, by=(place,)))}
    whole = counting.index_of(session.execute(counting.index_sums(*where)).one())

    def grouped(column: Any) -> list[tuple[Any, Index, list[Index]]]:
        rows = session.execute(counting.index_sums(*where, column.is_not(None), by=(column, place))).all()
        keys = sorted({row[0] for row in rows})
        found = {(row[0], row[1]): counting.index_of(row) for row in rows}
        return [
            (
                key,
                _together([row for row in rows if row[0] == key]),
                [found.get((key, at), Index(0)) for at in range(len(periods))],
            )
            for key in keys
        ]

    indexes = [counting.index_of(sums[at]) if at in sums else Index(0) for at in range(len(periods))]
    return Trend(periods, indexes, whole, grouped(Survey.category), grouped(Survey.team_id))


def answers(
    session: Session, *, wanted: Wanted, period: Period | None, now: datetime, cursor: str | None
) -> Page[tuple[Survey, str | None]]:
    """The answers behind an index with who they were about, the newest first."""
    asked = (
        select(Survey, Staff.name)
        .outerjoin(Staff, Staff.id == Survey.staff_id)
        .where(Survey.answered_at.is_not(None), Survey.answered_at <= now, *wanted.conditions())
        .order_by(Survey.answered_at.desc(), Survey.id.desc())
        .limit(ANSWERS + 1)
    )
    if period is not None:
        asked = asked.where(Span(period.starts_at, period.ends_at).holds(Survey.answered_at))
    if cursor:
        at, before = decode_cursor(cursor, 2)
        instant = _instant(at)
        asked = asked.where(
            (Survey.answered_at < instant) | ((Survey.answered_at == instant) & (Survey.id < as_id(before)))
        )
    rows = [(row[0], row[1]) for row in session.execute(asked)]
    last = rows[ANSWERS - 1][0] if len(rows) > ANSWERS else None
    following = encode_cursor([last.answered_at.isoformat(), last.id]) if last and last.answered_at else None
    return Page(rows[:ANSWERS], following)


def _together(rows: Sequence[Sequence[Any]]) -> Index:
    """The index of several rows of sums."""
    answered, *others = ([row[at] or 0 for row in rows] for at in range(-5, 0))
    return counting.index_of([sum(answered), *(sum(map(float, column)) for column in others)])


def _instant(text: Any) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except (TypeError, ValueError) as error:
        raise DomainError("cursor_invalid") from error
