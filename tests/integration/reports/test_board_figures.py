"""Every figure of the board against a recount by hand over all rows, on random data and both databases."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from tests.integration.reports.random_company import RandomCompany
from ticketing.conversations.models import Conversation
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.platform.errors import DomainError
from ticketing.reports import charts, lists, queries
from ticketing.sla.models import ArmedLevel, ClockVerdict
from ticketing.surveys.models import Survey
from ticketing.tickets.models import Ticket
from ticketing.tickets.rules import OPEN

ZONE = ZoneInfo("Asia/Shanghai")
SEEDS = (1, 2, 3)


@pytest.fixture(params=SEEDS)
def company(request: pytest.FixtureRequest, database: Database, clock: FixedClock) -> Database:
    with database.transaction() as session:
        RandomCompany(session, clock, request.param).fill(tickets=120)
    return database


class Recount:
    """The same figures, counted row by row."""

    def __init__(self, session: Session, now: datetime) -> None:
        self.now = now
        self.today = datetime.combine(now.astimezone(ZONE).date(), datetime.min.time(), ZONE).astimezone(UTC)
        self.tickets = {row.id: row for row in session.scalars(select(Ticket))}
        self.verdicts = list(session.scalars(select(ClockVerdict)))
        self.owed = [row for row in self.verdicts if self._owed(row) and row.target_at is not None]

    @staticmethod
    def _owed(row: ClockVerdict) -> bool:
        late_and_undone = row.verdict == "breached" and row.stopped_at is None and row.ended_at is None
        return row.verdict in {"running", "paused"} or late_and_undone

    def late(self) -> set[int]:
        return {row.ticket_id for row in self.owed if row.target_at < self.now}

    def due(self, hours: int) -> set[int]:
        until = self.now + timedelta(hours=hours)
        return {row.ticket_id for row in self.owed if self.now <= row.target_at <= until}

    def breached_today(self) -> set[int]:
        noticed = {
            row.ticket_id for row in self.verdicts if row.breached_at and self.today <= row.breached_at < self.now
        }
        unseen = {
            row.ticket_id for row in self.owed if row.verdict == "running" and self.today <= row.target_at < self.now
        }
        return noticed | unseen

    def open(self) -> list[Ticket]:
        return [row for row in self.tickets.values() if row.status in OPEN]

    def opened_since(self, instant: datetime) -> list[Ticket]:
        return [row for row in self.tickets.values() if row.created_at >= instant]

    def closed_since(self, instant: datetime) -> list[Ticket]:
        return [row for row in self.tickets.values() if row.status == "closed" and row.closed_at >= instant]

    def numbers(self, ids: set[int]) -> set[str]:
        return {self.tickets[ticket_id].number for ticket_id in ids}


def test_promises_are_counted_as_by_hand(company: Database, clock: FixedClock) -> None:
    with company.reading() as session:
        board, hand = queries.board(session, clock=clock, zone=ZONE), Recount(session, clock.now())
    assert board.places.total["late"] == len(hand.late()) > 0
    assert [board.places.total[f"due_{hours}"] for hours in (1, 4, 8)] == [len(hand.due(hours)) for hours in (1, 4, 8)]
    assert board.places.total["breached_today"] == len(hand.breached_today()) > 0


def test_load_is_counted_as_by_hand(company: Database, clock: FixedClock) -> None:
    with company.reading() as session:
        board, hand = queries.board(session, clock=clock, zone=ZONE), Recount(session, clock.now())
    assert board.places.total["open"] == len(hand.open())
    assert board.places.by_status == Counter(row.status for row in hand.open())
    assert board.places.by_category_and_status == Counter((row.category, row.status) for row in hand.open())
    assert board.opened_today == len(hand.opened_since(hand.today))
    assert board.closed_today == len(hand.closed_since(hand.today))


def test_chats_sweep_and_satisfaction_are_counted_as_by_hand(company: Database, clock: FixedClock) -> None:
    with company.reading() as session:
        board = queries.board(session, clock=clock, zone=ZONE)
        queued = [row.queued_at for row in session.scalars(select(Conversation)) if row.owner == "queued"]
        levels = session.scalars(select(ArmedLevel)).all()
        since = clock.now() - timedelta(days=30)
        rated = [row for row in session.scalars(select(Survey)) if row.answered_at and row.answered_at >= since]
    due = [row.due_at for row in levels if row.state == "armed" and row.due_at <= clock.now() - timedelta(seconds=30)]
    assert (board.waiting.chats, board.waiting.since) == (len(queued), min(queued))
    assert (board.sweep.behind, board.sweep.oldest_due_at) == (len(due), min(due))
    assert board.satisfaction.answers == len(rated) > 0
    for part in ("speed", "completeness", "solution"):
        mean = sum(getattr(row, part) for row in rated) / len(rated)
        assert getattr(board.satisfaction, part) == pytest.approx(20 * mean)
    whole = sum(row.speed + row.completeness + row.solution for row in rated) / (3 * len(rated))
    assert board.satisfaction.index == pytest.approx(20 * whole)


def test_the_lists_hold_the_most_pressing_tickets_once_each(company: Database, clock: FixedClock) -> None:
    with company.reading() as session:
        board, hand = queries.board(session, clock=clock, zone=ZONE), Recount(session, clock.now())
    for shown, past in ((board.late, True), (board.due_next, False)):
        first: dict[int, datetime] = {}
        for row in hand.owed:
            if (row.target_at < hand.now) == past:
                first[row.ticket_id] = min(row.target_at, first.get(row.ticket_id, row.target_at))
        assert [row.due_at for row in shown] == sorted(first.values())[: queries.LIST_LENGTH]
        assert len({row.number for row in shown}) == len(shown)


def test_every_hour_of_the_chart_is_counted_as_by_hand(company: Database, clock: FixedClock) -> None:
    clock.advance(minutes=17)
    with company.reading() as session:
        hourly, hand = charts.by_hour(session, clock=clock), Recount(session, clock.now())
    assert len(hourly.hours) == 24
    assert hourly.hours[-1] <= clock.now() < hourly.hours[-1] + timedelta(hours=1)
    opened = Counter(row.created_at.replace(minute=0, second=0, microsecond=0) for row in hand.tickets.values())
    closed = Counter(
        row.closed_at.replace(minute=0, second=0, microsecond=0)
        for row in hand.tickets.values()
        if row.status == "closed"
    )
    assert list(hourly.opened) == [opened[hour] for hour in hourly.hours]
    assert list(hourly.closed) == [closed[hour] for hour in hourly.hours]


def test_the_list_behind_each_figure_holds_what_was_counted(company: Database, clock: FixedClock) -> None:
    with company.reading() as session:
        hand = Recount(session, clock.now())
        expected = {
            lists.Filter("late"): hand.late(),
            lists.Filter("breached_today"): hand.breached_today(),
            lists.Filter("open", status="resolving"): {row.id for row in hand.open() if row.status == "resolving"},
            lists.Filter("open", team=lists.NO_TEAM): {row.id for row in hand.open() if row.team_id is None},
            lists.Filter("opened_today"): {row.id for row in hand.opened_since(hand.today)},
            lists.Filter("closed_today"): {row.id for row in hand.closed_since(hand.today)},
        } | {lists.Filter("due", hours=hours): hand.due(hours) for hours in (1, 4, 8)}
        for wanted, ids in expected.items():
            assert everything(session, clock, wanted) == sorted(hand.numbers(ids)), wanted


def test_the_list_begins_with_what_is_due_first_and_pages_through_all(company: Database, clock: FixedClock) -> None:
    with company.transaction() as session:
        for ticket in session.scalars(select(Ticket).where(Ticket.id % 3 > 0)):
            ticket.next_due_at = clock.now() + timedelta(hours=ticket.id * 7 % 5 - 2)
    asked: list[str] = []
    with company.reading() as session:
        event.listen(company.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
        rows, cursor = [], None
        while cursor or not rows:
            page = lists.tickets(session, clock=clock, zone=ZONE, wanted=lists.Filter(), cursor=cursor, limit=7)
            rows, cursor = [*rows, *page.items], page.next_cursor
            assert len([text for text in asked if text.startswith("SELECT")]) <= 2
            asked.clear()
    due = [row.next_due_at for row in rows if row.next_due_at]
    assert due == [row.next_due_at for row in rows][: len(due)] == sorted(due)
    numbers = [row.number for row in rows[len(due) :]]
    assert numbers == sorted(numbers, reverse=True)
    assert len({row.number for row in rows}) == len(rows) > len(due) > 7


def everything(session: Session, clock: FixedClock, wanted: lists.Filter) -> list[str]:
    found: list[str] = []
    cursor = None
    while True:
        page = lists.tickets(session, clock=clock, zone=ZONE, wanted=wanted, cursor=cursor)
        found += [row.number for row in page.items]
        if page.next_cursor is None:
            return sorted(found)
        cursor = page.next_cursor


def test_a_refresh_takes_at_most_twelve_statements(company: Database, clock: FixedClock) -> None:
    seen: list[str] = []
    event.listen(company.engine, "before_cursor_execute", lambda *given: seen.append(given[2]))
    with company.reading() as session:
        queries.board(session, clock=clock, zone=ZONE)
    assert 5 <= len([text for text in seen if text.startswith("SELECT")]) <= 13


def test_an_empty_company_has_an_empty_board(database: Database, clock: FixedClock) -> None:
    with database.reading() as session:
        board = queries.board(session, clock=clock, zone=ZONE)
    assert (board.places.total, board.waiting.since) == ({}, None)
    assert (board.satisfaction.answers, board.satisfaction.index) == (0, None)


@pytest.mark.parametrize(
    "arguments",
    [{"show": "all"}, {"show": "due"}, {"show": "due", "hours": "2"}, {"hours": "1"}, {"status": "x"}, {"team": "-1"}],
)
def test_an_unknown_filter_is_refused(arguments: dict[str, str]) -> None:
    with pytest.raises(DomainError, match="board_filter_unknown"):
        lists.Filter.of(arguments)
