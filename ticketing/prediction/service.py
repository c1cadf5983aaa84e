"""Keeping the chance of a breach on the tickets that are due next, for the queue and the case's page.

Each pass looks at no more than LIMIT open tickets, so its cost does not grow with the backlog; whatever is due later
than those is foreseen when its turn comes. A pass that is killed or runs twice does no harm.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, bindparam, func, select, update
from sqlalchemy.orm import Session

from ticketing.conversations.rules import ServiceHours
from ticketing.platform.clock import Clock
from ticketing.platform.db import Database
from ticketing.platform.settings import Settings
from ticketing.prediction import rules
from ticketing.prediction.rules import Chance, Outlook
from ticketing.sla.calendars import WHOLE_DAY, Period, WorkCalendar
from ticketing.staff.models import Staff
from ticketing.tickets.models import OPEN, Ticket, TicketEvent

LIMIT = 5_000
RECORD_OF = timedelta(days=30)
SMALLEST_CHANGE = 0.01
STAGE_KINDS = ("complained", "enquired", "reopened", "claimed", "findings_recorded", "decided", "answer_sent")
_CHUNK = 500
_SEEN = (
    Ticket.id, Ticket.kind, Ticket.status, Ticket.category, Ticket.severity, Ticket.owner_id, Ticket.team_id,
    Ticket.next_due_at, Ticket.next_due_clock, Ticket.breach_chance, Ticket.breach_reasons,
)  # fmt: skip
_Owner = tuple[str, int | None]
"""A person, or the people of a team together while nobody has the case."""


@dataclass(frozen=True, slots=True)
class _Desk:
    """What the outlooks of all tickets share."""

    now: datetime
    hours: WorkCalendar
    stage_began: Mapping[int, datetime]
    late: Counter[_Owner]
    agents: Counter[int | None]
    records: Mapping[int, float]


def service_hours(settings: Settings) -> WorkCalendar:
    """The hours in which people work, as a calendar."""
    hours = ServiceHours.parse(settings.service_hours, settings.time_zone)
    opens, closes = (at.hour * 60 + at.minute for at in (hours.opens, hours.closes))
    day: tuple[Period, ...] = ((opens, closes),) if opens < closes else ((0, closes), (opens, 24 * 60))
    if opens == closes:
        day = WHOLE_DAY
    return WorkCalendar("service", hours.zone, (tuple(period for period in day if period[0] < period[1]),) * 7)


def refresh(database: Database, *, clock: Clock, hours: WorkCalendar, limit: int = LIMIT) -> int:
    """Renew the chances of the tickets due next and mark late ones as certain; gives how many changed."""
    now = clock.now()
    with database.reading() as session:
        rows = session.execute(_due_from(now).limit(limit)).all()
        desk = _look(session, rows, now, hours)
    found = dict(zip((row.id for row in rows), _chances(rows, desk), strict=True))
    changed = [
        {"key": row.id, "chance": round(found[row.id].probability, 4), "reasons": list(found[row.id].reasons)}
        for row in rows
        if _differs(row, found[row.id])
    ]
    for begin in range(0, len(changed), _CHUNK):
        with database.transaction() as session:
            _write(session, changed[begin : begin + _CHUNK])
    return len(changed) + _mark_late(database, now, limit)


def _due_from(now: datetime) -> Any:
    due_next = select(*_SEEN).where(OPEN, Ticket.next_due_at >= now)
    return due_next.order_by(Ticket.next_due_at, Ticket.id)


def _look(session: Session, rows: Sequence[Row[Any]], now: datetime, hours: WorkCalendar) -> _Desk:
    ids = [row.id for row in rows]
    began: dict[int, datetime] = {}
    for begin in range(0, len(ids), _CHUNK):
        asked = select(TicketEvent.ticket_id, func.max(TicketEvent.at)).where(
            TicketEvent.ticket_id.in_(ids[begin : begin + _CHUNK]), TicketEvent.kind.in_(STAGE_KINDS)
        )
        began.update((key, at) for key, at in session.execute(asked.group_by(TicketEvent.ticket_id)))
    late = select(Ticket.owner_id, Ticket.team_id, func.count()).where(OPEN, Ticket.next_due_at < now)
    agents = select(Staff.team_id, func.count()).where(Staff.active, Staff.role == "agent").group_by(Staff.team_id)
    waiting: Counter[_Owner] = Counter()
    for owner_id, team_id, count in session.execute(late.group_by(Ticket.owner_id, Ticket.team_id)):
        waiting[_owner(owner_id, team_id)] += count
    people: Counter[int | None] = Counter(dict(session.execute(agents).all()))
    people[None] = people.total()
    return _Desk(now, hours, began, waiting, people, _records(session, now))


def _records(session: Session, now: datetime) -> dict[int, float]:
    """Each handler's share of closed tickets with a broken promise, against everyone's."""
    counted = session.execute(
        select(Ticket.owner_id, func.count(), func.count().filter(Ticket.breached))
        .where(Ticket.closed_at >= now - RECORD_OF, Ticket.owner_id.is_not(None))
        .group_by(Ticket.owner_id)
    ).all()
    made, broken = sum(row[1] for row in counted), sum(row[2] for row in counted)
    if not broken:
        return {}
    return {owner: rules.record_of(late, all_of, broken / made) for owner, all_of, late in counted if owner}


def _chances(rows: Iterable[Row[Any]], desk: _Desk) -> Iterable[Chance]:
    """In due order: what comes earlier in the list is done first."""
    model, before = rules.model(), Counter(desk.late)
    for row in rows:
        owner = _owner(row.owner_id, row.team_id)
        people = 1 if row.owner_id is not None else max(desk.agents[row.team_id] or desk.agents[None], 1)
        yield rules.chance(_outlook(row, desk, before[owner] / people), model)
        before[owner] += 1


def _outlook(row: Row[Any], desk: _Desk, ahead: float) -> Outlook:
    return Outlook(
        clock=row.next_due_clock,
        category=row.category,
        severity=row.severity,
        status=row.status,
        owned=row.owner_id is not None,
        wall_left=_hours(row.next_due_at - desk.now),
        staffed_left=_hours(desk.hours.working_between(desk.now, row.next_due_at)),
        stage_age=_hours(desk.now - desk.stage_began.get(row.id, desk.now)),
        ahead=ahead,
        record=desk.records.get(row.owner_id, 1.0),
    )


def _owner(owner_id: int | None, team_id: int | None) -> _Owner:
    return ("person", owner_id) if owner_id is not None else ("team", team_id)


def _hours(span: timedelta) -> float:
    return span.total_seconds() / 3600


def _differs(row: Row[Any], found: Chance) -> bool:
    """Small movements are not worth a write."""
    if row.breach_chance is None or list(found.reasons) != row.breach_reasons:
        return True
    return bool(abs(row.breach_chance - found.probability) >= SMALLEST_CHANGE)


def _mark_late(database: Database, now: datetime, limit: int) -> int:
    with database.reading() as session:
        late = select(Ticket.id).where(OPEN, Ticket.next_due_at < now, Ticket.breach_chance.is_distinct_from(1.0))
        ids = session.scalars(late.limit(limit)).all()
    if ids:
        with database.transaction() as session:
            _write(session, [{"key": key, "chance": 1.0, "reasons": ["time"]} for key in ids])
    return len(ids)


def _write(session: Session, values: list[dict[str, Any]]) -> None:
    """On the row alone, past its version: nobody's edit depends on a forecast."""
    table = Ticket.__table__
    asked = (
        update(table)  # type: ignore[arg-type]
        .where(table.c.id == bindparam("key"))
        .values(breach_chance=bindparam("chance"), breach_reasons=bindparam("reasons"))
    )
    session.connection().execute(asked, values)
