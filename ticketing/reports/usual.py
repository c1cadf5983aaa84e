"""What came lately against what is usual, subject by subject: the reading behind alerts. The rules: alert_rules.py."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ticketing.reports import alert_rules, conditions, forecast, tally
from ticketing.reports.alert_rules import SHARE_WINDOW, WINDOW, Judged
from ticketing.reports.forecast_rules import WEEKS
from ticketing.reports.hours import HOUR, start_of_hour
from ticketing.tickets.models import Ticket

TOTAL = ("total", "")
PARTS = ("category", "product", "channel")
FALLS = frozenset({"total", "channel"})
"""A channel that falls silent is broken more often than its customers are content."""
WEEK = timedelta(weeks=1)
Subject = tuple[str, str]


@dataclass(frozen=True)
class Seen:
    """One subject in one window. ``whole`` are all complaints of it, of which ``judged.observed`` are this subject's."""

    measure: str
    dimension: str
    code: str
    since: datetime
    until: datetime
    whole: int
    judged: Judged

    @property
    def key(self) -> tuple[str, str, str]:
        """What an alert about it is known by."""
        return self.measure, self.dimension, self.code

    def is_back(self, direction: str) -> bool:
        """Whether it lies in its band again."""
        if self.measure == "share":
            return alert_rules.share_is_back(self.judged, self.whole)
        return self.judged.is_back(direction)


def look(session: Session, *, now: datetime, zone: ZoneInfo) -> Iterator[Seen]:
    """Every subject that came in the window or usually does: volumes of the last hour, shares of the last full day."""
    yield from _volumes(session, now, zone)
    yield from _shares(session, now)


def _volumes(session: Session, now: datetime, zone: ZoneInfo) -> Iterator[Seen]:
    since = now - WINDOW
    lately = _lately(session, since, now)
    then = start_of_hour(now)
    like = forecast.like_hours(session, now=now, zone=zone)
    # The window lies across two full hours: each earlier week counts as much of either as the window does.
    part = (now - then) / HOUR
    pairs = [(hour - HOUR, hour) for hour in like.hours(then)]
    history = _by_hour(session, {hour for pair in pairs for hour in pair})
    for subject in sorted({*lately, *(subject for counts in history.values() for subject in counts)}):
        samples = [(1 - part) * history[before][subject] + part * history[after][subject] for before, after in pairs]
        falls = subject[0] in FALLS
        judged = alert_rules.volume(lately[subject], samples, like.spread, falls=falls)
        yield Seen("volume", *subject, since, now, lately[TOTAL], judged)


def _shares(session: Session, now: datetime) -> Iterator[Seen]:
    until = start_of_hour(now)
    windows = [until - number * WEEK for number in range(WEEKS + 1)]
    counts = [_between(session, end - SHARE_WINDOW, end) for end in windows]
    lately, before = counts[0], counts[1:]
    for subject in sorted(set().union(*counts) - {TOTAL}):
        history = [(earlier[subject], earlier[TOTAL]) for earlier in before]
        judged = alert_rules.share(lately[subject], lately[TOTAL], history)
        yield Seen("share", *subject, until - SHARE_WINDOW, until, lately[TOTAL], judged)


def _lately(session: Session, since: datetime, now: datetime) -> Counter[Subject]:
    """From the tickets themselves: the window does not begin on the hour."""
    product = func.coalesce(Ticket.product, "").label("product")
    rows = session.execute(
        select(Ticket.category, product, Ticket.came_by, func.count())
        .where(Ticket.kind == "complaint", conditions.opened_between(since, now))
        .group_by(Ticket.category, Ticket.product, Ticket.came_by)
    )
    return _subjects(rows)


def _by_hour(session: Session, hours: set[datetime]) -> Mapping[datetime, Counter[Subject]]:
    found: defaultdict[datetime, Counter[Subject]] = defaultdict(Counter)
    by = ("hour_at", *PARTS)
    for row in tally.counted_in(session, hours=hours, by=by, only={"kind": "complaint"}):
        found[row.hour_at].update(_subjects([(row.category, row.product, row.channel, int(row.number))]))
    return found


def _between(session: Session, since: datetime, until: datetime) -> Counter[Subject]:
    rows = tally.counted(session, since=since, until=until, by=PARTS, only={"kind": "complaint"})
    return _subjects((row.category, row.product, row.channel, int(row.number)) for row in rows)


def _subjects(rows: Iterable[tuple[str, str, str, int]]) -> Counter[Subject]:
    """Counted in all, and along each part; a ticket without a product is in no product's count."""
    found: Counter[Subject] = Counter()
    for category, product, channel, number in rows:
        found[TOTAL] += number
        for subject in (("category", category), ("product", product), ("channel", channel)):
            if subject[1]:
                found[subject] += number
    return found
