"""Bringing tickets under root-cause records: by rule, by escalation, or by hand.

Repeated and critical complaints get a record (handbook §4.4). A ticket joins the open record of the complaint that it
repeats or that reads alike in the same class; else it gets one of its own. Asked twice, nothing more happens.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.platform.actor import Actor
from ticketing.platform.clock import Clock
from ticketing.platform.errors import DomainError
from ticketing.rootcauses import service as rootcauses
from ticketing.rootcauses.models import RootCause, RootCauseTicket
from ticketing.staff.rules import Permission, allowed
from ticketing.tickets.journal import note_event
from ticketing.tickets.models import Ticket, TicketLikeness

TITLE_CHARACTERS = 60
SAME_MATTER = 0.9
"""A repeat known only by its class joins the earlier one's record unless the texts clearly speak of something else."""


def why_due(ticket: Ticket) -> str | None:
    """``critical`` or ``repeat`` when the rules ask for a record, else None."""
    if ticket.kind != "complaint":
        return None
    if ticket.severity == "critical":
        return "critical"
    return "repeat" if ticket.repeat_of_id is not None else None


def open_if_due(session: Session, *, clock: Clock, actor: Actor, ticket: Ticket) -> RootCause | None:
    """Open or join a record where the rules ask for one; a ticket whose record was closed already gets no second one."""
    because = why_due(ticket)
    if because is None or rootcauses.was_in_any(session, ticket_id=ticket.id):
        return None
    return open_for(session, clock=clock, actor=actor, ticket=ticket, because=because)


def open_for(session: Session, *, clock: Clock, actor: Actor, ticket: Ticket, because: str) -> RootCause:
    """The open record of this ticket: the one it is in, one about the same matter, or a new one."""
    known = rootcauses.active_for(session, ticket_id=ticket.id)
    if known is not None:
        return known
    record = _about_the_same(session, ticket)
    joined = record is not None
    if record is None:
        record = rootcauses.open_record(
            session,
            clock=clock,
            actor=actor,
            title=_title(ticket),
            because=because,
            category=ticket.category,
            product=ticket.product,
            language=ticket.language,
            team_id=ticket.team_id,
        )
    put(session, clock=clock, actor=actor, ticket=ticket, record=record, joined=joined)
    return record


def open_by_hand(session: Session, *, clock: Clock, actor: Actor, ticket: Ticket) -> RootCause:
    """Someone sees a cause worth finding; raises ``permission_denied``."""
    _require(actor)
    return open_for(session, clock=clock, actor=actor, ticket=ticket, because="manual")


def put_by_hand(session: Session, *, clock: Clock, actor: Actor, ticket: Ticket, record: RootCause) -> None:
    """Put a ticket under a given record; raises ``root_cause_elsewhere`` if another open one has it."""
    _require(actor)
    put(session, clock=clock, actor=actor, ticket=ticket, record=record, joined=True)


def take_out(session: Session, *, clock: Clock, actor: Actor, ticket: Ticket, record: RootCause) -> None:
    """Take a ticket out of a record, and tell both logs."""
    rootcauses.unlink(session, clock=clock, actor=actor, record=record, ticket_id=ticket.id, number=ticket.number)
    note_event(session, clock=clock, actor=actor, ticket=ticket, kind="root_cause_left", record=record.number)


def put(session: Session, *, clock: Clock, actor: Actor, ticket: Ticket, record: RootCause, joined: bool) -> None:
    """Link and tell both logs, once."""
    if rootcauses.link(session, clock=clock, actor=actor, record=record, ticket_id=ticket.id, number=ticket.number):
        kind = "root_cause_joined" if joined else "root_cause_opened"
        note_event(session, clock=clock, actor=actor, ticket=ticket, kind=kind, record=record.number)


def _about_the_same(session: Session, ticket: Ticket) -> RootCause | None:
    """The open record of the complaint this one repeats, else of the one most alike in its class."""
    if ticket.repeat_of_id is not None and (ticket.repeat_similarity or 1.0) >= SAME_MATTER:
        record = rootcauses.active_for(session, ticket_id=ticket.repeat_of_id)
        if record is not None:
            return record
    alike = session.scalar(
        select(TicketLikeness.other_id)
        .join(Ticket, Ticket.id == TicketLikeness.other_id)
        .join(RootCauseTicket, RootCauseTicket.ticket_id == TicketLikeness.other_id)
        .where(
            TicketLikeness.ticket_id == ticket.id, RootCauseTicket.active.is_(True), Ticket.category == ticket.category
        )
        .order_by(TicketLikeness.similarity.desc())
        .limit(1)
    )
    return rootcauses.active_for(session, ticket_id=alike) if alike is not None else None


def _title(ticket: Ticket) -> str:
    first = ticket.description.strip().splitlines()[0] if ticket.description.strip() else ticket.number
    return first if len(first) <= TITLE_CHARACTERS else first[: TITLE_CHARACTERS - 1] + "…"


def _require(actor: Actor) -> None:
    if actor.kind != "staff" or not allowed(actor.role, Permission.ROOT_CAUSE_WORK):
        raise DomainError("permission_denied")
