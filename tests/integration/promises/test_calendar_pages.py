"""The calendar pages: the year at a glance, special days, hours, and the State Council's list."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from tests.integration.promises.forms import filled, send
from ticketing.audit.models import AuditEntry
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.sla import calendar_editing, queries
from ticketing.sla import service as sla
from ticketing.sla.calendar_store import load_calendars
from ticketing.sla.models import Calendar, CalendarDay, Rollout
from ticketing.tasks import Worker

OFFICE = "/promises/calendars/cn_office"


def kind(database: Database, on: date, code: str = "cn_office") -> tuple[str, str]:
    with database.reading() as session:
        return tuple(load_calendars(session, [code])[code].kind_of(on))


def actions(database: Database) -> list[str]:
    with database.reading() as session:
        asked = select(AuditEntry.action).where(AuditEntry.actor != "system", AuditEntry.action.startswith("calendar."))
        return list(session.scalars(asked.order_by(AuditEntry.id)))


def test_the_year_shows_holidays_and_make_up_days_with_their_names(signed_in: Any) -> None:
    browser = signed_in("li")
    browser.get(OFFICE)
    assert 'aria-label="10月1日 周四 放假 国庆节"' in browser.page
    assert 'aria-label="10月10日 周六 调休上班 国庆节"' in browser.page
    assert "保存日期" not in browser.words  # a team lead reads
    browser.get(f"{OFFICE}?lang=en")
    assert 'aria-label="Thu 1 Oct Holiday National Day"' in browser.page


def test_days_set_by_hand_move_running_deadlines(
    signed_in: Any, company: Database, clock: FixedClock, complain: Callable[..., int], worker: Worker
) -> None:
    clock.advance(hours=7, minutes=50)
    ticket = complain()
    browser = signed_in("zhao")
    browser.get(OFFICE)
    send(
        browser,
        f"{OFFICE}/days",
        form_id="day-form",
        first="2026-11-24",
        last="2026-11-25",
        kind="holiday",
        name="店庆",
    )
    assert kind(company, date(2026, 11, 25)) == ("holiday", "店庆")
    worker.roll_out()
    with company.reading() as session:
        due = {each.clock: each.due_at for each in queries.clocks(session, ticket_id=ticket)}
    assert due["first_reply"].date() == date(2026, 11, 26)
    browser.get(OFFICE)
    assert "已完成：检查 1 件，更换时限 1 件" in browser.words
    send(browser, f"{OFFICE}/days", form_id="day-form", first="2026-11-25", kind="ordinary")
    assert kind(company, date(2026, 11, 25)) == ("working", "")
    assert actions(company) == ["calendar.day_set", "calendar.day_set", "calendar.day_removed"]


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"first": "never"}, "first", "请填正确的日期"),
        ({"first": "2026-11-24", "last": "2026-11-01"}, "first", "请填正确的日期"),
        ({"first": "2026-11-28", "kind": "makeup", "periods": "9 to 5"}, "periods", "要填上班时段"),
        ({"first": "2026-11-28", "kind": "party"}, "kind", "请选择"),
    ],
)
def test_a_wrong_day_is_told_at_its_field(signed_in: Any, changes: dict[str, str], field: str, words: str) -> None:
    browser = signed_in("zhao")
    browser.get(OFFICE)
    answer = send(browser, f"{OFFICE}/days", form_id="day-form", **changes)
    assert answer.status_code == 422
    assert words in answer.text.split(f'id="p-{field}">')[1].split("</div>")[0]


def test_a_calendar_changed_meanwhile_is_not_overwritten(signed_in: Any, company: Database) -> None:
    mine, theirs = signed_in("zhao"), signed_in("zhao")
    mine.get(f"{OFFICE}/week")
    theirs.get(OFFICE)
    send(theirs, f"{OFFICE}/days", form_id="day-form", first="2026-11-24", kind="holiday")
    answer = send(mine, f"{OFFICE}/week", form_id="week-form", day_0="08:00-12:00, 13:00-17:30")
    assert answer.status_code == 409
    assert filled(mine.page, "week-form")["day_0"] == "08:00-12:00, 13:00-17:30"
    assert send(mine, f"{OFFICE}/week", form_id="week-form").status_code == 303
    with company.reading() as session:
        assert session.scalars(select(Calendar).where(Calendar.code == "cn_office")).one().weekly[0] == [
            [480, 720],
            [780, 1050],
        ]


def test_a_calendar_without_working_time_is_refused_and_what_was_typed_stays(signed_in: Any) -> None:
    browser = signed_in("zhao")
    browser.get("/promises/calendars/new")
    nothing = {f"day_{day}": "" for day in range(7)}
    answer = send(browser, "/promises/calendars/new", form_id="week-form", name_zh="空", name_en="Empty", **nothing)
    assert answer.status_code == 422
    assert filled(browser.page, "week-form")["name_en"] == "Empty"
    week = {"day_0": "１０：００－１９：００", "day_1": "19:00-10:00"}
    browser.page = answer.text
    answer = send(browser, "/promises/calendars/new", form_id="week-form", **week)
    assert 'id="p-day_1"' in answer.text
    assert 'id="p-day_0"' not in answer.text
    assert send(browser, "/promises/calendars/new", form_id="week-form", day_1="").status_code == 303
    browser.get("/promises/calendars")
    assert "空" in browser.words


def test_an_unknown_years_import_says_that_make_up_days_are_missing_and_the_alarm_stays(
    signed_in: Any, company: Database, clock: FixedClock
) -> None:
    browser = signed_in("zhao")
    browser.get("/promises/calendars")
    assert "“工作时间”缺少 2027 年的节假日安排" in browser.words
    browser.get(f"{OFFICE}/import?year=2027")
    assert "不含调休上班日" in browser.words
    send(browser, f"{OFFICE}/import", form_id="import-form")
    assert kind(company, date(2027, 2, 6)) == ("holiday", "春节")
    with company.reading() as session:
        assert sla.years_without_data(session, clock) == [("cn_office", 2027)]
    browser.get(OFFICE)
    browser.submit(f"{OFFICE}/confirm")
    with company.reading() as session:
        assert sla.years_without_data(session, clock) == []
    assert actions(company) == ["calendar.imported", "calendar.year_confirmed"]


def test_an_import_shows_and_keeps_what_was_set_by_hand_unless_told_otherwise(
    signed_in: Any, company: Database
) -> None:
    browser = signed_in("zhao")
    with company.transaction() as session:
        row = calendar_editing.find(session, "cn_office")
        for day in calendar_editing.days_of(session, row, 2026).values():
            session.delete(day)
    browser.get(OFFICE)
    send(browser, f"{OFFICE}/days", form_id="day-form", first="2026-10-01", kind="makeup", periods="09:00-12:00")
    browser.get(f"{OFFICE}/import?year=2026")
    assert "10月1日 周四：手工设为“调休上班”，安排为“放假 国庆节”" in browser.words
    send(browser, f"{OFFICE}/import", form_id="import-form")
    assert kind(company, date(2026, 10, 1))[0] == "makeup"
    assert kind(company, date(2026, 10, 10))[0] == "makeup"
    browser.get(f"{OFFICE}/import?year=2026")
    send(browser, f"{OFFICE}/import", form_id="import-form", conflicts="replace")
    assert kind(company, date(2026, 10, 1)) == ("holiday", "国庆节")
    with company.reading() as session:
        assert session.scalars(select(Rollout)).all()
        assert {day.source for day in session.scalars(select(CalendarDay))} == {"council"}


@pytest.mark.parametrize(
    "path", ["/promises/calendars/no", f"{OFFICE}/import?year=2090", "/promises/calendars/no/week"]
)
def test_what_is_not_there_is_a_404(signed_in: Any, path: str) -> None:
    assert signed_in("zhao").get(path).status_code == 404


def test_odd_years_in_the_address_show_this_year(signed_in: Any) -> None:
    browser = signed_in("zhao")
    for year in ("x", "99999", "-1", "²"):
        assert browser.get(f"{OFFICE}?year={year}&first=zzz").status_code == 200
