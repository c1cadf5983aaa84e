"""Signing in, staying in, and being kept out."""

from __future__ import annotations

from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import func, select

from tests.desk import PASSWORD, Browser, person
from ticketing.audit.models import AuditEntry
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.platform.errors import DomainError
from ticketing.staff import service as staff
from ticketing.staff.models import Staff, StaffSession


def test_the_right_password_leads_to_the_desk(app: Flask, company: Database) -> None:
    browser = Browser(app)
    answer = browser.sign_in("chen")
    assert (answer.status_code, answer.location) == (303, "/desk")
    assert browser.get("/desk").status_code == 200


def test_after_signing_in_one_is_where_one_was_going(app: Flask, company: Database) -> None:
    browser = Browser(app)
    assert browser.get("/desk?view=open").location == "/sign-in?next=%2Fdesk%3Fview%3Dopen"
    assert browser.sign_in("chen", query="?next=%2Fdesk%3Fview%3Dopen").location == "/desk?view=open"


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_the_door_never_leads_to_another_site(app: Flask, company: Database, elsewhere: str) -> None:
    browser = Browser(app)
    browser.get("/sign-in", query_string={"next": elsewhere})
    answer = browser.http.post(
        "/sign-in",
        query_string={"next": elsewhere},
        data={"csrf_token": token(browser), "login": "chen", "password": PASSWORD},
    )
    assert answer.location == "/desk"


def test_a_wrong_password_and_an_unknown_name_read_the_same(app: Flask, company: Database) -> None:
    wrong, unknown = Browser(app).sign_in("chen", "nope"), Browser(app).sign_in("nobody", "nope")
    assert wrong.status_code == unknown.status_code == 401
    assert "账号或密码不正确" in wrong.text
    assert "账号或密码不正确" in unknown.text


def test_five_wrong_passwords_lock_the_account_for_a_quarter_of_an_hour(
    app: Flask, company: Database, clock: FixedClock
) -> None:
    browser = Browser(app)
    for _ in range(5):
        assert browser.sign_in("chen", "nope").status_code == 401
    refused = browser.sign_in("chen")
    assert refused.status_code == 429
    assert "15 分钟" in refused.text
    clock.advance(minutes=15)
    assert browser.sign_in("chen").status_code == 303


def test_every_failed_sign_in_is_audited_without_what_was_typed(app: Flask, company: Database) -> None:
    Browser(app).sign_in("chen", "nope")
    Browser(app).sign_in("my-secret-password", "nope")
    with company.reading() as session:
        failed = select(AuditEntry).where(AuditEntry.action == "staff.sign_in_failed").order_by(AuditEntry.id)
        rows = session.scalars(failed).all()
    assert [row.subject_id for row in rows] == [str(person(company, "chen").id), "unknown"]
    assert "my-secret-password" not in str([row.detail for row in rows])


def test_only_the_hash_of_a_session_is_stored_and_the_cookie_is_out_of_reach(app: Flask, company: Database) -> None:
    answer = Browser(app).sign_in("chen")
    cookie = next(value for value in answer.headers.getlist("Set-Cookie") if value.startswith("kesu_staff="))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    with company.reading() as session:
        stored = session.scalars(select(StaffSession.token_hash)).one()
    assert stored not in cookie


def test_signing_in_again_ends_the_browsers_former_session(signed_in: Any, company: Database) -> None:
    browser = signed_in("chen")
    first = browser.http.get_cookie("kesu_staff").value
    browser.get("/desk")
    browser.http.post("/sign-in", data={"csrf_token": token(browser), "login": "chen", "password": PASSWORD})
    assert browser.http.get_cookie("kesu_staff").value != first
    with company.reading() as session:
        assert session.scalar(select(func.count()).select_from(StaffSession)) == 1


def test_signing_out_ends_the_session_on_the_server(signed_in: Any) -> None:
    browser = signed_in("chen")
    cookie = browser.http.get_cookie("kesu_staff").value
    browser.get("/desk")
    assert browser.post("/sign-out").location == "/sign-in"
    browser.http.set_cookie("kesu_staff", cookie)
    assert browser.get("/desk").status_code == 303


def test_a_session_ends_after_its_hours(signed_in: Any, clock: FixedClock) -> None:
    browser = signed_in("chen")
    clock.advance(hours=12)
    assert browser.get("/desk").status_code == 303


def test_whoever_left_is_out_at_once(signed_in: Any, company: Database) -> None:
    browser = signed_in("chen")
    with company.transaction() as session:
        session.scalars(select(Staff).where(Staff.login == "chen")).one().active = False
    assert browser.get("/desk").status_code == 303
    assert browser.sign_in("chen").status_code == 401


def test_presence_is_noted_twice_a_minute_at_most(signed_in: Any, company: Database, clock: FixedClock) -> None:
    browser = signed_in("chen")
    came = clock.now()
    clock.advance(seconds=20)
    browser.get("/desk")
    assert person(company, "chen").last_seen_at == came
    clock.advance(seconds=20)
    browser.get("/desk")
    assert person(company, "chen").last_seen_at == clock.now()


def test_an_old_hash_is_renewed_at_sign_in(app: Flask, company: Database) -> None:
    with company.transaction() as session:
        weak = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1).hash(PASSWORD)
        session.scalars(select(Staff).where(Staff.login == "chen")).one().password_hash = weak
    assert Browser(app).sign_in("chen").status_code == 303
    assert person(company, "chen").password_hash != weak
    assert Browser(app).sign_in("chen").status_code == 303


def test_an_unknown_name_costs_a_password_check_too(
    company: Database, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[str] = []
    monkeypatch.setattr(staff, "_matches", lambda stored, _password: checked.append(stored) is not None)
    with pytest.raises(DomainError, match="sign_in_failed"):
        staff.sign_in(company, clock=clock, login="nobody", password="y", hours=1)
    assert checked[0].startswith("$argon2id$")


def token(browser: Browser) -> str:
    """The CSRF token of the page last seen."""
    return browser.page.split('name="csrf-token" content="')[1].split('"')[0]


def test_an_address_that_keeps_guessing_has_to_wait_whatever_account_it_tries(app: Flask, company: Database) -> None:
    browser = Browser(app)
    guesses = [browser.sign_in(f"someone-{number}", "wrong").status_code for number in range(11)]
    assert guesses == [401] * 10 + [429]
    answer = browser.sign_in("chen")
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    elsewhere = Browser(app)
    elsewhere.http.environ_base["REMOTE_ADDR"] = "192.0.2.7"
    assert elsewhere.sign_in("chen").status_code == 303
