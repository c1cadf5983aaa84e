"""What is added to a complaint already filed, and what is not; the backend is a list of calls."""

from __future__ import annotations

from typing import Any

import pytest

from actions import addition, routing
from actions.api import Api
from actions.own_tickets import find_ticket
from actions.turn import Turn

NUMBER = "KS-20261128-00012"
OPEN = {"kind": "addition", "nonce": "n", "step": "text", "failures": 0, "offered_person": False, "number": NUMBER}


@pytest.fixture(autouse=True)
def added(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts added; one case is open."""
    texts: list[str] = []
    monkeypatch.setattr(Api, "tickets", lambda self, state: [{"number": NUMBER}])
    monkeypatch.setattr(Api, "ticket", lambda self, number: {"number": number})
    monkeypatch.setattr(Api, "add", lambda self, number, text, key: texts.append(text))
    return texts


def turn(said: str, intent: str, language: str = "en", **memory: Any) -> Turn:
    return Turn("c", said, intent, 0.9, language, memory=memory, message_seq=7)


@pytest.mark.parametrize("text", ["add this: I called from 139 number at 3pm on 23 Nov", "补充：我是下午三点打的电话"])
def test_what_follows_the_colon_is_added_at_once(added: list[str], text: str) -> None:
    addition.add_to_complaint(turn(text, "add_to_complaint"))
    assert added == [text]


def test_what_was_said_when_there_was_no_case_is_not_added_to_the_next_one(
    added: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as none:
        none.setattr(Api, "tickets", lambda self, state: [])
        before = turn("i want to add something to my complaint", "add_to_complaint")
        addition.add_to_complaint(before)
    text = "add this: I called from 139 number at 3pm on 23 Nov"
    addition.add_to_complaint(turn(text, "add_to_complaint", **before.memory))
    assert added == [text]


@pytest.mark.parametrize(
    "text",
    [
        "actually they called me already just now, withdraw the complaint",
        "they called me already, please cancel my complaint",
        "他们已经打电话给我了，撤诉吧",
        "问题解决了，帮我把投诉撤了",
    ],
)
def test_who_withdraws_while_an_addition_is_asked_for_withdraws(added: list[str], text: str) -> None:
    for intent in ("withdraw_complaint", "add_to_complaint", "inform"):
        said = turn(text, intent, tasks=[dict(OPEN)])
        routing.continue_task(said)
        assert [(task["kind"], task["number"]) for task in said.memory["tasks"]] == [("withdrawal", NUMBER)], intent
    assert added == []


def test_to_call_the_addition_off_is_no_withdrawal(added: list[str]) -> None:
    said = turn("取消", "cancel", "zh", tasks=[dict(OPEN)])
    routing.continue_task(said)
    assert (added, said.memory["tasks"]) == ([], [])


@pytest.mark.parametrize(
    "text",
    [
        "the agent told me to withdraw the complaint",
        "客服昨天又打电话来骚扰我，一直逼我撤诉",
        "I will not withdraw my complaint",
        "they cancel my order without asking",
    ],
)
def test_what_only_speaks_of_withdrawing_is_added(added: list[str], text: str) -> None:
    routing.continue_task(turn(text, "add_to_complaint", tasks=[dict(OPEN)]))
    assert added == [text]


@pytest.mark.parametrize("text", ["不是 我说的是刚才那个工单00013", "the case ending 00013 please"])
def test_the_last_digits_name_a_case_among_several(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    mine = [{"number": "KS-20261128-00012"}, {"number": "KS-20261128-00013"}]
    monkeypatch.setattr(Api, "tickets", lambda self, state: mine)
    assert (
        find_ticket(turn(text, "ask_ticket_status"), "ask_ticket_status", state="all", none="tickets.none") == mine[1]
    )
