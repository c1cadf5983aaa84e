"""Files of customers: checked, looked at, taken in, twice without harm."""

from __future__ import annotations

import io
from typing import Any

from flask import Flask
from sqlalchemy import func, select

from tests.desk import Browser
from ticketing.customers import importing
from ticketing.customers.models import Customer, CustomerImport, ImportChunk
from ticketing.customers.service import find_by_phone
from ticketing.platform.actor import Actor
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.staff.models import Staff

GOOD = "客户编号,姓名,手机号,等级,同意关怀\nC-1,王建国,13800138000,金卡,是\nC-2,刘思雨,13900139000,普通,否\n"
BAD = GOOD + "C-3,=1+1,12,白金,是\nC-1,王,13800138000,金卡,是\n"


def work(database: Database, clock: FixedClock) -> None:
    while importing.advance(database, clock=clock):
        pass


def send(browser: Browser, text: str) -> str:
    """Upload a file; gives the address of its report."""
    browser.get("/customers/imports")
    token = browser.page.split('name="csrf_token" value="', 1)[1].split('"', 1)[0]
    answer = browser.http.post(
        "/customers/imports", data={"csrf_token": token, "file": (io.BytesIO(text.encode("gb18030")), "客户.csv")}
    )
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def figures(database: Database) -> tuple[str, int, int, int, int]:
    with database.reading() as session:
        row = session.scalars(select(CustomerImport).order_by(CustomerImport.id.desc()).limit(1)).one()
        return row.state, row.new, row.changed, row.same, row.refused


def test_a_file_with_mistakes_says_where_and_how_to_mend_them(
    signed_in: Any, database: Database, clock: FixedClock
) -> None:
    browser = signed_in("zhao")
    report = send(browser, BAD)
    work(database, clock)
    browser.get(report)
    assert figures(database) == ("checked", 2, 0, 0, 2)
    assert "第 4 行 姓名 以“=”开头" in browser.words
    assert "第 4 行 手机号 不是有效的电话号码" in browser.words
    assert "第 5 行 客户编号 与第 2 行的客户编号相同" in browser.words
    browser.get(report + "?lang=en")
    assert "line 4 Phone This is not a phone number" in browser.words
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Customer)) == 0


def test_confirmed_it_is_taken_in_and_the_same_file_changes_nothing(
    signed_in: Any, database: Database, clock: FixedClock
) -> None:
    browser = signed_in("zhao")
    for expected in (("done", 2, 0, 0, 0), ("checked", 0, 0, 2, 0)):
        report = send(browser, GOOD)
        work(database, clock)
        browser.get(report)
        if expected[0] == "done":
            assert browser.submit(report, deed="confirm").status_code == 303
            work(database, clock)
        assert figures(database) == expected
    with database.reading() as session:
        (customer,) = find_by_phone(session, "13800138000")
        assert (customer.name, customer.tier, customer.care_consent) == ("王建国", "gold", True)


def test_a_killed_worker_goes_on_where_it_stopped(company: Database, clock: FixedClock) -> None:
    lines = "external_id,name\n" + "".join(f"C-{number},Customer {number}\n" for number in range(1200))
    with company.transaction() as session:
        supervisor = session.scalars(select(Staff.id).limit(1)).one()
        row = importing.upload(
            session, clock=clock, actor=Actor(kind="staff", id=supervisor), name="big.csv", raw=lines.encode()
        )
    work(company, clock)
    with company.transaction() as session:
        importing.confirm(session, clock=clock, actor=Actor(kind="staff", id=supervisor), import_id=row.id)
    assert importing.advance(company, clock=clock)
    with company.reading() as session:
        assert session.scalar(select(func.count()).where(ImportChunk.applied)) == 1
    work(company, clock)
    assert figures(company) == ("done", 1200, 0, 0, 0)


def test_an_unreadable_file_is_refused_on_the_form(signed_in: Any) -> None:
    browser = signed_in("zhao")
    browser.get("/customers/imports")
    token = browser.page.split('name="csrf_token" value="', 1)[1].split('"', 1)[0]
    answer = browser.http.post(
        "/customers/imports", data={"csrf_token": token, "file": (io.BytesIO("生肖\n龙\n".encode()), "a.csv")}
    )
    assert (answer.status_code, "没有“客户编号”" in answer.text) == (422, True)


def test_only_supervisors_import(signed_in: Any, app: Flask) -> None:
    assert signed_in("li").get("/customers/imports").status_code == 403
