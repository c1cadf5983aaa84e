"""The tickets behind a figure of the board: the same condition, listed page by page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, lazyload

from ticketing.platform.clock import Clock
from ticketing.platform.errors import DomainError
from ticketing.platform.paging import Page, decode_cursor, encode_cursor
from ticketing.reports import conditions
from ticketing.reports.conditions import OPEN, WINDOWS, Span
from ticketing.staff.models import Staff
from ticketing.tickets.models import Ticket
from ticketing.tickets.rules import OPEN as OPEN_STATUSES
from ticketing.tickets.rules import Category

PAGE_SIZE = 50
SHOWS = ("open", "late", "due", "breached_today", "opened_today", "closed_today", "rated", "unassignable")
NO_TEAM = "none"


@dataclass(frozen=True)
class Filter:
    """Which tickets: ``show`` names the figure; status, category and team (None: the common queue) narrow it."""

    show: str = "open"
    hours: int | None = None
    status: str | None = None
    category: str | None = None
    team: int | str | None = None

    @classmethod
    def of(cls, arguments: Mapping[str, str]) -> Filter:
        """From an address's query; raises ``board_filter_unknown``."""
        show, hours, team = arguments.get("show", "open"), arguments.get("hours"), arguments.get("team")
        known = (
            show in SHOWS
            and (hours in {str(window) for window in WINDOWS} if show == "due" else hours is None)
            and arguments.get("status") in {None, *OPEN_STATUSES}
            and arguments.get("category") in {None, *Category}
            and (team is None or team == NO_TEAM or (team.isdecimal() and len(team) < 10))
        )
        if not known:
            raise DomainError("board_filter_unknown")
        return cls(
            show=show,
            hours=int(hours) if hours else None,
            status=arguments.get("status"),
            category=arguments.get("category"),
            team=int(team) if team and team != NO_TEAM else team,
        )


@dataclass(frozen=True)
class Listed:
    """One row of the list."""

    number: str
    status: str
    category: str
    severity: str
    owner: str | None
    created_at: datetime
    closed_at: datetime | None
    next_due_at: datetime | None
    next_due_clock: str | None


def tickets(session: Session, *, clock: Clock, zone: ZoneInfo, wanted: Filter, cursor: str | None) -> Page[Listed]:
    """One page of the tickets a figure counts, newest first."""
    span = Span.at(clock.now(), zone)
    query = (
        select(Ticket, Staff.name)
        .outerjoin(Staff, Staff.id == Ticket.owner_id)
        .options(lazyload(Ticket.rounds))
        .where(*_where(wanted, span))
        .order_by(Ticket.id.desc())
        .limit(PAGE_SIZE + 1)
    )
    if cursor:
        query = query.where(Ticket.id < int(decode_cursor(cursor, 1)[0]))
    rows = session.execute(query).all()
    following = encode_cursor([rows[PAGE_SIZE - 1][0].id]) if len(rows) > PAGE_SIZE else None
    return Page([_listed(ticket, owner) for ticket, owner in rows[:PAGE_SIZE]], following)


def _where(wanted: Filter, span: Span) -> list[ColumnElement[bool]]:
    where = [_figure(wanted, span)]
    if wanted.status:
        where.append(Ticket.status == wanted.status)
    if wanted.category:
        where.append(Ticket.category == wanted.category)
    if wanted.team is not None:
        where.append(Ticket.team_id.is_(None) if wanted.team == NO_TEAM else Ticket.team_id == wanted.team)
    return where


def _figure(wanted: Filter, span: Span) -> ColumnElement[bool]:
    match wanted.show:
        case "late":
            return Ticket.id.in_(conditions.late(span))
        case "due":
            return Ticket.id.in_(conditions.due_within(span, wanted.hours or max(WINDOWS)))
        case "breached_today":
            return Ticket.id.in_(conditions.breached_today(span))
        case "opened_today":
            return conditions.opened_since(span.today)
        case "closed_today":
            return conditions.closed_since(span.today)
        case "unassignable":
            return Ticket.id.in_(conditions.unassignable())
        case "rated":
            return Ticket.id.in_(conditions.rated_since(span.rated_since))
    return OPEN


def _listed(ticket: Ticket, owner: str | None) -> Listed:
    return Listed(
        number=ticket.number,
        status=ticket.status,
        category=ticket.category,
        severity=ticket.severity,
        owner=owner,
        created_at=ticket.created_at,
        closed_at=ticket.closed_at,
        next_due_at=ticket.next_due_at,
        next_due_clock=ticket.next_due_clock,
    )
