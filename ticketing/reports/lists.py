"""The tickets behind a figure of the board: the same condition, counted, and listed page by page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, literal, select, tuple_
from sqlalchemy.orm import Session

from ticketing.customers.models import Customer
from ticketing.customers.rules import masked_name
from ticketing.platform.clock import Clock
from ticketing.platform.db import UtcDateTime
from ticketing.platform.errors import DomainError
from ticketing.platform.paging import Page, as_id, decode_cursor, encode_cursor
from ticketing.reports.conditions import Span
from ticketing.reports.filters import NO_TEAM, Filter, where
from ticketing.staff.models import Staff
from ticketing.tickets.models import Ticket

__all__ = ["NO_TEAM", "PAGE_SIZE", "Filter", "Listed", "count", "every", "tickets"]

PAGE_SIZE = 50
CHUNK = 2_000
LONGEST_SUBJECT = 160
ENDED = frozenset({"closed_today", "closed", "rated", "answered", "surveyed", "silent"})
"""Figures of what is over: nothing of it is due."""
_SHOWN = (
    Ticket.id, Ticket.number, Ticket.kind, Ticket.status, Ticket.category, Ticket.product, Ticket.severity, Ticket.priority,
    Ticket.came_by, Ticket.team_id, Ticket.created_at, Ticket.closed_at, Ticket.next_due_at, Ticket.next_due_clock,
    Ticket.breached, func.substr(Ticket.description, 1, LONGEST_SUBJECT).label("subject"), Customer.name.label("customer"), Staff.name.label("owner"),
)  # fmt: skip


@dataclass(frozen=True)
class Listed:
    """One row of the list, the customer masked."""

    number: str
    subject: str
    kind: str
    status: str
    category: str
    product: str | None
    severity: str
    priority: str
    channel: str
    customer: str
    owner: str | None
    team_id: int | None
    created_at: datetime
    closed_at: datetime | None
    next_due_at: datetime | None
    next_due_clock: str | None
    breached: bool


def count(session: Session, *, clock: Clock, zone: ZoneInfo, wanted: Filter) -> int:
    """How many tickets a figure counts."""
    asked = select(func.count(Ticket.id)).where(*where(wanted, Span.at(clock.now(), zone), zone))
    return session.scalar(asked) or 0


def tickets(
    session: Session, *, clock: Clock, zone: ZoneInfo, wanted: Filter, cursor: str | None, limit: int = PAGE_SIZE
) -> Page[Listed]:
    """One page of the tickets a figure counts: the next due first, then the newest; of ended ones the newest first."""
    asked = (
        select(*_SHOWN)
        .join(Customer, Customer.id == Ticket.customer_id)
        .outerjoin(Staff, Staff.id == Ticket.owner_id)
        .where(*where(wanted, Span.at(clock.now(), zone), zone))
    )
    after, last_id = _read_cursor(cursor)
    by_due = wanted.show not in ENDED
    rows: list[Any] = []
    # Two ranges instead of NULLS LAST, so that both databases walk the index of what is due.
    if by_due and (last_id is None or after is not None):
        due = asked.where(Ticket.next_due_at.is_not(None))
        if after is not None:
            due = due.where(tuple_(Ticket.next_due_at, Ticket.id) > tuple_(literal(after, UtcDateTime), last_id))
        rows += session.execute(due.order_by(Ticket.next_due_at, Ticket.id).limit(limit + 1)).all()
    if len(rows) <= limit:
        rest = asked.where(Ticket.next_due_at.is_(None)) if by_due else asked
        if last_id is not None and after is None:
            rest = rest.where(Ticket.id < last_id)
        rows += session.execute(rest.order_by(Ticket.id.desc()).limit(limit + 1 - len(rows))).all()
    following = _cursor(rows[limit - 1], by_due) if len(rows) > limit else None
    return Page([_listed(row) for row in rows[:limit]], following)


def _cursor(row: Any, by_due: bool) -> str:
    return encode_cursor([row.next_due_at.isoformat() if by_due and row.next_due_at else None, row.id])


def _read_cursor(cursor: str | None) -> tuple[datetime | None, int | None]:
    if not cursor:
        return None, None
    due, last_id = decode_cursor(cursor, 2)
    try:
        after = datetime.fromisoformat(due) if due is not None else None
    except (TypeError, ValueError) as error:
        raise DomainError("cursor_invalid") from error
    if after is not None and after.tzinfo is None:
        raise DomainError("cursor_invalid")
    return after, as_id(last_id)


def every(session: Session, *, clock: Clock, zone: ZoneInfo, wanted: Filter) -> Iterator[Listed]:
    """All of them, read in chunks."""
    cursor: str | None = None
    while True:
        page = tickets(session, clock=clock, zone=zone, wanted=wanted, cursor=cursor, limit=CHUNK)
        yield from page.items
        cursor = page.next_cursor
        if cursor is None:
            return


def _listed(row: Any) -> Listed:
    return Listed(
        number=row.number,
        subject=row.subject,
        kind=row.kind,
        status=row.status,
        category=row.category,
        product=row.product,
        severity=row.severity,
        priority=row.priority,
        channel=row.came_by,
        customer=masked_name(row.customer),
        owner=row.owner,
        team_id=row.team_id,
        created_at=row.created_at,
        closed_at=row.closed_at,
        next_due_at=row.next_due_at,
        next_due_clock=row.next_due_clock,
        breached=row.breached,
    )
