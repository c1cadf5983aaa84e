"""Which tickets belong together and how; made and removed by staff, every time with an entry in both logs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, lazyload, load_only

from ticketing.platform.actor import Actor
from ticketing.platform.clock import Clock
from ticketing.platform.errors import DomainError
from ticketing.staff.rules import Permission
from ticketing.tickets.gate_models import TicketLink
from ticketing.tickets.gates import require, take
from ticketing.tickets.holding import hold
from ticketing.tickets.journal import note_event
from ticketing.tickets.models import Ticket
from ticketing.tickets.rules import Step

SPLIT_FROM = "split_from"
BY_HAND = ("related", "duplicate", "caused_by")
_BOTH_WAYS = frozenset({"related", "duplicate"})
_BACKWARDS = {"caused_by": "cause_of", SPLIT_FROM: "split_into"}


@dataclass(frozen=True)
class Shown:
    """A link as it reads from one of its tickets: that ticket is ``kind`` of ``other``."""

    id: int
    kind: str
    other: Ticket
    removable: bool


def of(session: Session, *, ticket: Ticket) -> list[Shown]:
    """The ticket's links, seen from it."""
    found: list[Shown] = []
    rows = session.scalars(
        select(TicketLink)
        .where(or_(TicketLink.ticket_id == ticket.id, TicketLink.other_id == ticket.id))
        .order_by(TicketLink.id)
    ).all()
    others = _tickets(session, {row.other_id if row.ticket_id == ticket.id else row.ticket_id for row in rows})
    for row in rows:
        forward = row.ticket_id == ticket.id
        kind = row.kind if forward else _BACKWARDS.get(row.kind, row.kind)
        other = others[row.other_id if forward else row.ticket_id]
        found.append(Shown(row.id, kind, other, row.kind != SPLIT_FROM))
    return found


def add(session: Session, *, clock: Clock, actor: Actor, ticket: Ticket, other: Ticket, kind: str) -> TicketLink:
    """Link two tickets; the same link again changes nothing. Raises ``link_itself`` or ``link_kind_unknown``."""
    require(actor, Permission.TICKET_WORK)
    if kind not in BY_HAND:
        raise DomainError("link_kind_unknown")
    if ticket.id == other.id:
        raise DomainError("link_itself")
    hold(session, ticket, other)
    take(ticket, Step.LINK, actor, frozenset({"other_ticket"}))
    return record(session, clock=clock, actor=actor, ticket=ticket, other=other, kind=kind)


def record(session: Session, *, clock: Clock, actor: Actor, ticket: Ticket, other: Ticket, kind: str) -> TicketLink:
    """Write the link and both log entries, unless it is there."""
    first, second = (other, ticket) if kind in _BOTH_WAYS and other.id < ticket.id else (ticket, other)
    known = session.scalar(
        select(TicketLink).where(
            TicketLink.ticket_id == first.id, TicketLink.other_id == second.id, TicketLink.kind == kind
        )
    )
    if known is not None:
        return known
    assert actor.staff_id is not None
    row = TicketLink(
        ticket_id=first.id, other_id=second.id, kind=kind, created_at=clock.now(), created_by=actor.staff_id
    )
    session.add(row)
    session.flush()
    _note_both(session, clock=clock, actor=actor, row=row, ticket=first, other=second, event="linked")
    return row


def remove(session: Session, *, clock: Clock, actor: Actor, ticket: Ticket, link_id: int) -> None:
    """Take a link away; one that is gone stays gone. What a split made stays. Raises ``link_of_split``."""
    require(actor, Permission.TICKET_WORK)
    row = session.get(TicketLink, link_id)
    if row is None or ticket.id not in {row.ticket_id, row.other_id}:
        return
    if row.kind == SPLIT_FROM:
        raise DomainError("link_of_split")
    first, second = session.get_one(Ticket, row.ticket_id), session.get_one(Ticket, row.other_id)
    hold(session, first, second)
    session.delete(row)
    session.flush()
    _note_both(session, clock=clock, actor=actor, row=row, ticket=first, other=second, event="unlinked")


def _note_both(
    session: Session, *, clock: Clock, actor: Actor, row: TicketLink, ticket: Ticket, other: Ticket, event: str
) -> None:
    backwards = _BACKWARDS.get(row.kind, row.kind)
    note_event(session, clock=clock, actor=actor, ticket=ticket, kind=event, link=row.kind, other=other.number)
    note_event(session, clock=clock, actor=actor, ticket=other, kind=event, link=backwards, other=ticket.number)


def _tickets(session: Session, ids: set[int]) -> dict[int, Ticket]:
    if not ids:
        return {}
    rows: Sequence[Ticket] = session.scalars(
        select(Ticket)
        .options(load_only(Ticket.number, Ticket.status, Ticket.category), lazyload(Ticket.rounds))
        .where(Ticket.id.in_(ids))
    ).all()
    return {row.id: row for row in rows}
