"""Calendars edited by people: guarded against lost updates, audited, and brought to running tickets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.audit import service as audit
from ticketing.platform.actor import Actor
from ticketing.platform.clock import Clock
from ticketing.platform.errors import DomainError
from ticketing.sla import rollouts
from ticketing.sla.calendar_store import mark_changed, save_calendar, set_day
from ticketing.sla.calendars import Period
from ticketing.sla.models import Calendar, CalendarDay
from ticketing.sla.public_days import PublicDay, PublicYear, public_year


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What an import would do: days to add or bring up to date, days that are as they should be, and days set by hand
    that say something else (what the list says, what is there); `gone` are estimated days the list does not have."""

    known: PublicYear
    added: tuple[PublicDay, ...]
    same: tuple[PublicDay, ...]
    conflicts: tuple[tuple[PublicDay, CalendarDay], ...]
    gone: tuple[CalendarDay, ...]


def find(session: Session, code: str, *, seen: int | None = None) -> Calendar:
    """The calendar; with `seen` held for a change. DomainError: calendar_not_found, calendar_changed_meanwhile."""
    asked = select(Calendar).where(Calendar.code == code)
    row = session.scalar(asked if seen is None else asked.with_for_update())
    if row is None:
        raise DomainError("calendar_not_found", calendar=code)
    if seen is not None and row.version != seen:
        raise DomainError("calendar_changed_meanwhile")
    return row


def days_of(session: Session, row: Calendar, year: int) -> dict[date, CalendarDay]:
    """The year's special days."""
    inside = CalendarDay.date.between(date(year, 1, 1), date(year, 12, 31))
    asked = select(CalendarDay).where(CalendarDay.calendar_id == row.id, inside).order_by(CalendarDay.date)
    return {day.date: day for day in session.scalars(asked)}


def change_week(
    session: Session,
    *,
    clock: Clock,
    actor: Actor,
    code: str | None,
    seen: int,
    names: tuple[str, str],
    tz: str,
    weekly: Sequence[Sequence[Period]],
    yearly_holidays: Sequence[tuple[int, int]],
    public: bool,
) -> Calendar:
    """Change a calendar's hours, or make a new one (`code` None). DomainError as `save_calendar` and `find`."""
    fresh = code is None
    if code is not None:
        find(session, code, seen=seen)
    row = save_calendar(
        session,
        clock=clock,
        actor=actor,
        code=code or _new_code(session),
        tz=tz,
        weekly=weekly,
        yearly_holidays=yearly_holidays,
        holiday_region="CN" if public else None,
        names=names,
    )
    if not fresh:
        rollouts.ask_for_calendar(session, clock=clock, actor=actor, calendar=row.code)
    return row


def change_days(
    session: Session,
    *,
    clock: Clock,
    actor: Actor,
    code: str,
    seen: int,
    days: Sequence[date],
    kind: str,
    periods: Sequence[Period] = (),
    name: str = "",
) -> None:
    """Make dates holidays, make-up days, or (`kind` ordinary) what their weekday is."""
    row = find(session, code, seen=seen)
    for on in days:
        if kind != "ordinary":
            set_day(session, clock=clock, actor=actor, calendar=code, on=on, kind=kind, periods=periods, name=name)
        elif (there := days_of(session, row, on.year).get(on)) is not None:
            session.delete(there)
            _note(session, clock, actor, row, "calendar.day_removed", date=on.isoformat(), kind=there.kind)
    rollouts.ask_for_calendar(session, clock=clock, actor=actor, calendar=code)


def plan_import(session: Session, row: Calendar, year: int) -> ImportPlan:
    """What importing the year's public days would change. DomainError: calendar_year_unknown."""
    known = public_year(year)
    if known is None:
        raise DomainError("calendar_year_unknown")
    there, hours = days_of(session, row, year), usual_periods(row)
    added, same, conflicts = list[PublicDay](), list[PublicDay](), list[tuple[PublicDay, CalendarDay]]()
    for day in known.days:
        mine = there.get(day.on)
        if mine is None or (mine.source == "estimate" and known.source == "council"):
            added.append(day)
        elif mine.source != "hand" or (mine.kind == day.kind and (day.kind == "holiday" or mine.periods == hours)):
            same.append(day)
        else:
            conflicts.append((day, mine))
    listed = {day.on for day in known.days}
    old = [mine for on, mine in there.items() if mine.source == "estimate" and on not in listed]
    return ImportPlan(known, tuple(added), tuple(same), tuple(conflicts), tuple(old))


def import_year(
    session: Session, *, clock: Clock, actor: Actor, code: str, seen: int, year: int, replace: bool = False
) -> ImportPlan:
    """Take over the year's public days; days set by hand stay unless `replace`."""
    row = find(session, code, seen=seen)
    plan = plan_import(session, row, year)
    there, hours = days_of(session, row, year), usual_periods(row)
    for day in (*plan.added, *plan.same, *((listed for listed, _ in plan.conflicts) if replace else ())):
        mine = there.get(day.on)
        if mine is None:
            mine = CalendarDay(calendar_id=row.id, date=day.on)
            session.add(mine)
        elif day in plan.same:
            mine.source = plan.known.source
            continue
        mine.kind, mine.name, mine.source = day.kind, day.name, plan.known.source
        mine.periods = hours if day.kind == "makeup" else []
    for old in plan.gone:
        session.delete(old)
    _note(session, clock, actor, row, "calendar.imported", year=year, source=plan.known.source, replaced=replace)
    rollouts.ask_for_calendar(session, clock=clock, actor=actor, calendar=code)
    return plan


def confirm_year(session: Session, *, clock: Clock, actor: Actor, code: str, seen: int, year: int) -> None:
    """Say that everything known of the year is there, which ends its alarm."""
    row = find(session, code, seen=seen)
    row.confirmed_years = sorted({*row.confirmed_years, year})
    _note(session, clock, actor, row, "calendar.year_confirmed", year=year)


def usual_periods(row: Calendar) -> list[list[int]]:
    """The hours of an ordinary working day, for days worked instead of others."""
    return next((list(periods) for periods in row.weekly if periods), [])


def _note(
    session: Session, clock: Clock, actor: Actor, row: Calendar, action: str, **detail: Mapping[str, object] | object
) -> None:
    mark_changed(row, clock)
    session.flush()
    audit.record(
        session,
        clock=clock,
        actor=actor,
        action=action,
        subject=("calendar", row.code),
        version=row.version,
        **detail,
    )


def _new_code(session: Session) -> str:
    known = set(session.scalars(select(Calendar.code)))
    return next(code for number in range(1, len(known) + 2) if (code := f"calendar_{number}") not in known)
