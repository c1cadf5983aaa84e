"""Conversations at the desk."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests import factories
from tests.desk import Browser
from ticketing.conversations import inbox
from ticketing.conversations import queries as conversations
from ticketing.conversations import service as conversing
from ticketing.conversations.models import Conversation, Handover
from ticketing.conversations.rules import ServiceHours
from ticketing.customers.models import Customer
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.platform.settings import Settings
from ticketing.surveys import service as surveys
from ticketing.surveys.models import Survey
from ticketing.tasks import Worker
from ticketing.tickets.desk_models import ChatWatch

HTMX = {"HX-Request": "true"}
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


def sit_down(database: Database, clock: FixedClock, *said: str, name: str = "欧阳雪", **asked: Any) -> str:
    """Another customer who has said something and waits."""
    with database.transaction() as session:
        customer = factories.customer(session, clock, name=name)
        found = conversing.open_conversation(session, clock=clock, customer=customer, language="zh")
        for text in said:
            conversing.append(session, clock=clock, conversation=found, author="customer", text=text)
        values = {"reason": "asked", **asked}
        conversing.request_handoff(session, clock=clock, hours=HOURS, conversation_id=found.id, **values)
        return found.public_id


def rows(browser: Browser) -> list[str]:
    """The chats in the list, in its order."""
    return re.findall(r'class="row-item is-chat" id="row-([\w-]+)"', browser.page)


def more(browser: Browser) -> str:
    """Where the list goes on."""
    return re.findall(r'href="([^"#]*)#row-', browser.page)[0]


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


def surveys_asked(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(Survey)) or 0


def test_after_the_hand_back_the_customer_is_asked_once_how_it_was(
    signed_in: Any, company: Database, clock: FixedClock, settings: Settings, chat: str
) -> None:
    browser = claimed(signed_in("chen"), chat)
    browser.submit(at(chat, "messages"), text="您好，查到了")
    browser.get(at(chat))
    page = browser.page
    for _ in range(2):
        browser.page = page
        browser.submit(at(chat, "hand-back"))
    assert surveys_asked(company) == 1
    Worker(settings, company, clock).deliver()
    with company.reading() as session:
        found = conversations.by_public_id(session, chat)
        line = conversations.messages(session, conversation_id=found.id)[-1]
        assert (line.payload["kind"], line.text[:7]) == ("survey", "人工服务已结束")
    again = claimed(signed_in("wang"), chat)
    again.submit(at(chat, "messages"), text="还有什么可以帮您")
    again.get(at(chat))
    again.submit(at(chat, "hand-back"))
    assert surveys_asked(company) == 1  # the first one is not answered yet
    with company.transaction() as session:
        survey = session.scalars(select(Survey)).one()
        survey.speed, survey.answered_at = 5, clock.now()
    third = claimed(signed_in("chen"), chat)
    third.submit(at(chat, "messages"), text="您好")
    third.get(at(chat))
    third.submit(at(chat, "hand-back"))
    assert surveys_asked(company) == 2


def test_what_was_said_of_a_chat_is_taken_by_its_page_and_shown_on_the_board(
    signed_in: Any, company: Database, clock: FixedClock, chat: str
) -> None:
    browser = claimed(signed_in("chen"), chat)
    browser.submit(at(chat, "messages"), text="您好，查到了")
    browser.get(at(chat))
    browser.submit(at(chat, "hand-back"))
    with company.reading() as session:
        page = f"/s/{surveys.token_of(f'chat {session.scalars(select(Survey)).one().handover_id}', 1)}"
    browser.get(page)
    assert "人工服务，2026-11-23 10:00:00 北京时间" in browser.words
    assert "谢谢您的评价" in browser.submit(page, speed="5", completeness="4", solution="3").text
    clock.advance(minutes=1)
    board = signed_in("zhao")
    board.get("/board")
    assert "人工会话 80.0 / 100（1 份评价）" in board.words


def test_who_was_told_nothing_is_not_asked_how_it_was(signed_in: Any, company: Database, chat: str) -> None:
    claimed(signed_in("chen"), chat).submit(at(chat, "hand-back"))
    assert surveys_asked(company) == 0


def test_nobody_in_distress_is_asked_for_marks(signed_in: Any, company: Database, clock: FixedClock, chat: str) -> None:
    with company.transaction() as session:
        session.scalars(select(Handover)).one().reason = "distress"
    browser = claimed(signed_in("chen"), chat)
    browser.submit(at(chat, "messages"), text="我在，您慢慢说")
    browser.get(at(chat))
    browser.submit(at(chat, "hand-back"))
    assert surveys_asked(company) == 0


def here(browser: Browser, path: str, **fields: str) -> str:
    """Who else is there, as the open page asks every few seconds."""
    return browser.post(f"{path}/here", **fields).text


def test_two_who_open_a_chat_by_itself_read_of_each_other_until_one_goes(
    signed_in: Any, company: Database, clock: FixedClock, chat: str
) -> None:
    chen, wang = signed_in("chen"), signed_in("wang")
    for browser in (chen, wang):
        browser.get(at(chat))
    assert "也在查看" not in here(chen, at(chat))
    assert "Chen 也在查看这个会话" in here(wang, at(chat), writing="reply")
    assert "Wang 正在回复客户" in here(chen, at(chat))
    here(wang, at(chat), leaves="1")
    assert "Wang" not in here(chen, at(chat))


def test_who_has_the_case_open_is_told_of_who_has_its_chat_open_and_the_other_way_round(
    signed_in: Any, company: Database, clock: FixedClock, chat: str
) -> None:
    with company.transaction() as session:
        found: Conversation = conversations.by_public_id(session, chat)
        of = session.get_one(Customer, found.customer_id)
        number = factories.complaint(session, clock, of=of, conversation_id=found.id).number
    chen, wang = signed_in("chen"), signed_in("wang")
    chen.get(at(chat))
    wang.get(f"/desk/tickets/{number}")
    here(chen, at(chat))
    assert "Chen 也在查看这件工单" in here(wang, f"/desk/tickets/{number}")
    assert "Wang 也在查看这个会话" in here(chen, at(chat))


def test_a_page_that_ended_without_a_word_is_forgotten(
    signed_in: Any, company: Database, settings: Settings, clock: FixedClock, chat: str
) -> None:
    chen, wang = signed_in("chen"), signed_in("wang")
    for browser in (chen, wang):
        browser.get(at(chat))
        here(browser, at(chat))
    clock.advance(seconds=13)
    assert "Chen" not in here(wang, at(chat))
    Worker(settings, company, clock).forget()
    with company.reading() as session:
        assert session.scalar(select(func.count()).select_from(ChatWatch)) == 1


def test_an_agent_reads_that_the_customer_types(
    signed_in: Any, company: Database, clock: FixedClock, chat: str
) -> None:
    browser = claimed(signed_in("chen"), chat)
    assert "客户正在输入" not in here(browser, at(chat))
    with company.transaction() as session:
        inbox.note_customer_typing(session, clock=clock, public_id=chat)
    assert "客户正在输入" in here(browser, at(chat))
    clock.advance(seconds=9)
    assert "客户正在输入" not in here(browser, at(chat))


@pytest.fixture
def grace(app: Flask) -> None:
    """Replies can be taken back for five seconds."""
    current = app.extensions["kesu"]
    app.extensions["kesu"] = replace(current, settings=replace(current.settings, undo_reply_seconds=5))


def undoing(browser: Browser) -> str:
    """Where the page's form for taking the reply back goes."""
    found = re.search(r'<form class="held"[^>]*action="([^"]+)"', browser.page)
    assert found
    return found[1]


