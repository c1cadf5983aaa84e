"""Deny by default: every page says who may see it, and nobody else does."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask

from tests.desk import Browser
from ticketing.platform.db import Database
from ticketing.staff.rules import PERMISSIONS, Permission, Role
from web.auth.access import API_DOORS, access_of

LOGINS = {Role.AGENT: "chen", Role.TEAM_LEAD: "li", Role.SUPERVISOR: "zhao", Role.COMPLIANCE: "sun", Role.ADMIN: "wu"}


def pages(app: Flask) -> list[tuple[str, str, Any]]:
    """Method, filled-in address and declared access of every page."""
    found = []
    for rule in app.url_map.iter_rules():
        if rule.endpoint == "static" or rule.rule.startswith(API_DOORS):
            continue
        path = re.sub(r"<int:\w+>", "1", rule.rule)
        path = re.sub(r"<\w+>", "KS-20261123-00001", path)
        found += [
            (method, path, access_of(app.view_functions[rule.endpoint]))
            for method in sorted((rule.methods or set()) & {"GET", "POST"})
        ]
    return found


def test_every_page_declares_who_may_use_it(app: Flask) -> None:
    assert [path for _method, path, access in pages(app) if access is None] == []


def test_a_page_that_declares_nothing_is_refused_even_to_a_supervisor(app: Flask, company: Database) -> None:
    app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    browser = Browser(app)
    assert browser.get("/forgotten").status_code == 303
    browser.sign_in("zhao")
    assert browser.get("/forgotten").status_code == 403


def test_strangers_see_no_staff_page(app: Flask, company: Database) -> None:
    browser = Browser(app)
    browser.get("/sign-in")
    for method, path, access in pages(app):
        if access.kind in {"permission", "signed_in"}:
            answer = browser.get(path) if method == "GET" else browser.post(path)
            assert answer.status_code == (303 if method == "GET" else 401), path


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # doors do not depend on the database
@pytest.mark.parametrize("role", list(Role))
def test_each_role_gets_exactly_the_pages_of_its_permissions(
    signed_in: Any, app: Flask, ticket: str, role: Role
) -> None:
    browser = signed_in(LOGINS[role])
    browser.get("/account")
    account = browser.page
    for method, path, access in pages(app):
        if access.kind != "permission":
            continue
        browser.page = account
        answer = browser.get(path) if method == "GET" else browser.post(path)
        refused = answer.status_code == 403 and "没有这项操作的权限" in answer.text
        assert refused == (access.permission not in PERMISSIONS[role]), (method, path, answer.status_code)


def test_the_menu_shows_only_what_one_may_open(signed_in: Any) -> None:
    agent, lead = signed_in("chen"), signed_in("li")
    agent.get("/desk")
    lead.get("/desk")
    assert 'href="/board"' not in agent.page
    assert 'href="/board"' in lead.page


def test_the_no_permission_page_names_the_role(signed_in: Any) -> None:
    browser = signed_in("wu")
    browser.get("/desk")
    assert "您的角色是“管理员”" in browser.words
    assert Permission.TICKET_READ not in browser.words


@pytest.mark.parametrize(
    "path",
    [
        "/desk/tickets/%00",
        "/desk?q=%00",
        "/desk?cursor=%00",
        "/desk/chats/%00",
        "/desk/chats/x/messages?after=99999999999999999999",
    ],
)
def test_odd_addresses_are_refused_and_never_break(signed_in: Any, path: str) -> None:
    assert signed_in("chen").get(path).status_code in {200, 400, 404}
