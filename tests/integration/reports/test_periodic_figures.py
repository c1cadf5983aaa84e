"""Every figure of a periodic report against a recount by hand over all rows, on random data and both databases."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.integration.reports.random_company import RandomCompany
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.reports.periodic import figures, performance, queries
from ticketing.reports.periodic.figures import percentile
from ticketing.reports.periodic.performance_rules import Measure
from ticketing.reports.periodic.periods import Period, Rhythm
from ticketing.reports.periodic.queries import Wanted
from ticketing.sla.models import ClockVerdict
from ticketing.surveys.models import Survey
from ticketing.tickets.models import Ticket, TicketEvent

ZONE = ZoneInfo("Asia/Shanghai")
PARTS = ("speed", "completeness", "solution")


@pytest.fixture
def company(database: Database, clock: FixedClock) -> Database:
    with database.transaction() as session:
        RandomCompany(session, clock, seed=7).fill(tickets=160)
        _flesh_out(session, clock)
    return database


def _flesh_out(session: Session, clock: FixedClock) -> None:
    """Products, amounts, repeats and owners that the board's random rows do not have."""
    tickets = session.scalars(select(Ticket).order_by(Ticket.id)).all()
    for number, ticket in enumerate(tickets):
        ticket.product = ("transfer", "fund", None)[number % 3]
        ticket.amount, ticket.currency = (number * 10 if number % 2 else None), "CNY"
        ticket.severity_reasons = ["regulator"] if number % 5 == 0 and ticket.severity != "normal" else []
        if number % 9 == 8:
            ticket.repeat_of_id = tickets[number - 8].id
        if ticket.owner_id:
            session.add(
                TicketEvent(
                    ticket_id=ticket.id, round=1, kind="noted", at=ticket.created_at, actor=f"staff:{ticket.owner_id}",
                    actor_name="x", data={},
                )
            )  # fmt: skip
    for survey in session.scalars(select(Survey)):
        ticket = session.get_one(Ticket, survey.ticket_id)
        survey.category, survey.team_id, survey.staff_id = ticket.category, ticket.team_id, ticket.owner_id


@pytest.fixture
def period(clock: FixedClock) -> Period:
    """The day before today, of which the rows hold a third."""
    return Period.holding(Rhythm.DAILY, clock.now().astimezone(ZONE).date(), ZONE).before()


class Recount:
    """All rows, for counting by hand."""

    def __init__(self, session: Session, period: Period) -> None:
        self.start, self.end = period.starts_at, period.ends_at
        self.tickets = session.scalars(select(Ticket)).all()
        self.verdicts = session.scalars(select(ClockVerdict)).all()
        self.surveys = session.scalars(select(Survey)).all()
        self.opened = [ticket for ticket in self.tickets if self.inside(ticket.created_at)]
        self.rated = [survey for survey in self.surveys if self.inside(survey.answered_at)]

    def inside(self, at: datetime | None) -> bool:
        return at is not None and self.start <= at < self.end


def collected(company: Database, period: Period) -> tuple[dict[str, Any], Recount, Recount]:
    with company.reading() as session:
        found = figures.collect(session, period=period, until=period.ends_at)
        return found, Recount(session, period), Recount(session, period.before())


def test_volume_extent_and_rate_are_counted_as_by_hand(company: Database, period: Period) -> None:
    found, now, before = collected(company, period)
    assert found["volume"]["total"] == {"now": len(now.opened), "before": len(before.opened)}
    assert len(now.opened) > 20
    for name, column in (("category", "category"), ("product", "product"), ("severity", "severity")):
        counts = {row["code"]: (row["now"], row["before"]) for row in found["volume"][name]}
        hand = [Counter(getattr(row, column) or "" for row in each.opened) for each in (now, before)]
        assert counts == {code: (hand[0][code], hand[1][code]) for code in counts}
        assert sum(row[0] for row in counts.values()) == len(now.opened)
    total = sum(ticket.amount or 0 for ticket in now.opened)
    assert [row["now"] for row in found["extent"]["amounts"]] == [f"{total:.2f}"]
    customers = len({ticket.customer_id for ticket in now.opened})
    assert found["extent"]["customers"]["now"] == found["rate"]["now"]["active"] == customers
    assert found["rate"]["now"]["rate"] == pytest.approx(1000 * len(now.opened) / customers, abs=0.05)


def test_each_day_of_a_week_is_counted_as_by_hand(company: Database, period: Period) -> None:
    week = Period.holding(Rhythm.WEEKLY, period.starts_on, ZONE)
    found, now, _before = collected(company, week)
    opened = Counter(ticket.created_at.astimezone(ZONE).date() for ticket in now.opened)
    closed = Counter(
        ticket.closed_at.astimezone(ZONE).date()
        for ticket in now.tickets
        if ticket.closed_at and ticket.status == "closed"
    )
    assert found["volume"]["opened"] == [opened[day] for day in week.days]
    assert found["volume"]["closed"] == [closed[day] for day in week.days]


