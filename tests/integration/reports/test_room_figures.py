"""Every figure of the supervisor room against a recount by hand over all rows, on random data and both databases."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.integration.reports.random_company import RandomCompany
from tests.integration.reports.test_board_figures import ZONE, Recount
from ticketing.conversations.models import Conversation
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.reports import heat, lists, people, places, quality, tally
from ticketing.reports.conditions import Span
from ticketing.reports.filters import Filter
from ticketing.reports.hours import HOUR, start_of_hour
from ticketing.surveys.models import Survey
from ticketing.tickets.models import Ticket
from ticketing.tickets.rules import OPEN

Keep = Callable[[Ticket], bool]


@pytest.fixture(params=(4, 5))
def company(request: pytest.FixtureRequest, database: Database, clock: FixedClock) -> Database:
    """Random rows; the tally has come as far as chance would have it."""
    clock.advance(minutes=23)
    with database.transaction() as session:
        RandomCompany(session, clock, request.param).fill(tickets=120)
    for _ in range(3):
        with database.transaction() as session:
            tally.step(session, batch=random.Random(request.param).randint(1, 60))
    return database


def counted(session: Session, clock: FixedClock, wanted: Filter) -> int:
    """The number above a list, which its rows must bear out."""
    number = lists.count(session, clock=clock, zone=ZONE, wanted=wanted)
    assert number == len(list(lists.every(session, clock=clock, zone=ZONE, wanted=wanted)))
    return number


def test_places_are_counted_as_by_hand_and_lead_to_as_many(company: Database, clock: FixedClock) -> None:
    with company.reading() as session:
        found, hand = places.read(session, Span.at(clock.now(), ZONE)), Recount(session, clock.now())
        sets = {"late": hand.late(), "breached_today": hand.breached_today(), "open": {row.id for row in hand.open()}}
        sets |= {f"due_{hours}": hand.due(hours) for hours in (1, 4, 8)}
        columns = {"team": "team_id", "category": "category", "channel": "came_by"}
        for name, ids in sets.items():
            show, _, hours = name.partition("_") if name.startswith("due") else (name, "", "")
            for dimension, column in columns.items():
                by_hand = Counter(getattr(hand.tickets[number], column) for number in ids)
                for value, count in by_hand.items():
                    assert found.of(dimension, value)[name] == count, (name, dimension, value)
                    narrowed: dict[str, Any] = {dimension: "none" if value is None else value}
                    wanted = Filter(show, hours=int(hours) if hours else None, **narrowed)
                    assert counted(session, clock, wanted) == count


def test_breaches_by_the_hour_are_counted_as_by_hand(company: Database, clock: FixedClock) -> None:
    with company.reading() as session:
        span, hand = Span.at(clock.now(), ZONE), Recount(session, clock.now())
        broken, due = places.broken_by_hour(session, span), places.due_by_hour(session, span, hours=12)
        times = [(row.breached_at, row.ticket_id) for row in hand.verdicts if row.breached_at]
        times += [(row.target_at, row.ticket_id) for row in hand.owed if row.verdict == "running"]
        assert broken == _by_hour(times, hand.today, hand.now)
        ahead = [(row.target_at, row.ticket_id) for row in hand.owed]
        assert due == _by_hour(ahead, hand.now, start_of_hour(hand.now) + 12 * HOUR)
        for show, hours in (("breached", broken), ("falls_due", due)):
            for at, count in hours.items():
                assert counted(session, clock, Filter(show, since=at, until=at + HOUR)) == count, (show, at)


def _by_hour(times: list[tuple[datetime, int]], since: datetime, until: datetime) -> Counter[datetime]:
    pairs = {(start_of_hour(at), ticket) for at, ticket in times if since <= at < until}
    return Counter(hour for hour, _ticket in pairs)


def test_peoples_work_is_counted_as_by_hand(company: Database, clock: FixedClock) -> None:
    with company.reading() as session:
        hand = Recount(session, clock.now())
        late = hand.late()
        chats = Counter(row.agent_id for row in session.scalars(select(Conversation)) if row.owner == "agent")
        for person in people.everyone(session, Span.at(clock.now(), ZONE)):
            mine = [row for row in hand.open() if row.owner_id == person.id]
            assert person.open == len(mine) == counted(session, clock, Filter(owner=person.id)) > 0
            assert person.late == sum(row.id in late for row in mine)
            assert person.late == counted(session, clock, Filter("late", owner=person.id))
            assert person.oldest_at == min(row.created_at for row in mine)
            assert person.chats == chats[person.id]
            closed = [row for row in hand.closed_since(hand.today) if row.owner_id == person.id]
            assert person.closed_today == len(closed)


@pytest.mark.parametrize("zone", [ZONE, ZoneInfo("America/New_York"), ZoneInfo("Asia/Kolkata")], ids=str)
def test_the_heat_map_is_counted_as_by_hand_in_any_zone(company: Database, clock: FixedClock, zone: ZoneInfo) -> None:
    clock.advance(days=1)
    with company.reading() as session:
        for category in (None, "policy_issue"):
            found = heat.heat(session, clock=clock, zone=zone, category=category)
            rows = [row for row in session.scalars(select(Ticket)) if category in (None, row.category)]
            inside = [row.created_at for row in rows if found.since <= row.created_at < found.until]
            local = [start_of_hour(at).astimezone(zone) for at in inside]
            assert found.cells == Counter((at.weekday(), at.hour) for at in local)
            (weekday, hour), count = max(found.cells.items(), key=lambda item: item[1])
            wanted = Filter(
                "opened", since=found.since, until=found.until, weekday=weekday, hour=hour, category=category
            )
            assert lists.count(session, clock=clock, zone=zone, wanted=wanted) == count
            whole = Filter("opened", since=found.since, until=found.until, category=category)
            assert lists.count(session, clock=clock, zone=zone, wanted=whole) == found.total > 0


@pytest.mark.parametrize("days", [30, 90])
def test_satisfaction_and_who_answered_are_counted_as_by_hand(company: Database, clock: FixedClock, days: int) -> None:
    with company.reading() as session:
        found, hand = quality.quality(session, clock=clock, zone=ZONE, days=days), Recount(session, clock.now())
        since, until = found.period.since, found.period.until
        surveys = session.scalars(select(Survey)).all()
        answered = [row for row in surveys if row.answered_at and since <= row.answered_at < until]
        assert found.answered.answers == len(answered)
        assert found.answered.answers == counted(session, clock, Filter("answered", since=since, until=until))
        marks = [(row.speed + row.completeness + row.solution) * 20 / 3 for row in answered]
        assert found.answered.index == pytest.approx(sum(marks) / len(marks))
        sent = [row for row in surveys if since <= row.sent_at < until]
        assert found.asked.sent == len(sent) == counted(session, clock, Filter("surveyed", since=since, until=until))
        silent = [row for row in sent if row.answered_at is None]
        assert found.asked.silent == len(silent) == counted(session, clock, Filter("silent", since=since, until=until))
        by_channel = Counter(hand.tickets[row.ticket_id].came_by for row in sent if row.ticket_id)
        assert {group.code: group.sent for group in found.by_channel} == by_channel


def test_complaints_repeats_and_weeks_are_counted_as_by_hand(company: Database, clock: FixedClock) -> None:
    with company.reading() as session:
        found, hand = quality.quality(session, clock=clock, zone=ZONE, days=30), Recount(session, clock.now())
        since, until = found.period.since, found.period.until
        mine = [row for row in hand.tickets.values() if since <= row.created_at < until]
        assert found.complaints.by_category == Counter(row.category for row in mine)
        repeats = [row for row in mine if row.repeat_of_id]
        assert found.complaints.repeats_by_category == Counter(row.category for row in repeats)
        assert found.complaints.repeats == counted(session, clock, Filter("repeats", since=since, until=until)) > 0
        chats = [row for row in session.scalars(select(Conversation)) if since <= row.created_at < until]
        assert found.complaints.rate == pytest.approx(100 * len(mine) / len(chats))
        for week in found.weeks:
            rows = [row for row in hand.tickets.values() if week.since <= row.created_at < week.until]
            assert week.complaints == len(rows)
        assert found.weeks[-1].since <= clock.now() < found.weeks[-1].until
        assert {week.since.astimezone(ZONE).isoformat()[10:19] for week in found.weeks} == {"T00:00:00"}
        assert {week.since.astimezone(ZONE).weekday() for week in found.weeks} == {0}
        assert len(found.weeks) == quality.TREND_WEEKS


def test_a_filter_is_the_same_after_its_address(clock: FixedClock) -> None:
    since = clock.now()
    wanted = Filter("opened", since=since, until=since + HOUR, weekday=0, hour=9, team="none", product="", owner=3)
    assert Filter.of(dict(pair.split("=") for pair in wanted.query().replace("%3A", ":").split("&"))) == wanted


@pytest.mark.parametrize("keep", [lambda row: row.status in OPEN], ids=["open"])
def test_narrowing_by_every_field_is_as_by_hand(company: Database, clock: FixedClock, keep: Keep) -> None:
    fields = {"status": "status", "severity": "severity", "channel": "came_by", "category": "category"}
    with company.reading() as session:
        rows = [row for row in session.scalars(select(Ticket)) if keep(row)]
        for name, column in fields.items():
            for value, count in Counter(getattr(row, column) for row in rows).items():
                given: dict[str, Any] = {name: value}
                assert counted(session, clock, Filter(**given)) == count, (name, value)
        for product, count in Counter(row.product for row in rows).items():
            assert counted(session, clock, Filter(product=product or "")) == count
