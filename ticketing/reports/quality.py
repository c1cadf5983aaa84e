"""Satisfaction and who gave it, complaints and repeats of a period against the one before. Rules: quality_rules.py."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from ticketing.conversations.models import Conversation
from ticketing.platform.clock import Clock
from ticketing.reports import conditions, quality_rules, tally
from ticketing.reports.hours import first_hour, start_of_hour
from ticketing.reports.periodic import periods
from ticketing.reports.periodic.periods import Rhythm
from ticketing.reports.quality_rules import Asked, Marks
from ticketing.surveys.models import Survey
from ticketing.tickets.models import Ticket

PERIODS = (7, 30, 90)
TREND_WEEKS = 12


@dataclass(frozen=True)
class Period:
    """Whole local days up to and including today, ``[since, until)``."""

    days: int
    since: datetime
    until: datetime

    @classmethod
    def of(cls, days: int, now: datetime, zone: ZoneInfo) -> Period:
        """The last so many days."""
        until = first_hour(first_hour(now, zone) + timedelta(hours=25), zone)
        return cls(days, first_hour(until - timedelta(days=days) + timedelta(hours=1), zone), until)

    @property
    def before(self) -> Period:
        """As long a time before it."""
        return Period(self.days, self.since - (self.until - self.since), self.since)


@dataclass(frozen=True)
class Complaints:
    """Complaints of a period, the repeats among them, and conversations begun."""

    by_category: Mapping[str, int]
    repeats_by_category: Mapping[str, int]
    conversations: int

    @property
    def total(self) -> int:
        """All complaints."""
        return sum(self.by_category.values())

    @property
    def repeats(self) -> int:
        """All repeats."""
        return sum(self.repeats_by_category.values())

    @property
    def rate(self) -> float | None:
        """Complaints per hundred conversations."""
        return 100 * self.total / self.conversations if self.conversations else None

    @property
    def repeat_share(self) -> float | None:
        """Repeats per hundred complaints."""
        return 100 * self.repeats / self.total if self.total else None


@dataclass(frozen=True)
class Week:
    """One week of the trend."""

    since: datetime
    until: datetime
    complaints: int
    marks: Marks


@dataclass(frozen=True)
class Quality:
    """Everything the quality page shows."""

    period: Period
    answered: Marks
    answered_before: Marks
    chats: Marks
    asked: Asked
    by_channel: Sequence[Asked]
    by_category: Sequence[Asked]
    weighted: float | None
    complaints: Complaints
    complaints_before: Complaints
    weeks: Sequence[Week]


def quality(session: Session, *, clock: Clock, zone: ZoneInfo, days: int) -> Quality:
    """The figures of the last so many days, in ten statements."""
    period = Period.of(days, clock.now(), zone)
    groups = _asked(session, period, clock.now())
    return Quality(
        period=period,
        answered=_answered(session, period, Survey.ticket_id),
        answered_before=_answered(session, period.before, Survey.ticket_id),
        chats=_answered(session, period, Survey.handover_id),
        asked=quality_rules.summed("", groups.values()),
        by_channel=_along(groups, 1),
        by_category=_along(groups, 0),
        weighted=quality_rules.weighted(list(groups.values())),
        complaints=_complaints(session, period),
        complaints_before=_complaints(session, period.before),
        weeks=_weeks(session, clock.now(), zone),
    )


def _sums() -> list[Any]:
    three = Survey.speed + Survey.completeness + Survey.solution
    parts = (Survey.speed, Survey.completeness, Survey.solution, three * three)
    return [func.count(Survey.answered_at), *(func.coalesce(func.sum(part), 0) for part in parts)]


def _marks(values: Sequence[Any]) -> Marks:
    return Marks(*(int(value) for value in values))


def _answered(session: Session, period: Period, about: Any) -> Marks:
    """Of surveys answered in the period: about tickets, or about chats with people."""
    row = session.execute(
        select(*_sums()).where(
            Survey.answered_at >= period.since, Survey.answered_at < period.until, about.is_not(None)
        )
    ).one()
    return _marks(row)


def _asked(session: Session, period: Period, now: datetime) -> dict[tuple[str, str], Asked]:
    """Of surveys about tickets sent in the period, by class and channel."""
    waiting = func.count(case(((Survey.answered_at.is_(None)) & (Survey.expires_at > now), 1)))
    rows = session.execute(
        select(Ticket.category, Ticket.came_by, func.count(), waiting, *_sums())
        .join(Ticket, Ticket.id == Survey.ticket_id)
        .where(Survey.sent_at >= period.since, Survey.sent_at < period.until)
        .group_by(Ticket.category, Ticket.came_by)
        .order_by(Ticket.category, Ticket.came_by)
    )
    return {(row[0], row[1]): Asked("", row[2], row[3], _marks(row[4:])) for row in rows}


def _along(groups: Mapping[tuple[str, str], Asked], place: int) -> list[Asked]:
    codes = sorted({key[place] for key in groups})
    return [
        quality_rules.summed(code, [group for key, group in groups.items() if key[place] == code]) for code in codes
    ]


def _complaints(session: Session, period: Period) -> Complaints:
    rows = tally.counted(session, since=period.since, until=period.until, by=("category",), only={"kind": "complaint"})
    repeats = session.execute(
        select(Ticket.category, func.count())
        .where(conditions.repeats_between(period.since, period.until))
        .group_by(Ticket.category)
    )
    begun = select(func.count(Conversation.id)).where(
        Conversation.created_at >= period.since, Conversation.created_at < period.until
    )
    return Complaints(
        {row.category: int(row.number) for row in rows},
        dict(repeats.all()),
        session.scalar(begun) or 0,
    )


def _weeks(session: Session, now: datetime, zone: ZoneInfo) -> list[Week]:
    """Weeks from Monday, the earliest first; the last is the one that now lasts."""
    last = periods.Period.holding(Rhythm.WEEKLY, now.astimezone(zone).date(), zone)
    whole = [*periods.finished(Rhythm.WEEKLY, now, zone, TREND_WEEKS - 1), last]
    bounds = [start_of_hour(week.starts_at) for week in whole] + [start_of_hour(last.ends_at)]
    first, until = bounds[0], bounds[-1]
    counts: Counter[int] = Counter()
    for row in tally.counted(session, since=first, until=until, by=("hour_at",), only={"kind": "complaint"}):
        counts[bisect_right(bounds, row.hour_at) - 1] += int(row.number)
    place = case(
        *((Survey.answered_at < end, number) for number, end in enumerate(bounds[1:])), else_=TREND_WEEKS
    ).label("place")
    rows = session.execute(
        select(place, *_sums())
        .where(Survey.answered_at >= first, Survey.answered_at < until, Survey.ticket_id.is_not(None))
        .group_by(place)
    )
    marks = {row[0]: _marks(row[1:]) for row in rows}
    return [
        Week(since, end, counts[number], marks.get(number, Marks()))
        for number, (since, end) in enumerate(pairwise(bounds))
    ]
