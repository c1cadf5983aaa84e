"""Every route and every role: who gets in is what the view declares, and looking changes nothing."""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.integration.api.conftest import Caller
from ticketing import tables
from ticketing.conversations.tokens import ConversationClaims, sign_app_token, sign_customer_token
from ticketing.platform.access import Access
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.platform.errors import DomainError
from ticketing.platform.settings import Settings
from ticketing.staff.rules import Permission, Role, allowed
from web.auth.access import declared

ROLES = ("anonymous", "customer", *(role.value for role in Role))
NUMBER = "KS-20261123-00001"
VISITORS = {
    "chat.open_conversation", "customer_complaint.form", "customer_complaint.submit",
    "customer_enter.enter", "customer_surveys.linked_survey", "customer_surveys.answer_linked_survey",
    "customer_points.confirm_stop", "customer_points.stop",
    "customer_surveys.opt_out", "customer_surveys.linked_offer", "customer_surveys.accept_linked_offer",
    "customer_files.upload", "customer_files.remove", "customer_files.show",
}  # fmt: skip
"""Behind a door of their own that also lets in whoever has no sign-in yet: forms for visitors, and links with a token."""
LOOKING_IS_LOGGED = {"knowledge.search", "knowledge.article", "customer_enter.enter"}
"""GETs that write by design: which article answered, and a one-time link used up."""
ONE_DATABASE = pytest.mark.parametrize("database", ["postgresql"], indirect=True)
"""Doors do not depend on the database, and there are thousands to try."""
DENIED = {DomainError("permission_denied").text(language) for language in ("zh", "en")}

Enter = Callable[[str], "Visitor"]


class Visitor:
    """Someone of a role with everything they own: cookies for pages, tokens for the programs' doors."""

    def __init__(self, caller: Caller, tokens: dict[str, str]) -> None:
        self.caller, self.tokens = caller, tokens

    def go(self, method: str, path: str) -> TestResponse:
        token = next((token for prefix, token in self.tokens.items() if path.startswith(prefix)), None)
        headers = {**self.caller.headers, "Idempotency-Key": f"{method} {path}"}
        headers |= {"Authorization": f"Bearer {token}"} if token else {}
        body = {"json": {}} if method == "POST" and path.startswith(("/api/", "/chat/")) else {}
        with self.caller.client.open(path, method=method, headers=headers, buffered=True, **body) as answer:
            return answer


@pytest.fixture
def enter(app: Flask, customer: Caller, staff: Callable[[str], Caller], settings: Settings, clock: FixedClock) -> Enter:
    """Makes someone of the role. A ticket of the customer stands under NUMBER."""
    customer.complain()

    def make(role: str) -> Visitor:
        if role not in {"anonymous", "customer"}:
            return Visitor(staff(role), {})
        secret, client = settings.secret_key, app.test_client()
        client.set_cookie("kesu_visit", "mark")
        proof = hmac.digest(secret.encode(), b"kesu csrf visit mark", "sha256").hex()
        caller = Caller(client, {"X-CSRF-Token": proof})
        if role == "anonymous":
            return Visitor(caller, {})
        claims = ConversationClaims(customer.public_id, customer.conversation_id, customer.id, "zh")
        signed_in = sign_customer_token(secret, clock=clock, customer_id=customer.id, language="zh")
        client.set_cookie("kesu_customer", signed_in)
        bearer = customer.headers["Authorization"].removeprefix("Bearer ")
        chat = sign_app_token(secret, clock=clock, claims=claims)
        return Visitor(caller, {"/api/": bearer, "/chat/": chat})

    return make


def routes(app: Flask, *methods: str) -> Iterator[tuple[str, str, Rule]]:
    """Method, filled-in address and rule of all views; the live stream apart, which does not end."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint in {"forgotten", "faulty", "chat.events", "swagger.static", "openapi.static", "static"}:
            continue
        path = re.sub(r"<int:\w+>", "1", rule.rule)
        for method in sorted({*methods} & (rule.methods or set())):
            yield method, re.sub(r"<(?:\w+:)?\w+>", NUMBER, path), rule


def may_enter(access: Access, role: str, endpoint: str) -> bool:
    """What the declaration promises."""
    if access.kind == "public" or endpoint in VISITORS:
        return True
    if role == "anonymous":
        return False
    if role == "customer":
        return access.customers or access.kind == "own_door"
    if access.permission is not None:
        return allowed(role, Permission(access.permission))
    return access.kind == "signed_in"


def let_in(answer: TestResponse) -> bool:
    """Whether the door opened, whatever was behind it."""
    led_away = answer.status_code == 303 and answer.location.startswith("/sign-in")
    refused = answer.status_code == 403 and any(text in answer.text for text in DENIED)
    return not (led_away or refused or answer.status_code == 401)


def own_chat_or_any(path: str, public_id: str) -> str:
    return path.replace(f"/chat/v1/conversations/{NUMBER}", f"/chat/v1/conversations/{public_id}")


def test_every_route_declares_who_may_use_it(app: Flask) -> None:
    with app.app_context():
        undeclared = [rule.rule for *_, rule in routes(app, "GET", "POST") if declared(rule.endpoint) is None]
        named = {access.permission for *_, rule in routes(app, "GET", "POST") if (access := declared(rule.endpoint))}
    assert undeclared == []
    assert named - {None} <= {permission.value for permission in Permission}


def test_a_route_that_declares_nothing_is_refused_to_everyone(enter: Enter) -> None:
    for role in ROLES:
        answer = enter(role).go("GET", "/api/v1/forgotten")
        assert (answer.status_code, "secret" in answer.text) == (401 if role == "anonymous" else 403, False)


@ONE_DATABASE
@pytest.mark.parametrize("role", ROLES)
def test_each_role_enters_exactly_where_the_declaration_says(
    app: Flask, enter: Enter, customer: Caller, role: str
) -> None:
    visitor, wrong = enter(role), []
    for method, path, rule in routes(app, "GET", "POST"):
        if rule.endpoint in {"auth.sign_out", "auth.check_sign_in"}:
            continue
        with app.app_context():
            access = declared(rule.endpoint)
        answer = visitor.go(method, own_chat_or_any(path, customer.public_id))
        assert access is not None
        if let_in(answer) != may_enter(access, role, rule.endpoint) or answer.status_code >= 500:
            wrong.append((method, path, access, answer.status_code))
    assert wrong == []


def everything(database: Database) -> dict[str, list[Any]]:
    """All rows of all tables."""
    with database.reading() as session:
        found = {table.name: session.execute(select(table)).all() for table in tables.metadata.sorted_tables}
    return {name: sorted(map(str, rows)) for name, rows in found.items()}


@ONE_DATABASE
@pytest.mark.parametrize("role", ROLES)
def test_looking_changes_no_row(app: Flask, enter: Enter, customer: Caller, database: Database, role: str) -> None:
    visitor, written = enter(role), list[tuple[str, str]]()
    visitor.go("GET", "/account")

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith("SELECT"):
            written.append((path, statement))

    before = everything(database)
    event.listen(database.engine, "before_cursor_execute", note)
    for method, path, rule in routes(app, "GET"):
        if rule.endpoint not in LOOKING_IS_LOGGED:
            visitor.go(method, own_chat_or_any(path, customer.public_id))
    event.remove(database.engine, "before_cursor_execute", note)
    after = everything(database)
    assert [name for name in after if after[name] != before[name]] == [], written
