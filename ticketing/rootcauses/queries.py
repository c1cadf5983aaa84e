"""Reads for the register and the record's page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, lazyload

from ticketing.platform.clock import Clock
from ticketing.platform.paging import Page, as_id, clamp, decode_cursor, encode_cursor
from ticketing.rootcauses.models import RootCause, RootCauseEvent, RootCauseTicket
from ticketing.rootcauses.rules import OPEN
from ticketing.sla.models import OWED, ClockVerdict


@dataclass(frozen=True)
class Wanted:
    """What the register is narrowed to; ``status`` is one status, ``open`` or ``all``."""

    status: str = "open"
    overdue: bool = False
    owner_id: int | None = None
    category: str | None = None


@dataclass(frozen=True)
class Row:
    """A record with the number of tickets it explains."""

    record: RootCause
    tickets: int


@dataclass(frozen=True)
class Promise:
    """One promise of a record."""

    clock: str
    round: int
    due_at: datetime | None
    stopped_at: datetime | None
    state: str
    owed: bool


def register(
    session: Session, *, clock: Clock, wanted: Wanted, cursor: str | None = None, limit: int | None = None
) -> Page[Row]:
    """A page of records, the newest first."""
    size = clamp(limit)
    counted = (
        select(func.count()).where(RootCauseTicket.root_cause_id == RootCause.id).correlate(RootCause).scalar_subquery()
    )
    asked = (
        select(RootCause, counted)
        .options(lazyload(RootCause.actions), lazyload(RootCause.checks))
        .order_by(RootCause.id.desc())
        .limit(size + 1)
    )
    if wanted.status == "open":
        asked = asked.where(RootCause.status.in_(sorted(OPEN)))
    elif wanted.status != "all":
        asked = asked.where(RootCause.status == wanted.status)
    if wanted.overdue:
        asked = asked.where(RootCause.next_due_at < clock.now())
    if wanted.owner_id is not None:
        asked = asked.where(RootCause.owner_id == wanted.owner_id)
    if wanted.category:
        asked = asked.where(RootCause.category == wanted.category)
    if cursor:
        asked = asked.where(RootCause.id < as_id(decode_cursor(cursor, 1)[0]))
    found = [Row(record, tickets) for record, tickets in session.execute(asked).unique()]
    following = encode_cursor([found[size - 1].record.id]) if len(found) > size else None
    return Page(found[:size], following)


def promises(session: Session, record: RootCause) -> list[Promise]:
    """The record's promises, the earliest due first."""
    rows = session.scalars(
        select(ClockVerdict)
        .where(ClockVerdict.root_cause_id == record.id)
        .order_by(ClockVerdict.target_at, ClockVerdict.id)
    )
    owed = set(session.scalars(select(ClockVerdict.id).where(ClockVerdict.root_cause_id == record.id, OWED)))
    return [Promise(row.clock, row.round, row.target_at, row.stopped_at, row.verdict, row.id in owed) for row in rows]


def log_of(
    session: Session, record: RootCause, *, kinds: Sequence[str] = (), after: int = 0, newest_first: bool = False
) -> Sequence[RootCauseEvent]:
    """The record's log in order of writing."""
    asked = select(RootCauseEvent).where(RootCauseEvent.root_cause_id == record.id, RootCauseEvent.id > after)
    if kinds:
        asked = asked.where(RootCauseEvent.kind.in_(kinds))
    return session.scalars(asked.order_by(RootCauseEvent.id.desc() if newest_first else RootCauseEvent.id)).all()


def ticket_ids(session: Session, record: RootCause) -> Sequence[int]:
    """The tickets under the record, in the order in which they came."""
    return session.scalars(
        select(RootCauseTicket.ticket_id).where(RootCauseTicket.root_cause_id == record.id).order_by(RootCauseTicket.id)
    ).all()


def records_of(session: Session, *, ticket_id: int) -> Sequence[RootCause]:
    """All records that a ticket is or was in, the newest first."""
    return session.scalars(
        select(RootCause)
        .join(RootCauseTicket, RootCauseTicket.root_cause_id == RootCause.id)
        .options(lazyload(RootCause.actions), lazyload(RootCause.checks))
        .where(RootCauseTicket.ticket_id == ticket_id)
        .order_by(RootCause.id.desc())
    ).all()
