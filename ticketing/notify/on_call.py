"""The on-call list: who can be reached outside working hours, and when nobody can."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from ticketing.audit import service as audit
from ticketing.notify import rules
from ticketing.notify.models import OnCallShift
from ticketing.notify.rules import Gap, Shift
from ticketing.platform.actor import Actor
from ticketing.platform.clock import Clock
from ticketing.platform.errors import DomainError
from ticketing.sla.calendar_store import load_calendars
from ticketing.sla.defaults import CN_OFFICE
from ticketing.staff import roster
from ticketing.staff.models import Staff, Team
from ticketing.staff.rules import Permission, allowed

AHEAD = timedelta(days=7)
LONGEST = timedelta(days=31)


@dataclass(frozen=True)
class Listed:
    """One shift with the names the page shows; ``is_now``: it has begun. No team: all teams."""

    id: int
    name: str
    team_id: int | None
    level: str
    begins_at: datetime
    ends_at: datetime
    is_now: bool


def shifts(session: Session, *, clock: Clock) -> Sequence[Listed]:
    """Everything that is not over, in order of time; whoever has left is on call no more."""
    row, now = OnCallShift, clock.now()
    found = session.execute(
        select(row.id, Staff.name, row.team_id, row.level, row.begins_at, row.ends_at)
        .join(Staff, Staff.id == row.staff_id)
        .where(row.ends_at > now, Staff.active)
        .order_by(row.begins_at, row.id)
    )
    return [Listed(*each, is_now=each.begins_at <= now) for each in found]


def add(
    session: Session,
    *,
    clock: Clock,
    actor: Actor,
    staff_id: int,
    team_id: int | None,
    level: str,
    begins_at: datetime | None,
    ends_at: datetime | None,
) -> OnCallShift:
    """Put someone on call.

    DomainError: roster_not_your_team, staff_not_found, on_call_times (reversed, over, or longer than 31 days),
    on_call_level, on_call_overlap (the same person is on call for the same team then).
    """
    _require_edit(actor, team_id)
    person = session.get(Staff, staff_id)
    if person is None or not person.active or not allowed(person.role, Permission.TICKET_READ):
        raise DomainError("staff_not_found")
    if team_id is not None and session.get(Team, team_id) is None:
        raise DomainError("team_not_found")
    if level not in rules.LADDER:
        raise DomainError("on_call_level")
    if begins_at is None or ends_at is None or not begins_at < ends_at <= begins_at + LONGEST or ends_at <= clock.now():
        raise DomainError("on_call_times")
    if session.scalar(_overlapping(staff_id, team_id, begins_at, ends_at)) is not None:
        raise DomainError("on_call_overlap", name=person.name)
    shift = OnCallShift(
        staff_id=staff_id,
        team_id=team_id,
        level=level,
        begins_at=begins_at,
        ends_at=ends_at,
        created_at=clock.now(),
        created_by=actor.id,
    )
    session.add(shift)
    session.flush()
    _record(session, clock, actor, "on_call.added", shift)
    return shift


def remove(session: Session, *, clock: Clock, actor: Actor, shift_id: int) -> None:
    """Take a shift off the list; DomainError: on_call_not_found, roster_not_your_team."""
    shift = session.get(OnCallShift, shift_id)
    if shift is None:
        raise DomainError("on_call_not_found")
    _require_edit(actor, shift.team_id)
    _record(session, clock, actor, "on_call.removed", shift)
    session.delete(shift)
    session.flush()


def _require_edit(actor: Actor, team_id: int | None) -> None:
    """Leads keep their own team's list; the one for all teams is kept by supervisors."""
    if not roster.may_edit(actor, team_id):
        raise DomainError("roster_not_your_team")


def gaps(session: Session, *, clock: Clock) -> Mapping[int, Sequence[Gap]]:
    """By team: the times of the coming seven days outside working hours when nobody is on call."""
    now, row = clock.now(), OnCallShift
    asked = select(row.staff_id, row.team_id, row.level, row.begins_at, row.ends_at).join(
        Staff, Staff.id == row.staff_id
    )
    coming = asked.where(row.ends_at > now, row.begins_at < now + AHEAD, Staff.active)
    known = [Shift(*each) for each in session.execute(coming)]
    needed = _closed(session, now)
    return {
        team_id: rules.gaps(needed, [shift for shift in known if shift.team_id in (None, team_id)])
        for team_id in session.scalars(select(Team.id).order_by(Team.id))
    }


def _closed(session: Session, now: datetime) -> list[tuple[datetime, datetime]]:
    try:
        office = load_calendars(session, (CN_OFFICE,))[CN_OFFICE]
    except LookupError:
        return []
    return [(begin, end) for _day, begin, end, works in office.spans(now, now + AHEAD) if not works]


def _overlapping(staff_id: int, team_id: int | None, begins_at: datetime, ends_at: datetime) -> Select[int]:
    row = OnCallShift
    same_team = row.team_id.is_(None) if team_id is None else or_(row.team_id == team_id, row.team_id.is_(None))
    return (
        select(row.id)
        .where(row.staff_id == staff_id, same_team, row.begins_at < ends_at, row.ends_at > begins_at)
        .limit(1)
    )


def _record(session: Session, clock: Clock, actor: Actor, action: str, shift: OnCallShift) -> None:
    audit.record(
        session,
        clock=clock,
        actor=actor,
        action=action,
        subject=("on_call_shift", shift.id),
        staff_id=shift.staff_id,
        team_id=shift.team_id,
        level=shift.level,
        begins_at=shift.begins_at.isoformat(),
        ends_at=shift.ends_at.isoformat(),
    )
