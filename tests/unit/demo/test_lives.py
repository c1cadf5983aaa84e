"""Made-up tickets make up one history: as many come and are closed lately as ever, by day more than by night."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from ticketing.demo.lives import ZONE, Life, Lives

NOW = datetime(2026, 11, 26, 6, tzinfo=UTC)
YEAR, WEEK = timedelta(days=365), timedelta(weeks=1)
TICKETS = 60_000


@pytest.fixture(scope="module")
def lives() -> list[Life]:
    """A year of a company."""
    made = Lives(Random(7), NOW, YEAR)
    return [made.one() for _ in range(TICKETS)]


def test_the_latest_weeks_brought_as_many_as_any_other(lives: list[Life]) -> None:
    weeks = Counter((NOW - life.opened_at) // WEEK for life in lives)
    assert all(0.85 < weeks[week] * (YEAR / WEEK) / TICKETS < 1.15 for week in range(52))


def test_about_as_many_are_closed_lately_as_come_in(lives: list[Life]) -> None:
    closed = Counter((NOW - life.opened_at - life.span) // WEEK for life in lives if not life.is_open)
    assert all(0.8 < closed[week] * (YEAR / WEEK) / TICKETS < 1.1 for week in range(20))


def test_the_younger_a_ticket_the_likelier_it_is_open(lives: list[Life]) -> None:
    ages = (timedelta(hours=10), timedelta(days=3), timedelta(days=60), YEAR)
    shares, since = [], timedelta(0)
    for until in ages:
        of_age = [life.is_open for life in lives if since <= NOW - life.opened_at < until]
        shares.append(sum(of_age) / len(of_age))
        since = until
    assert shares == sorted(shares, reverse=True)
    assert shares[0] == 1
    assert 0.03 < sum(life.is_open for life in lives) / TICKETS < 0.05


def test_nights_and_weekends_are_quiet(lives: list[Life]) -> None:
    hours = Counter(life.opened_at.astimezone(ZONE).hour for life in lives)
    days = Counter(life.opened_at.astimezone(ZONE).weekday() for life in lives)
    assert hours[3] < hours[10] / 10
    assert days[6] < 0.7 * days[0]


def test_what_was_done_lies_before_now(lives: list[Life]) -> None:
    assert all(life.opened_at + life.span < NOW for life in lives)


def test_of_a_few_the_open_ones_are_young_and_the_closed_ones_older() -> None:
    made = Lives(Random(7), NOW, timedelta(days=90), open_share=0.5)
    few = [made.one() for _ in range(400)]
    assert 150 < sum(life.is_open for life in few) < 250
    assert all(NOW - life.opened_at <= timedelta(hours=60) for life in few if life.is_open)
    assert all(NOW - life.opened_at >= timedelta(hours=50) for life in few if not life.is_open)
