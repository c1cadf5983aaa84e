"""What questions want to be told, and which lines tell it."""

import pytest

from ticketing.knowledge.wanted import asked_for, told_by


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("那要多久", {"how_long"}),
        ("how long does it take", {"how_long"}),
        ("收手续费吗", {"how_much"}),
        ("is there a fee", {"how_much"}),
        ("在哪里点", {"where"}),
        ("怎么操作", {"how"}),
        ("怎么还没到", {"failing"}),
        ("一天最多几次", {"how_many"}),
        ("要带身份证吗", {"papers"}),
        ("周末呢", {"days"}),
        ("can i cancel it", {"undoing"}),
        ("我是建行的", set()),
    ],
)
def test_a_question_wants_one_thing_mostly(question: str, wanted: set[str]) -> None:
    assert asked_for(question) == wanted


@pytest.mark.parametrize(
    ("line", "tells"),
    [
        ("需人工审核的，1 个工作日内告知结果。", "how_long"),
        ("The first one each day is free.", "how_much"),
        ("进入“我的 › 费用与发票 › 申请发票”。", "where"),
        ("Tap Repay early and confirm.", "how"),
        ("每天最多 5 次。", "how_many"),
    ],
)
def test_a_line_tells_it(line: str, tells: str) -> None:
    assert tells in told_by(line)
