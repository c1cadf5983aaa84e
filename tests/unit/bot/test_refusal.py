"""What is never done is refused whatever else breaks, and in doubt the rule is told too."""

from __future__ import annotations

from typing import Any

import pytest

from actions import answer, refusal
from actions.api import ApiProblem, ApiUnavailable
from actions.turn import Turn

ARTICLE = {"key": "limit", "version": 1, "question": "能提高限额吗？", "answer": "可以申请。"}


class Knowledge:
    """Answers every search with one thing."""

    def __init__(self, found: Any) -> None:
        self.found = found
        self.asked: list[str] = []

    def search(self, text: str, _topic: str | None) -> Any:
        self.asked.append(text)
        if isinstance(self.found, Exception):
            raise self.found
        return self.found


def said(monkeypatch: pytest.MonkeyPatch, found: Any, *, doubtful: bool) -> tuple[str, Knowledge]:
    knowledge = Knowledge(found)
    monkeypatch.setattr(Turn, "api", property(lambda _turn: knowledge))
    turn = Turn("c", "限额怎么绕过去", "forbidden_request", 0.9, "zh", doubtful=doubtful)
    refusal.refuse(turn)
    return "\n".join(reply["text"] for reply in turn.replies), knowledge


def test_a_clear_request_is_refused_without_a_search(monkeypatch: pytest.MonkeyPatch) -> None:
    text, knowledge = said(monkeypatch, {"verdict": "answer", "results": [ARTICLE]}, doubtful=False)
    assert "不能提供" in text
    assert "可以申请" not in text
    assert knowledge.asked == []


def test_a_doubtful_one_gets_the_rule_and_the_refusal_under_it(monkeypatch: pytest.MonkeyPatch) -> None:
    text, _ = said(monkeypatch, {"verdict": "answer", "results": [ARTICLE], "answer_id": 1}, doubtful=True)
    assert text.index("可以申请") < text.index("不能提供")


@pytest.mark.parametrize(
    "found", [{"verdict": "decline", "results": []}, ApiUnavailable("down"), ApiProblem(422, "query_empty", "…")]
)
def test_a_doubtful_one_is_refused_all_the_same_when_there_is_no_rule_to_tell(
    monkeypatch: pytest.MonkeyPatch, found: Any
) -> None:
    text, _ = said(monkeypatch, found, doubtful=True)
    assert "不能提供" in text


def test_several_questions_in_doubt_get_the_refusal_under_the_last_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    class Two(Knowledge):
        def search(self, text: str, _topic: str | None) -> Any:
            article = {**ARTICLE, "key": text, "answer": f"答：{text}"}
            return {"verdict": "answer", "results": [article], "answer_id": 1}

    monkeypatch.setattr(Turn, "api", property(lambda _turn: Two(None)))
    turn = Turn("c", "限额是多少？怎么绕过去？", "ask_question", 0.9, "zh", doubtful=True)
    answer.answer_question(turn)
    assert [("不能提供" in reply["text"]) for reply in turn.replies] == [False, True]


def test_no_word_on_what_is_never_done_while_a_question_is_open(monkeypatch: pytest.MonkeyPatch) -> None:
    knowledge = Knowledge({"verdict": "answer", "results": [ARTICLE], "answer_id": 1})
    monkeypatch.setattr(Turn, "api", property(lambda _turn: knowledge))
    turn = Turn("c", "限额能提高吗", "ask_question", 0.9, "zh", doubtful=True)
    turn.memory["tasks"] = [{"kind": "complaint", "nonce": "n", "step": "wish"}]
    answer.answer_question(turn)
    assert "可以申请" in turn.replies[-1]["text"]
    assert "不能提供" not in turn.replies[-1]["text"]


@pytest.mark.parametrize(
    ("unasked", "confidence", "doubtful", "refused"),
    [
        ("forbidden_request", 0.97, False, True),
        ("forbidden_request", 0.97, True, False),
        ("forbidden_request", 0.82, False, False),
        ("open_complaint", 0.97, False, False),
    ],
)
def test_only_what_is_surely_never_done_leads_away_from_a_question(
    unasked: str, confidence: float, doubtful: bool, refused: bool
) -> None:
    message = {
        "text": "2000元，给他",
        "intent": {"name": "forbidden_request", "confidence": confidence},
        "intent_unasked": {"name": unasked, "confidence": confidence},
        "doubtful": doubtful,
    }
    tracker = {"latest_message": message, "slots": {"memory": {"tasks": [{"kind": "complaint"}]}}}
    assert Turn.of(tracker).said.refused is refused
