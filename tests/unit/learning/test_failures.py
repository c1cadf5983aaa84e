"""What a transcript shows of the assistant's failures."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from ticketing.learning import rules
from ticketing.learning.rules import Failure, Line

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
FAILED = '/talk_to_person{"choice": "failed"}'


def line(seq: int, author: str, text: str = "", **fields: Any) -> Line:
    return Line(seq, author, text, NOON + timedelta(seconds=seq), **fields)


def found(*lines: Line, unhelpful: tuple[int, ...] = ()) -> list[Failure]:
    return list(rules.failures(lines, unhelpful))


def test_an_answer_that_offers_a_person_because_it_failed_is_a_fallback() -> None:
    asked = line(2, "customer", "亲属卡怎么解绑")
    assert found(line(1, "bot"), asked, line(3, "bot", payloads=(FAILED,), reply_to=2)) == [
        Failure("亲属卡怎么解绑", asked.at, "fallback")
    ]


def test_an_answer_without_trouble_is_no_failure() -> None:
    assert found(line(1, "customer", "怎么提现"), line(2, "bot", kind="article", reply_to=1)) == []


def test_pressing_none_of_these_rejects_what_was_asked_back() -> None:
    lines = (
        line(1, "customer", "零钱通能不能关"),
        line(2, "bot", kind="choices", payloads=('/ask_question{"article": "x"}', "/talk_to_person"), reply_to=1),
        line(3, "customer", "都不是", sends="/talk_to_person", pressed=2),
    )
    assert [(item.text, item.reason) for item in found(*lines)] == [("零钱通能不能关", "rejected")]


def test_choosing_one_of_these_rejects_nothing() -> None:
    lines = (
        line(1, "customer", "零钱通能不能关"),
        line(2, "bot", kind="choices", reply_to=1),
        line(3, "customer", "如何关闭", sends='/ask_question{"article": "x"}', pressed=2),
    )
    assert found(*lines) == []


def test_a_thumb_down_leads_through_the_chosen_button_to_what_was_typed() -> None:
    lines = (
        line(1, "customer", "利息咋算的"),
        line(2, "bot", kind="choices", reply_to=1),
        line(3, "customer", "理财收益怎么计算", sends='/ask_question{"article": "wealth-yield"}', pressed=2),
        line(4, "bot", kind="article", answer_id=7, article_key="wealth-yield", reply_to=3),
    )
    assert found(*lines, unhelpful=(7,)) == [Failure("利息咋算的", lines[0].at, "thumbs_down", "wealth-yield")]
    assert found(*lines) == []


def test_asking_for_a_person_right_after_an_answer_says_that_it_did_not_help() -> None:
    lines = (
        line(1, "customer", "转账转错人了"),
        line(2, "bot", kind="article", article_key="transfer-wrong", reply_to=1),
        line(3, "customer", "转人工"),
        line(4, "bot", kind="handoff", reply_to=3),
    )
    assert [(item.text, item.reason, item.article_key) for item in found(*lines)] == [
        ("转账转错人了", "handed_over", "transfer-wrong")
    ]


def test_asking_for_a_person_after_small_talk_says_nothing_of_an_answer() -> None:
    lines = (
        line(1, "customer", "转账转错人了"),
        line(2, "bot", kind="article", reply_to=1),
        line(3, "customer", "谢谢"),
        line(4, "bot", reply_to=3),
        line(5, "customer", "转人工"),
        line(6, "bot", kind="handoff", reply_to=5),
    )
    assert found(*lines) == []


def test_a_button_that_leads_nowhere_ends_the_search() -> None:
    press = line(3, "customer", "是", sends="/affirm", pressed=9)
    assert found(press, line(4, "bot", payloads=(FAILED,), reply_to=3)) == []


def test_a_text_with_a_masked_number_or_a_story_is_never_taught() -> None:
    assert rules.is_learnable("亲属卡怎么解绑")
    assert not rules.is_learnable("我的手机号138****5678收不到短信")
    assert not rules.is_learnable("啊" * 201)


def test_the_trend_counts_days_back_from_now() -> None:
    days = rules.trend([NOON, NOON - timedelta(hours=23), NOON - timedelta(days=8), NOON - timedelta(days=40)], NOON)
    assert len(days) == rules.TREND_DAYS
    assert days[-1] == 2
    assert rules.week_on_week(days) == (2, 1)
