"""What is offered to choose from, and the line of the article told last that stands above it."""

from __future__ import annotations

from typing import Any

import pytest

from actions import answer, situation
from actions.turn import Turn
from actions.wording import text


def found(verdict: str, *keys: str, line: str = "", score: float = 0.5) -> dict[str, Any]:
    results = [{"key": key, "version": 1, "score": score, "question": f"{key}?", "answer": f"{key}!"} for key in keys]
    return {"verdict": verdict, "results": results, "answer_id": 1, "passage": line}


def told(what: dict[str, Any], **memory: Any) -> Turn:
    turn = Turn("c", "要多久", "ask_question", 0.9, "zh", memory={"turns": 5, "topic": "fee", "topic_at": 4} | memory)
    answer.tell_found(turn, what)
    return turn


def titles(turn: Turn) -> list[str]:
    return [button["title"] for button in turn.replies[-1]["buttons"]]


def test_several_articles_are_offered_with_a_person_last() -> None:
    turn = told(found("ask", "limit", "card"))
    assert turn.replies[-1]["text"] == text("zh", "answer.which")
    assert titles(turn) == ["limit?", "card?", text("zh", "button.none_of_these")]
    assert turn.memory["topic"] == "fee"


def test_the_line_that_may_answer_stands_above_them() -> None:
    turn = told(found("ask", "limit", line="1–3 个工作日"))
    assert turn.replies[-1]["text"] == text("zh", "answer.near").format(passage="1–3 个工作日")
    assert titles(turn)[0] == "limit?"


@pytest.mark.parametrize(("score", "line", "beside"), [(0.5, "", 0), (0.2, "", 2), (0.5, "1–3 个工作日", 2)])
def test_where_nothing_is_likely_there_is_where_to_go_on_from_the_article(score: float, line: str, beside: int) -> None:
    ways = [
        {"title": f"{name}?", "payload": f'/ask_question{{"article": "{name}"}}'}
        for name in ("refund", "limit", "card")
    ]
    turn = told(found("ask", "limit", line=line, score=score), related=["fee?", *ways])
    assert titles(turn) == ["limit?", *["refund?", "card?"][:beside], text("zh", "button.none_of_these")]
    assert turn.memory["choices"] == ["limit", *["refund", "card"][:beside]]


def test_no_line_stands_there_twice_running() -> None:
    turn = told(found("ask", "limit", line="1–3 个工作日"), passage="1–3 个工作日")
    assert turn.replies[-1]["text"] == text("zh", "answer.which")


def test_a_line_is_told_alone_where_it_answers_and_may_be_objected_to() -> None:
    turn = told(found("passage", "fee", line="1–3 个工作日"))
    assert "1–3 个工作日" in turn.replies[-1]["text"]
    assert (turn.memory["passage"], turn.memory["passage_at"]) == ("1–3 个工作日", 5)


def test_the_answer_to_a_detail_is_told_in_its_own_words() -> None:
    turn = told(found("passage", "fee", line="不收费，随时可以办。") | {"detail": True})
    assert turn.replies[-1]["text"] == "不收费，随时可以办。"
    assert titles(turn)[-1] == text("zh", "button.not_this")
    assert turn.memory["passage"] == "不收费，随时可以办。"


def test_a_detail_of_what_was_only_offered_is_told_and_a_line_of_it_with_the_whole_article() -> None:
    line = found("passage", "limit", line="不收费。")
    detail, whole = told(line | {"detail": True}), told(line)
    assert (detail.replies[-1]["text"], detail.memory["topic"]) == ("不收费。", "limit")
    assert "limit!" in whole.replies[-1]["text"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_stands_above_the_choices_ends_by_asking(language: str) -> None:
    assert text(language, "answer.near").rstrip().endswith(("：", ":"))


@pytest.mark.parametrize(
    ("at", "what", "says"),
    [
        (4, found("passage", "fee", line="抬头有误，可申请重开。"), "抬头有误"),
        (4, found("ask", "limit", line="抬头有误，可申请重开。"), "抬头有误"),
        (2, found("passage", "fee", line="抬头有误，可申请重开。"), text("zh", "situation.ask")),
        (4, found("ask", "limit"), text("zh", "situation.ask")),
    ],
)
def test_a_fact_right_after_an_article_is_answered_by_a_line_of_it(
    at: int, what: dict[str, Any], says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Knowledge:
        def search(self, _text: str, _topic: str | None) -> Any:
            return what

    monkeypatch.setattr(Turn, "api", property(lambda _turn: Knowledge()))
    turn = Turn("c", "抬头写错了", "tell_situation", 0.9, "zh", memory={"turns": 5, "topic": "fee", "topic_at": at})
    situation.take_situation(turn)
    assert says in turn.replies[-1]["text"]
    assert turn.memory["told"]["text"] == "抬头写错了"
