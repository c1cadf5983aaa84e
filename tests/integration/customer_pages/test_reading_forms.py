"""What people write into the complaint form, read as they mean it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ticketing.tickets.journal import PUBLIC
from web import language
from web.customer.complaint_form import amount_of, text_of


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("300", "300"),
        ("1,200.50", "1200.50"),
        ("¥300", "300"),
        ("３００元", "300"),
        ("人民币 86.4 元", "86.40"),
        ("1.2万", "12000"),
    ],
)
def test_amounts_are_read_as_people_write_them(typed: str, amount: str) -> None:
    assert amount_of(typed) == Decimal(amount)


@pytest.mark.parametrize("typed", ["", "0", "-3", "三百", "NaN", "Infinity", "12.345", "1e400", "9" * 400, "万"])
def test_what_is_no_amount_is_not_guessed_at(typed: str) -> None:
    assert amount_of(typed) is None


def test_a_long_text_comes_back_whole_with_its_problem() -> None:
    assert text_of("长" * 11, limit=10) == ("长" * 11, ("form_text_too_long", {"limit": 10, "length": 11}))


def test_an_invisible_text_counts_as_none() -> None:
    assert text_of("\u200b \u202e", limit=10, missing="form_text_missing") == ("", ("form_text_missing", {}))
    assert text_of("", limit=10) == ("", None)


def test_every_public_event_has_words_for_the_customer() -> None:
    assert {f"my.event.{kind}" for kind in PUBLIC} <= language.catalogue().keys()
