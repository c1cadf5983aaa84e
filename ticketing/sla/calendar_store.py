"""Calendars in tables: saving them, their special days, and building them for the engine."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.audit import service as audit
from ticketing.platform.actor import Actor
from ticketing.platform.clock import Clock
from ticketing.platform.errors import DomainError
from ticketing.sla.calendars import Period, WorkCalendar, check_periods
from ticketing.sla.models import Calendar, CalendarDay

DATA_AHEAD = timedelta(days=60)
"""So long before a year begins its public holidays should be known; the State Council publishes in November."""
_BUILT: dict[str, WorkCalendar] = {}
"""Built calendars by revision; a revision never changes its contents, so no entry can be stale."""
_BUILT_LIMIT = 200


def save_calendar(
    session: Session,
    *,
    clock: Clock,
    actor: Actor,
    code: str,
    tz: str,
    weekly: Sequence[Sequence[Period]],
    yearly_holidays: Iterable[tuple[int, int]] = (),
    holiday_region: str | None = None,
    names: tuple[str, str] = ("", ""),
) -> Calendar:
    """Create or change a calendar; its special days stay. `names` are the Chinese and the English one.

    DomainError: calendar_without_working_time, calendar_invalid. Running clocks follow when their ticket is re-armed.
    """
    yearly = sorted(yearly_holidays)
    _check(code, tz, weekly, yearly)
    row = session.scalar(select(Calendar).where(Calendar.code == code))
    if row is None:
        row = Calendar(code=code, version=0)
        session.add(row)
    row.tz, row.holiday_region = tz, holiday_region
    row.name_zh, row.name_en = names
    row.weekly = [[list(period) for period in periods] for periods in weekly]
    row.yearly_holidays = [list(day) for day in yearly]
    mark_changed(row, clock)
    session.flush()
    audit.record(
        session, clock=clock, actor=actor, action="calendar.saved", subject=("calendar", code), version=row.version
    )
    return row


def set_day(
    session: Session,
    *,
    clock: Clock,
    actor: Actor,
    calendar: str,
    on: date,
    kind: str,
    periods: Sequence[Period] = (),
    name: str = "",
    source: str = "hand",
) -> None:
    """Make a local date a `holiday` or a `makeup` working day; setting it again replaces it.

    DomainError: calendar_not_found, calendar_invalid.
    """
    row = session.scalar(select(Calendar).where(Calendar.code == calendar).with_for_update())
    if row is None:
        raise DomainError("calendar_not_found", calendar=calendar)
    try:
        check_periods(tuple(periods))
    except (ValueError, TypeError) as error:
        raise DomainError("calendar_invalid", calendar=calendar) from error
    if kind not in ("holiday", "makeup") or (kind == "makeup") != bool(periods):
        raise DomainError("calendar_invalid", calendar=calendar)
    day = session.scalar(select(CalendarDay).where(CalendarDay.calendar_id == row.id, CalendarDay.date == on))
    if day is None:
        day = CalendarDay(calendar_id=row.id, date=on)
        session.add(day)
    day.kind, day.name, day.source, day.periods = kind, name, source, [list(period) for period in periods]
    mark_changed(row, clock)
    session.flush()
    audit.record(
        session,
        clock=clock,
        actor=actor,
        action="calendar.day_set",
        subject=("calendar", calendar),
        date=on.isoformat(),
        kind=kind,
    )


def load_calendars(session: Session, codes: Iterable[str]) -> Mapping[str, WorkCalendar]:
    """The calendars of those codes, built for the engine; LookupError if one is not there."""
    wanted = set(codes)
    rows = session.scalars(select(Calendar).where(Calendar.code.in_(wanted))).all() if wanted else []
    if missing := wanted - {row.code for row in rows}:
        raise LookupError(f"no calendar {sorted(missing)}")
    return {row.code: _built(session, row) for row in rows}


def years_without_data(session: Session, clock: Clock) -> list[tuple[str, int]]:
    """Alarm: `(calendar, year)` of this year or a year beginning within 60 days whose public holidays are not there.

    Such a year counts as ordinary weeks. Days somebody set by hand, or a library's guess without make-up days, are not
    the year's public holidays until somebody confirms that the year is complete.
    """
    now = clock.now()
    years = range(now.year, (now + DATA_AHEAD).year + 1)
    missing = []
    for row in session.scalars(select(Calendar).where(Calendar.holiday_region.is_not(None)).order_by(Calendar.code)):
        for year in years:
            inside = CalendarDay.date.between(date(year, 1, 1), date(year, 12, 31))
            council = CalendarDay.source == "council"
            known = select(CalendarDay.id).where(CalendarDay.calendar_id == row.id, council, inside).limit(1)
            if year not in row.confirmed_years and session.scalar(known) is None:
                missing.append((row.code, year))
    return missing


def _check(code: str, tz: str, weekly: Sequence[Sequence[Period]], yearly: Sequence[tuple[int, int]]) -> None:
    try:
        calendar = WorkCalendar(code, tz, _periods(weekly), yearly_holidays=frozenset(yearly))
        for month, day in yearly:
            date(2028, month, day)
    except (ValueError, LookupError, TypeError) as error:
        raise DomainError("calendar_invalid", calendar=code) from error
    if not calendar.has_working_time:
        raise DomainError("calendar_without_working_time", calendar=code)


def mark_changed(row: Calendar, clock: Clock) -> None:
    """Say that the calendar or its days are different now."""
    row.version += 1
    row.revision, row.updated_at = uuid.uuid4().hex, clock.now()


def _periods(raw: Iterable[Iterable[Sequence[int]]]) -> tuple[tuple[Period, ...], ...]:
    return tuple(tuple((first, end) for first, end in periods) for periods in raw)


def _built(session: Session, row: Calendar) -> WorkCalendar:
    found = _BUILT.get(row.revision)
    if found is None:
        days = session.scalars(select(CalendarDay).where(CalendarDay.calendar_id == row.id)).all()
        found = _build(row, days)
        if len(_BUILT) >= _BUILT_LIMIT:
            _BUILT.clear()
        _BUILT[row.revision] = found
    return found


def _build(row: Calendar, days: Sequence[CalendarDay]) -> WorkCalendar:
    makeup = {day.date: _periods([day.periods])[0] for day in days if day.kind == "makeup"}
    return WorkCalendar(
        code=row.code,
        tz=row.tz,
        weekly=_periods(row.weekly),
        holidays=frozenset(day.date for day in days if day.kind == "holiday"),
        yearly_holidays=frozenset((month, day) for month, day in row.yearly_holidays),
        makeup_days=makeup,
        day_names={day.date: day.name for day in days if day.name},
    )