@pytest.mark.usefixtures("grace")
def test_a_reply_waits_on_its_writers_page_and_on_nobody_elses(signed_in: Any, company: Database, chat: str) -> None:
    browser, lead = claimed(signed_in("chen"), chat), signed_in("li")
    browser.submit(at(chat, "messages"), text="<b>已退款</b>")
    browser.get(at(chat))
    assert "<b>已退款</b> 客户尚未收到 5 撤回 Z" in browser.words
    lead.get(at(chat))
    assert "已退款" not in lead.words
    assert lead.post(undoing(browser)).status_code == 409
    assert texts(company, chat) == []


@pytest.mark.usefixtures("grace")
def test_what_was_taken_back_stands_in_the_box_again(signed_in: Any, company: Database, chat: str) -> None:
    browser = claimed(signed_in("chen"), chat)
    browser.submit(at(chat, "messages"), text="发错人了")
    browser.get(at(chat))
    assert browser.submit(undoing(browser)).status_code == 200
    assert re.search(r'<textarea[^>]*id="reply"[^>]*>发错人了</textarea>', browser.page)
    assert 'class="held"' not in browser.page
    assert texts(company, chat) == []


@pytest.mark.usefixtures("grace")
def test_the_script_is_given_what_waits_and_told_when_it_is_too_late(
    signed_in: Any, settings: Settings, company: Database, clock: FixedClock, chat: str
) -> None:
    browser = claimed(signed_in("chen"), chat)
    token = re.search(r'name="csrf_token" value="(\w+)"', browser.page)
    assert token
    fields = {"csrf_token": token[1], "text": "您好", "once": "a", "after": "0"}
    browser.page = browser.http.post(at(chat, "messages"), data=fields, headers=HTMX).text
    assert 'data-text="您好"' in browser.page
    clock.advance(seconds=5)
    Worker(settings, company, clock).deliver()
    answer = browser.http.post(undoing(browser), data=fields, headers=HTMX)
    assert (answer.status_code, "客户已经收到这条回复" in answer.text) == (409, True)
    assert texts(company, chat) == ["您好"]


