"""The newest broken promises for the board, with who took note of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.platform.clock import Clock
from ticketing.sla.models import OF_TICKETS, OWED, ClockVerdict
from ticketing.staff.models import Staff
from ticketing.tickets import acknowledging
from ticketing.tickets.models import Ticket

SHOWN = 5
LATELY = timedelta(hours=24)
JUST_NOW = timedelta(minutes=1)
"""So long a breach is news that is spoken to whoever listens to the board."""


@dataclass(frozen=True)
class Breach:
    """A promise broken lately and not done; ``by`` took note of it at ``at``. ``is_news``: it has only just happened."""

    number: str
    clock: str
    breached_at: datetime
    owner: str | None
    is_news: bool
    by: str | None
    at: datetime | None


def latest(session: Session, *, clock: Clock) -> Sequence[Breach]:
    """The newest first, in two statements, on the index of breaches."""
    now = clock.now()
    rows = session.execute(
        select(Ticket.id, Ticket.number, ClockVerdict.clock, ClockVerdict.round, ClockVerdict.breached_at, Staff.name)
        .join(Ticket, Ticket.id == ClockVerdict.ticket_id)
        .outerjoin(Staff, Staff.id == Ticket.owner_id)
        .where(OF_TICKETS, OWED, ClockVerdict.breached_at.between(now - LATELY, now))
        .order_by(ClockVerdict.breached_at.desc(), ClockVerdict.id.desc())
        .limit(SHOWN)
    ).all()
    noted = acknowledging.latest(session, ticket_ids=[row.id for row in rows]) if rows else {}
    found = []
    for row in rows:
        event = noted.get((row.id, row.round, row.clock))
        valid = event if event is not None and event.at >= row.breached_at else None
        found.append(
            Breach(
                number=row.number,
                clock=row.clock,
                breached_at=row.breached_at,
                owner=row.name,
                is_news=now - row.breached_at <= JUST_NOW,
                by=valid.actor_name if valid else None,
                at=valid.at if valid else None,
            )
        )
    return found
