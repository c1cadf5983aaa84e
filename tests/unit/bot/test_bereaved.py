"""Who lost somebody is answered about that loan, that money and those papers, and pitied once."""

from __future__ import annotations

from typing import Any

import pytest

from actions.rasa_actions import run_turn
from actions.routing import serve
from actions.turn import Turn
from actions.wording import text

ANSWERS = {
    "overdue-deceased-debt": "请您节哀。亲人欠的债，不会自动变成您的债。",
    "privacy-deceased-relative": "请您节哀，我们安排专人协助。",
}
REPAY = {"key": "repayment-by-other", "version": 1, "question": "家人可以替我还款吗？", "answer": "可以，有两种办法。"}


class Backend:
    """Knows the articles by key; a search finds what must not be told here."""

    def article(self, key: str) -> dict[str, Any]:
        return {"key": key, "version": 1, "question": "？", "answer": ANSWERS[key], "answer_id": "a1"}

    def search(self, text: str, _topic: str | None) -> dict[str, Any]:
        if "去世" in text or "died" in text:
            found = self.article("overdue-deceased-debt")
            return {"verdict": "answer", "results": [found], "answer_id": "a3"}
        return {"verdict": "answer", "results": [REPAY], "answer_id": "a2"}

    def queue(self) -> dict[str, Any]:
        return {"text": "QUEUE"}


@pytest.fixture(autouse=True)
def backend(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every turn has it."""
    monkeypatch.setattr(Turn, "api", property(lambda _turn: Backend()))


def told(line: str, intent: str = "ask_question", **known: Any) -> str:
    memory = known.pop("memory", {"bereaved": {"at": 1}, "sympathised": True, "turns": 3})
    turn = Turn("c", line, intent, 0.9, "en" if line.isascii() else "zh", memory=memory, **known)
    run_turn(serve, turn)
    return "\n".join(reply["text"] for reply in turn.replies)


@pytest.mark.parametrize("waiting", [None, "asked"])
@pytest.mark.parametrize(
    "line",
    [
        "他手机上还有个贷款没还完，这个咋办，是不是要我还", "人都不在了怎么还会是他自己还，我问他的债我要不要背", "do i have to pay his loan?",
        "who pays the loan now?",
    ],
)  # fmt: skip
def test_the_loan_of_the_dead_is_not_repaid_for_them(line: str, waiting: str | None) -> None:
    said = told(line, waiting=waiting)
    assert "不会自动变成您的债" in said
    assert "可以，有两种办法" not in said
    assert "节哀" not in said, "pitied again"


@pytest.mark.parametrize("line", ["他里面的钱怎么取", "how do i get the money in his account?"])
def test_the_money_of_the_dead_goes_to_the_heirs(line: str) -> None:
    assert "我们安排专人协助" in told(line)


@pytest.mark.parametrize(
    ("line", "intent", "key"),
    [
        ("公证要花好多钱的吧 他里面就三千多块，有没有简单点的办法", "forbidden_request", "notary"), ("那几个证明要原件还是复印件，寄到哪里", "ask_question", "papers"),
        ("we don't have a notarised certificate, is it very expensive? it was only about 3000 yuan", "open_complaint", "notary"),
        ("Please. My husband DIED. Do I need a notary for 3000 yuan or not", "ask_question", "notary"),
        ("do you need the original documents or copies?", "ask_question", "papers"),
    ],
)  # fmt: skip
def test_what_the_papers_are_is_said_plainly_and_nobody_is_accused(line: str, intent: str, key: str) -> None:
    assert told(line, intent).strip() == text("en" if line.isascii() else "zh", f"bereaved.{key}")


@pytest.mark.parametrize("line", ["我自己的借款怎么还？", "你们几点下班？", "how do i repay my own loan?"])
def test_what_they_ask_for_themselves_is_answered_as_ever(line: str) -> None:
    assert "可以，有两种办法" in told(line)


def test_who_lost_nobody_is_answered_as_ever() -> None:
    assert "可以，有两种办法" in told("他的贷款可以我还吗？", memory={"turns": 3})


@pytest.mark.parametrize("line", ["我老公上个月去世了，他的贷款怎么办？", "my husband died, what about the loan?"])
def test_a_death_is_pitied_once_and_kept(line: str) -> None:
    memory: dict[str, Any] = {"turns": 1}
    turn = Turn("c", line, "ask_question", 0.9, "zh", memory=memory)
    run_turn(serve, turn)
    said = [reply["text"] for reply in turn.replies]
    assert said == [text("zh", "talk.bereaved"), "亲人欠的债，不会自动变成您的债。"]
    assert "不会自动变成您的债" in told("是不是要我还？", memory=memory | {"turns": 2})


@pytest.mark.parametrize(
    ("key", "line", "again"),
    [
        ("overdue-deceased-debt", "人都不在了怎么还会是他自己还，我问他的债我要不要背", "debt"), ("overdue-deceased-debt", "so do i owe his debt or not?", "debt"),
        ("bereaved.notary", "no it's not a complaint!! I only asked if we need the notarised paper for such a small amount", "again"),
        ("bereaved.notary", "我就是问能不能不做公证", "again"), ("bereaved.notary", "but can it be done without the notary?", "again"),
    ],
)  # fmt: skip
def test_who_asks_the_same_again_gets_it_in_short(key: str, line: str, again: str) -> None:
    said = told(line, memory={"bereaved": {"key": key, "at": 2}, "sympathised": True, "turns": 3})
    assert said == text("en" if line.isascii() else "zh", f"bereaved.{again}")


def test_while_they_wait_no_button_calls_a_person_again() -> None:
    turn = Turn(
        "c", "公证要多少钱？", "ask_question", 0.9, "zh", waiting="asked", memory={"bereaved": {"at": 1}, "turns": 3}
    )
    run_turn(serve, turn)
    assert not any(reply.get("buttons") for reply in turn.replies)
