"""“不是投诉，我就问问”: what is a denial, what is left of it, and what is part of a story."""

from __future__ import annotations

import pytest

from actions import complaint_form as machine
from actions.complaint_denial import besides_denial
from actions.complaint_state import QUESTIONS
from tests.unit.bot.test_complaint_form import at, full, said


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("没有要投诉，我就是问怎么重置密码", "我就是问怎么重置密码"),
        ("不是投诉！我就想知道退多少", "我就想知道退多少"),
        ("唔係投訴呀 我想問點樣改密碼", "我想問點樣改密碼"),
        ("没有要投诉你们…材料能不能寄过来", "材料能不能寄过来"),
        ("话费充值 不是投诉", "话费充值"),
        ("我要问退款不是投诉", "我要问退款"),
        ("不是投诉啊大哥，我就问积分", "我就问积分"),
        ("算了不投诉了 积分有效期多久", "积分有效期多久"),
        ("先别投诉，我想问问能不能取消", "我想问问能不能取消"),
        ("算了，提现多久到账？", "提现多久到账？"),
        ("I'm NOT complaining, I just want the fee", "I just want the fee"),
        ("no i dont want to complain, how do i reset my password", "how do i reset my password"),
        ("i want reset the login password not complain", "i want reset the login password"),
        ("no i not complain. just want to know how many day normal", "just want to know how many day normal"),
        ("I am not complaining man. withdraw limit for new user?", "withdraw limit for new user?"),
        ("no im asking for the status not make new one", "im asking for the status"),
        ("cancel! how do i reset login password", "how do i reset login password"),
        ("No. Leave it. What is the usual time?", "What is the usual time?"),
        ("i dont want complain i want to know if its safe now", "i want to know if its safe now"),
        ("im not complaining lol. can i get a loan", "can i get a loan"),
        ("i dont have a complaint! just wanna see my schedule", "just wanna see my schedule"),
        ("no complaint. only asking. please tell minimum to buy", "only asking. please tell minimum to buy"),
        ("stop with the complaint i dont have one. so first year is free", "so first year is free"),
        ("abeg no be complaint o. why dem dey review account", "why dem dey review account"),
        ("no nothing wrong with it, what is the yearly fee", "what is the yearly fee"),
        ("我问为啥失败 没说要投诉啊", "我问为啥失败"),
        ("谁要投诉了 我就问问利息", "我就问问利息"),
    ],
)
def test_who_says_that_it_is_no_complaint_is_served_what_else_they_say(text: str, rest: str) -> None:
    assert besides_denial(text) == rest
    for step in QUESTIONS:
        outcome = machine.step(at(step), said(text, "open_complaint"))
        assert (outcome.do, outcome.rest) == ("denied", rest), step


@pytest.mark.parametrize("text", ["不是投诉 我就问问", "都说了不是投诉", "i'm not here to complain", "不投诉了"])
def test_a_denial_that_asks_nothing_leaves_the_form(text: str) -> None:
    assert machine.step(full(), said(text, "nlu_fallback", 0.2)).do == "cancel"


@pytest.mark.parametrize(
    "text",
    [
        "客服说不是投诉就不管",
        "你们说这不是投诉",
        "我不想投诉，但是你们太过分了",
        "不是投诉你们，我是要投诉商家",
        "没有投诉你们就不管是吧",
        "我没投诉过你们，这次实在受不了",
        "取消自动续费，还我钱",
        "算了，退我50就行",
        "I don't want to complain but your service is terrible",
        "your agent said this is not a complaint",
        "I'm not complaining about the fee, I'm complaining about the staff",
        "they told me to stop complaining",
        "I never complained before but this time it is too much",
    ],
)
def test_a_story_with_such_words_is_no_denial(text: str) -> None:
    assert besides_denial(text) is None
