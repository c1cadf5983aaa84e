"""What comes to mind just after a complaint was filed; the backend is a list of calls."""

from __future__ import annotations

from typing import Any

import pytest

from actions import addition, afterwards, routing
from actions.api import Api
from actions.turn import Turn
from actions.wording import text as word

NUMBER = "KS-20261128-00012"
CASE = {"number": NUMBER, "category_text": "Policy issue", "status": "accepted", "status_text": "Accepted",
        "promises": [{"text": "First findings: by 29 Nov 18:49", "state": "running"}]}  # fmt: skip


@pytest.fixture(autouse=True)
def added(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """What was added to which case."""
    texts: list[tuple[str, str]] = []
    monkeypatch.setattr(Api, "add", lambda self, number, text, key: texts.append((number, text)))
    monkeypatch.setattr(Api, "ticket", lambda self, number: CASE)
    return texts


def turn(said: str, intent: str = "inform", turns: int = 10, **memory: Any) -> Turn:
    known: dict[str, Any] = {"recent": {"nonce": "n", "number": NUMBER}}
    known |= memory | {"turns": turns}
    return Turn("c", said, intent, 0.9, "en" if said.isascii() else "zh", memory=known, message_seq=7)


def told(one: Turn) -> str:
    return "\n".join(reply["text"] for reply in one.replies)


FORGOTTEN = [
    "thank you. I forgot, the correct address is Room 502 Building 3, Sunshine Garden, Pudong",
    "thanks. also the owner wechat is noodle88 if u need",
    "add this: I called from 139 number at 3pm",
    "by the way it happened at the Pudong branch",
    "sorry, the amount was 900 not 800",
    "忘了说，当时是晚上八点",
    "对了，老板的微信是noodle88",
    "补充：我是下午三点打的电话",
    "刚才说错了，金额是900",
    "正确的地址是阳光花园3栋502",
    "能快点吗 48小时太久了",
    "please hurry, 48 hours is too long",
]


@pytest.mark.parametrize("text", FORGOTTEN)
def test_what_was_forgotten_is_added_to_the_complaint_just_filed(text: str, added: list[tuple[str, str]]) -> None:
    for intent in (
        "inform",
        "nlu_fallback",
        "thank",
        "tell_situation",
        "ask_question",
        "open_complaint",
        "forbidden_request",
    ):
        added.clear()
        said = turn(text, intent)
        assert afterwards.take(said), intent
        assert added == [(NUMBER, text)]
        assert NUMBER in told(said)


@pytest.mark.parametrize(
    "text", ["the agent was called Chen", "我当时用的是工商银行的卡", "it was in the Nanjing road shop"]
)
def test_a_plain_fact_is_offered_to_be_added_by_one_button(text: str, added: list[tuple[str, str]]) -> None:
    said = turn(text, "tell_situation")
    assert afterwards.take(said)
    assert (added, NUMBER in told(said)) == ([], True)
    [button] = said.replies[-1]["buttons"]
    intent, _, fields = button["payload"].lstrip("/").partition("{")
    assert (intent, "text" in fields) == ("add_to_complaint", True)
    pressed = Turn("c", button["payload"], intent, 1.0, said.language, is_button=True, memory=said.memory,
                   entities=[{"entity": "ticket_number", "value": NUMBER}, {"entity": "text", "value": text}])  # fmt: skip
    addition.add_to_complaint(pressed)
    assert added == [(NUMBER, text)]


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("thanks a lot", "thank"),
        ("bye", "goodbye"),
        ("also, how do I change my phone number?", "ask_question"),
        ("对了，提现要手续费吗", "ask_question"),
        ("I want to make another complaint, my app crashes", "open_complaint"),
        ("我还要投诉另一件事，App老是闪退", "open_complaint"),
        ("withdraw my complaint", "withdraw_complaint"),
        ("忘了说，我要撤诉", "withdraw_complaint"),
        ("also connect me to an agent", "talk_to_person"),
        ("my app crashes every day and nobody cares", "open_complaint"),
        ("忘了密码", "ask_question"),
        ("I forgot my password", "ask_question"),
        ("我忘记支付密码了", "tell_situation"),
        ("how do i make a transfer faster", "ask_question"),
        ("ok", "affirm"),
        ("asdfghjkl", "nlu_fallback"),
        ("how do i bind a card", "ask_question"),
    ],
)
def test_another_wish_is_left_to_its_skill(text: str, intent: str, added: list[tuple[str, str]]) -> None:
    said = turn(text, intent)
    assert not afterwards.take(said)
    assert (added, said.replies) == ([], [])


@pytest.mark.parametrize(
    "text", ["when will someone call me", "工单多久能处理", "when do i hear from you?", "什么时候有结果"]
)
def test_when_it_will_be_dealt_with_is_told_of_that_case(text: str) -> None:
    for intent in ("ask_question", "talk_to_person", "ask_ticket_status"):
        said = turn(text, intent)
        assert afterwards.take(said)
        assert "by 29 Nov 18:49" in told(said)


@pytest.mark.parametrize(
    "text", ["工单多久能处理", "留言的话多久回我啊", "when will you reply to my message?", "how long for my ticket?"]
)
def test_of_a_message_left_instead_of_waiting_the_promise_is_told(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(Api, "tickets", lambda self, state: [CASE])
    said = turn(text, "ask_question", recent=None)
    assert afterwards.take(said)
    assert "by 29 Nov 18:49" in told(said)


@pytest.mark.parametrize("text", ["工单多久能处理", "提现多久到账", "when will you reply to my message?"])
def test_without_a_case_it_is_a_question_like_any_other(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(Api, "tickets", lambda self, state: [])
    assert not afterwards.take(turn(text, "ask_question", recent=None))


def test_only_the_next_three_turns_count_and_each_thing_said_of_it_opens_them_again(
    added: list[tuple[str, str]],
) -> None:
    memory = turn("hello", "greet").memory
    for count in (10, 11):
        assert not afterwards.take(turn("hello", "greet", count, **{"recent": memory["recent"]}))
    assert afterwards.take(turn(FORGOTTEN[0], "inform", 12, recent=memory["recent"]))
    assert afterwards.take(turn(FORGOTTEN[0], "inform", 14, recent=memory["recent"]))
    assert not afterwards.take(turn(FORGOTTEN[0], "inform", 18, recent=memory["recent"]))


def test_nothing_is_added_while_something_is_asked_or_nothing_was_filed() -> None:
    task = {"kind": "rating", "nonce": "r", "step": "speed", "failures": 0, "offered_person": False}
    assert not afterwards.take(turn(FORGOTTEN[0], tasks=[task]))
    assert not afterwards.take(turn(FORGOTTEN[0], recent=None))


def test_a_complaint_withdrawn_meanwhile_takes_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Api, "withdraw", lambda self, number, key: {"status_text": "Withdrawn"})
    task = {
        "kind": "withdrawal",
        "nonce": "w",
        "step": "sure",
        "failures": 0,
        "offered_person": False,
        "number": NUMBER,
    }
    said = turn("yes", "affirm", tasks=[task])
    routing.continue_task(said)
    assert not afterwards.take(turn(FORGOTTEN[0], **said.memory))


def test_the_offer_is_worded_in_both_languages() -> None:
    assert all("{number}" in word(language, "addition.offer", number="{number}") for language in ("zh", "en"))
