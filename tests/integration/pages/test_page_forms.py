"""Writes come from our own pages, and headers keep the pages to themselves."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from flask import Flask

from tests.desk import PASSWORD, Browser, reload
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.platform.settings import Settings
from web.app import create_app


def test_a_form_without_our_token_changes_nothing(signed_in: Any, company: Database, ticket: str) -> None:
    browser = signed_in("chen")
    answer = browser.http.post(f"/desk/tickets/{ticket}/claim")
    assert answer.status_code == 403
    assert "页面已过期" in answer.text
    assert reload(company, ticket).owner_id is None


def test_a_token_of_another_session_is_worth_nothing(signed_in: Any, company: Database, ticket: str) -> None:
    mine, theirs = signed_in("chen"), signed_in("wang")
    theirs.get(f"/desk/tickets/{ticket}")
    mine.page = theirs.page
    assert mine.post(f"/desk/tickets/{ticket}/claim").status_code == 403


def test_signing_in_needs_the_doors_own_token(app: Flask, company: Database) -> None:
    answer = Browser(app).http.post("/sign-in", data={"login": "chen", "password": PASSWORD})
    assert answer.status_code == 403


def test_a_script_may_send_the_token_as_a_header(signed_in: Any, ticket: str) -> None:
    browser = signed_in("chen")
    browser.get(f"/desk/tickets/{ticket}")
    token = browser.page.split('name="csrf-token" content="')[1].split('"')[0]
    answer = browser.http.post(f"/desk/tickets/{ticket}/claim", data={"once": "1"}, headers={"X-CSRF-Token": token})
    assert answer.status_code == 303


def test_a_staff_cookie_at_the_json_api_needs_the_token_too(signed_in: Any, ticket: str) -> None:
    browser = signed_in("chen")
    browser.get(f"/desk/tickets/{ticket}")
    keyed = {"Idempotency-Key": "1"}
    assert browser.http.post(f"/api/v1/tickets/{ticket}/claim", headers=keyed).json["code"] == "csrf_failed"
    token = browser.page.split('name="csrf-token" content="')[1].split('"')[0]
    assert (
        browser.http.post(f"/api/v1/tickets/{ticket}/claim", headers=keyed | {"X-CSRF-Token": token}).status_code == 200
    )


@pytest.mark.parametrize("path", ["/sign-in", "/desk", "/nowhere", "/static/css/kesu.css"])
def test_every_answer_carries_the_protecting_headers(signed_in: Any, path: str) -> None:
    with signed_in("chen").get(path) as answer:
        headers = answer.headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_pages_with_personal_data_are_not_kept(signed_in: Any) -> None:
    assert signed_in("chen").get("/desk").headers["Cache-Control"] == "no-store"


def test_behind_https_cookies_are_secure_and_the_browser_stays_there(
    settings: Settings, company: Database, clock: FixedClock
) -> None:
    real = dataclasses.replace(settings, env="production", public_url="https://kesu.example")
    app = create_app(real, database=company, clock=clock)
    answer = app.test_client().get("/sign-in", base_url="https://kesu.example")
    assert "Secure" in answer.headers["Set-Cookie"]
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=")
    app.extensions["kesu_gateway"].close()
