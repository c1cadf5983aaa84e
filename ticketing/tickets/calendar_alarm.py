"""Telling supervisors, once, that a work calendar has no public holidays for a year that is near."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.notify import people
from ticketing.notify import service as notify
from ticketing.notify.rules import Place
from ticketing.platform import metrics
from ticketing.platform.clock import Clock
from ticketing.sla.calendar_store import years_without_data
from ticketing.sla.defaults import CALENDAR_NAMES
from ticketing.sla.models import Calendar
from ticketing.staff.rules import Role


def tell(session: Session, *, clock: Clock) -> int:
    """Notices to all supervisors for each calendar and year; gives how many years are missing. Twice tells once."""
    missing = years_without_data(session, clock)
    metrics.CALENDAR_YEARS_MISSING.set(len(missing))
    for code, year in missing:
        row = session.scalars(select(Calendar).where(Calendar.code == code)).one()
        usual = CALENDAR_NAMES.get(code, (code, code))
        names = {"zh": row.name_zh or usual[0], "en": row.name_en or usual[1]}
        news = notify.News(
            code="calendar_year_missing",
            words={language: {"calendar": name, "year": year} for language, name in names.items()},
            path=f"/promises/calendars/{code}?year={year}",
            dedupe=f"calendar-year:{code}:{year}",
            subject=("calendar", row.id),
        )
        told = people.recipients(session, clock=clock, place=Place(None, None), asked=Role.SUPERVISOR, urgent=False)
        notify.to_staff(session, clock=clock, news=news, to=told)
    return len(missing)
