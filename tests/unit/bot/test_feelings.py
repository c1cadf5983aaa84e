"""Words of feeling without a matter, and what is concluded from an answer, told from what only looks like them."""

from __future__ import annotations

import pytest

from actions import conclusions, feelings, suspicion, urgent
from actions.complaint_denial import only_wishes
from actions.said import is_question
from actions.turn import Turn


@pytest.mark.parametrize(
    "text",
    ["真是答非所问", "问你几个都答不上来", "你根本没回答我的问题", "问啥都不知道", "一问三不知", "you never answer what i ask",
     "you can't answer anything", "u didnt answer my question", "you are useless"],
)  # fmt: skip
def test_a_reproach_is_heard_as_one(text: str) -> None:
    assert feelings.is_reproach(text)


@pytest.mark.parametrize(
    "text",
    ["你们客服一直没回答我的问题", "电话打了三次都没人回答", "答非所问，我问的是提现手续费", "你没回答提现多久到账吗",
     "没了", "不了吧", "your agent never answered me", "you never answered how long a withdrawal takes"],
)  # fmt: skip
def test_what_tells_of_a_matter_is_no_reproach(text: str) -> None:
    assert not feelings.is_reproach(text)


@pytest.mark.parametrize(
    "text", ["唉 真烦", "哎，好累", "真让人无语", "hmm annoying", "ugh", "this is so frustrating", "😡😡"]
)
def test_a_sigh_is_no_matter(text: str) -> None:
    assert feelings.is_sigh(text)


@pytest.mark.parametrize(
    "text", ["烦死了，提现还没到", "麻烦你了", "annoying fee on my card", "嗯", "好的", "hmm", "so"]
)
def test_what_says_more_or_less_is_no_sigh(text: str) -> None:
    assert not feelings.is_sigh(text)


@pytest.mark.parametrize(
    "text",
    [
        "好吧那先不注销了",
        "行吧那就不办了",
        "算了不弄了",
        "那我再想想",
        "ok i'll leave it then",
        "fine, i won't close it",
        "alright then i'd rather not",
    ],
)
def test_a_decision_against_it(text: str) -> None:
    assert conclusions.decides_against(text)


@pytest.mark.parametrize(
    "text",
    [
        "那我登不上了",
        "那不能用了",
        "好吧那就不对了",
        "那钱不见了",
        "那不管用了",
        "那先不注销了行吗",
        "ok i won't get my money then",
        "not working",
    ],
)
def test_trouble_is_no_decision(text: str) -> None:
    assert not conclusions.decides_against(text)


@pytest.mark.parametrize("text", ["行吧，不借也不扣钱吧", "那周末也算吧", "那都免费吧", "so no fee then, right"])
def test_a_conclusion_wants_confirming(text: str) -> None:
    assert conclusions.concludes(text)


@pytest.mark.parametrize("text", ["那就这样吧", "算了吧", "帮我取消吧", "那我再等等吧", "all right"])
def test_a_wish_is_no_conclusion(text: str) -> None:
    assert not conclusions.concludes(text)


@pytest.mark.parametrize(
    "text", ["找到了！在车里", "手机找着了", "found it!! it was in the car haha", "i got my phone back, found it"]
)
def test_what_was_lost_is_found(text: str) -> None:
    assert conclusions.has_found(text)


@pytest.mark.parametrize(
    "text",
    [
        "ok got it, thanks",
        "没找到",
        "找到了怎么解锁",
        "如果有人找到了呢",
        "i can't find it",
        "if i found it",
        "someone found it",
    ],
)
def test_what_was_not_found(text: str) -> None:
    assert not conclusions.has_found(text)


@pytest.mark.parametrize(
    "text",
    [
        "那我还是投诉吧",
        "那投诉",
        "算了，直接投诉你们",
        "ok then i want to complain after all",
        "file the complaint then",
    ],
)
def test_the_bare_wish_to_complain(text: str) -> None:
    assert only_wishes(text)


@pytest.mark.parametrize("text", ["我要投诉提现没到账", "投诉你们客服", "i want to complain about the fee", "能投诉吗"])
def test_a_wish_that_tells_what_about(text: str) -> None:
    assert not only_wishes(text)


@pytest.mark.parametrize("text", ["那地铁用什么扣款", "要填什么", "走什么流程", "那带啥去"])
def test_what_asks_with_what_is_a_question(text: str) -> None:
    assert is_question(text)


@pytest.mark.parametrize("text", ["用什么都不行", "选什么也没用"])
def test_what_only_names_a_what_is_none(text: str) -> None:
    assert not is_question(text)


def test_a_call_to_the_police_is_no_money_sent() -> None:
    assert not suspicion.is_gone("我已经打110了")
    assert not suspicion.is_gone("我已经打了110")
    assert suspicion.is_gone("我已经打了一万过去")
    assert "reported" in suspicion.deeds("我已经打110了，回执要发给你们吗")


@pytest.mark.parametrize(
    ("text", "mistaken"),
    [("我转错人了，他把我拉黑了", True), ("i sent it to the wrong person and he blocked me", True), ("他说转错了，让我退给他", False),
     ("有人打电话说打错了让我转到另一张卡，我刚转完", False), ("刚发现转错给诈骗账户了", False), ("a stranger paid me by mistake and wants it back", False)],
)  # fmt: skip
def test_a_mistaken_transfer_is_no_fraud_but_what_a_deceiver_calls_one_may_be(text: str, mistaken: bool) -> None:
    assert urgent.is_mistaken(Turn("c", text, "report_fraud", 0.99, "zh")) is mistaken
