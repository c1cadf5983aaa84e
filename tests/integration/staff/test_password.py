"""Changing one's own password: what is asked, what ends, and what whoever has a one-time one sees."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.desk import HASH, PASSWORD, Browser, person
from ticketing.audit.models import AuditEntry
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.staff.models import Staff

NEW = "tea kettle on the hill"


def change(browser: Browser, current: str = PASSWORD, wanted: str = NEW, repeated: str | None = None) -> Any:
    """The form, filled in and sent."""
    browser.get("/account/password")
    return browser.submit(
        "/account/password", current=current, wanted=wanted, repeated=wanted if repeated is None else repeated
    )


def given_a_one_time_password(company: Database, clock: FixedClock, login: str = "chen") -> None:
    with company.transaction() as session:
        member = session.scalars(select(Staff).where(Staff.login == login)).one()
        member.password_hash, member.one_time_until = HASH, clock.now() + timedelta(days=7)


def audited(company: Database, action: str) -> int:
    with company.reading() as session:
        return session.scalar(select(func.count()).select_from(AuditEntry).where(AuditEntry.action == action)) or 0


def test_the_new_password_opens_the_door_and_the_old_one_does_not(
    app: Flask, signed_in: Any, company: Database
) -> None:
    browser = signed_in("chen")
    browser.get("/account")
    assert 'href="/account/password"' in browser.page
    assert change(browser).location == "/account?saved=password"
    browser.get("/account?saved=password")
    assert "密码已修改" in browser.words
    assert audited(company, "staff.password_changed") == 1
    assert Browser(app).sign_in("chen").status_code == 401
    assert Browser(app).sign_in("chen", NEW).status_code == 303


def test_other_sessions_end_and_this_one_goes_on(signed_in: Any) -> None:
    here, elsewhere, colleague = signed_in("chen"), signed_in("chen"), signed_in("wang")
    change(here)
    assert here.get("/desk").status_code == colleague.get("/desk").status_code == 200
    assert elsewhere.get("/desk").status_code == 303


@pytest.mark.parametrize(
    ("current", "wanted", "repeated", "told"),
    [
        ("nope", NEW, NEW, "当前密码不正确"),
        (PASSWORD, NEW, "another one entirely", "两次输入的新密码不一致"),
        (PASSWORD, PASSWORD, PASSWORD, "不能与当前密码相同"),
        (PASSWORD, "short one", "short one", "至少要有 12 个字符"),
        (PASSWORD, "x" * 201, "x" * 201, "不能超过 200 个字符"),
        (PASSWORD, "aaaaaaaaaaaab", "aaaaaaaaaaaab", "至少要有 5 个不同的字符"),
        (PASSWORD, "Chen-loves-tea", "Chen-loves-tea", "不能包含您的账号"),
    ],
)
def test_what_cannot_be_is_refused_and_the_password_stays(
    signed_in: Any, company: Database, current: str, wanted: str, repeated: str, told: str
) -> None:
    browser = signed_in("chen")
    assert change(browser, current, wanted, repeated).status_code == 422
    assert told in browser.words
    assert person(company, "chen").password_hash == HASH


def test_guessing_the_current_password_locks_as_at_the_door(app: Flask, signed_in: Any, company: Database) -> None:
    browser = signed_in("chen")
    for _ in range(5):
        assert change(browser, "nope").status_code == 422
    refused = change(browser)
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert audited(company, "staff.sign_in_failed") == 6
    assert Browser(app).sign_in("chen").status_code == 429


def test_an_address_that_keeps_guessing_here_has_to_wait_at_the_door_too(app: Flask, signed_in: Any) -> None:
    for login in ("chen", "wang"):
        browser = signed_in(login)
        for _ in range(5):
            change(browser, "nope")
    assert Browser(app).sign_in("li").status_code == 429


def test_with_a_one_time_password_one_first_chooses_ones_own(app: Flask, company: Database, clock: FixedClock) -> None:
    given_a_one_time_password(company, clock)
    browser = Browser(app)
    browser.sign_in("chen", query="?next=%2Fdesk%3Fview%3Dopen")
    form = "/account/password?next=%2Fdesk%3Fview%3Dopen"
    assert browser.get("/desk?view=open").location == form
    browser.get(form)
    assert "请先设置自己的密码" in browser.words
    assert "工作台" not in browser.words
    answer = browser.submit("/account/password?next=/desk?view%3Dopen", current=PASSWORD, wanted=NEW, repeated=NEW)
    assert answer.location == "/desk?view=open"
    assert browser.get("/desk?view=open").status_code == 200


def test_with_a_one_time_password_nothing_is_done(
    app: Flask, company: Database, clock: FixedClock, ticket: str
) -> None:
    given_a_one_time_password(company, clock)
    browser = Browser(app)
    browser.sign_in("chen")
    browser.get("/account/password")
    assert browser.post(f"/desk/tickets/{ticket}/claim").status_code == 403
    assert browser.get(f"/api/v1/tickets/{ticket}").json["code"] == "password_is_one_time"
    assert browser.get("/desk", headers={"HX-Request": "true"}).status_code == 401
    browser.get("/account/password")
    assert browser.submit("/sign-out").location == "/sign-in"


def test_a_one_time_password_is_no_good_after_its_week(app: Flask, company: Database, clock: FixedClock) -> None:
    given_a_one_time_password(company, clock)
    clock.advance(days=7)
    assert Browser(app).sign_in("chen").status_code == 401
