"""Who is there: active staff with how they want their mail, whether it is working time, and who is on call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.notify import rules
from ticketing.notify.models import NoticePreference, OnCallShift
from ticketing.notify.rules import Colleague, Mode, Place, Recipient, Shift
from ticketing.platform.clock import Clock
from ticketing.sla.calendar_store import load_calendars
from ticketing.sla.defaults import CN_OFFICE
from ticketing.staff.models import Staff
from ticketing.staff.presence import AT_WORK

_KEPT = "kesu_roll"
_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True)
class Roll:
    """Who could be told something at ``taken_at``."""

    taken_at: datetime
    people: Sequence[Colleague]
    out_of_hours: bool
    shifts: Sequence[Shift]

    def person(self, staff_id: int | None) -> Colleague | None:
        """An active member of staff."""
        return next((each for each in self.people if each.id == staff_id), None)


def roll(session: Session, *, clock: Clock) -> Roll:
    """Read once in a transaction: a sweep that fires many levels in one asks once."""
    kept: Roll | None = session.info.get(_KEPT)
    now = clock.now()
    if kept is None or kept.taken_at > now or now - kept.taken_at > timedelta(seconds=10):
        kept = session.info[_KEPT] = _taken(session, now)
    return kept


def recipients(session: Session, *, clock: Clock, place: Place, asked: str, urgent: bool) -> list[Recipient]:
    """Who is told when a level asks for ``owner`` or a rung: the ladder's people, and who is on call outside hours.

    What goes to the owner alone wakes nobody; from the team lead upwards, or without an owner, it does.
    """
    found = roll(session, clock=clock)
    told = rules.recipients(found.people, place, asked, urgent=urgent)
    owner_alone = asked == rules.OWNER and [each.id for each in told] == [place.owner_id]
    if not found.out_of_hours or owner_alone:
        return rules.with_on_call(told, ())
    return rules.with_on_call(told, rules.on_call(found.people, found.shifts, place, asked, clock.now()))


def _taken(session: Session, now: datetime) -> Roll:
    rows = session.execute(
        select(
            Staff.id, Staff.name, Staff.role, Staff.team_id, Staff.language, Staff.last_seen_at, Staff.presence, NoticePreference.mode,
            NoticePreference.daily_minute, NoticePreference.urgent_too,
        )
        .outerjoin(NoticePreference, NoticePreference.staff_id == Staff.id)
        .where(Staff.active)
        .order_by(Staff.id)
    )  # fmt: skip
    people = [
        Colleague(
            id=row.id,
            name=row.name,
            role=row.role,
            team_id=row.team_id,
            language=row.language,
            at_work=row.presence in AT_WORK
            and row.last_seen_at is not None
            and now - row.last_seen_at <= rules.AT_WORK_FOR,
            mode=Mode(row.mode or Mode.AT_ONCE),
            daily_minute=row.daily_minute or 0,
            urgent_too=bool(row.urgent_too),
        )
        for row in rows
    ]
    closed = _is_closed(session, now)
    return Roll(now, people, closed, shifts_at(session, now) if closed else ())


def _is_closed(session: Session, now: datetime) -> bool:
    """Whether the office is closed; a company without that calendar never closes."""
    try:
        office = load_calendars(session, (CN_OFFICE,))[CN_OFFICE]
    except LookupError:
        return False
    return not office.working_between(now, now + _INSTANT)


def shifts_at(session: Session, now: datetime) -> list[Shift]:
    """Who is on call now."""
    row = OnCallShift
    asked = select(row.staff_id, row.team_id, row.level, row.begins_at, row.ends_at)
    return [Shift(*found) for found in session.execute(asked.where(row.begins_at <= now, row.ends_at > now))]
