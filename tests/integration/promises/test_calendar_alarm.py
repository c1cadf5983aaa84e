"""A year without public holidays is told to every supervisor once, and stands on the board until it is there."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from ticketing.notify.models import StaffNotice
from ticketing.platform import metrics
from ticketing.platform.actor import Actor
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.platform.settings import Settings
from ticketing.sla import calendar_editing
from ticketing.sla.models import Calendar
from ticketing.tasks import Worker


def told(database: Database) -> list[str]:
    with database.reading() as session:
        asked = select(StaffNotice.dedupe_key).where(StaffNotice.code == "calendar_year_missing")
        return list(session.scalars(asked))


def test_supervisors_are_told_once_and_the_metric_counts(
    company: Database, clock: FixedClock, settings: Settings, supervisor: Actor
) -> None:
    worker = Worker(settings, company, clock)
    assert [worker.watch_calendars(), worker.watch_calendars()] == [1, 1]
    assert len(told(company)) == 1
    assert metrics.CALENDAR_YEARS_MISSING._value.get() == 1
    with company.transaction() as session:
        row = session.scalars(select(Calendar).where(Calendar.code == "cn_office")).one()
        calendar_editing.confirm_year(
            session, clock=clock, actor=supervisor, code=row.code, seen=row.version, year=2027
        )
    assert worker.watch_calendars() == 0
    assert metrics.CALENDAR_YEARS_MISSING._value.get() == 0


def test_the_board_has_a_line_that_leads_to_the_calendars(signed_in: Any) -> None:
    browser = signed_in("zhao")
    browser.get("/board")
    assert "工作日历缺少 2027 年的节假日安排" in browser.words
