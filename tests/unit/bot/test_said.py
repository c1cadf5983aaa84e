"""What a message is apart from what it fills: whether it asks, and how many things."""

from __future__ import annotations

import pytest

from actions import said, urgent


@pytest.mark.parametrize(
    "text",
    [
        "someone took 2000 from my wallet, which I never approved",
        "a man called me, who said he is from the police",
        "my card was used in a shop, where I have never been",
        "they took my money, how dare they",
        "there was a charge, what a joke",
        "so what happened is they froze my card",
        "他问我有没有收到验证码，我给他了",
        "我的卡被人刷走没多少",
        "卡被盗刷了，咋整的不知道",
    ],
)
def test_a_clause_that_begins_like_a_question_tells(text: str) -> None:
    assert not said.is_question(text)


@pytest.mark.parametrize(
    "text",
    [
        "great thanks. and how much does it cost",
        "i locked it. should i ring the bank or the police first",
        "no. can i cancel it",
        "ok so where is the points page",
        "will my card still work",
        "那充话费行不行",
        "手续费多少",
        "你们有没有黄金",
        "额度咋提",
        "用回鄉證得唔得",
    ],
)
def test_questions_without_a_mark_ask(text: str) -> None:
    assert said.is_question(text)


def test_a_theft_told_in_a_relative_clause_is_no_question() -> None:
    assert urgent.stolen("someone took 2000 from my wallet, which I never approved")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("提现多久到账？手续费多少？", ["提现多久到账？", "手续费多少？"]),
        ("我想提现。手续费怎么算，多久到账", ["我想提现。 手续费怎么算", "多久到账"]),
        ("Is there a fee? Also can I cancel?", ["Is there a fee?", "Also can I cancel?"]),
        ("你好，我想问一下怎么绑卡？", []),
        ("怎么提现???", []),
    ],
)
def test_several_questions_are_parted(text: str, parts: list[str]) -> None:
    assert said.questions(text) == parts
