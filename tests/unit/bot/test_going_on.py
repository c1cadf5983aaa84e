"""What fits nothing right after an answer goes on about it; what is surely about nothing of ours does not."""

from __future__ import annotations

from typing import Any

import pytest

from actions import second_look
from actions.turn import Turn

ARTICLE = {"key": "freeze", "version": 1, "score": 0.9, "question": "怎么锁定？", "answer": "在安全中心点紧急锁定。"}


class Knowledge:
    """Finds this, whatever is asked, and notes after which article."""

    def __init__(self, found: dict[str, Any]) -> None:
        self.found = found
        self.after: list[str | None] = []

    def search(self, _text: str, topic: str | None) -> dict[str, Any]:
        self.after.append(topic)
        return self.found


def looked_at(monkeypatch: pytest.MonkeyPatch, found: dict[str, Any], *, confidence: float = 0.8, at: int = 4) -> Any:
    knowledge = Knowledge(found)
    monkeypatch.setattr(Turn, "api", property(lambda _turn: knowledge))
    memory = {"turns": 5, "topic": "lost", "topic_at": at, "related": None}
    turn = Turn("c", "那我的房子会不会被收走啊", "out_of_scope", confidence, "zh", memory=memory)
    return second_look.take(turn), turn, knowledge


def test_it_is_looked_up_after_the_article(monkeypatch: pytest.MonkeyPatch) -> None:
    taken, turn, knowledge = looked_at(monkeypatch, {"verdict": "answer", "results": [ARTICLE], "answer_id": 1})
    assert taken
    assert knowledge.after == ["lost"]
    assert "紧急锁定" in turn.replies[-1]["text"]


def test_what_nothing_answers_is_not_sent_away_as_none_of_our_business(monkeypatch: pytest.MonkeyPatch) -> None:
    taken, turn, _knowledge = looked_at(monkeypatch, {"verdict": "decline", "results": []})
    assert taken
    assert "帮不上忙" not in turn.replies[-1]["text"]


@pytest.mark.parametrize(("confidence", "at"), [(0.95, 4), (0.8, 1)])
def test_small_talk_and_what_comes_later_is_left_alone(
    monkeypatch: pytest.MonkeyPatch, confidence: float, at: int
) -> None:
    taken, _turn, _knowledge = looked_at(
        monkeypatch, {"verdict": "decline", "results": []}, confidence=confidence, at=at
    )
    assert not taken
