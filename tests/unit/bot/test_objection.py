"""An answer that missed is left: not told again, not quoted, and after the second miss a person is offered."""

from __future__ import annotations

from typing import Any

import pytest

from actions import answer, objection, situation
from actions.turn import Turn
from actions.wording import text

OBJECTING = {
    "不是，我问的是手续费": "手续费",
    "我是说提现不是转账": "提现不是转账",
    "不对不对，我想问定期的": "我想问定期的",
    "不是这个，是信用卡账单日": "是信用卡账单日",
    "都不是，我要查余额": "我要查余额",
    "No I mean how many days for Bank of Jiangsu": "how many days for Bank of Jiangsu",
    "not credit card! min amount for wealth product": "min amount for wealth product",
    "none of those. I want to know the return rate": "I want to know the return rate",
    "No, I am asking statement date and due date only": "statement date and due date only",
}
NOT_OBJECTING = ("不用了谢谢", "不，谢谢", "不行", "不能退吗", "不收费吧", "no problem thanks", "no not yet", "not now",
                 "nothing wrong! just tell him thanks")  # fmt: skip


class Knowledge:
    """Finds these articles, whatever is asked."""

    def __init__(self, verdict: str, *keys: str) -> None:
        results = [{"key": key, "version": 1, "score": 0.9, "question": f"{key}?", "answer": f"{key}!"} for key in keys]
        self.found: dict[str, Any] = {"verdict": verdict, "results": results, "answer_id": 1, "passage": ""}
        self.asked: list[tuple[str, str | None]] = []

    def search(self, query: str, topic: str | None) -> dict[str, Any]:
        self.asked.append((query, topic))
        return self.found


def objecting(said: str, *, intent: str = "ask_question", **memory: Any) -> Turn:
    known = {"turns": 5, "topic": "fee", "topic_at": 4} | memory
    return Turn("c", said, intent, 0.9, "zh" if said > "z" else "en", memory=known)


@pytest.mark.parametrize(("said", "asked"), OBJECTING.items())
def test_what_is_asked_instead_is_looked_up_and_may_lean_on_what_missed(
    said: str, asked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    knowledge = Knowledge("answer", "limit")
    monkeypatch.setattr(Turn, "api", property(lambda _turn: knowledge))
    turn = objecting(said)
    assert objection.take(turn)
    assert knowledge.asked == [(asked, "fee")]
    assert [reply["text"] for reply in turn.replies] == ["limit!"]


@pytest.mark.parametrize("said", NOT_OBJECTING)
def test_a_no_that_is_no_objection_is_left_alone(said: str) -> None:
    assert not objection.take(objecting(said))


@pytest.mark.parametrize(
    "changed",
    [
        {"topic_at": 2},
        {"tasks": [{"kind": "complaint"}]},
        {"intent": "talk_to_person"},
        {"intent": "open_complaint", "said": "不是，我的钱被扣了两次"},
        {"said": "不是，我要投诉手续费"},
    ],
)
def test_only_an_answer_told_just_now_is_objected_to(changed: dict[str, Any]) -> None:
    assert not objection.take(objecting(**({"said": "不是，我问的是手续费"} | changed)))


def test_the_article_that_missed_is_not_told_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Turn, "api", property(lambda _turn: Knowledge("answer", "fee", "limit")))
    turn = objecting("不是，我问的是手续费")
    assert objection.take(turn)
    assert "fee!" not in turn.replies[-1]["text"]
    assert "limit?" in str(turn.replies[-1])


@pytest.mark.parametrize(("before", "line"), [(None, "3 days"), ("1 day", "3 days"), ("3 days", "")])
def test_a_line_of_the_article_that_missed_is_told_but_for_the_one_told_before(
    before: str | None, line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    knowledge = Knowledge("passage", "fee", "limit")
    knowledge.found["passage"] = "3 days"
    monkeypatch.setattr(Turn, "api", property(lambda _turn: knowledge))
    turn = objecting("no, I mean how many days", passage=before)
    assert objection.take(turn)
    assert ("3 days" in turn.replies[-1]["text"]) is bool(line)
    assert ("limit?" in str(turn.replies[-1])) is not bool(line)


def test_the_second_miss_is_admitted_and_a_person_offered_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Turn, "api", property(lambda _turn: Knowledge("ask", "fee", "limit", "card")))
    turn = objecting("不是，我问的是手续费", missed=1, rejected=["card"])
    assert objection.take(turn)
    assert turn.replies[-1]["text"] == text("zh", "answer.given_up")
    assert [button["title"] for button in turn.replies[-1]["buttons"]] == [text("zh", "button.person"), "limit?"]
    assert turn.memory["rejected"] == ["card", "fee"]


@pytest.mark.parametrize(
    "said",
    [
        "我没问内幕啊，就问最低买多少",
        "我就问老人能不能买保险，这有啥不能说的",
        "I didn't ask for advice, just the minimum",
    ],
)
@pytest.mark.parametrize("intent", ["forbidden_request", "ask_question"])
def test_who_was_refused_without_cause_gets_an_apology_and_the_answer(
    said: str, intent: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Turn, "api", property(lambda _turn: Knowledge("answer", "limit")))
    turn = objecting(said, intent=intent, topic_at=0, refused_at=4)
    assert objection.take(turn)
    assert [reply["text"] for reply in turn.replies] == [text(turn.language, "talk.misjudged"), "limit!"]
    assert not objection.take(objecting(said, intent=intent, topic_at=0, refused_at=3))


def test_choices_shown_before_are_objected_to_as_an_answer_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Turn, "api", property(lambda _turn: Knowledge("ask", "fee", "limit")))
    turn = objecting("都不是，我要查余额", topic_at=0, offered=["fee"], offered_at=4)
    assert objection.take(turn)
    assert turn.memory["rejected"] == ["fee"]


@pytest.mark.parametrize("said", ["就想问问哪只会涨", "I just want one name, nothing more"])
def test_who_asks_for_the_same_again_is_not_apologised_to(said: str) -> None:
    assert not objection.take(objecting(said, intent="forbidden_request", topic_at=0, refused_at=4))


def test_no_statement_opens_a_complaint_for_who_said_that_they_have_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Turn, "api", property(lambda _turn: Knowledge("decline")))
    ranking = [("tell_situation", 0.5), ("open_complaint", 0.4)]
    for serve in (situation.take_situation, answer.answer_question):
        turn = Turn("c", "转账还没到", "tell_situation", 0.5, "zh", ranking=ranking, memory={"no_complaint": True})
        serve(turn)
        assert not turn.memory.get("tasks")
