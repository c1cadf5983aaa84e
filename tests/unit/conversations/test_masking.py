"""Personal numbers never survive; ticket numbers, order numbers, amounts and dates always do."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from stdnum import luhn
from stdnum.cn import ric

from ticketing.conversations.masking import mask
from ticketing.conversations.rules import clean_text

FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
CHINESE = str.maketrans("0123456789", "零一二三四五六七八九")


@pytest.mark.parametrize(
    ("text", "masked", "kinds"),
    [
        ("我电话13812345678", "我电话138****5678", ["phone"]),
        ("+86 138-1234-5678", "138****5678", ["phone"]),
        ("８６１３８１２３４５６７８", "138****5678", ["phone"]),
        ("一三八一二三四五六七八", "138****5678", ["phone"]),
        ("**13812345678**", "**138****5678**", ["phone"]),
        ("13812345678xyz", "138****5678xyz", ["phone"]),
        ("138 1234 5678 139 1234 5678", "138****5678 139****5678", ["phone"]),
        ("+852 9123 4567 call me", "+852 ****4567 call me", ["phone"]),
        ("+1 415 555 2671", "+1 ****2671", ["phone"]),
        ("my phone is 9123 4567", "my phone is ****4567", ["phone"]),
        ("(0755) 8234 5678", "0755-****5678", ["phone"]),
        ("身份证11010519491231002X。", "身份证**************002X。", ["id_card"]),
        ("1101 0519 4912 3100 2x", "**************002X", ["id_card"]),
        ("110105491231002", "***********1002", ["id_card"]),
        ("卡号6222021234567890128", "卡号**** **** **** 0128", ["bank_card"]),
        ("4111 1111 1111 1111", "**** **** **** 1111", ["bank_card"]),
        ("4111111111111111x", "**** **** **** 1111x", ["bank_card"]),
        ("银行卡号是6222021234567890123", "银行卡号是**** **** **** 0123", ["bank_card"]),
        ("我的卡6222021234567890123帮我看看", "我的卡**** **** **** 0123帮我看看", ["bank_card"]),
        ("6222 0212 3456 7890 123", "**** **** **** 0123", ["bank_card"]),
        (
            "身份证号11010519491231002X打错了是110105194912310021",
            "身份证号**************002X打错了是**************0021",
            ["id_card"],
        ),
        ("验证码是123456", "验证码是******", ["code"]),
        ("123456是验证码", "******是验证码", ["code"]),
        ("my code is 4521", "my code is ******", ["code"]),
        ("安全码 123", "安全码 ******", ["code"]),
        ("密码是abc123", "密码是******", ["password"]),
        ("密码：qwerty", "密码：******", ["password"]),
        ("password: hunter", "password: ******", ["password"]),
        ("hunter2是我的登录密码", "******是我的登录密码", ["password"]),
        ("密码：13812345678", "密码：******", ["password"]),
        ("忘了密码 13812345678", "忘了密码 138****5678", ["phone"]),
        ("a.b@example.com", "a***@example.com", ["email"]),
        ("wang＠qq.com", "w***@qq.com", ["email"]),
        ("13812345678@qq.com", "1***@qq.com", ["email"]),
    ],
)
def test_personal_numbers_are_masked(text: str, masked: str, kinds: list[str]) -> None:
    found = mask(text)
    assert (found.text, found.kinds) == (masked, kinds)


@pytest.mark.parametrize(
    "text",
    [
        "KS-20261123-00042",
        "ks-20261123-13812 和 KS2026112300042",
        "订单号 4111111111111112",
        "订单号 6222021234567890123",
        "110105202611311234",
        "990105194912310021",
        "订单20261123123456789",
        "流水号 20261123100000123456789012345678",
        "1381234567813912345678",
        "2026-11-23 10:00:00 付了3,000.00元",
        "转账13812345678.00元",
        "¥15000000000",
        "1763856000000",
        "客服电话 400-820-8820 或 95588",
        "error code 50012",
        "验证码收不到，转了5000元",
        "收不到验证码",
        "密码错误怎么办",
        "支付密码6位数字不对",
        "密码输错了3次",
        "密码2026年改的",
        "password is wrong",
        "my password reset doesn't work",
        "尾号0128的卡",
        "年化3.85%，30天，100000.50元",
    ],
)
def test_what_is_nobodys_stays(text: str) -> None:
    assert mask(text) == mask(text).__class__(text, ())


def digits(count: int) -> st.SearchStrategy[str]:
    return st.text("0123456789", min_size=count, max_size=count)


def grouped(number: str, cuts: list[int], separator: str) -> str:
    parts, at = [], 0
    for cut in sorted(set(cuts)):
        parts.append(number[at:cut])
        at = cut
    return separator.join(part for part in [*parts, number[at:]] if part)


mobiles = st.builds(
    lambda first, second, rest: first + second + rest, st.just("1"), st.sampled_from("3456789"), digits(9)
)
id_cards = st.builds(
    lambda place, year, month, day, order: _with_check(f"{place}{year}{month:02}{day:02}{order}"),
    st.sampled_from(["110105", "310101", "440305", "510104"]),
    st.integers(1930, 2015),
    st.integers(1, 12),
    st.integers(1, 28),
    digits(3),
)
bank_cards = st.builds(
    lambda start, rest, length: _with_luhn((start + rest)[: length - 1]),
    st.sampled_from(["622202", "621700", "620522"]),
    digits(20),
    st.integers(16, 19),
) | st.builds(
    lambda start, rest: _with_luhn((start + rest)[:15]), st.sampled_from(["4", "51", "55", "2221"]), digits(15)
)


def _with_check(number: str) -> str:
    return number + ric.calc_check_digit(number + "0")


def _with_luhn(number: str) -> str:
    return number + luhn.calc_check_digit(number)


separators = st.sampled_from(["", " ", "-", " - ", "\u3000", ".", "－", "\u2011"])
widths = st.sampled_from([{}, FULL_WIDTH])
words = st.text(st.sampled_from("我的是电话卡号订单，。：!() \nabcXk@+*_-/"), max_size=12)


@given(mobiles | id_cards | bank_cards, st.lists(st.integers(3, 15), max_size=4), separators, widths, words, words)
def test_a_valid_number_never_survives_however_it_is_written(
    number: str, cuts: list[int], separator: str, width: dict[int, str], before: str, after: str
) -> None:
    written = grouped(number, cuts, separator).translate(width)
    # Beside a currency or a decimal point a phone-shaped number is an amount.
    assume(not (separator == "." and len(number) == 11))
    text = clean_text(f"{before}{written}{after}")
    masked = mask(text).text
    assert number not in "".join(char for char in masked.translate(_HALF) if char.isalnum())
    assert written not in masked


_HALF = str.maketrans("０１２３４５６７８９", "0123456789")


@given(mobiles)
def test_a_number_in_chinese_numerals_does_not_survive(number: str) -> None:
    assert mask(f"打{number.translate(CHINESE)}找我").text == f"打{number[:3]}****{number[-4:]}找我"


@given(st.integers(20200101, 20991231), st.integers(0, 99999), words, words, mobiles)
def test_ticket_numbers_always_survive(day: int, running: int, before: str, after: str, mobile: str) -> None:
    ticket = f"KS-{day}-{running:05}"
    assume(not before[-1:].isalnum() or not before[-1:].isascii())
    assert ticket in mask(f"{before}{ticket}{after} {mobile}").text
    assert ticket in mask(f"{mobile} {before}{ticket}{after}").text


@given(st.text(st.sampled_from("0123456789 -*@.xX+KSks密码验证是code:：卡号¥元a"), max_size=60))
def test_masking_twice_is_masking_once(text: str) -> None:
    once = mask(clean_text(text)).text
    assert mask(once).text == once


@given(st.text(max_size=200))
def test_any_text_can_be_masked(text: str) -> None:
    masked = mask(clean_text(text))
    assert mask(masked.text).text == masked.text


@given(st.decimals(0, 10_000_000, places=2), st.sampled_from(["元", "块", " yuan"]))
def test_amounts_survive(amount: object, unit: str) -> None:
    text = f"被扣了{amount}{unit}"
    assert mask(text).text == text
