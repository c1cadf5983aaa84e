"""The tickets behind a figure of the board: the same condition, counted, and listed page by page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ticketing.customers.models import Customer
from ticketing.customers.rules import masked_name
from ticketing.platform.clock import Clock
from ticketing.platform.paging import Page, as_id, decode_cursor, encode_cursor
from ticketing.reports.conditions import Span
from ticketing.reports.filters import NO_TEAM, Filter, where
from ticketing.staff.models import Staff
from ticketing.tickets.models import Ticket

__all__ = ["NO_TEAM", "PAGE_SIZE", "Filter", "Listed", "count", "every", "tickets"]

PAGE_SIZE = 50
CHUNK = 2_000
_SHOWN = (
    Ticket.id, Ticket.number, Ticket.kind, Ticket.status, Ticket.category, Ticket.product, Ticket.severity, Ticket.priority,
    Ticket.contact_channel, Ticket.team_id, Ticket.created_at, Ticket.closed_at, Ticket.next_due_at, Ticket.next_due_clock,
    Ticket.breached, Customer.name.label("customer"), Staff.name.label("owner"),
)  # fmt: skip


@dataclass(frozen=True)
class Listed:
    """One row of the list, the customer masked."""

    number: str
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
    """One page of the tickets a figure counts, newest first."""
    asked = (
        select(*_SHOWN)
        .join(Customer, Customer.id == Ticket.customer_id)
        .outerjoin(Staff, Staff.id == Ticket.owner_id)
        .where(*where(wanted, Span.at(clock.now(), zone), zone))
        .order_by(Ticket.id.desc())
        .limit(limit + 1)
    )
    if cursor:
        asked = asked.where(Ticket.id < as_id(decode_cursor(cursor, 1)[0]))
    rows = session.execute(asked).all()
    following = encode_cursor([rows[limit - 1].id]) if len(rows) > limit else None
    return Page([_listed(row) for row in rows[:limit]], following)


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
        kind=row.kind,
        status=row.status,
        category=row.category,
        product=row.product,
        severity=row.severity,
        priority=row.priority,
        channel=row.contact_channel,
        customer=masked_name(row.customer),
        owner=row.owner,
        team_id=row.team_id,
        created_at=row.created_at,
        closed_at=row.closed_at,
        next_due_at=row.next_due_at,
        next_due_clock=row.next_due_clock,
        breached=row.breached,
    )
