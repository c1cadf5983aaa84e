"""The policies and calendars a company starts with; seeding again adds only what is not there."""

from __future__ import annotations

from datetime import UTC, date, datetime

from chinese_calendar import constants
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

SEEDED_YEARS = range(2024, 2027)
_BEFORE_EVERYTHING = datetime(2000, 1, 1, tzinfo=UTC)
_CHINESE: dict[str, str] = {holiday.value: holiday.chinese for holiday in constants.Holiday}


def seed_defaults(session: Session, clock: Clock) -> None:
    """Calendars `always` and `cn_office` with the State Council's days, and one policy each for both ticket kinds."""
    codes = set(session.scalars(select(Calendar.code)))
    if defaults.ALWAYS not in codes:
        save_calendar(
            session, clock=clock, actor=SYSTEM, code=defaults.ALWAYS, tz="Asia/Shanghai", weekly=(WHOLE_DAY,) * 7
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
        )
    seed_public_days(session, clock)
    _seed_policies(session, clock)


def seed_public_days(session: Session, clock: Clock) -> int:
    """Add the State Council's holidays and make-up days which `cn_office` does not have yet; gives how many.

    Days that somebody changed by hand stay as they are.
    """
    row = session.scalars(select(Calendar).where(Calendar.code == defaults.CN_OFFICE)).one()
    known = set(session.scalars(select(CalendarDay.date).where(CalendarDay.calendar_id == row.id)))
    periods = [list(period) for period in defaults.OFFICE_PERIODS]
    days: list[tuple[str, date, str, list[list[int]]]]
    days = [("holiday", on, name, []) for on, name in constants.holidays.items()]
    days += [("makeup", on, name, periods) for on, name in constants.workdays.items()]
    fresh = [
        CalendarDay(calendar_id=row.id, date=on, kind=kind, periods=hours, name=_named(name))
        for kind, on, name, hours in days
        if on.year in SEEDED_YEARS and on not in known
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


def _named(name: str) -> str:
    return _CHINESE.get(name, name)
