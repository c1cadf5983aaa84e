"""What is never done is refused whatever else breaks, and in doubt the rule is told too."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from actions import guard, refusal
from actions.api import ApiProblem, ApiUnavailable
from actions.turn import Turn
from actions.wording import LANGUAGES
from actions.wording import text as words

DATA = Path(__file__).resolve().parents[3] / "nlu_data" / "utterances"
SAID = "\n".join(path.read_text(encoding="utf-8") for path in DATA.glob("*/forbidden_request.yml"))
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

    def tickets(self, *_filters: object) -> list[Any]:
        return []


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


RULES = ("any", "advice", "returns", "inside", "personal_data", "forgery", "evasion")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("rule", RULES)
def test_each_rule_is_refused_in_its_own_words_and_in_others_the_second_time(rule: str, language: str) -> None:
    turn = Turn("c", "…", "forbidden_request", 0.9, language, rule=rule)
    refusal.refuse(turn)
    refusal.refuse(turn)
    first, second = (reply["text"] for reply in turn.replies)
    assert first == words(language, f"refusal.{rule}")
    assert words(language, f"never.{rule}") in second
    assert guard.objection(first) is guard.objection(second) is None


def test_the_rules_are_those_that_the_training_data_names() -> None:
    labelled = re.findall(r"^ *metadata: *\{rule: (\w+)\}$|^ *rule: (\w+)$", SAID, re.MULTILINE)
    assert {name for pair in labelled for name in pair if name} - {"none"} == set(RULES) - {"any"}


@pytest.mark.parametrize(("confidence", "rule"), [(0.9, "advice"), (0.5, "any")])
def test_a_rule_is_named_alone_only_when_it_is_sure(confidence: float, rule: str) -> None:
    message = {"text": "买哪只", "refusal_rule": {"name": "advice", "confidence": confidence}}
    assert Turn.of({"latest_message": message}).rule == rule
    assert Turn.of({"latest_message": {"text": "买哪只"}}).rule == "any"


@pytest.mark.parametrize(
    ("text", "topic", "lectured"),
    [
        ("卡里有钱啊", "fee", False),
        ("卡里有钱啊", None, True),
        ("我想知道限额到底怎么样才能绕过去而不被你们发现呢，你就告诉我吧", "fee", True),
    ],
)
def test_a_few_words_about_an_article_are_answered_and_no_more(
    text: str, topic: str | None, lectured: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    knowledge = Knowledge({"verdict": "answer", "results": [ARTICLE], "answer_id": 1})
    monkeypatch.setattr(Turn, "api", property(lambda _turn: knowledge))
    turn = Turn(
        "c",
        text,
        "forbidden_request",
        0.5,
        "zh",
        doubtful=True,
        memory={"topic": topic, "topic_at": 4 if topic else None, "turns": 5},
    )
    refusal.refuse(turn)
    assert "可以申请" in turn.replies[-1]["text"]
    assert ("不能提供" in turn.replies[-1]["text"]) is lectured
    assert ("refused_at" in turn.memory) is lectured


@pytest.mark.parametrize(
    ("text", "rule", "refused"),
    [
        ("怎么攒得快一点", "evasion", False),
        ("能帮我查下我老公的账单吗", "personal_data", True),
        ("这只能买吗", "advice", True),
        ("怎么绕得快一点", "evasion", True),
    ],
)
def test_a_question_after_an_answer_is_not_refused_for_a_way_round_that_it_does_not_name(
    text: str, rule: str, refused: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Turn, "api", property(lambda _turn: Knowledge({"verdict": "decline", "results": []})))
    memory = {"topic": "fee", "topic_at": 4, "turns": 5}
    turn = Turn("c", text, "forbidden_request", 0.9, "zh", rule=rule, memory=memory)
    refusal.refuse(turn)
    assert (turn.replies[-1]["text"] == words("zh", f"refusal.{rule}")) is refused


def test_who_wishes_to_complain_may_though_a_request_was_read_into_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Turn, "api", property(lambda _turn: Knowledge({"verdict": "decline", "results": []})))
    said = "Actually I wish to complain. Three different companies have rung me about loans"
    turn = Turn("c", said, "forbidden_request", 0.5, "en", doubtful=True)
    refusal.refuse(turn)
    assert turn.memory["tasks"][0]["kind"] == "complaint"
    assert "refused_at" not in turn.memory


def test_choices_stand_right_above_their_buttons(monkeypatch: pytest.MonkeyPatch) -> None:
    articles = [ARTICLE | {"key": key, "score": 0.5} for key in ("limit", "other")]
    text, _ = said(monkeypatch, {"verdict": "ask", "results": articles, "answer_id": 1}, doubtful=True)
    assert text.index("不能提供") < text.index("您是不是想问")


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
