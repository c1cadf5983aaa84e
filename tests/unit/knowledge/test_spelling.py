"""Slips of the keyboard in English are mended by the words and word orders of the articles."""

import pytest

from ticketing.knowledge.spelling import Spelling

ARTICLES = [
    "how long does a withdrawal take",
    "withdraw my balance to my card",
    "how do i change my card",
    "is there a charge for a transfer",
    "提现多久到账",
]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("how long does a withdarwal take", "how long does a withdrawal take"),
        ("how do i chamge my crad", "how do i change my card"),
        ("wthdraw my balaance", "withdraw my balance"),
        ("is there a charge fro a transfer", "is there a charge for a transfer"),
    ],
)
def test_a_word_a_slip_away_from_one_of_the_articles_is_read_as_that_one(typed: str, meant: str) -> None:
    assert Spelling(ARTICLES).mend(typed) == meant


@pytest.mark.parametrize("typed", ["red wine with fish", "提现 withdarwal", "", "12 34"])
def test_what_is_near_no_word_of_the_articles_is_left_alone(typed: str) -> None:
    assert Spelling(ARTICLES).mend(typed) == typed
