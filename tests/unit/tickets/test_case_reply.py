"""Who asks after their case, as far as the words show it."""

import pytest

from ticketing.tickets.case_reply import asks_how_it_stands


@pytest.mark.parametrize(
    "asked",
    [
        "查得怎么样了", "我那个投诉处理到哪一步了", "都两天了还没消息", "有结果了吗", "啥时候能查完啊", "进度到哪了", "结果呢？", "你們查得點樣了", "什么时候给我答复",
        "处理好了没", "any news on my complaint?", "So what did you find out", "When will I hear from you", "is there any progress", "what's happening with my case",
        "How is my case going", "I have heard nothing", "where do we stand",
    ],
)  # fmt: skip
def test_asking_after_a_case_is_noticed(asked: str) -> None:
    assert asks_how_it_stands(asked)


@pytest.mark.parametrize(
    "asked",
    [
        "提现多久到账", "可以提前还款吗", "怎么查余额", "我要投诉", "信用报告怎么查", "How long does a withdrawal take", "How do I change my phone number",
        "What is the fee", "我想人工", "谢谢", "Where do I find my statement",
    ],
)  # fmt: skip
def test_other_questions_are_not(asked: str) -> None:
    assert not asks_how_it_stands(asked)
