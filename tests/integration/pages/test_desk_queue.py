"""The queue shows what is due next, to whom it belongs, and asks the database little."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from sqlalchemy import event

from tests import factories
from tests.desk import person
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.tickets import notes, queries, service, worklist
from ticketing.tickets.worklist import Wanted


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """The statements sent meanwhile, without those that only begin a transaction."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    yield seen
    event.remove(database.engine, "before_cursor_execute", note)


def fill(database: Database, clock: FixedClock, count: int) -> list[str]:
    """Complaints, the first due last."""
    with database.transaction() as session:
        numbers = []
        for index in range(count):
            of = factories.customer(session, clock, name="欧阳雪")
            at = clock.now() - timedelta(hours=index)
            numbers.append(factories.complaint(session, clock, of=of, complained_at=at).number)
    return numbers


def shown(page: str) -> list[str]:
    return re.findall(r'id="row-(KS-[\d-]+)"', page)


def test_what_is_due_next_comes_first(signed_in: Any, company: Database, clock: FixedClock) -> None:
    numbers = fill(company, clock, 5)
    browser = signed_in("chen")
    browser.get("/desk?view=unclaimed")
    due = {number: index for index, number in enumerate(shown(browser.page))}
    assert sorted(due) == sorted(numbers)
    with company.reading() as session:
        page = worklist.queue(session, clock=clock, staff_id=0, wanted=Wanted(view="open"))
    assert [row.due_at for row in page.items] == sorted(row.due_at for row in page.items if row.due_at)
    assert shown(browser.page) == [row.number for row in page.items]


def test_pages_follow_each_other_without_gap_or_repeat(company: Database, clock: FixedClock) -> None:
    numbers, seen, cursor = fill(company, clock, 23), [], None
    with company.transaction() as session:
        for number in numbers[:4]:
            queries.by_number(session, number=number).next_due_at = None
    with company.reading() as session:
        while True:
            page = worklist.queue(session, clock=clock, staff_id=0, wanted=Wanted(view="open"), cursor=cursor, limit=5)
            seen += [row.number for row in page.items]
            if (cursor := page.next_cursor) is None:
                break
    assert sorted(seen) == sorted(numbers)
    assert set(seen[-4:]) == set(numbers[:4])


def test_a_broken_page_position_is_refused_kindly(signed_in: Any) -> None:
    assert signed_in("chen").get("/desk?cursor=rubbish").status_code == 400


def test_mine_are_those_i_claimed(signed_in: Any, company: Database, clock: FixedClock) -> None:
    first, second = fill(company, clock, 2)
    with company.transaction() as session:
        actor = factories.actor_of(person(company, "chen"))
        service.claim(session, clock=clock, actor=actor, ticket=queries.by_number(session, number=first))
    browser = signed_in("chen")
    browser.get("/desk")
    assert shown(browser.page) == [first]
    browser.get("/desk?view=unclaimed")
    assert shown(browser.page) == [second]


def test_a_number_is_looked_for_by_the_search(signed_in: Any, company: Database, clock: FixedClock) -> None:
    (number,) = fill(company, clock, 1)
    browser = signed_in("chen")
    answer = browser.get("/desk", query_string={"q": f" {number} "})
    assert answer.location == f"/search?kind=ticket&q={number}"
    browser.get(answer.location)
    assert f'href="/desk/tickets/{number}"' in browser.page


def test_the_customers_name_is_masked(signed_in: Any, company: Database, clock: FixedClock) -> None:
    fill(company, clock, 1)
    browser = signed_in("chen")
    browser.get("/desk?view=open")
    assert "欧**" in browser.words
    assert "欧阳雪" not in browser.page


def test_a_full_page_asks_no_more_of_the_database_than_an_empty_one(
    signed_in: Any, company: Database, clock: FixedClock
) -> None:
    browser = signed_in("chen")
    with counted(company) as empty:
        browser.get("/desk?view=open")
    fill(company, clock, 40)
    with counted(company) as full:
        browser.get("/desk?view=open")
    assert len(shown(browser.page)) == 30
    assert len(full) <= len(empty) <= 8


def test_a_case_asks_a_fixed_number_of_times_however_long_its_story(
    signed_in: Any, company: Database, clock: FixedClock, ticket: str
) -> None:
    browser = signed_in("chen")
    with counted(company) as short:
        assert browser.get(f"/desk/tickets/{ticket}").status_code == 200
    with company.transaction() as session:
        actor = factories.actor_of(person(company, "chen"))
        told = queries.by_number(session, number=ticket)
        for index in range(40):
            notes.add(session, clock=clock, actor=actor, ticket=told, text=f"第 {index} 次致电，无人接听。")
    with counted(company) as long:
        assert "第 39 次致电" in browser.get(f"/desk/tickets/{ticket}").text
    assert len(long) == len(short) <= 21, long


def test_the_rows_alone_are_enough_for_a_poll(signed_in: Any, ticket: str) -> None:
    browser = signed_in("chen")
    answer = browser.get("/desk/queue?view=open")
    assert ticket in answer.text
    assert "<html" not in answer.text
