"""A complaint told a second time is recognised; another one is not."""

from __future__ import annotations

import pytest

from actions.repeated import alike, overlap

CRASH = {"category": "system_failure", "description": "App一打开就闪退，登录不上"}
TRANSFER = {"category": "transaction_dispute", "description": "11月20日转账3000元给我妈，扣了钱对方没收到", "amount": "3000.00",
            "order_number": "T202611200077"}  # fmt: skip
ENGLISH = {"category": "system_failure", "description": "The app crashes whenever I open my statements"}


@pytest.mark.parametrize(
    ("told", "ticket"),
    [
        ({"description": "你们的App又闪退了，根本登录不上", "category_predicted": "system_failure"}, CRASH),
        ({"description": "钱还是没到", "order_number": "T202611200077"}, TRANSFER),
        (
            {
                "description": "给我妈转账的3000元她还没收到",
                "category_predicted": "transaction_dispute",
                "amount": "3000.00",
            },
            TRANSFER,
        ),
        ({"description": "app crashes again when I open statements", "category_predicted": "system_failure"}, ENGLISH),
    ],
)
def test_the_same_matter(told: dict[str, str], ticket: dict[str, str]) -> None:
    assert alike(told, ticket)


@pytest.mark.parametrize(
    ("told", "ticket"),
    [
        ({"description": "信用卡被收了两次年费", "category_predicted": "transaction_dispute"}, TRANSFER),
        ({"description": "客服态度很差，挂我电话", "category_predicted": "product_service"}, CRASH),
        ({"description": "余额显示不对，刷新也没用", "category_predicted": "system_failure"}, CRASH),
        ({"description": "转账500元没到账", "category_predicted": "transaction_dispute", "amount": "500.00"}, TRANSFER),
        ({"description": "the verification text never comes", "category_predicted": "system_failure"}, ENGLISH),
    ],
)
def test_another_matter(told: dict[str, str], ticket: dict[str, str]) -> None:
    assert not alike(told, ticket)


def test_a_word_or_two_are_no_likeness() -> None:
    assert overlap("退款", "退款") == 0.0
