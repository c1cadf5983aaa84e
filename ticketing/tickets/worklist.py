"""The agents' queue: which tickets wait, the next due first. Reads only. Chats are in conversations/inbox.py."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from sqlalchemy import Select, func, literal, select, text, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from ticketing.conversations.models import Conversation
from ticketing.customers.models import Customer
from ticketing.customers.rules import masked_name
from ticketing.platform.errors import DomainError
from ticketing.platform.paging import Page, as_id, clamp, decode_cursor, encode_cursor
from ticketing.staff.models import Staff
from ticketing.tickets.models import Ticket
from ticketing.tickets.rules import OPEN

View = Literal["mine", "unclaimed", "open"]
VIEWS: tuple[View, ...] = get_args(View)
Order = Literal["due", "chance"]
ORDERS: tuple[Order, ...] = get_args(Order)
COUNTED_TO = 100
"""Counts stop here: a badge says 99+, and counting stays cheap whatever the backlog."""

# The literal text of the partial indexes' condition: with bound parameters SQLite would not use them.
_OPEN = text("ticket.status NOT IN ('closed', 'withdrawn', 'merged')")


_SHOWN = (
    Ticket.id, Ticket.number, Ticket.kind, Ticket.status, Ticket.category, Ticket.severity, Ticket.priority,
    Ticket.description, Ticket.breached, Ticket.next_due_at, Ticket.next_due_clock, Ticket.owner_id,
    Ticket.breach_chance, Ticket.breach_reasons,
)  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """What a queue is narrowed to and ordered by; ``number`` looks in ended tickets too."""

    view: View = "mine"
    order: Order = "due"
    category: str | None = None
    priority: str | None = None
    number: str | None = None


@dataclass(frozen=True)
class Row:
    """One ticket of a queue, the customer masked."""

    number: str
    kind: str
    status: str
    category: str
    severity: str
    priority: str
    description: str
    breached: bool
    due_at: datetime | None
    due_clock: str | None
    customer: str
    owner: str | None
    owner_id: int | None
    chat: str | None
    chance: float | None
    chance_reasons: tuple[str, ...]


@dataclass(frozen=True)
class Counts:
    """How many wait in each view, at most COUNTED_TO."""

    mine: int
    unclaimed: int
    open: int
    chats: int


def queue(
    session: Session, *, staff_id: int, wanted: Wanted, cursor: str | None = None, limit: int | None = None
) -> Page[Row]:
    """A page of tickets: the next due first, or the likeliest to break its promise; those without either last."""
    size = clamp(limit)
    ordered = _ORDERED[wanted.order]
    after, after_id = _read_cursor(cursor, ordered)
    base = _narrowed(wanted, staff_id)
    found: list[Any] = []
    # Two ranges instead of NULLS LAST, so that both databases walk the index.
    if cursor is None or after is not None:
        first = base.where(ordered.column.is_not(None))
        if after is not None:
            key, last = tuple_(ordered.column, Ticket.id), tuple_(literal(after, ordered.column.type), after_id)
            first = first.where(key < last if ordered.falls else key > last)
        sort = (ordered.column.desc(), Ticket.id.desc()) if ordered.falls else (ordered.column, Ticket.id)
        found += session.execute(first.order_by(*sort).limit(size + 1)).all()
    if len(found) <= size:
        rest = base.where(ordered.column.is_(None), Ticket.id > (after_id if after is None else 0))
        found += session.execute(rest.order_by(Ticket.id).limit(size + 1 - len(found))).all()
    more = len(found) > size
    last_row = found[size - 1] if more else None
    return Page([_row(item) for item in found[:size]], _cursor(last_row, ordered) if last_row else None)


def counts(session: Session, *, staff_id: int) -> Counts:
    """The numbers on the queue's tabs, in one statement."""

    def capped(condition: Select[int]) -> Select[int]:
        return select(func.count()).select_from(condition.limit(COUNTED_TO).subquery())

    tickets = select(literal(1).label("one")).select_from(Ticket).where(_OPEN)
    waiting = select(literal(1).label("one")).select_from(Conversation).where(text("conversation.owner = 'queued'"))
    row = session.execute(
        select(
            capped(tickets.where(Ticket.owner_id == staff_id)).scalar_subquery(),
            capped(tickets.where(Ticket.owner_id.is_(None))).scalar_subquery(),
            # By the open statuses' names, so that a long history of closed tickets is not walked through.
            capped(
                select(literal(1).label("one")).select_from(Ticket).where(Ticket.status.in_(sorted(OPEN)))
            ).scalar_subquery(),
            capped(waiting).scalar_subquery(),
        )
    ).one()
    return Counts(*row)


def _narrowed(wanted: Wanted, staff_id: int) -> Select[*tuple[Any, ...]]:
    base = (
        select(*_SHOWN, Customer.name.label("customer"), Staff.name.label("owner"), Conversation.owner.label("chat"))
        .join(Customer, Customer.id == Ticket.customer_id)
        .outerjoin(Staff, Staff.id == Ticket.owner_id)
        .outerjoin(Conversation, Conversation.id == Ticket.conversation_id)
    )
    if wanted.number:
        return base.where(Ticket.number.endswith(wanted.number.strip().upper(), autoescape=True))
    base = base.where(_OPEN)
    if wanted.view == "mine":
        base = base.where(Ticket.owner_id == staff_id)
    elif wanted.view == "unclaimed":
        base = base.where(Ticket.owner_id.is_(None))
    if wanted.category:
        base = base.where(Ticket.category == wanted.category)
    if wanted.priority:
        base = base.where(Ticket.priority == wanted.priority)
    return base


def _row(item: Any) -> Row:
    return Row(
        number=item.number,
        kind=item.kind,
        status=item.status,
        category=item.category,
        severity=item.severity,
        priority=item.priority,
        description=item.description,
        breached=item.breached,
        due_at=item.next_due_at,
        due_clock=item.next_due_clock,
        customer=masked_name(item.customer),
        owner=item.owner,
        owner_id=item.owner_id,
        chat=item.chat,
        chance=item.breach_chance,
        chance_reasons=tuple(item.breach_reasons or ()),
    )


def _cursor(row: Any, ordered: _Ordered) -> str:
    value = getattr(row, ordered.column.key)
    return encode_cursor([value.isoformat() if isinstance(value, datetime) else value, row.id])


def _read_cursor(cursor: str | None, ordered: _Ordered) -> tuple[datetime | float | None, int]:
    if cursor is None:
        return None, 0
    value, last_id = decode_cursor(cursor, 2)
    try:
        return (ordered.read(value) if value is not None else None), as_id(last_id)
    except (TypeError, ValueError) as error:
        raise DomainError("cursor_invalid") from error


def _moment(value: Any) -> datetime:
    found = datetime.fromisoformat(value)
    if found.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return found


def _probability(value: Any) -> float:
    if isinstance(value, bool) or not 0 <= value <= 1:
        raise ValueError("a probability lies between 0 and 1")
    return float(value)


@dataclass(frozen=True)
class _Ordered:
    """A column to order by, whether it falls, and how a cursor's value is read."""

    column: InstrumentedAttribute[Any]
    falls: bool
    read: Callable[[Any], datetime | float]


_ORDERED: dict[Order, _Ordered] = {
    "due": _Ordered(Ticket.next_due_at, False, _moment),
    "chance": _Ordered(Ticket.breach_chance, True, _probability),
}
