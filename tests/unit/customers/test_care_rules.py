"""When a care message is sent, when it waits and when it stays unsent; and on which days occasions fall."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from ticketing.care.occasions import OCCASIONS, birthdays_kept, falls_on, festival_days, next_day
from ticketing.care.rules import SolvedCase, Standing, judge, wakes_after

TEN = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
CALM = Standing(consent=True, zone="Asia/Shanghai")
SOLVED = SolvedCase(closed=True, critical=False, lowest_mark=None)


def verdict(
    occasion: str = "birthday", case: SolvedCase | None = None, late: timedelta = timedelta(), **changes: Any
) -> Any:
    return judge(replace(CALM, **changes), occasion=occasion, due_at=TEN - late, now=TEN, case=case)


def test_a_calm_customer_who_agreed_is_greeted() -> None:
    assert verdict().act == "send"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"consent": False}, "no_consent"),
        ({"active": False}, "switched_off"),
        ({"deceased": True}, "deceased"),
        ({"leaving": True}, "leaving"),
        ({"merged": True}, "merged"),
        ({"reachable": False}, "no_channel"),
        ({"open_complaints": 1}, "open_complaint"),
        ({"trouble_at": TEN - timedelta(days=29)}, "recent_trouble"),
        ({"sent_this_week": 1}, "weekly_cap"),
        ({"sent_this_year": 12}, "yearly_cap"),
        ({"late": timedelta(hours=37)}, "too_late"),
        ({"deceased": True, "consent": False, "open_complaints": 2}, "deceased"),
    ],
)
def test_one_reason_keeps_a_greeting_back(changes: dict[str, Any], reason: str) -> None:
    assert (verdict(**changes).act, verdict(**changes).reason) == ("suppress", reason)


def test_trouble_is_over_after_thirty_days() -> None:
    assert verdict(trouble_at=TEN - timedelta(days=30)).act == "send"


def test_whoever_leaves_gets_the_farewell_only() -> None:
    assert verdict("stage_leaving", leaving=True).act == "send"


@pytest.mark.parametrize(
    ("case", "reason"),
    [
        (SOLVED, None),
        (replace(SOLVED, closed=False), "reopened"),
        (replace(SOLVED, critical=True), "critical_case"),
        (replace(SOLVED, lowest_mark=2), "low_mark"),
        (replace(SOLVED, lowest_mark=3), None),
    ],
)
def test_asking_after_a_solved_complaint_has_its_own_rule(case: SolvedCase, reason: str | None) -> None:
    asked = verdict("solved_complaint", case, trouble_at=TEN - timedelta(days=3), sent_this_week=1)
    assert asked.reason == reason


def test_nobody_is_asked_about_one_complaint_while_another_is_open() -> None:
    assert verdict("solved_complaint", SOLVED, open_complaints=1).reason == "open_complaint"


@pytest.mark.parametrize(
    ("zone", "wakes"),
    [
        ("Asia/Shanghai", None),
        ("Europe/London", datetime(2026, 11, 23, 9, tzinfo=UTC)),
        ("America/New_York", datetime(2026, 11, 23, 14, tzinfo=UTC)),
    ],
)
def test_quiet_hours_are_those_of_the_customers_zone(zone: str, wakes: datetime | None) -> None:
    assert wakes_after(TEN, zone) == wakes
    assert verdict(zone=zone).act == ("send" if wakes is None else "wait")


def test_lunar_days_are_computed() -> None:
    assert festival_days(2027)["春节"] == date(2027, 2, 6)
    assert festival_days(2026)["中秋节"] == date(2026, 9, 25)
    assert next_day(OCCASIONS["spring_festival"], date(2027, 2, 7)) == date(2028, 1, 26)


def test_two_festivals_may_fall_on_one_day() -> None:
    assert falls_on(OCCASIONS["mid_autumn"], date(2028, 10, 3))
    assert falls_on(OCCASIONS["national_day"], date(2028, 10, 1))


def test_a_leap_day_birthday_is_kept_every_year() -> None:
    assert birthdays_kept(date(2027, 2, 28)) == ("02-28", "02-29")
    assert birthdays_kept(date(2028, 2, 28)) == ("02-28",)
