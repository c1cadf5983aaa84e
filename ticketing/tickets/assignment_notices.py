"""What staff are told about who has a ticket and who has not; each occasion once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.notify import people
from ticketing.notify import service as notify
from ticketing.notify.rules import Place, Recipient
from ticketing.notify.service import News
from ticketing.platform.clock import Clock
from ticketing.platform.settings import Settings
from ticketing.staff.models import Staff
from ticketing.tickets import assignment_wording, wording
from ticketing.tickets.models import OwnerAbsence, Ticket

NAMED = 10
"""So many numbers stand in one message; the list on the board has them all."""
Words = Mapping[str, Mapping[str, Any]]


def assigned(
    session: Session,
    *,
    clock: Clock,
    settings: Settings,
    ticket: Ticket,
    to: Staff,
    because: Mapping[str, Any],
    event_id: int,
) -> None:
    """Tell the new owner."""
    colleague = people.roll(session, clock=clock).person(to.id)
    news = _about(
        ticket,
        settings,
        code="ticket_assigned",
        dedupe=f"assigned:{event_id}",
        more=lambda language: {"because": assignment_wording.explanation(because, language)},
    )
    notify.to_staff(session, clock=clock, news=news, to=[Recipient(colleague)] if colleague else [])


def put_back(
    session: Session, *, clock: Clock, settings: Settings, ticket: Ticket, owner_id: int, event_id: int
) -> None:
    """Tell the lead that the owner of a ticket has left."""
    owner = _name(session, owner_id)
    news = _about(
        ticket,
        settings,
        code="ticket_put_back",
        dedupe=f"put_back:{event_id}",
        more=lambda _language: {"owner": owner},
    )
    _tell_lead(session, clock=clock, team_id=ticket.team_id, news=news)


def owner_absent(session: Session, *, clock: Clock, settings: Settings, ticket: Ticket, absence: OwnerAbsence) -> None:
    """Tell the lead that a ticket due soon has an owner who is not there."""
    owner, zone = _name(session, absence.owner_id), ZoneInfo(settings.time_zone)
    news = _about(
        ticket,
        settings,
        code="owner_absent",
        dedupe=f"owner_absent:{ticket.id}:{absence.owner_id}:{absence.absent_since:%Y%m%dT%H%M%S}",
        more=lambda language: {"owner": owner, "since": wording.moment(absence.absent_since, zone, language)},
    )
    _tell_lead(session, clock=clock, team_id=ticket.team_id, news=news)


def unassignable(
    session: Session, *, clock: Clock, tickets: Sequence[Ticket], reason: str, minutes: int, key: str
) -> None:
    """Tell the lead of a team's tickets that nobody has, for one reason, in one message."""
    first, numbers = tickets[0], [ticket.number for ticket in tickets]
    words = {
        language: {
            "count": len(tickets),
            "numbers": ", ".join(numbers[:NAMED]) + ("…" if len(numbers) > NAMED else ""),
            "reason": assignment_wording.reason(
                reason, language, spoken=first.language, category=first.category, minutes=minutes
            ),
        }
        for language in assignment_wording.READERS
    }
    path = f"/desk/tickets/{numbers[0]}" if len(numbers) == 1 else "/board/tickets?show=unassignable"
    news = News(
        code="tickets_unassignable",
        words=words,
        path=path,
        dedupe=f"unassignable:{reason}:{key}",
        subject=("ticket", first.id),
        due_at=first.next_due_at,
    )
    _tell_lead(session, clock=clock, team_id=first.team_id, news=news)


def _tell_lead(session: Session, *, clock: Clock, team_id: int | None, news: News) -> None:
    place = Place(owner_id=None, team_id=team_id)
    told = people.recipients(session, clock=clock, place=place, asked="team_lead", urgent=news.urgent)
    notify.to_staff(session, clock=clock, news=news, to=told)


def _about(
    ticket: Ticket, settings: Settings, *, code: str, dedupe: str, more: Callable[[str], Mapping[str, Any]]
) -> News:
    zone = ZoneInfo(settings.time_zone)
    words = {
        language: {
            "number": ticket.number,
            "category": wording.name("category", ticket.category, language),
            "severity": wording.name("severity", ticket.severity, language),
            "due": wording.moment(ticket.next_due_at, zone, language) if ticket.next_due_at else "—",
            **more(language),
        }
        for language in assignment_wording.READERS
    }
    return News(
        code=code,
        words=words,
        path=f"/desk/tickets/{ticket.number}",
        dedupe=dedupe,
        subject=("ticket", ticket.id),
        clock_name=ticket.next_due_clock,
        due_at=ticket.next_due_at,
    )


def _name(session: Session, staff_id: int) -> str:
    return session.scalar(select(Staff.name).where(Staff.id == staff_id)) or ""
