"""The assistant is slow, down, hanging or talks nonsense: the customer is told in time and loses nothing."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from tests.integration.gateway.conftest import Knowledge, Widget
from tests.integration.gateway.fake_rasa import FakeRasa
from ticketing.conversations.assistant import HURRIED_WAIT_SECONDS, OPEN_SECONDS, Breaker
from ticketing.conversations.models import Conversation, Message
from ticketing.conversations.notices import Choice, Help
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database

NOTICE = "notice"


@pytest.fixture
def patience() -> tuple[float, float]:
    """Here customers are told soon."""
    return 0.5, 1.5


def kinds(lines: list[dict[str, Any]]) -> list[str | None]:
    return [line.get("kind") for line in lines]


def authors(lines: list[dict[str, Any]]) -> list[str]:
    return [line["author"] for line in lines]


def test_a_slow_answer_is_announced_in_time_and_still_arrives(widget: Widget, rasa: FakeRasa) -> None:
    rasa.gate.clear()
    started = time.monotonic()
    answer = widget.send("转账没到账").json()
    assert time.monotonic() - started > 0.4
    assert kinds(answer["messages"]) == [None, NOTICE]
    assert "http://127.0.0.1:8000/my/complaint" in answer["messages"][1]["text"]
    rasa.gate.set()
    lines = widget.until(lambda lines: lines[-1]["text"] == "echo 转账没到账")
    assert kinds(lines).count(NOTICE) == 1


def test_while_a_confirmation_hangs_the_complaint_form_is_not_offered(widget: Widget, rasa: FakeRasa) -> None:
    summary = {"text": "请您核对", "custom": {"kind": "summary", "card": {"rows": []}}}
    rasa.answer = lambda _body: (200, [summary])
    widget.send("转账没到账")
    rasa.gate.clear()
    notice = widget.send("确认提交").json()["messages"][1]
    assert "不要重复提交" in notice["text"]
    assert (notice["card"]["page_url"], "complaint" in notice["text"]) == ("/my/tickets", False)
    rasa.answer = lambda _body: (500, b"")
    rasa.gate.set()
    lines = widget.until(lambda lines: kinds(lines).count(NOTICE) == 2)
    assert lines[-1]["card"]["page_url"] == "/my/tickets"
    assert "不会重复受理" in lines[-1]["text"]


def test_a_refused_connection_is_told_as_what_it_is(widget: Widget, rasa: FakeRasa) -> None:
    rasa.stop()
    answer = widget.send("转账没到账").json()
    assert kinds(answer["messages"]) == [None, NOTICE]
    assert "暂时无法回答" in answer["messages"][1]["text"]


def test_the_notice_speaks_the_customers_language(widget: Widget, rasa: FakeRasa) -> None:
    rasa.stop()
    answer = widget.send("where is my money please").json()
    assert "the assistant cannot answer" in answer["messages"][1]["text"]


def test_the_notice_comes_with_what_the_knowledge_base_knows(
    widget: Widget, rasa: FakeRasa, knowledge: Knowledge
) -> None:
    rasa.stop()
    knowledge.says = Help(article={"key": "transfer-late", "answer_id": 7}, text="一般两小时内到账。")
    lines = widget.send("转账没到账").json()["messages"]
    assert (lines[-1]["kind"], lines[-1]["text"], lines[-1]["card"]["answer_id"]) == (
        "article",
        "一般两小时内到账。",
        7,
    )


def test_questions_that_may_be_meant_are_offered_as_buttons(
    widget: Widget, rasa: FakeRasa, knowledge: Knowledge
) -> None:
    rasa.stop()
    knowledge.says = Help(choices=(Choice("转账多久到账？"), Choice("转账能撤回吗？")))
    lines = widget.send("转账").json()["messages"]
    assert [button["title"] for button in lines[-1]["buttons"]] == [
        "转账多久到账？", "转账能撤回吗？", "转人工客服",
    ]  # fmt: skip
    assert widget.press(lines[-1]["seq"], 1).json()["messages"][0]["text"] == "转账能撤回吗？"


def test_a_broken_knowledge_base_does_not_keep_the_notice_back(
    widget: Widget, rasa: FakeRasa, knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    rasa.stop()
    monkeypatch.setattr(Knowledge, "says", property(lambda _self: 1 / 0))
    assert kinds(widget.send("转账").json()["messages"]) == [None, NOTICE]


def test_a_person_can_be_asked_for_while_the_assistant_is_down(widget: Widget, rasa: FakeRasa) -> None:
    rasa.stop()
    notice = widget.send("转账没到账").json()["messages"][1]
    assert notice["buttons"] == [{"title": "转人工客服"}]
    answer = widget.press(notice["seq"], 0).json()
    assert answer["owner"] == "queued"
    assert "第 1 位" in answer["messages"][1]["text"]


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (500, b"oops"),
        (200, b"<html>"),
        (200, b"\xff\xfe\x00"),
        (200, {"text": "not a list"}),
        (200, [1, None, "text", []]),
        (200, [{"text": None}, {"text": 7}, {"buttons": "x"}]),
        (200, []),
        (200, b"[" * 50_000),
        (200, b'["' + b"a" * 600_000 + b'"]'),
        (204, b""),
        (401, {"error": "who are you"}),
    ],
)
def test_nonsense_is_answered_by_the_gateway(widget: Widget, rasa: FakeRasa, status: int, answer: Any) -> None:
    rasa.answer = lambda _body: (status, answer)
    assert kinds(widget.send("你好").json()["messages"]) == [None, NOTICE]


def test_what_is_usable_of_a_muddled_answer_is_used(widget: Widget, rasa: FakeRasa) -> None:
    reply = {
        "text": "a\x00b\ud800\u202e",
        "custom": {"kind": "ticket", "card": {"number": "KS\x00", "nested": ["\udfff"]}},
        "buttons": [{"title": "好", "payload": "/affirm"}, {"title": 1}, "x", {"title": "", "payload": "/x"}],
        "language": "fr",
    }
    rasa.answer = lambda _body: (200, [5, reply, {"text": ""}])
    lines = widget.send("你好").json()["messages"]
    assert len(lines) == 2
    assert lines[1]["text"] == "ab"
    assert lines[1]["kind"] == "ticket"
    assert lines[1]["card"] == {"number": "KS", "nested": [""]}
    assert lines[1]["buttons"] == [{"title": "好"}]


def test_a_hanging_assistant_is_given_up_and_the_next_message_gets_through(widget: Widget, rasa: FakeRasa) -> None:
    rasa.gate.clear()
    widget.send("第一条")
    lines = widget.until(lambda lines: kinds(lines).count(NOTICE) == 2)
    assert "没能处理完" in lines[-1]["text"]
    rasa.gate.set()
    assert widget.send("第二条").json()["messages"][-1]["text"] == "echo 第二条"


def test_after_repeated_silence_nobody_waits_long_for_the_assistant(
    new_widget: Callable[[], Widget], rasa: FakeRasa, app: Flask
) -> None:
    breaker: Breaker = app.extensions["kesu_gateway"].runner._assistant.breaker
    assert breaker.waiting_seconds(8.0) == 8.0
    rasa.gate.clear()
    widgets = [new_widget().open() for _ in range(4)]
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda each: each.send("你好"), widgets[:3]))
    assert breaker.waiting_seconds(8.0) == HURRIED_WAIT_SECONDS
    assert NOTICE in kinds(widgets[3].send("你好").json()["messages"])


def test_the_assistant_is_used_again_when_it_is_back(widget: Widget, rasa: FakeRasa, app: Flask) -> None:
    port = int(rasa.url.rsplit(":", 1)[1])
    rasa.stop()
    for number in range(4):
        widget.send(f"第{number}条")
    rasa.start(port)
    breaker: Breaker = app.extensions["kesu_gateway"].runner._assistant.breaker
    breaker._try_again_at -= OPEN_SECONDS
    assert widget.send("在吗").json()["messages"][-1]["text"] == "echo 在吗"


def test_a_closed_kept_alive_connection_is_not_noticed_by_anyone(widget: Widget, rasa: FakeRasa) -> None:
    widget.send("第一条")
    port = int(rasa.url.rsplit(":", 1)[1])
    rasa.stop()
    rasa.start(port)
    assert widget.send("第二条").json()["messages"][-1]["text"] == "echo 第二条"


def test_a_turn_whose_process_died_is_run_again_when_its_lease_is_over(
    widget: Widget, rasa: FakeRasa, app: Flask, database: Database, clock: FixedClock
) -> None:
    leave_turn_behind(database, clock, widget, attempts=1)
    runner = app.extensions["kesu_gateway"].runner
    assert runner.recover() == 0
    clock.advance(seconds=60)
    assert runner.recover() == 1
    lines = widget.until(lambda lines: len(lines) == 3)
    assert lines[-1]["text"] == "echo 落下的消息"


def test_the_next_message_takes_the_one_left_behind_along_first(
    widget: Widget, rasa: FakeRasa, database: Database, clock: FixedClock
) -> None:
    leave_turn_behind(database, clock, widget, attempts=1)
    clock.advance(seconds=60)
    widget.send("新消息")
    assert rasa.messages == ["落下的消息", "新消息"]


def test_a_message_that_keeps_killing_its_process_is_answered_by_the_gateway(
    widget: Widget, rasa: FakeRasa, app: Flask, database: Database, clock: FixedClock
) -> None:
    leave_turn_behind(database, clock, widget, attempts=2)
    clock.advance(seconds=60)
    app.extensions["kesu_gateway"].runner.recover()
    lines = widget.until(lambda lines: len(lines) == 3)
    assert kinds(lines)[-1] == NOTICE
    assert rasa.messages == []


def leave_turn_behind(database: Database, clock: FixedClock, widget: Widget, *, attempts: int) -> None:
    """The state after a process was killed while the assistant was answering."""
    with database.transaction() as session:
        conversation = session.query(Conversation).filter_by(public_id=widget.id).one()
        conversation.last_seq = 2
        conversation.turn_lease, conversation.turn_lease_until = "dead", clock.now() + timedelta(seconds=25)
        session.add(
            Message(
                conversation_id=conversation.id,
                seq=2,
                author="customer",
                text="落下的消息",
                payload={},
                needs_turn=True,
                turn_attempts=attempts,
                created_at=clock.now(),
            )
        )
