"""The agents' queue: which tickets and chats wait, the next due first. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from sqlalchemy import Select, func, literal, select, text, tuple_
from sqlalchemy.orm import Session

from ticketing.conversations.models import Conversation, Message
from ticketing.customers.models import Customer
from ticketing.customers.rules import masked_name
from ticketing.platform.db import UtcDateTime
from ticketing.platform.errors import DomainError
from ticketing.platform.paging import Page, as_id, clamp, decode_cursor, encode_cursor
from ticketing.staff.models import Staff
from ticketing.tickets.models import Ticket
from ticketing.tickets.rules import OPEN

View = Literal["mine", "unclaimed", "open"]
VIEWS: tuple[View, ...] = get_args(View)
COUNTED_TO = 100
"""Counts stop here: a badge says 99+, and counting stays cheap whatever the backlog."""

# The literal text of the partial indexes' condition: with bound parameters SQLite would not use them.
_OPEN = text("ticket.status NOT IN ('closed', 'withdrawn', 'merged')")


_SHOWN = (
    Ticket.id, Ticket.number, Ticket.kind, Ticket.status, Ticket.category, Ticket.severity, Ticket.priority,
    Ticket.description, Ticket.breached, Ticket.next_due_at, Ticket.next_due_clock, Ticket.owner_id,
)  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """What a queue is narrowed to; ``number`` looks in ended tickets too."""

    view: View = "mine"
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


@dataclass(frozen=True)
class Counts:
    """How many wait in each view, at most COUNTED_TO."""

    mine: int
    unclaimed: int
    open: int
    chats: int


@dataclass(frozen=True)
class WaitingChat:
    """A conversation that waits for a person, or that the reader is in."""

    public_id: str
    customer: str
    reason: str | None
    urgent: bool
    since: datetime | None
    last_text: str
    mine: bool


def queue(
    session: Session, *, staff_id: int, wanted: Wanted, cursor: str | None = None, limit: int | None = None
) -> Page[Row]:
    """A page of tickets, the next due first, those without a deadline last."""
    size = clamp(limit)
    after_due, after_id = _read_cursor(cursor)
    base = _narrowed(wanted, staff_id)
    found: list[Any] = []
    # Two ranges instead of NULLS LAST, so that both databases walk the index on the due time.
    if cursor is None or after_due is not None:
        due = base.where(Ticket.next_due_at.is_not(None)).order_by(Ticket.next_due_at, Ticket.id)
        if after_due is not None:
            due = due.where(tuple_(Ticket.next_due_at, Ticket.id) > tuple_(literal(after_due, UtcDateTime), after_id))
        found += session.execute(due.limit(size + 1)).all()
    if len(found) <= size:
        rest = base.where(Ticket.next_due_at.is_(None), Ticket.id > (after_id if after_due is None else 0))
        found += session.execute(rest.order_by(Ticket.id).limit(size + 1 - len(found))).all()
    more = len(found) > size
    last = found[size - 1] if more else None
    cursor = encode_cursor([last.next_due_at and last.next_due_at.isoformat(), last.id]) if last else None
    return Page([_row(item) for item in found[:size]], cursor)


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


def chats(session: Session, *, staff_id: int, limit: int = 50) -> list[WaitingChat]:
    """Conversations in the queue, longest waiting first, after those the reader is in."""
    columns = (Conversation, Customer.name, Message.text)
    base = (
        select(*columns)
        .join(Customer, Customer.id == Conversation.customer_id)
        .outerjoin(Message, (Message.conversation_id == Conversation.id) & (Message.seq == Conversation.last_seq))
    )
    own = base.where(Conversation.agent_id == staff_id, Conversation.owner == "agent").order_by(Conversation.id)
    queued = base.where(text("conversation.owner = 'queued'")).order_by(Conversation.queue_rank, Conversation.queued_at)
    return [
        WaitingChat(
            public_id=chat.public_id,
            customer=masked_name(name),
            reason=chat.handoff_reason,
            urgent=chat.queue_rank == 0,
            since=chat.queued_at,
            last_text=last or "",
            mine=chat.owner == "agent",
        )
        for chat, name, last in [*session.execute(own.limit(limit)), *session.execute(queued.limit(limit))]
    ]


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
    )


def _read_cursor(cursor: str | None) -> tuple[datetime | None, int]:
    if cursor is None:
        return None, 0
    due, last_id = decode_cursor(cursor, 2)
    try:
        due_at = datetime.fromisoformat(due) if due is not None else None
    except (TypeError, ValueError) as error:
        raise DomainError("cursor_invalid") from error
    if due_at is not None and due_at.tzinfo is None:
        raise DomainError("cursor_invalid")
    return due_at, as_id(last_id)
