"""Which language a message is answered in."""

import pytest

from bot.components.language import answer_language, language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("我要投诉", "zh"),
        ("我的card被吞了", "zh"),
        ("I want to complain about a charge", "en"),
        ("where is my money", "en"),
        ("ok", None),
        ("300", None),
        ("KS-20261123-00042", None),
        ("a@example.com", None),
        ("是", "zh"),
        ("charged twice", "en"),
        ("app keeps crashing", "en"),
        ("five stars", "en"),
        ("balance isn’t showing", "en"),
        ("why was 余额宝 charged", "en"),
        ("my 提现 failed again", "en"),
        ("app crash了", "zh"),
        ("我想refund这个order please", "zh"),
        ("請問 refund 幾時到", "zh"),
        ("zhuan rengong", "zh"),
        ("tixian duojiu daozhang", "zh"),
        ("wo yao tousu", "zh"),
        ("balance", None),
    ],
)
def test_only_a_clear_message_names_its_language(text: str, language: str | None) -> None:
    assert language_of(text) == language


def test_an_unclear_message_keeps_the_language_of_the_conversation() -> None:
    assert answer_language("OK", current="zh", locked=False) == "zh"
    assert answer_language("300", current="en", locked=False) == "en"


def test_a_clear_message_changes_the_language() -> None:
    assert answer_language("can you help me please", current="zh", locked=False) == "en"


def test_a_locked_language_stays() -> None:
    assert answer_language("can you help me please", current="zh", locked=True) == "zh"
