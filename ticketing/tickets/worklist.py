"""The agents' queue: which tickets wait, the next due first. Reads only. Chats are in conversations/inbox.py."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, literal, select, text, tuple_, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session

from ticketing.conversations import inbox
from ticketing.conversations.models import Conversation
from ticketing.customers.models import Customer
from ticketing.customers.rules import masked_name
from ticketing.platform.actor import Actor
from ticketing.platform.clock import Clock
from ticketing.platform.errors import DomainError
from ticketing.platform.paging import Page, as_id, clamp, decode_cursor, encode_cursor
from ticketing.staff.models import Staff, Team
from ticketing.staff.rules import PERMISSIONS, Permission
from ticketing.tickets import todos
from ticketing.tickets.filters import Order, Wanted
from ticketing.tickets.models import Ticket, TicketEvent
from ticketing.tickets.rules import OPEN

COUNTED_TO = 100
"""Counts stop here: a badge says 99+, and counting stays cheap whatever the backlog."""

# The literal text of the partial indexes' condition: with bound parameters SQLite would not use them.
_OPEN = text("ticket.status NOT IN ('closed', 'withdrawn', 'merged')")


_SHOWN = (
    Ticket.id, Ticket.number, Ticket.kind, Ticket.status, Ticket.category, Ticket.severity, Ticket.priority,
    Ticket.description, Ticket.breached, Ticket.next_due_at, Ticket.next_due_clock, Ticket.owner_id,
    Ticket.breach_chance, Ticket.breach_reasons, Ticket.repeat_of_id, Ticket.version,
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One ticket of a queue, the customer masked."""

    number: str
    version: int
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
    repeat: bool


@dataclass(frozen=True)
class Counts:
    """How many wait in each view, at most COUNTED_TO; tasks for a person, and lines of one's chats not yet read.

    ``seen`` is the newest entry of all tickets' logs: what came after it was not on the page.
    """

    mine: int
    unclaimed: int
    open: int
    chats: int
    todos: int
    unread: int
    seen: int


@dataclass(frozen=True)
class Choices:
    """What a filter may name: teams by id, in both languages, and people."""

    teams: Mapping[int, Mapping[str, str]]
    people: Sequence[tuple[int, str]]


def queue(
    session: Session,
    *,
    clock: Clock,
    staff_id: int,
    wanted: Wanted,
    cursor: str | None = None,
    limit: int | None = None,
) -> Page[Row]:
    """A page of tickets: the next due first, or the likeliest to break its promise; those without either last."""
    size = clamp(limit)
    ordered = _ORDERED[wanted.order]
    after, after_id = _read_cursor(cursor, ordered)
    base = _narrowed(wanted, staff_id, clock.now())
    found: list[Any] = []
    # Two ranges instead of NULLS LAST, so that both databases walk the index.
    if cursor is None or after is not None:
        first = base.where(ordered.column.is_not(None))
        if after is not None:
            key, last = tuple_(ordered.column, Ticket.id), tuple_(literal(after, ordered.column.type), after_id)
            first = first.where(key < last if ordered.falls else key > last)
        sort = (ordered.column.desc(), Ticket.id.desc()) if ordered.falls else (ordered.column, Ticket.id)
        found += session.execute(first.order_by(*sort).limit(size + 1)).all()
    if len(found) <= size and not (wanted.order == "due" and wanted.within is not None):
        rest = base.where(ordered.column.is_(None), Ticket.id > (after_id if after is None else 0))
        found += session.execute(rest.order_by(Ticket.id).limit(size + 1 - len(found))).all()
    more = len(found) > size
    last_row = found[size - 1] if more else None
    return Page([_row(item) for item in found[:size]], _cursor(last_row, ordered) if last_row else None)


def counts(session: Session, *, actor: Actor) -> Counts:
    """The numbers on the queue's tabs, in one statement."""
    staff_id = actor.staff_id or 0

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
            todos.counting(actor),
            inbox.counting_unread(staff_id),
            select(func.coalesce(func.max(TicketEvent.id), 0)).scalar_subquery(),
        )
    ).one()
    return Counts(*row)


def _narrowed(wanted: Wanted, staff_id: int, now: datetime) -> Select[*tuple[Any, ...]]:
    base = (
        select(*_SHOWN, Customer.name.label("customer"), Staff.name.label("owner"), Conversation.owner.label("chat"))
        .join(Customer, Customer.id == Ticket.customer_id)
        .outerjoin(Staff, Staff.id == Ticket.owner_id)
        .outerjoin(Conversation, Conversation.id == Ticket.conversation_id)
    )
    return base.where(_OPEN, *wanted.conditions(staff_id=staff_id, now=now))


def choices(session: Session) -> Choices:
    """Teams and the people who work tickets, for filters and for giving tickets to, in one statement."""
    working = [role.value for role, held in PERMISSIONS.items() if Permission.TICKET_WORK in held]
    teams = select(literal(True), Team.id, Team.name_zh, Team.name_en)
    people = select(literal(False), Staff.id, Staff.name, Staff.name).where(Staff.active, Staff.role.in_(working))
    rows = session.execute(union_all(teams, people)).all()
    return Choices(
        {row[1]: {"zh": row[2], "en": row[3]} for row in sorted(rows, key=lambda row: row[1]) if row[0]},
        sorted(((row[1], row[2]) for row in rows if not row[0]), key=lambda person: person[1]),
    )


def _row(item: Any) -> Row:
    return Row(
        number=item.number,
        version=item.version,
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
        repeat=item.repeat_of_id is not None,
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
