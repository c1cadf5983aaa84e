"""Who is asked, when, and what the marks are worth."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from ticketing.surveys.rules import (
    DEFAULTS,
    Circumstances,
    Index,
    Kind,
    Policy,
    Reason,
    allowed_at,
    draw,
    out_of_range,
    quarter,
    remind_at,
    suppressed,
)

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")
POLICY = Policy(Kind.TICKET, share=50, cap_count=2, cap_days=10, gap_days=1)
ASKED = Circumstances(draw=10)


@pytest.mark.parametrize(
    ("known", "reason"),
    [
        (ASKED, None),
        (replace(ASKED, draw=50), Reason.SAMPLING),
        (replace(ASKED, draw=49.99), None),
        (replace(ASKED, opted_out=True, reachable=False), Reason.OPTED_OUT),
        (replace(ASKED, reachable=False), Reason.NO_CONTACT),
        (replace(ASKED, served=False), Reason.UNSERVED),
        (replace(ASKED, signals=frozenset({"fraud"})), Reason.DISTRESS),
        (replace(ASKED, signals=frozenset({"regulator"})), Reason.LEGAL),
        (replace(ASKED, signals=frozenset({"amount", "anger"})), None),
        (replace(ASKED, still_open=True), Reason.RECENT),
        (replace(ASKED, lately=[NOW - timedelta(hours=23)]), Reason.RECENT),
        (replace(ASKED, lately=[NOW - timedelta(days=1)]), None),
        (replace(ASKED, lately=[NOW - timedelta(days=3), NOW - timedelta(days=9)]), Reason.CAP),
        (replace(ASKED, lately=[NOW - timedelta(days=3), NOW - timedelta(days=10)]), None),
    ],
)
def test_a_customer_is_spared_for_the_first_reason_that_holds(known: Circumstances, reason: Reason | None) -> None:
    assert suppressed(POLICY, known, NOW) == reason


def test_a_policy_may_ask_in_spite_of_distress_but_never_against_the_customers_will() -> None:
    bold = replace(POLICY, spared=frozenset())
    assert suppressed(bold, replace(ASKED, signals=frozenset({"distress", "court"}), still_open=True), NOW) is None
    assert suppressed(bold, replace(ASKED, opted_out=True), NOW) == Reason.OPTED_OUT


def test_a_share_draws_the_same_cases_every_time_and_about_so_many() -> None:
    draws = [draw(f"ticket:{number}:1") for number in range(4000)]
    assert draws == [draw(f"ticket:{number}:1") for number in range(4000)]
    assert all(0 <= each < 100 for each in draws)
    assert 0.22 < sum(each < 25 for each in draws) / 4000 < 0.28


@pytest.mark.parametrize(
    ("local", "allowed"),
    [
        ("2026-11-23 20:59", "2026-11-23 20:59"),
        ("2026-11-23 21:00", "2026-11-24 09:00"),
        ("2026-11-24 00:30", "2026-11-24 09:00"),
        ("2026-11-24 08:59", "2026-11-24 09:00"),
        ("2026-11-24 09:00", "2026-11-24 09:00"),
    ],
)
def test_nothing_is_sent_in_quiet_hours_across_midnight(local: str, allowed: str) -> None:
    at = datetime.fromisoformat(local).replace(tzinfo=SHANGHAI)
    assert allowed_at(POLICY, at, SHANGHAI) == datetime.fromisoformat(allowed).replace(tzinfo=SHANGHAI)


def test_quiet_hours_at_noon_end_the_same_day_and_equal_ends_are_none() -> None:
    siesta = replace(POLICY, quiet_from=12 * 60, quiet_until=14 * 60)
    noon = datetime(2026, 11, 23, 12, 30, tzinfo=SHANGHAI)
    assert allowed_at(siesta, noon, SHANGHAI).astimezone(SHANGHAI).hour == 14
    assert allowed_at(replace(POLICY, quiet_from=0, quiet_until=0), noon, SHANGHAI) == noon


def test_a_reminder_comes_once_before_the_end_or_not_at_all() -> None:
    ends = NOW + timedelta(days=14)
    assert remind_at(POLICY, NOW, ends) == NOW + timedelta(days=3)
    assert remind_at(replace(POLICY, remind_days=0), NOW, ends) is None
    assert remind_at(replace(POLICY, remind_days=14), NOW, ends) is None


def test_policies_as_delivered_make_sense_and_nonsense_is_named() -> None:
    assert [out_of_range(policy) for policy in DEFAULTS.values()] == [None, None, None]
    assert out_of_range(replace(POLICY, share=101)) == "share"
    assert out_of_range(replace(POLICY, remind_days=14, expiry_days=14)) == "remind_days"


@pytest.mark.parametrize(
    ("day", "name"), [("2026-01-01", "2026Q1"), ("2026-03-31", "2026Q1"), ("2026-12-31", "2026Q4")]
)
def test_quarters_have_names(day: str, name: str) -> None:
    assert quarter(date.fromisoformat(day)) == name


def test_the_index_weighs_its_parts_alike_and_says_how_sure_it_is() -> None:
    marks = [(5, 4, 3), (1, 2, 3), (4, 4, 4)]
    each = [20 * sum(row) / 3 for row in marks]
    found = Index.of(3, [sum(column) for column in zip(*marks, strict=True)], sum(value * value for value in each))
    assert found.whole == pytest.approx(sum(each) / 3)
    assert (found.speed, found.solution) == (pytest.approx(200 / 3), pytest.approx(200 / 3))
    spread = (sum((value - found.whole) ** 2 for value in each) / 2) ** 0.5
    assert found.margin == pytest.approx(4.30 * spread / 3**0.5)
    assert (found.low, found.high) == (20, 100)
    assert Index.of(0, [], 0) == Index(0)
    assert Index.of(1, [5, 5, 5], 10_000).margin is None
