"""What a root-cause record is judged by: its tickets, and the complaints of its class and product before and after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, lazyload

from ticketing.platform.clock import Clock
from ticketing.rootcauses import queries as rootcauses
from ticketing.rootcauses.models import RootCause
from ticketing.tickets.models import Ticket

WEEK = timedelta(days=7)
WEEKS_SHOWN = 13
"""As far as the longest check looks: 90 days on either side."""


@dataclass(frozen=True)
class Week:
    """Complaints of one week; ``after`` the actions were verified."""

    starts_at: datetime
    complaints: int
    after: bool


@dataclass(frozen=True)
class Counts:
    """Complaints of the record's class and product in as many days before and after."""

    before: int
    after: int


def tickets_of(session: Session, record: RootCause) -> Sequence[Ticket]:
    """The tickets under a record, the newest first."""
    ids = rootcauses.ticket_ids(session, record)
    return session.scalars(
        select(Ticket).options(lazyload(Ticket.rounds)).where(Ticket.id.in_(ids)).order_by(Ticket.id.desc())
    ).all()


def weeks(session: Session, *, clock: Clock, record: RootCause) -> list[Week]:
    """Week by week around the day on which watching began; before that, the weeks up to now."""
    now = clock.now()
    pivot = record.watching_since or now
    first = pivot - WEEKS_SHOWN * WEEK
    found = session.scalars(
        select(Ticket.created_at).where(*_like(record), Ticket.created_at >= first, Ticket.created_at < now)
    ).all()
    count = min(2 * WEEKS_SHOWN, -((first - now) // WEEK))
    starts = [first + number * WEEK for number in range(count)]
    return [Week(start, sum(start <= at < start + WEEK for at in found), start >= pivot) for start in starts]


def counts(session: Session, *, record: RootCause, days: int) -> Counts:
    """The numbers a check stands on: that many days before watching began, and since."""
    assert record.watching_since is not None
    pivot, span = record.watching_since, timedelta(days=days)

    def between(begin: datetime, end: datetime) -> int:
        asked = select(func.count(Ticket.id)).where(*_like(record), Ticket.created_at >= begin, Ticket.created_at < end)
        return session.scalar(asked) or 0

    return Counts(between(pivot - span, pivot), between(pivot, pivot + span))


def _like(record: RootCause) -> list[ColumnElement[bool]]:
    """Complaints of the record's class, and of its product where it has one."""
    same = [Ticket.kind == "complaint", Ticket.category == record.category]
    return [*same, Ticket.product == record.product] if record.product else same
