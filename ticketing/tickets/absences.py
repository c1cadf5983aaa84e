"""Tickets whose owner is not there: someone else gets them or the lead is told, never silently.

Someone who has left, or whose role works no tickets any more, loses all their tickets. Someone who has been away or offline for an hour keeps what can wait;
what is due within four hours goes to the next best in an automatic team, and is offered to the lead where nobody
fits or agents claim for themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, lazyload, load_only

from ticketing.platform.clock import Clock
from ticketing.platform.db import Database
from ticketing.platform.settings import Settings
from ticketing.staff.models import Staff, Team
from ticketing.staff.presence import absent_since
from ticketing.tickets import assignment, assignment_notices, following, rules, workload
from ticketing.tickets.assignment_rules import Nobody, choose
from ticketing.tickets.models import OPEN, OwnerAbsence, Ticket
from ticketing.tickets.workload import Pool

LONG = timedelta(hours=1)
DUE_SOON = timedelta(hours=4)
AT_ONCE = 200


@dataclass(frozen=True)
class _Left:
    """A ticket whose owner is not there; ``since`` None when they have left for good."""

    ticket: Ticket
    automatic: bool
    since: datetime | None
    told: bool


@dataclass
class Moved:
    """What became of tickets whose owner is not there."""

    handed_over: int = 0
    put_back: int = 0
    offered: int = 0


def look_after(database: Database, members: Sequence[Staff], *, clock: Clock, settings: Settings) -> Moved:
    """Hand over, put back or offer what people who are not there have in hand, the soonest due first."""
    now = clock.now()
    works = {member.id for member in members if member.active and member.role in workload.WORKS_TICKETS}
    left = {member.id for member in members} - works
    absent = {
        member.id: since
        for member in members
        if member.id in works and (since := absent_since(member, now)) is not None and now - since >= LONG
    }
    moved = Moved()
    if not left and not absent:
        return moved
    with database.reading() as session:
        found = _left_behind(session, left, absent, now)
        news = [each for each in found if each.automatic or not each.told]
        zone = ZoneInfo(settings.time_zone)
        pool = Pool.read(session, now=now, zone=zone) if any(each.automatic for each in news) else None
    for each in news:
        suits = pool is not None and each.automatic and _suits_someone(each.ticket, pool, now)
        if suits or not each.told:
            with database.transaction() as session:
                _move(session, each, pool if suits else None, clock=clock, settings=settings, moved=moved)
    return moved


def _left_behind(session: Session, left: set[int], absent: dict[int, datetime], now: datetime) -> list[_Left]:
    rows = session.execute(
        select(Ticket, Team.assignment, OwnerAbsence)
        .outerjoin(Team, Team.id == Ticket.team_id)
        .outerjoin(OwnerAbsence, OwnerAbsence.ticket_id == Ticket.id)
        .options(
            lazyload(Ticket.rounds),
            load_only(
                Ticket.owner_id,
                Ticket.team_id,
                Ticket.category,
                Ticket.product,
                Ticket.language,
                Ticket.severity,
                Ticket.next_due_at,
            ),
        )
        .where(
            OPEN,
            Ticket.owner_id.in_([*left, *absent]),
            or_(Ticket.owner_id.in_(left), Ticket.next_due_at <= now + DUE_SOON),
        )
        .order_by(Ticket.next_due_at, Ticket.id)
    )
    found = []
    for ticket, mode, known in rows:
        since = absent.get(ticket.owner_id or 0)
        told = known is not None and (known.owner_id, known.absent_since) == (ticket.owner_id, since)
        found.append(_Left(ticket, mode == "automatic", since, told))
    return found[:AT_ONCE]


def _suits_someone(ticket: Ticket, pool: Pool, now: datetime) -> bool:
    return not isinstance(choose(workload.need_of(ticket, now), pool.people, former=ticket.owner_id), Nobody)


def _move(session: Session, each: _Left, pool: Pool | None, *, clock: Clock, settings: Settings, moved: Moved) -> None:
    ticket = assignment.held(session, each.ticket.id)
    if ticket is None or ticket.owner_id is None or ticket.owner_id != each.ticket.owner_id:
        return
    if ticket.status not in rules.OPEN:
        return
    verdict = assignment.hand_over(session, clock=clock, settings=settings, ticket=ticket, pool=pool) if pool else None
    if verdict is not None and not isinstance(verdict, Nobody):
        moved.handed_over += 1
    elif each.since is None:
        owner_id = ticket.owner_id
        event = following.put_back(session, clock=clock, ticket=ticket, reason="owner_left")
        assignment_notices.put_back(
            session, clock=clock, settings=settings, ticket=ticket, owner_id=owner_id, event_id=event.id
        )
        moved.put_back += 1
    elif not each.told:
        absence = OwnerAbsence(ticket_id=ticket.id, owner_id=ticket.owner_id, absent_since=each.since)
        assignment.offer_to_lead(session, clock=clock, settings=settings, ticket=ticket, absence=absence)
        moved.offered += 1
