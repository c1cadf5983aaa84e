"""What a case's page tells of its kin: the complaint it repeats, similar cases of others, root-cause records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, lazyload, load_only

from ticketing.rootcauses import queries as rootcauses
from ticketing.rootcauses.models import RootCause, RootCauseTicket
from ticketing.tickets.models import Ticket, TicketLikeness


@dataclass(frozen=True)
class Alike:
    """Another customer's complaint about the same matter."""

    number: str
    status: str
    category: str
    created_at: datetime
    similarity: float
    record_id: int | None


@dataclass(frozen=True)
class Kin:
    """Everything beside the ticket itself. ``same_class`` says whether the repeat shares its class."""

    repeat_of: Ticket | None
    same_class: bool
    similarity: float | None
    alike: Sequence[Alike]
    records: Sequence[RootCause]

    @property
    def record(self) -> RootCause | None:
        """The open record."""
        return next((record for record in self.records if record.status != "closed"), None)


def of(session: Session, *, ticket: Ticket) -> Kin:
    """Read it; nothing lazy leaves."""
    before = _earlier(session, ticket.repeat_of_id) if ticket.repeat_of_id else None
    return Kin(
        repeat_of=before,
        same_class=before is not None and before.category == ticket.category,
        similarity=ticket.repeat_similarity,
        alike=_alike(session, ticket),
        records=rootcauses.records_of(session, ticket_id=ticket.id),
    )


def _earlier(session: Session, ticket_id: int) -> Ticket | None:
    shown = load_only(Ticket.number, Ticket.category, Ticket.created_at)
    return session.scalar(select(Ticket).options(shown, lazyload(Ticket.rounds)).where(Ticket.id == ticket_id))


def _alike(session: Session, ticket: Ticket) -> list[Alike]:
    """In both directions: those before this one, and those that came after it."""
    pairs = session.execute(
        select(TicketLikeness.ticket_id, TicketLikeness.other_id, TicketLikeness.similarity)
        .where(or_(TicketLikeness.ticket_id == ticket.id, TicketLikeness.other_id == ticket.id))
        .order_by(TicketLikeness.similarity.desc())
        .limit(10)
    ).all()
    if not pairs:
        return []
    likeness = {(row[1] if row[0] == ticket.id else row[0]): row[2] for row in pairs}
    rows = session.execute(
        select(
            Ticket.id, Ticket.number, Ticket.status, Ticket.category, Ticket.created_at, RootCauseTicket.root_cause_id
        )
        .outerjoin(RootCauseTicket, (RootCauseTicket.ticket_id == Ticket.id) & RootCauseTicket.active.is_(True))
        .where(Ticket.id.in_(likeness))
    ).all()
    found = [
        Alike(number, status, category, at, likeness[id_], record) for id_, number, status, category, at, record in rows
    ]
    return sorted(found, key=lambda item: -item.similarity)
