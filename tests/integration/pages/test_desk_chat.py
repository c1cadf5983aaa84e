"""Conversations at the desk."""

from __future__ import annotations

from typing import Any

import pytest

from tests import factories
from tests.desk import Browser
from ticketing.conversations import queries as conversations
from ticketing.conversations import service as conversing
from ticketing.conversations.models import Conversation
from ticketing.conversations.rules import ServiceHours
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database

HOURS = ServiceHours.parse("09:00-21:00", "Asia/Shanghai")


@pytest.fixture
def chat(company: Database, clock: FixedClock) -> str:
    """A customer who waits for a person."""
    with company.transaction() as session:
        customer = factories.customer(session, clock, name="欧阳雪")
        found = conversing.open_conversation(session, clock=clock, customer=customer, language="zh")
        conversing.append(session, clock=clock, conversation=found, author="customer", text="<b>转人工</b>")
        conversing.request_handoff(
            session, clock=clock, hours=HOURS, conversation_id=found.id, reason="asked", summary="客户问转账"
        )
        return found.public_id


def at(public_id: str, *rest: str) -> str:
    return "/".join(["/desk/chats", public_id, *rest])


def owner(database: Database, public_id: str) -> str:
    with database.reading() as session:
        return conversations.by_public_id(session, public_id).owner


def texts(database: Database, public_id: str) -> list[str]:
    with database.reading() as session:
        found: Conversation = conversations.by_public_id(session, public_id)
        return [
            line.text for line in conversations.messages(session, conversation_id=found.id) if line.author == "agent"
        ]


def claimed(browser: Browser, public_id: str) -> Browser:
    browser.get(at(public_id))
    assert browser.submit(at(public_id, "claim")).status_code == 303
    browser.get(at(public_id))
    return browser


def test_who_waits_is_listed_with_the_reason(signed_in: Any, chat: str) -> None:
    browser = signed_in("chen")
    browser.get("/desk?view=chats")
    assert chat in browser.page
    assert "客户要求人工" in browser.words
    browser.get(at(chat))
    assert "客户问转账" in browser.words
    assert "&lt;b&gt;转人工" in browser.page


def test_one_answers_after_taking_over_and_not_before(signed_in: Any, company: Database, chat: str) -> None:
    browser = signed_in("chen")
    browser.get(at(chat))
    assert browser.post(at(chat, "messages"), text="您好", once="a").status_code == 409
    claimed(browser, chat).submit(at(chat, "messages"), text="您好，我是 Chen")
    assert texts(company, chat) == ["您好，我是 Chen"]
    assert owner(company, chat) == "agent"


def test_the_same_line_sent_twice_is_said_once(signed_in: Any, company: Database, chat: str) -> None:
    browser = claimed(signed_in("chen"), chat)
    page = browser.page
    for _ in range(2):
        browser.page = page
        assert browser.submit(at(chat, "messages"), text="您好").status_code == 303
    assert texts(company, chat) == ["您好"]


def test_a_colleague_reads_along_but_cannot_speak(signed_in: Any, chat: str) -> None:
    claimed(signed_in("chen"), chat)
    other = signed_in("wang")
    other.get(at(chat))
    assert "由同事接待" in other.words
    assert 'name="text"' not in other.page
    answer = other.post(at(chat, "messages"), text="我来", once="b")
    assert answer.status_code == 409
    assert "已由Chen接待" in answer.text


def test_handing_back_gives_the_assistant_its_voice_again(signed_in: Any, company: Database, chat: str) -> None:
    claimed(signed_in("chen"), chat).submit(at(chat, "hand-back"))
    assert owner(company, chat) == "bot"


def test_a_page_that_knows_the_newest_state_hears_nothing(signed_in: Any, company: Database, chat: str) -> None:
    browser = claimed(signed_in("chen"), chat)
    with company.reading() as session:
        found = conversations.by_public_id(session, chat)
    news = at(chat, f"messages?after={found.last_seq}&revision={found.revision}&owner=agent-{found.agent_id}")
    assert browser.http.get(news).status_code == 204
    browser.submit(at(chat, "messages"), text="请稍等")
    answer = browser.http.get(news)
    assert "请稍等" in answer.text
    assert 'id="composer"' not in answer.text
