"""What an agent reads first is what the customer said, without the small talk."""

from __future__ import annotations

from typing import Any

import pytest

from ticketing.conversations.summary import Line, last_question, says_nothing, summarise


def talk(*lines: tuple[str, str] | tuple[str, str, dict[str, Any]]) -> list[Line]:
    return [Line(seq, line[0], line[1], line[2] if len(line) > 2 else {}) for seq, line in enumerate(lines, start=1)]


@pytest.mark.parametrize(
    "text",
    ["你好", "在吗？", "转人工", "我要找人工客服！", "给我接个真人", "嗯嗯", "好的，", "Hi!", "I want to talk to a person please", "human", "thanks",
     "i want to talk to someone", "can i speak to a human being please", "connect me to an agent now", "我想找个人说话", "能不能转人工"],
)  # fmt: skip
def test_small_talk_says_nothing(text: str) -> None:
    assert says_nothing(text)


@pytest.mark.parametrize(
    "text",
    [
        "提现没到账",
        "人工客服说三天到账，现在第五天了",
        "why was I charged twice",
        "你好，我的卡被冻结了",
        "有人工作日给我打电话",
        "someone took my card",
        "我把钱转给别人了",
    ],
)
def test_what_names_a_matter_says_something(text: str) -> None:
    assert not says_nothing(text)


def test_the_two_lines_that_say_most_are_kept_in_their_order() -> None:
    said = summarise(
        talk(
            ("customer", "你好"),
            ("customer", "我昨天转给我妈的3000块到现在没到账"),
            ("bot", "请问订单号？"),
            ("customer", "随便看看理财"),
            ("customer", "订单号TR2611230088，钱已经扣了"),
            ("customer", "转人工"),
        ),
        helpful={},
    )
    assert said.wishes == ("我昨天转给我妈的3000块到现在没到账", "订单号TR2611230088，钱已经扣了")


def test_a_long_story_is_cut_and_a_pressed_button_is_not_the_customers_word() -> None:
    said = summarise(
        talk(("customer", "我要投诉", {"sends": "/open_complaint"}), ("customer", "被扣钱" * 100)), helpful={}
    )
    [wish] = said.wishes
    assert len(wish) == 140
    assert wish.endswith("…")


def test_what_was_tried_is_told_with_whether_it_helped() -> None:
    article = {"kind": "article", "card": {"question": "提现多久到账？", "answer_id": 7}}
    lines = talk(
        ("customer", "提现多久到账"),
        ("bot", "一般两小时内。", article),
        ("bot", "一般两小时内。", article),
        ("bot", "请核对", {"kind": "summary", "card": {"rows": []}}),
        ("bot", "已受理", {"kind": "ticket", "card": {"number": "KS-20261123-00001"}}),
    )
    tried = summarise(lines, helpful={7: False}).tried
    assert [(step.kind, step.title, step.helpful) for step in tried] == [
        ("article", "提现多久到账？", False),
        ("form", "", None),
        ("ticket", "KS-20261123-00001", None),
    ]


def test_the_last_question_passes_over_nods() -> None:
    assert (
        last_question(talk(("customer", "能提前还款吗"), ("agent", "可以的"), ("customer", "好的"))) == "能提前还款吗"
    )
    assert last_question(talk(("customer", "在吗"))) == ""
    assert last_question([]) == ""


@pytest.mark.parametrize(
    "nod", ["确认", "确认。", "yes", "No.", "是的", "不用了", "confirm", "300元", "TR2611230088", "138****5678"]
)
def test_the_last_question_passes_over_what_only_answers_ours(nod: str) -> None:
    assert last_question(talk(("customer", "能提前还款吗"), ("bot", "请确认"), ("customer", nod))) == "能提前还款吗"


def test_the_last_question_passes_over_files_and_the_words_of_our_buttons() -> None:
    offer = {"buttons": [{"title": "交易纠纷"}, {"title": "不清楚"}]}
    lines = talk(
        ("customer", "我的提现没到账"),
        ("bot", "属于哪一类？", offer),
        ("customer", "交易纠纷"),
        ("customer", "[图片] 截图.png", {"kind": "file"}),
    )
    assert last_question(lines) == "我的提现没到账"