def test_timeliness_is_counted_as_by_hand(company: Database, period: Period) -> None:
    found, now, _before = collected(company, period)
    for row in found["timeliness"]:
        mine = [each for each in now.verdicts if each.clock == row["clock"]]
        late = [each for each in mine if each.verdict == "breached" and now.inside(each.breached_at)]
        kept = [each for each in mine if each.verdict == "met" and now.inside(each.stopped_at)]
        assert (row["kept"], row["broken"]) == (len(kept), len(late))
        taken = sorted((v.stopped_at - v.started_at).total_seconds() for v in mine if now.inside(v.stopped_at))
        hand = percentile(taken, 90)
        assert row["hours"]["90"] == (None if hand is None else round(hand / 3600, 1))
    assert sum(row["broken"] for row in found["timeliness"]) > 0


def test_satisfaction_and_risk_are_counted_as_by_hand(company: Database, period: Period) -> None:
    week = Period.holding(Rhythm.WEEKLY, period.starts_on, ZONE)
    found, now, _before = collected(company, Period.holding(Rhythm.MONTHLY, period.starts_on, ZONE))
    for part in PARTS:
        mean = sum(getattr(row, part) for row in now.rated) / len(now.rated)
        assert found["satisfaction"]["now"][part] == pytest.approx(20 * mean, abs=0.05)
    assert found["satisfaction"]["now"]["answers"] == len(now.rated) > 1
    by_class = Counter(row.category for row in now.rated)
    assert {row["code"]: row["answers"] for row in found["satisfaction"]["category"]} == by_class
    found, now, _before = collected(company, week)
    risk = found["risk"]["now"]
    assert risk["serious"] == sum(ticket.severity == "serious" for ticket in now.opened)
    assert risk["repeats"] == sum(ticket.repeat_of_id is not None for ticket in now.opened)
    assert risk["threats"] == sum("regulator" in ticket.severity_reasons for ticket in now.opened)


def test_a_period_that_is_not_over_is_held_against_as_much_of_the_one_before(
    company: Database, clock: FixedClock
) -> None:
    today = Period.holding(Rhythm.DAILY, clock.now().astimezone(ZONE).date(), ZONE)
    with company.reading() as session:
        found = figures.collect(session, period=today, until=clock.now())
        tickets = session.scalars(select(Ticket)).all()
    ends = today.before().starts_at + (clock.now() - today.starts_at)
    hand = sum(today.before().starts_at <= ticket.created_at < ends for ticket in tickets)
    assert found["volume"]["total"]["before"] == hand
    assert not found["period"]["finished"]


def test_the_trend_and_the_answers_behind_it_are_those_rated(company: Database, clock: FixedClock) -> None:
    with company.reading() as session:
        trend = queries.trend(session, wanted=Wanted(), now=clock.now(), zone=ZONE)
        rated = [
            row
            for row in session.scalars(select(Survey))
            if row.answered_at and row.answered_at >= trend.periods[0].starts_at
        ]
        for period, index in zip(trend.periods, trend.indexes, strict=True):
            mine = [row for row in rated if period.starts_at <= row.answered_at < period.ends_at]
            assert index.answers == len(mine)
            if mine:
                whole = sum(row.speed + row.completeness + row.solution for row in mine) / (3 * len(mine))
                assert index.whole == pytest.approx(20 * whole)
            page = queries.answers(session, wanted=Wanted(), period=period, now=clock.now(), cursor=None)
            assert {row.id for row, _name in page.items} <= {row.id for row in mine}
    assert trend.whole.answers == len(rated) > 5
    assert sum(index.answers for _code, index, _rows in trend.by_category) == len(rated)


def test_performance_is_counted_as_by_hand(company: Database, clock: FixedClock, period: Period) -> None:
    week = Period.holding(Rhythm.WEEKLY, period.starts_on, ZONE)
    with company.reading() as session:
        found = performance.sheet(session, period=week, until=week.ends_at)
        now = Recount(session, week)
        owners = {ticket.id: ticket.owner_id for ticket in now.tickets}
    for row in found.people:
        mine = [
            v
            for v in now.verdicts
            if owners[v.ticket_id] == row.staff.id and v.clock in ("investigation", "resolution")
        ]
        kept = sum(v.verdict == "met" and now.inside(v.stopped_at) for v in mine)
        late = sum(v.verdict == "breached" and now.inside(v.breached_at) for v in mine)
        assert row.measures[Measure.KEPT].cases == kept + late
        closed = [
            t for t in now.tickets if t.owner_id == row.staff.id and t.status == "closed" and now.inside(t.closed_at)
        ]
        assert row.measures[Measure.REPEATS].cases == len(closed)
        days = {t.created_at.astimezone(ZONE).date() for t in now.opened if t.owner_id == row.staff.id}
        assert row.measures[Measure.HANDLED].cases == len(days)
        assert row.measures[Measure.HANDLED].value == (pytest.approx(len(closed) / len(days)) if days else None)
        rated = [s for s in now.rated if s.staff_id == row.staff.id]
        assert row.measures[Measure.SATISFACTION].cases == len(rated)
    teams = Counter(row.team.id for row in found.people if row.team)
    assert {row.team.id for row in found.teams} == set(teams)
