"""A customer's message on its way in."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select

from tests.integration.gateway.conftest import Knowledge, Widget
from tests.integration.gateway.fake_rasa import FakeRasa
from ticketing.conversations.models import Message
from ticketing.conversations.tokens import read_conversation_token
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.platform.settings import Settings


def test_a_new_conversation_begins_with_an_honest_greeting_and_four_ways_to_go_on(widget: Widget) -> None:
    [greeting] = widget.opened["messages"]
    assert greeting["seq"] == 1
    assert "智能助手，不是真人" in greeting["text"]
    assert len(greeting["buttons"]) == 4
    assert all(set(button) == {"title"} for button in greeting["buttons"])


def test_the_assistants_answer_comes_back_with_the_post(widget: Widget) -> None:
    answer = widget.send("转账没到账").json()
    assert [(line["author"], line["text"]) for line in answer["messages"]] == [
        ("customer", "转账没到账"),
        ("bot", "echo 转账没到账"),
    ]
    assert answer["owner"] == "bot"


def test_the_assistant_is_told_who_when_and_which_language(
    widget: Widget, rasa: FakeRasa, settings: Settings, clock: FixedClock
) -> None:
    widget.send("where is my money please")
    [seen] = rasa.seen
    assert seen["sender"] == widget.id
    metadata = seen["metadata"]
    assert metadata["message_seq"] == 2
    assert metadata["language"] == "en"
    assert metadata["language_locked"] is False
    assert metadata["now"] == clock.now().isoformat()
    claims = read_conversation_token(settings.secret_key, clock=clock, token=metadata["token"])
    assert claims.public_id == widget.id
    assert rasa.authorizations == {f"Bearer {settings.bot_secret}"}


def test_connections_to_the_assistant_are_kept(widget: Widget, rasa: FakeRasa) -> None:
    for number in range(5):
        widget.send(f"第 {number} 条")
    assert rasa.connections == 1


def test_ten_messages_at_once_reach_the_assistant_one_by_one_in_stored_order(widget: Widget, rasa: FakeRasa) -> None:
    rasa.delay = 0.02
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda number: widget.send(f"消息{number}").status_code, range(10)))
    assert answers == [200] * 10
    lines = widget.until(lambda lines: sum(line["text"].startswith("echo") for line in lines) == 10)
    said = [line["text"] for line in lines if line["author"] == "customer"]
    assert rasa.messages == said
    assert rasa.running_at_once == 1
    assert [line["text"] for line in lines if line["text"].startswith("echo")] == [f"echo {text}" for text in said]


def test_the_same_client_id_twice_is_one_message_and_one_turn(widget: Widget, rasa: FakeRasa) -> None:
    first = widget.send("你好", client_id="c1").json()
    second = widget.send("你好", client_id="c1").json()
    assert first == second
    assert rasa.messages == ["你好"]


def test_the_same_client_id_at_the_same_time_is_one_message(widget: Widget, rasa: FakeRasa) -> None:
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: widget.send("你好", client_id="c1").json(), range(6)))
    assert all(answer["messages"][0]["seq"] == 2 for answer in answers)
    assert rasa.messages == ["你好"]


def test_another_conversation_is_not_found(widget: Widget, new_widget: Callable[[], Widget]) -> None:
    stranger = new_widget().open()
    stranger.id = widget.id
    for answer in (stranger.get(), stranger.get("/messages"), stranger.get("/events"), stranger.send("hi")):
        assert (answer.status_code, answer.json()["code"]) == (404, "conversation_not_found")


@pytest.mark.parametrize("token", ["-", "x", "a.b.c", "e" * 5000])
def test_a_wrong_token_is_refused_in_the_readers_language(widget: Widget, token: str) -> None:
    widget.token = token
    answer = widget.http.get(widget.path, headers=widget.headers | {"Accept-Language": "en-US"})
    assert answer.status_code == 401
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert "sign-in token" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"{", 400),
        (b"[]", 422),
        (b'{"text": 3, "client_id": "c"}', 422),
        (b'{"text": "a"}', 422),
        (b'{"client_id": "c"}', 422),
        (b'{"client_id": "c", "text": "a", "button": {"seq": 1, "index": 0}}', 422),
        (b'{"client_id": "c", "text": "   "}', 422),
        (b'{"client_id": "c", "text": "\\u0000\\u200b\\u202e"}', 422),
        (b'{"client_id": "<script>", "text": "a"}', 422),
        (b'{"client_id": "c", "button": {"seq": 1, "index": 9}}', 422),
        (b'{"client_id": "c", "button": {"seq": 99, "index": 0}}', 422),
        (b"[" * 20_000, 400),
        (b'"' + b"a" * 70_000 + b'"', 413),
        (b"\xff\xfe", 400),
    ],
)
def test_bad_input_is_a_problem_and_stores_nothing(widget: Widget, raw: bytes, status: int) -> None:
    headers = widget.headers | {"Content-Type": "application/json"}
    answer = widget.http.post(widget.path + "/messages", content=raw, headers=headers)
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert widget.get().json()["last_seq"] == 1


def test_ten_thousand_characters_are_refused_with_both_figures(widget: Widget) -> None:
    answer = widget.send("字" * 10_000).json()
    assert answer["code"] == "message_too_long"
    assert "10000" in answer["detail"]
    assert "2000" in answer["detail"]


def test_lone_surrogates_and_nul_do_no_harm(widget: Widget, rasa: FakeRasa) -> None:
    headers = widget.headers | {"Content-Type": "application/json"}
    raw = b'{"client_id": "c", "text": "a\\ud800b\\u0000c \\ud83d\\ude00"}'
    answer = widget.http.post(widget.path + "/messages", content=raw, headers=headers)
    assert answer.json()["messages"][0]["text"] == "abc 😀"
    assert rasa.messages == ["abc 😀"]


@pytest.mark.parametrize("typed", ["/affirm{}", "／/ affirm", " \u200d/\u200b/affirm", "/／⁄affirm"])
def test_typed_commands_never_reach_the_assistant(widget: Widget, rasa: FakeRasa, typed: str) -> None:
    widget.send(typed)
    assert rasa.messages[0].startswith("affirm")


def test_a_button_sends_what_the_gateway_stored(widget: Widget, rasa: FakeRasa) -> None:
    answer = widget.press(1, 0).json()
    assert answer["messages"][0]["text"] == "我要投诉"
    assert rasa.messages == ["/open_complaint"]


def test_a_typed_text_goes_to_the_assistant_with_its_embedding_and_a_button_without(
    widget: Widget, rasa: FakeRasa, knowledge: Knowledge
) -> None:
    widget.send("多久到账")
    widget.press(1, 0)
    assert knowledge.embedded == ["多久到账"]
    assert [asked["metadata"]["embedding"] for asked in rasa.seen] == [{"model": "stand-in", "vector": "AAAA"}, None]


def test_an_embedding_that_fails_costs_the_customer_nothing(
    widget: Widget, rasa: FakeRasa, knowledge: Knowledge
) -> None:
    assert widget.send("坏了").json()["messages"][-1]["author"] == "bot"
    assert knowledge.embedded == ["坏了"]
    assert rasa.seen[0]["metadata"]["embedding"] is None


def test_payloads_of_the_assistants_buttons_stay_inside(widget: Widget, rasa: FakeRasa) -> None:
    payload = '/affirm{"form": "f1"}'
    rasa.answer = lambda _body: (200, [{"text": "确认吗？", "buttons": [{"title": "确认", "payload": payload}]}])
    offered = widget.send("你好").json()["messages"][-1]
    assert offered["buttons"] == [{"title": "确认"}]
    widget.press(offered["seq"], 0)
    assert rasa.messages[-1] == payload


def test_personal_numbers_are_masked_before_storage_and_before_the_assistant(
    widget: Widget, rasa: FakeRasa, database: Database
) -> None:
    answer = widget.send("我的手机 13812345678，卡号 6222021234567890128").json()
    assert answer["messages"][0]["text"] == "我的手机 138****5678，卡号 **** **** **** 0128"
    assert answer["messages"][0]["masked"] == ["bank_card", "phone"]
    assert rasa.seen[0]["metadata"]["masked"] == ["bank_card", "phone"]
    with database.reading() as session:
        stored = " ".join(f"{line.text} {line.payload}" for line in session.scalars(select(Message)))
    assert "12345678" not in stored


def test_the_transcript_is_paged_both_ways(widget: Widget) -> None:
    for number in range(4):
        widget.send(f"第{number}条")

    def seqs(**query: Any) -> list[int]:
        return [line["seq"] for line in widget.get("/messages", **query).json()["messages"]]

    assert seqs(after=3, limit=2) == [4, 5]
    assert seqs(before=4, limit=2) == [2, 3]
    assert widget.get("/messages", limit=1000).status_code == 422


def test_a_chosen_language_stays_whatever_is_typed(widget: Widget, rasa: FakeRasa) -> None:
    assert widget.post("/language", {"language": "en"}).json()["language"] == "en"
    widget.send("我的转账三天了还没有到账")
    assert rasa.seen[0]["metadata"]["language"] == "en"
    assert rasa.seen[0]["metadata"]["language_locked"] is True
