"""The frame around every skill: what comes first, what is remembered, what is said when something breaks."""

from __future__ import annotations

from typing import Any

import pytest

from actions.api import ApiUnavailable
from actions.rasa_actions import run_turn
from actions.routing import continue_task, serve
from actions.turn import Turn
from actions.wording import text


def turn(said: str, intent: str = "inform", memory: dict[str, Any] | None = None, **known: Any) -> Turn:
    return Turn("c", said, intent, 0.9, "zh", memory=memory or {}, **known)


def told(one: Turn) -> str:
    return "\n".join(reply["text"] for reply in one.replies)


@pytest.fixture(autouse=True)
def nobody_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """No backend runs beside these tests."""
    monkeypatch.setenv("KESU_API_URL", "http://127.0.0.1:9")


def test_not_understood_twice_in_a_row_offers_a_person_whatever_it_was_taken_for() -> None:
    first = turn("蓝色的云", "inform")
    run_turn(serve, first)
    assert text("zh", "fallback.first") in told(first)
    second = turn("云的蓝色", "nlu_fallback", first.memory)
    run_turn(serve, second)
    assert text("zh", "fallback.second") in told(second)


def test_what_is_understood_in_between_starts_the_count_anew() -> None:
    first = turn("蓝色的云", "inform")
    run_turn(serve, first)
    run_turn(serve, turn("你好", "greet", first.memory))
    third = turn("云的蓝色", "nlu_fallback", first.memory)
    run_turn(serve, third)
    assert text("zh", "fallback.first") in told(third)


def test_danger_comes_before_the_open_question_and_says_what_to_do_with_the_backend_down() -> None:
    memory = {"tasks": [{"kind": "addition", "nonce": "n", "step": "text", "failures": 0, "offered_person": False,
                         "number": "KS-20261101-00007"}]}  # fmt: skip
    said = turn("我不想活了", "inform", memory)
    run_turn(continue_task, said)
    assert "12356" in told(said)
    assert text("zh", "handover.unavailable") in told(said)
    assert said.memory["tasks"]


def test_a_broken_skill_is_told_honestly_and_forgets_nothing(caplog: pytest.LogCaptureFixture) -> None:
    def breaks(_: Turn) -> None:
        raise ValueError("secret detail")

    said = turn("你好", "greet", {"topic": "x"})
    run_turn(breaks, said)
    assert told(said) == text("zh", "api.broken")
    assert "secret detail" not in told(said)
    assert said.memory["topic"] == "x"


def test_an_unreachable_backend_is_told_as_such() -> None:
    def waits(_: Turn) -> None:
        raise ApiUnavailable

    said = turn("你好", "greet")
    run_turn(waits, said)
    assert told(said) == text("zh", "api.down")


def test_the_title_of_a_button_typed_is_the_button() -> None:
    shown = turn("", memory={})
    shown.say("stray.what", buttons=[shown.button("agree", "inform", form="n", slot="consent", value="yes")])
    tracker = {
        "sender_id": "c",
        "latest_message": {"text": " 同意。", "intent": {"name": "deny", "confidence": 0.4}},
        "slots": {"memory": {"shown": shown.shown()}},
    }
    typed = Turn.of(tracker)
    assert (typed.intent, typed.is_button, typed.field("value")) == ("inform", True, "yes")
    assert "shown" not in typed.memory


def test_other_words_are_no_button() -> None:
    tracker = {
        "sender_id": "c",
        "latest_message": {"text": "不同意", "intent": {"name": "deny", "confidence": 0.9}},
        "slots": {"memory": {"shown": {"同意": '/inform{"slot": "consent", "value": "yes"}'}}},
    }
    assert not Turn.of(tracker).is_button
