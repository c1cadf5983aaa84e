"""What a message names: amounts, dates, numbers, addresses, secrets."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bot.components.entities import entities

NOW = datetime(2026, 11, 23, 16, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def named(text: str, kind: str) -> list[str]:
    return [e.value for e in entities(text, NOW) if e.kind == kind]


@pytest.mark.parametrize(
    ("text", "value", "currency"),
    [
        ("扣了我¥300", "300.00", "CNY"),
        ("300块", "300.00", "CNY"),
        ("三百元", "300.00", "CNY"),
        ("三百五十块钱", "350.00", "CNY"),
        ("一千零五元", "1005.00", "CNY"),
        ("1.2万", "12000.00", "CNY"),
        ("1万2", "12000.00", "CNY"),
        ("3千5的手续费", "3500.00", "CNY"),
        ("两万三千块", "23000.00", "CNY"),
        ("3块5", "3.50", "CNY"),
        ("十万元", "100000.00", "CNY"),
        ("亏了八千多", "8000.00", "CNY"),
        ("３００元", "300.00", "CNY"),
        ("兩萬元", "20000.00", "CNY"),
        ("￥3,499", "3499.00", "CNY"),
        ("RMB 1,280.50", "1280.50", "CNY"),
        ("two thousand yuan was taken", "2000.00", "CNY"),
        ("three hundred and fifty dollars", "350.00", "USD"),
        ("USD 50 is missing", "50.00", "USD"),
        ("$49.90 twice", "49.90", "USD"),
        ("5k yuan", "5000.00", "CNY"),
        ("500港币", "500.00", "HKD"),
    ],
)
def test_amounts_are_read_in_every_spelling(text: str, value: str, currency: str) -> None:
    found = [e for e in entities(text, NOW) if e.kind == "amount"]
    assert [(e.value, e.currency) for e in found] == [(value, currency)]


@pytest.mark.parametrize(
    "text",
    [
        "万一丢了怎么办",
        "百分之百没问题",
        "等了40分钟",
        "她都68了",
        "11月20号",
        "一下子没了",
        "改一下订单号",
        "打了两次电话",
    ],
)
def test_what_counts_something_else_is_no_amount(text: str) -> None:
    assert named(text, "amount") == []


@pytest.mark.parametrize(
    ("text", "value"), [("300", "300"), ("不对，是300", "300"), ("大概五百吧", "500.00"), ("it's 42.5", "42.5")]
)
def test_a_number_alone_waits_for_who_asked(text: str, value: str) -> None:
    assert value in named(text, "number") + named(text, "amount")


@pytest.mark.parametrize("text", ["改一下订单号", "等一等", "第一个"])
def test_chinese_numerals_inside_words_are_no_numbers(text: str) -> None:
    assert named(text, "number") == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("昨天扣的", "2026-11-22"),
        ("前天", "2026-11-21"),
        ("三天前", "2026-11-20"),
        ("11月3号", "2026-11-03"),
        ("十月二十八日", "2026-10-28"),
        ("12月5日", "2025-12-05"),
        ("2026-11-02", "2026-11-02"),
        ("2026年11月2日", "2026-11-02"),
        ("上周五", "2026-11-20"),
        ("last friday", "2026-11-20"),
        ("yesterday", "2026-11-22"),
        ("2 days ago", "2026-11-21"),
        ("Nov 3rd", "2026-11-03"),
        ("下午三点半", "2026-11-23T15:30"),
        ("at 3:15 pm", "2026-11-23T15:15"),
    ],
)
def test_dates_and_times_are_read_from_the_customers_now(text: str, value: str) -> None:
    assert named(text, "date") == [value]


@pytest.mark.parametrize(
    "text", ["KS-20261123-00042", "ks20261123 00042", "ＫＳ－20261123－00042", "单子ks-2026112300042怎么样"]
)
def test_ticket_numbers_are_told_in_one_spelling(text: str) -> None:
    assert named(text, "ticket_number") == ["KS-20261123-00042"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("订单号是T202611220088", "T202611220088"),
        ("单号889120447", "889120447"),
        ("流水号：66120398", "66120398"),
        ("order number is a-10293-77", "A-10293-77"),
        ("A202611200077被扣了", "A202611200077"),
    ],
)
def test_order_numbers(text: str, value: str) -> None:
    assert named(text, "order_number") == [value]


@pytest.mark.parametrize("text", ["13812345678", "138 1234 5678", "+86 13812345678", "138****5678", "+44 ****1234"])
def test_phones_are_found_masked_or_not(text: str) -> None:
    assert len(named(text, "phone")) == 1


@pytest.mark.parametrize("text", ["a.b@example.com", "w***@example.com"])
def test_addresses_are_found_masked_or_not(text: str) -> None:
    assert named(f"发到 {text} 吧", "email") == [text]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("我的密码是abc12345", "password"),
        ("密码******", "password"),
        ("my password is hunter22", "password"),
        ("验证码 458812", "code"),
        ("验证码是******", "code"),
        ("卡号 4111 1111 1111 1111", "card"),
        ("卡号 **** **** **** 0004", "card"),
        ("身份证 **************123X", "identity"),
    ],
)
def test_secrets_are_noticed_also_after_masking(text: str, kind: str) -> None:
    assert kind in named(text, "secret")


@pytest.mark.parametrize("text", ["密码错了怎么办", "忘记密码", "验证码收不到", "my password is wrong"])
def test_talking_about_secrets_is_none(text: str) -> None:
    assert named(text, "secret") == []


def test_long_digit_rows_and_odd_characters_do_no_harm() -> None:
    assert entities("9" * 5000 + "\0" + "￥" * 500, NOW) is not None
