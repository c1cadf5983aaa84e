"""Taking note of a broken promise: it stops the reminders of that promise and tells the others who were told.

Whoever was told may acknowledge, and so may the owner and everyone who reassigns tickets. It is an event of the ticket,
so it stands on the timeline and in the audit log. Looking at a page or following a link acknowledges nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.notify import inbox, people
from ticketing.notify import service as notify
from ticketing.notify.rules import Recipient
from ticketing.platform.actor import Actor
from ticketing.platform.clock import Clock
from ticketing.platform.errors import DomainError
from ticketing.platform.settings import Settings
from ticketing.sla import queries as sla_queries
from ticketing.sla.queries import ClockStanding
from ticketing.sla.timelines import ACKNOWLEDGED
from ticketing.staff.rules import Permission, allowed
from ticketing.tickets import alerts, wording
from ticketing.tickets.journal import note_event
from ticketing.tickets.models import Ticket, TicketEvent


@dataclass(frozen=True)
class Escalation:
    """A promise that is late and not done, and who took note of it, None while nobody has."""

    clock: str
    due_at: datetime
    by: str | None = None
    at: datetime | None = None
    note: str | None = None


def escalations(session: Session, *, ticket: Ticket, clocks: Sequence[ClockStanding] | None = None) -> list[Escalation]:
    """What of the ticket's round is late and not done, the longest late first; ``clocks`` if they are known already."""
    known = sla_queries.clocks(session, ticket_id=ticket.id, round=ticket.round) if clocks is None else clocks
    late = [
        (each.clock, each.due_at)
        for each in known
        if each.state == "breached" and each.owed and each.due_at is not None
    ]
    noted = latest(session, ticket_ids=[ticket.id]) if late else {}
    return [_escalation(clock, due_at, noted.get((ticket.id, ticket.round, clock))) for clock, due_at in late]


def latest(session: Session, *, ticket_ids: Iterable[int]) -> Mapping[tuple[int, int, str], TicketEvent]:
    """The last acknowledgement by ticket, round and clock."""
    found: Sequence[TicketEvent] = session.scalars(
        select(TicketEvent)
        .where(TicketEvent.ticket_id.in_(list(ticket_ids)), TicketEvent.kind == ACKNOWLEDGED)
        .order_by(TicketEvent.id)
    ).all()
    return {(event.ticket_id, event.round, event.data["clock"]): event for event in found}


def may_acknowledge(session: Session, *, actor: Actor, ticket: Ticket) -> bool:
    """The owner, those who reassign tickets, and whoever was told of this ticket."""
    if actor.staff_id is None or not allowed(actor.role, Permission.TICKET_READ):
        return False
    mine = ticket.owner_id == actor.staff_id or allowed(actor.role, Permission.TICKET_REASSIGN)
    return mine or inbox.was_told(session, staff_id=actor.staff_id, ticket_id=ticket.id)


def acknowledge(
    session: Session,
    *,
    clock: Clock,
    actor: Actor,
    settings: Settings,
    ticket: Ticket,
    clock_name: str,
    note: str = "",
) -> TicketEvent:
    """Take note of a broken promise of the ticket's present round.

    DomainError: escalation_not_yours, escalation_over (it is not late, or done by now), escalation_acknowledged.
    """
    if not may_acknowledge(session, actor=actor, ticket=ticket):
        raise DomainError("escalation_not_yours")
    mine = next((each for each in escalations(session, ticket=ticket) if each.clock == clock_name), None)
    if mine is None:
        raise DomainError("escalation_over")
    if mine.by is not None:
        raise DomainError("escalation_acknowledged", name=mine.by)
    event = note_event(
        session, clock=clock, actor=actor, ticket=ticket, kind=ACKNOWLEDGED, text=note or None, clock_name=clock_name
    )
    others = inbox.settle(session, clock=clock, actor=actor, ticket_id=ticket.id, clock_name=clock_name)
    _tell_others(session, clock=clock, settings=settings, ticket=ticket, event=event, others=others)
    return event


def _escalation(clock: str, due_at: datetime, event: TicketEvent | None) -> Escalation:
    if event is None or event.at < due_at:
        return Escalation(clock, due_at)
    return Escalation(clock, due_at, event.actor_name, event.at, event.text)


def _tell_others(
    session: Session,
    *,
    clock: Clock,
    settings: Settings,
    ticket: Ticket,
    event: TicketEvent,
    others: Iterable[int],
) -> None:
    roll, zone = people.roll(session, clock=clock), ZoneInfo(settings.time_zone)
    told = [Recipient(person) for number in others if (person := roll.person(number)) is not None]
    if not told:
        return
    news = notify.News(
        code="sla_acknowledged",
        words={
            language: {
                "number": ticket.number,
                "clock": wording.name("clock", event.data["clock"], language),
                "who": event.actor_name,
                "at": wording.moment(event.at, zone, language),
                "note": event.text or alerts.NO_NOTE[language],
            }
            for language in alerts.LANGUAGES
        },
        path=alerts.path_of(ticket),
        dedupe=f"acknowledged:{event.id}",
        subject=("ticket", ticket.id),
        clock_name=event.data["clock"],
    )
    notify.to_staff(session, clock=clock, news=news, to=told)
