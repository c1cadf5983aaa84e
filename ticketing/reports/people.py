"""Who is at work and with how much: presence, open work against its cap, what was done today, what waits longest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ticketing.conversations.models import Conversation, Handover
from ticketing.reports import conditions
from ticketing.reports.conditions import IS_OPEN, Span
from ticketing.staff.presence import AT_WORK, Presence, presence_of, present_since
from ticketing.tickets.models import Ticket
from ticketing.tickets.workload import working

_ORDER = (Presence.AVAILABLE, Presence.BUSY, Presence.AWAY, Presence.OFFLINE)


@dataclass(frozen=True)
class Person:
    """One colleague's work now. ``oldest_at`` is when their oldest open ticket came in."""

    id: int
    name: str
    role: str
    team_id: int | None
    presence: Presence
    since: datetime | None
    open: int
    open_cap: int
    late: int
    chats: int
    chat_cap: int
    closed_today: int
    chats_today: int
    oldest_at: datetime | None

    @property
    def room(self) -> int:
        """How many more tickets they may get now; nothing unless they take new work."""
        return max(self.open_cap - self.open, 0) if self.presence is Presence.AVAILABLE else 0

    @property
    def is_full(self) -> bool:
        """Whether they have as many tickets as they may have, or more."""
        return self.open >= self.open_cap


def everyone(session: Session, span: Span) -> Sequence[Person]:
    """Everyone who works tickets: who can help first, then by name."""
    members = working(session)
    hands = _open(session, span)
    chats = _keyed(session, Conversation.agent_id, Conversation.agent_id.is_not(None), Conversation.owner == "agent")
    closed = _keyed(session, Ticket.owner_id, Ticket.owner_id.is_not(None), conditions.closed_since(span.today))
    talked = _keyed(session, Handover.staff_id, Handover.ended_at >= span.today, Handover.staff_id.is_not(None))
    found = []
    for member in members:
        number, late, oldest = hands.get(member.id, (0, 0, None))
        person = Person(
            id=member.id,
            name=member.name,
            role=member.role,
            team_id=member.team_id,
            presence=presence_of(member, span.now),
            since=present_since(member, span.now),
            open=number,
            open_cap=member.open_cap,
            late=late,
            chats=chats.get(member.id, 0),
            chat_cap=member.chat_cap,
            closed_today=closed.get(member.id, 0),
            chats_today=talked.get(member.id, 0),
            oldest_at=oldest,
        )
        found.append(person)
    return sorted(found, key=lambda each: (_ORDER.index(each.presence), -each.room, each.name, each.id))


def at_work(people: Sequence[Person]) -> int:
    """How many of them are at work."""
    return sum(person.presence in AT_WORK for person in people)


def _open(session: Session, span: Span) -> Mapping[int, tuple[int, int, datetime | None]]:
    """Open tickets of each owner: how many, how many of them late, and since when the oldest."""
    promises = conditions.late(span).subquery()
    late = select(promises.c.ticket_id).distinct().subquery()
    rows = session.execute(
        select(Ticket.owner_id, func.count(), func.count(late.c.ticket_id), func.min(Ticket.created_at))
        .outerjoin(late, late.c.ticket_id == Ticket.id)
        .where(IS_OPEN, Ticket.owner_id.is_not(None))
        .group_by(Ticket.owner_id)
    )
    return {owner: (number, behind, oldest) for owner, number, behind, oldest in rows if owner is not None}


def _keyed(session: Session, column: Any, *where: Any) -> dict[int, int]:
    rows = session.execute(select(column, func.count()).where(*where).group_by(column))
    return dict(rows.all())