@pytest.mark.usefixtures("grace")
def test_handing_back_says_what_waits(signed_in: Any, company: Database, chat: str) -> None:
    browser = claimed(signed_in("chen"), chat)
    browser.submit(at(chat, "messages"), text="再见")
    browser.get(at(chat))
    browser.submit(at(chat, "hand-back"))
    assert (texts(company, chat), owner(company, chat)) == (["再见"], "bot")


def test_whoever_waits_beyond_the_first_page_is_counted_and_within_reach(
    signed_in: Any, company: Database, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "SHOWN", 2)
    waiting = [sit_down(company, clock) for _ in range(4)]
    urgent = sit_down(company, clock, reason="fraud")
    browser = signed_in("chen")
    browser.get("/desk?view=chats")
    assert rows(browser) == [urgent, waiting[0]]
    assert "共 5 位客户在等待，已列出最急的 2 位" in browser.words
    browser.get(unescape(more(browser)))
    assert rows(browser) == [urgent, *waiting[:3]]
    assert "view=chats&most=4" in unescape(re.findall(r'id="queue" hx-get="([^"]*)"', browser.page)[0])
    browser.get(unescape(more(browser)))
    assert rows(browser) == [urgent, *waiting]
    assert "rows-more" not in browser.page
    assert "排队 5" in browser.get("/desk/chats").text


def test_beside_an_urgent_reason_stand_the_words_that_raised_it(
    signed_in: Any, company: Database, clock: FixedClock
) -> None:
    sit_down(company, clock, "我想死了，欠的钱还不上", "谢谢你", reason="distress", summary="我想死了，欠的钱还不上")
    sit_down(company, clock, "提现没到账", "人工", summary="提现没到账")
    browser = signed_in("chen")
    browser.get("/desk?view=chats")
    assert re.findall(r'<span class="row-text">(.*?)</span>', browser.page) == ["我想死了，欠的钱还不上", "人工"]
