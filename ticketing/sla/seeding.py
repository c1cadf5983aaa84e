"""The policies and calendars a company starts with; seeding again adds only what is not there."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.platform.actor import SYSTEM
from ticketing.platform.clock import Clock
from ticketing.sla import defaults
from ticketing.sla.calendar_store import mark_changed, save_calendar
from ticketing.sla.calendars import WHOLE_DAY
from ticketing.sla.models import Calendar, CalendarDay, SlaPolicy
from ticketing.sla.policies import Policy
from ticketing.sla.policy_store import save_policy
from ticketing.sla.public_days import LAST_COUNCIL_YEAR, public_year

FIRST_SEEDED_YEAR = 2024
_BEFORE_EVERYTHING = datetime(2000, 1, 1, tzinfo=UTC)


def seed_defaults(session: Session, clock: Clock) -> None:
    """Calendars `always` and `cn_office` with the State Council's days, and one policy each for both ticket kinds."""
    codes = set(session.scalars(select(Calendar.code)))
    if defaults.ALWAYS not in codes:
        save_calendar(
            session,
            clock=clock,
            actor=SYSTEM,
            code=defaults.ALWAYS,
            tz="Asia/Shanghai",
            weekly=(WHOLE_DAY,) * 7,
            names=defaults.CALENDAR_NAMES[defaults.ALWAYS],
        )
    if defaults.CN_OFFICE not in codes:
        save_calendar(
            session,
            clock=clock,
            actor=SYSTEM,
            code=defaults.CN_OFFICE,
            tz="Asia/Shanghai",
            weekly=defaults.OFFICE_WEEK,
            holiday_region="CN",
            names=defaults.CALENDAR_NAMES[defaults.CN_OFFICE],
        )
    seed_public_days(session, clock)
    _seed_policies(session, clock)


def seed_public_days(session: Session, clock: Clock) -> int:
    """Add the State Council's days of years of which `cn_office` has none; gives how many.

    A year that is there belongs to those who edit calendars, and so do single days set by hand.
    """
    row = session.scalars(select(Calendar).where(Calendar.code == defaults.CN_OFFICE)).one()
    known = {
        day.date: day.source for day in session.scalars(select(CalendarDay).where(CalendarDay.calendar_id == row.id))
    }
    there = {on.year for on, source in known.items() if source == "council"}
    periods = [list(period) for period in defaults.OFFICE_PERIODS]
    fresh = [
        CalendarDay(
            calendar_id=row.id,
            date=day.on,
            kind=day.kind,
            periods=periods if day.kind == "makeup" else [],
            name=day.name,
            source="council",
        )
        for year in range(FIRST_SEEDED_YEAR, LAST_COUNCIL_YEAR + 1)
        if year not in there and (public := public_year(year)) is not None
        for day in public.days
        if day.on not in known
    ]
    if fresh:
        session.add_all(fresh)
        mark_changed(row, clock)
        session.flush()
    return len(fresh)


def _seed_policies(session: Session, clock: Clock) -> None:
    codes = set(session.scalars(select(SlaPolicy.code)))
    kinds: tuple[tuple[str, Policy], ...] = (("complaint", defaults.COMPLAINT), ("enquiry", defaults.ENQUIRY))
    for kind, policy in kinds:
        if policy.code not in codes:
            save_policy(
                session,
                clock=clock,
                actor=SYSTEM,
                code=policy.code,
                ticket_kind=kind,
                clocks=policy.as_json(),
                effective_from=_BEFORE_EVERYTHING,
            )
