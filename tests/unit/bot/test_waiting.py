"""While a person is waited for: the place, the own case, and nothing that is only likely. The backend is a list of answers."""

from __future__ import annotations

from typing import Any

import pytest

from actions.api import Api
from actions.rasa_actions import run_turn
from actions.routing import serve
from actions.turn import Turn
from actions.wording import text

PLACE = "You are number 3 in the queue."
CASE = {
    "number": "KS-20261128-00012",
    "category_text": "Policy issue",
    "status": "accepted",
    "status_text": "Accepted",
    "promises": [],
}
LIKELY = {
    "key": "sms",
    "version": 1,
    "score": 0.9,
    "question": "No SMS code?",
    "answer": "Check your signal.",
    "follow_ups": [],
}


@pytest.fixture(autouse=True)
def backend(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the API answers: an article that only shares words, one case, the third place."""
    known: dict[str, Any] = {"verdict": "ask", "tickets": [CASE], "added": []}
    monkeypatch.setattr(
        Api,
        "search",
        lambda self, q, topic=None: {"verdict": known["verdict"], "results": [LIKELY], "passage": "Check."},
    )
    monkeypatch.setattr(Api, "queue", lambda self: {"text": PLACE})
    monkeypatch.setattr(Api, "tickets", lambda self, state: known["tickets"])
    monkeypatch.setattr(Api, "ticket", lambda self, number: next(t for t in known["tickets"] if t["number"] == number))
    monkeypatch.setattr(Api, "add", lambda self, number, text, key: known["added"].append(text))
    return known


def say(line: str, intent: str = "ask_question", waiting: str = "asked", **memory: Any) -> Turn:
    turn = Turn("c", line, intent, 0.9, "en" if line.isascii() else "zh", memory=memory, waiting=waiting)
    run_turn(serve, turn)
    return turn


def told(turn: Turn) -> str:
    return "\n".join(reply["text"] for reply in turn.replies)


@pytest.mark.parametrize(
    "line",
    [
        "am I still in the queue?",
        "perfect thanks. am I still in the queue?",
        "how long is the queue usually",
        "sorry i mean the waiting time",
        "nobody is coming??",
        "nobody is coming?? its already 10 minutes",
        "我还在排队吗",
        "一般要排多久的队",
        "怎么没人来",
        "什么时候有人啊？",
    ],
)
def test_a_line_about_the_queue_gets_the_place_whatever_is_found(line: str, backend: dict[str, Any]) -> None:
    for verdict in ("answer", "ask", "passage", "decline"):
        backend["verdict"] = verdict
        for intent in ("ask_question", "inform", "ask_ticket_status", "nlu_fallback"):
            said = told(say(line, intent, topic="sms"))
            assert (PLACE in said, "Check" in said) == (True, False), (verdict, intent)


@pytest.mark.parametrize("line", ["nobody is coming??", "怎么还没有人来"])
def test_who_is_in_danger_and_sees_nobody_come_gets_the_place_and_what_to_do(line: str) -> None:
    said = told(say(line, waiting="fraud"))
    assert PLACE in said
    assert "96110" in said
    assert "Check" not in said


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("will somebody ring me?", "waiting.ring"),
        ("what message? I didn't write anything. will somebody ring me?", "waiting.ring"),
        ("会有人打电话给我吗", "waiting.ring"),
        ("what should i prepare for when they answer?", "waiting.prepare"),
        ("what should i prepare", "waiting.prepare"),
        ("人工接通前我要准备些什么", "waiting.prepare"),
        ("but I haven't written any message yet?", "waiting.message"),
        ("留什么言，我什么都没写啊", "waiting.message"),
    ],
)
def test_what_is_asked_about_the_wait_gets_an_honest_word(line: str, key: str, backend: dict[str, Any]) -> None:
    for verdict in ("ask", "passage"):
        backend["verdict"] = verdict
        said = say(line)
        assert (text(said.language, key) in told(said), "Check" in told(said)) == (True, False), verdict


def test_what_must_be_prepared_for_something_else_is_looked_up(backend: dict[str, Any]) -> None:
    backend["verdict"] = "answer"
    assert "Check your signal." in told(say("what should i prepare to get a code"))


@pytest.mark.parametrize(
    "line",
    [
        "你们的催收天天打电话给我",
        "合同里根本没写这一条",
        "they call me every day at work",
        "I didn't send him anything",
    ],
)
def test_what_only_shares_a_word_with_the_wait_is_for_the_person_who_comes(line: str) -> None:
    said = say(line, "tell_situation")
    assert told(said) == text(said.language, "waiting.noted")


@pytest.mark.parametrize("line", ["check my complaint", "查下我的投诉进度", "what's the status of my case?"])
def test_the_own_case_is_told_as_outside_the_queue(line: str) -> None:
    for intent in ("ask_ticket_status", "ask_question", "inform"):
        said = say(line, intent)
        assert CASE["number"] in told(said), intent
        assert not any(b["payload"].startswith("/talk_to_person") for r in said.replies for b in r.get("buttons") or ())


def test_of_several_cases_the_one_chosen_in_words_is_told(backend: dict[str, Any]) -> None:
    other = CASE | {"number": "KS-20261101-00007", "status_text": "Closed"}
    backend["tickets"] = [CASE, other]
    asked = say("check my complaint", "ask_ticket_status")
    assert "2 cases" in told(asked)
    assert other["number"] in told(say("the second one", "inform", **asked.memory))
    assert text("en", "waiting.noted") in told(say("my loan is due on 5 Dec", "inform", **asked.memory))


def test_what_is_typed_after_pressing_add_is_added(backend: dict[str, Any]) -> None:
    open_task = {
        "kind": "addition",
        "nonce": "n",
        "step": "text",
        "failures": 0,
        "offered_person": False,
        "number": CASE["number"],
    }
    say("the agent had number 8017", "inform", tasks=[open_task])
    assert backend["added"] == ["the agent had number 8017"]
