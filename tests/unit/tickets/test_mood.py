"""A mood is named only with the customer's own words for it."""

from __future__ import annotations

import pytest

from ticketing.tickets.mood import mood_of


@pytest.mark.parametrize(
    ("said", "name", "word"),
    [
        ("手术费等着交，急用钱，怎么还没到账", "worried", "急用"),
        ("你们这是什么破系统，太过分了", "angry", "太过分"),
        ("再不处理我就打12378投诉", "threatening", "12378"),
        ("钱被骗光了，我真的活不下去了", "distressed", "活不下去"),
        ("I'm really worried, the rent is due today", "worried", "worried"),
        ("This is outrageous", "angry", "outrageous"),
        ("I will go to the ombudsman", "threatening", "ombudsman"),
    ],
)
def test_the_mood_stands_on_words(said: str, name: str, word: str) -> None:
    mood = mood_of([said])
    assert mood.name == name
    assert word in mood.words


@pytest.mark.parametrize(
    "said", ["请问提现手续费多少", "不着急，您慢慢查", "no, it is not urgent", "How do I change my phone number?"]
)
def test_who_asks_calmly_is_calm(said: str) -> None:
    assert mood_of([said]).name == "calm"


def test_the_strongest_mood_wins_and_the_other_words_stay() -> None:
    mood = mood_of(["太过分了", "我急用钱"])
    assert (mood.name, mood.words) == ("angry", ("太过分", "急用"))
