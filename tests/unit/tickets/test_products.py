"""Which product a customer means."""

from __future__ import annotations

import pytest

from ticketing.tickets import products
from ticketing.tickets.wording import NAMES


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("转账", "transfer"),
        ("轉帳", "transfer"),
        ("信用卡", "credit_card"),
        ("my credit card", "credit_card"),
        ("消费贷款", "consumer_loan"),
        ("货币基金", "fund"),
        ("活期理财", "wealth"),
        ("transfer", "transfer"),
        ("云端保管箱", "云端保管箱"),
        (None, None),
    ],
)
def test_known_words_become_codes_and_others_stay(said: str | None, code: str | None) -> None:
    assert products.code_of(said) == code


def test_every_code_has_a_name_in_both_languages() -> None:
    assert set(NAMES["product"]) == products.CODES
