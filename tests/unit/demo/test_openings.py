"""Made-up tickets make up one history: as many come in lately as ever, by day more than by night."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from ticketing.demo.openings import ZONE, Openings

NOW = datetime(2026, 11, 26, 6, tzinfo=UTC)
YEAR, WEEK = timedelta(days=365), timedelta(weeks=1)
SHARE, TICKETS = 0.04, 60_000


@pytest.fixture(scope="module")
def opened() -> dict[datetime, bool]:
    """When each was opened and whether it still is open."""
    pick = Random(7)
    openings = Openings(pick, NOW, YEAR, YEAR * SHARE)
    still = [pick.random() < SHARE for _ in range(TICKETS)]
    return {openings.of_open() if is_open else openings.of_closed(): is_open for is_open in still}


def test_the_latest_weeks_brought_as_many_as_any_other(opened: dict[datetime, bool]) -> None:
    weeks = Counter((NOW - at) // WEEK for at in opened)
    assert all(0.85 < weeks[week] * (YEAR / WEEK) / TICKETS < 1.15 for week in range(52))


def test_the_younger_a_ticket_the_likelier_it_is_open(opened: dict[datetime, bool]) -> None:
    of_week = [[still for at, still in opened.items() if (NOW - at) // WEEK == week] for week in range(4)]
    shares = [sum(week) / len(week) for week in of_week]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] > 0.7
    assert sum(opened.values()) / TICKETS == pytest.approx(SHARE, rel=0.1)


def test_nights_and_weekends_are_quiet(opened: dict[datetime, bool]) -> None:
    hours = Counter(at.astimezone(ZONE).hour for at in opened)
    days = Counter(at.astimezone(ZONE).weekday() for at in opened)
    assert hours[3] < hours[10] / 10
    assert days[6] < 0.7 * days[0]


def test_a_few_are_open_since_days_and_closed_before() -> None:
    openings = Openings(Random(7), NOW, timedelta(days=90))
    assert all(NOW - openings.of_open() <= timedelta(hours=60) for _ in range(200))
    assert all(timedelta(hours=50) <= NOW - openings.of_closed() <= timedelta(days=90) for _ in range(200))
