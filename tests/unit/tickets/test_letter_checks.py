"""What a letter must have and must not say."""

from __future__ import annotations

from datetime import date

import pytest

from ticketing.tickets import letter_checks, letter_text

TODAY = date(2026, 11, 24)
FACTS = {
    "zh": {
        "kind": "complaint", "number": "KS-20261123-00001", "category": "交易纠纷", "complained_on": "2026年11月23日",
        "description": "转账两千块没到账，你们保证过两小时到账", "amount": "¥2,000.00", "order_number": "6222021234567890128",
        "findings": "银行侧排队", "cause": "银行系统维护", "measures": "已催促到账", "follow_up_plan": "三日内电话回访",
    },
    "en": {
        "kind": "complaint", "number": "KS-20261123-00001", "category": "Transaction dispute", "complained_on": "23 November 2026",
        "description": "I was charged twice", "amount": "¥89.00", "order_number": "", "findings": "Held by the bank",
        "cause": "A timeout", "measures": "We cancelled it", "follow_up_plan": "We will write on Thursday",
    },
}  # fmt: skip


def found(language: str = "zh", *, facts: dict | None = None, **changed: str) -> list[tuple[str, str, str, bool]]:
    facts = FACTS[language] | (facts or {})
    body = letter_text.drafted(facts, language) | changed
    findings = letter_checks.check(facts, body, language=language, today=TODAY)
    return [(item.code, item.part, item.excerpt, item.blocking) for item in findings]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_letter_as_drafted_lacks_nothing(language: str) -> None:
    assert found(language) == []


def test_an_empty_part_the_amount_and_each_route_are_missed() -> None:
    assert ("missing_part", "done", "", True) in found(done=" ")
    assert ("missing_amount", "told", "¥2,000.00", True) in found(told="转账没到账")
    assert found(told="转账两千（2000元）没到账") == []
    assert [item[2] for item in found(routes="您可以联系客服，申请调解或起诉") if item[0] == "missing_route"] == [
        "核查",
        "仲裁",
    ]


def test_an_enquiry_needs_no_further_routes() -> None:
    assert found(facts={"kind": "enquiry", "amount": ""}) == []


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh", "本产品保本，请放心"), ("zh", "这款理财稳赚"), ("zh", "我们保证收益"), ("en", "Your return is guaranteed."),
        ("en", "This fund is risk-free."), ("en", "We guarantee you a profit."),
    ],
)  # fmt: skip
def test_a_promise_of_gain_is_refused(language: str, words: str) -> None:
    assert [item[0] for item in found(language, done=words)] == ["forbidden_promise"]


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh", "本产品不保本，投资有风险"), ("zh", "我们不承诺保收益"), ("en", "Returns are not guaranteed.")],
)
def test_a_risk_notice_is_no_promise(language: str, words: str) -> None:
    assert found(language, done=words) == []


def test_what_the_customer_said_is_not_held_against_the_letter() -> None:
    assert found(told="你们说稳赚，金额2000元") == []


def test_blame_may_be_confirmed_and_pressure_may_not() -> None:
    assert ("blames_customer", "found", "由于您的疏忽", False) in found(found="由于您的疏忽填错了账号")
    assert ("forbidden_pressure", "next", "请您撤诉", True) in found(next="请您撤诉后我们退款，客服跟进")


def test_full_card_numbers_are_refused_and_shown_masked_only() -> None:
    ((code, part, excerpt, blocking),) = found(done="退到您的卡 6217001234567890122 上")
    assert (code, part, blocking) == ("number_unmasked", "done", True)
    assert "6217001234567890122" not in excerpt


def test_the_orders_own_number_is_no_card_number() -> None:
    assert found(told="订单 6222021234567890128，金额 2000 元") == []


@pytest.mark.parametrize("words", ["退款【待补充】元", "请联系{name}", "XXX 元", "TODO", "由某某负责", "金额____元"])
def test_what_was_left_to_be_filled_in_is_found(words: str) -> None:
    assert ("placeholder", "done") in [item[:2] for item in found(done="已处理 " + words)]


@pytest.mark.parametrize(
    ("language", "words", "blocking"),
    [
        ("zh", "11月20日前回访", True), ("zh", "2026年11月1日之前完成", True), ("zh", "自11月20日起观察", False),
        ("en", "We will call you by 20 November 2026.", True), ("en", "We have watched it since November 1.", False),
    ],
)  # fmt: skip
def test_a_day_that_has_passed_cannot_be_promised(language: str, words: str, blocking: bool) -> None:
    assert [(item[0], item[3]) for item in found(language, next=words)] == [("date_past", blocking)]


@pytest.mark.parametrize("words", ["11月24日前回访", "1月5日前回访", "2027年1月5日前回访"])
def test_today_and_days_to_come_may_be_promised(words: str) -> None:
    assert found(next=words) == []


def test_a_chinese_decision_in_an_english_letter_is_pointed_out() -> None:
    assert ("other_language", "done", "", False) in found("en", done="已通知银行退汇，款项今日退回您的账户。")


def test_another_wording_must_be_confirmed_anew() -> None:
    first, second = (
        letter_checks.Finding("blames_customer", "found", words) for words in ("由于您的疏忽", "由于您的原因")
    )
    assert first.key != second.key
