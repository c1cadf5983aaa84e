"""Who gets in: origins, cookies, identities, one-time links, and how often."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from joserfc import jwt
from joserfc.jwk import OctKey
from sqlalchemy import select

from tests.integration.gateway.conftest import Widget
from ticketing.conversations import queries, service
from ticketing.conversations.models import ContactVault, PageLink
from ticketing.customers.models import Customer
from ticketing.knowledge.models import AnswerLog
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.platform.errors import DomainError
from ticketing.platform.settings import Settings

SHOP = "https://shop.example"


def identity(settings: Settings, clock: FixedClock, key: str | None = None, **claims: Any) -> str:
    body = {"sub": "u-1", "exp": int(clock.now().timestamp()) + 300} | claims
    body = {name: value for name, value in body.items() if value is not None}
    return jwt.encode({"alg": "HS256"}, body, OctKey.import_key(key or settings.identity_secret))


def test_a_listed_site_may_ask_and_read(widget: Widget) -> None:
    headers = {
        "Origin": SHOP,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization",
    }
    preflight = widget.http.options(widget.path + "/messages", headers=headers)
    assert preflight.status_code == 204
    assert preflight.headers["Access-Control-Allow-Origin"] == SHOP
    assert "Authorization" in preflight.headers["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Credentials" not in preflight.headers
    answer = widget.http.get(widget.path, headers=widget.headers | {"Origin": SHOP})
    assert answer.headers["Access-Control-Allow-Origin"] == SHOP


def test_refusals_can_be_read_by_listed_sites_too(widget: Widget) -> None:
    answer = widget.http.get(widget.path, headers={"Origin": SHOP, "Authorization": "Bearer x"})
    assert answer.status_code == 401
    assert answer.headers["Access-Control-Allow-Origin"] == SHOP


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "https://shop.example.evil.example"])
def test_other_sites_get_nothing(widget: Widget, origin: str) -> None:
    headers = widget.headers | {"Origin": origin}
    assert "Access-Control-Allow-Origin" not in widget.http.options(widget.path, headers=headers).headers
    answer = widget.http.post(widget.path + "/messages", json={"client_id": "c", "text": "a"}, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "origin_refused")


def test_our_own_pages_may_use_the_cookie(widget: Widget, base_url: str) -> None:
    own = {"Origin": base_url}
    opened = widget.http.post("/chat/v1/conversations", json={}, headers=own).json()
    path = f"/chat/v1/conversations/{opened['id']}"
    assert widget.http.get(path).json()["id"] == opened["id"]
    body = {"client_id": "c", "text": "你好"}
    assert widget.http.post(path + "/messages", json=body, headers=own).status_code == 200


@pytest.mark.parametrize("headers", [{}, {"Origin": SHOP}, {"Sec-Fetch-Site": "cross-site"}])
def test_a_cookie_alone_writes_nothing(widget: Widget, base_url: str, headers: dict[str, str]) -> None:
    opened = widget.http.post("/chat/v1/conversations", json={}, headers={"Origin": base_url}).json()
    path = f"/chat/v1/conversations/{opened['id']}/messages"
    answer = widget.http.post(path, json={"client_id": "c", "text": "你好"}, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf_failed")


def test_other_sites_are_given_no_cookie(widget: Widget) -> None:
    answer = widget.http.post("/chat/v1/conversations", json={}, headers={"Origin": SHOP})
    assert "Set-Cookie" not in answer.headers


def test_the_host_page_says_who_the_customer_is(
    new_widget: Callable[[], Widget], settings: Settings, clock: FixedClock, database: Database
) -> None:
    said = {"name": "王小明", "phone": "138 1234 5678", "email": "Wang@example.com", "tier": "gold"}
    for _ in range(2):
        new_widget().open(identity_token=identity(settings, clock, **said))
    with database.reading() as session:
        [customer] = session.scalars(select(Customer).where(Customer.external_id == "u-1"))
        assert (customer.name, customer.tier) == ("王小明", "gold")
        assert customer.phone_index is not None


@pytest.mark.parametrize("claims", [{"exp": None}, {"exp": 1}, {"sub": None}, {"sub": ""}, {"key": "w" * 40}])
def test_an_identity_that_cannot_be_trusted_is_refused(
    new_widget: Callable[[], Widget], settings: Settings, clock: FixedClock, claims: dict[str, Any]
) -> None:
    token = identity(settings, clock, **claims)
    answer = new_widget().http.post("/chat/v1/conversations", json={"identity_token": token})
    assert (answer.status_code, answer.json()["code"]) == (401, "token_invalid")


def test_a_returning_visitor_is_the_same_customer_and_a_known_one_must_say_so_again(
    widget: Widget, settings: Settings, clock: FixedClock, database: Database, new_widget: Callable[[], Widget]
) -> None:
    def customer_of(public_id: str) -> int:
        with database.reading() as session:
            return queries.by_public_id(session, public_id).customer_id

    again = widget.http.post("/chat/v1/conversations", json={}, headers=widget.headers).json()
    assert customer_of(again["id"]) == customer_of(widget.id)
    known = new_widget().open(identity_token=identity(settings, clock))
    later = known.http.post("/chat/v1/conversations", json={}, headers=known.headers).json()
    assert customer_of(later["id"]) != customer_of(known.id)


def test_too_many_messages_are_refused_with_the_time_to_wait(widget: Widget, app: Flask) -> None:
    limits = app.extensions["kesu_gateway"].limits
    for _ in range(1000):
        limits.check("messages", widget.id, 1000)
    answer = widget.send("再来一条")
    assert (answer.status_code, answer.json()["code"]) == (429, "rate_limited")
    assert 1 <= int(answer.headers["Retry-After"]) <= 60


def test_a_page_link_works_once_for_five_minutes(widget: Widget, database: Database, clock: FixedClock) -> None:
    url = widget.post("/page-link", {"path": "/my/tickets?state=open"}).json()["url"]
    assert url.startswith("http://127.0.0.1:8000/my/enter?token=")
    token = url.rpartition("=")[2]
    with database.transaction() as session:
        link = service.redeem_page_link(session, clock=clock, token=token)
        assert link.path == "/my/tickets?state=open"
        with pytest.raises(DomainError, match="link_expired"):
            service.redeem_page_link(session, clock=clock, token=token)
        assert token not in {row.token_hash for row in session.scalars(select(PageLink))}
    late = widget.post("/page-link", {"path": "/my"}).json()["url"].rpartition("=")[2]
    clock.advance(minutes=5)
    with database.transaction() as session, pytest.raises(DomainError, match="link_expired"):
        service.redeem_page_link(session, clock=clock, token=late)


@pytest.mark.parametrize(
    "path", ["//evil.example", "https://evil.example", "/my/../staff", "/agent", "/my\\x", "/myx", ""]
)
def test_a_page_link_leads_nowhere_else(widget: Widget, path: str) -> None:
    assert widget.post("/page-link", {"path": path}).status_code == 422


def test_a_masked_contact_can_be_had_back_by_its_own_conversation_for_a_day(
    widget: Widget, new_widget: Callable[[], Widget], database: Database, clock: FixedClock
) -> None:
    widget.send("电话１３８-1234-5678，邮箱 wang@example.com，卡 6222021234567890128，验证码是123456")
    stranger = new_widget().open()
    with database.reading() as session:
        own, other = (queries.by_public_id(session, each.id).id for each in (widget, stranger))

        def reveal(number: int, masked: str) -> str | None:
            return service.reveal_contact(session, clock=clock, conversation_id=number, masked=masked)

        assert reveal(own, " 138****5678 ") == "13812345678"
        assert reveal(own, "w***@example.com") == "wang@example.com"
        assert reveal(other, "138****5678") is None
        assert reveal(own, "**** **** **** 0128") is None
        assert {row.kind for row in session.scalars(select(ContactVault))} == {"phone", "email"}
        clock.advance(hours=25)
        assert reveal(own, "138****5678") is None


def test_a_thumb_counts_for_an_answer_of_the_same_conversation_only(
    widget: Widget, new_widget: Callable[[], Widget], database: Database, clock: FixedClock
) -> None:
    with database.transaction() as session:
        own = queries.by_public_id(session, widget.id).id
        given = AnswerLog(
            conversation_id=own, query="多久到账", language="zh", verdict="answer", score=0.9, at=clock.now()
        )
        session.add(given)
        session.flush()
        number = given.id
    path = f"/answers/{number}/thumb"
    assert new_widget().open().post(path, {"helpful": True}).json()["code"] == "answer_not_found"
    assert widget.post(path, {"helpful": True}).status_code == 204
    with database.reading() as session:
        assert session.get_one(AnswerLog, number).helpful is True


def test_a_survey_that_is_not_theirs_is_not_found(widget: Widget) -> None:
    marks = {"speed": 5, "completeness": 5, "solution": 5}
    assert widget.post("/surveys/1/answer", marks).json()["code"] == "survey_not_found"
