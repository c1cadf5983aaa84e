"""The line of the article told last that answers what is typed after it, and when it is told."""

from __future__ import annotations

import numpy as np
import pytest
from four_articles import ENTRIES, embed, entry

from ticketing.knowledge import passage_calibration, retrieval, rules
from ticketing.knowledge.index import Entry, Index, Wording
from ticketing.knowledge.passage_calibration import Judged


def told(index: Index, text: str, topic: str | None) -> tuple[str, str]:
    found = retrieval.find(index, text, embed, topic=topic)
    return found.verdict, found.passage


def test_a_line_of_the_article_before_answers_and_its_article_comes_first() -> None:
    found = retrieval.find(Index(ENTRIES, embed), "周末也收吗", embed, topic="withdrawal-fee")
    assert (found.verdict, found.passage, found.ranked[0].key) == ("passage", "周末也收", "withdrawal-fee")


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("周末也收吗", None),
        ("周末也收吗", "unknown"),
        ("转账手续费怎么收", "withdrawal-fee"),
        ("我上个月在外地出差的时候办了一张新的银行卡，周末也收吗，多谢", "withdrawal-fee"),
    ],
)
def test_no_line_is_told_without_its_article_for_another_or_to_a_long_story(text: str, topic: str | None) -> None:
    assert told(Index(ENTRIES, embed), text, topic)[0] != "passage"


def test_a_line_that_only_leads_to_the_next_is_none() -> None:
    index = Index([entry("fee", "fees", "手续费怎么收", answer="周末也收：\n每天第一笔免费"), *ENTRIES[1:]], embed)
    lines = index.nearest_lines(0, embed(["周末也收吗"], "query")[0], "zh")
    assert [line for line, _ in lines] == ["每天第一笔免费"]


def test_lines_are_read_in_the_language_asked_for_or_the_one_there_is() -> None:
    wordings = {"zh": Wording("怎么收", (), "周末也收"), "en": Wording("what fee", (), "weekends too\nfirst one free")}
    index = Index([Entry("fee", 1, "fees", None, (), wordings), *ENTRIES[1:]], embed)
    vector = embed(["weekends"], "query")[0]
    assert {line for line, _ in index.nearest_lines(0, vector, "en")} == {"weekends too", "first one free"}
    assert [line for line, _ in index.nearest_lines(0, vector, "zh")] == ["周末也收"]
    assert index.nearest_lines(1, vector, "en")


def test_the_threshold_is_the_lowest_with_enough_of_what_is_told_right() -> None:
    chances = np.array([0.9, 0.8, 0.7, 0.6, 0.5])
    rights = np.array([True, True, False, True, False])
    assert passage_calibration.choose(chances, rights) == 0.8
    assert passage_calibration.choose(chances, ~rights) == 1.0


def test_a_fit_prefers_lines_that_come_near() -> None:
    rows = [
        Judged(
            f"article-{at}", "zh", dict.fromkeys(rules.PASSAGE_EVIDENCE, 0.0) | {"near": near}, near > 0.5, near > 0.5
        )
        for at, near in enumerate(np.linspace(0, 1, 40).tolist())
    ]
    fitted = passage_calibration.fit(rows)
    assert fitted["evidence"]["near"] > 0
    assert fitted["figures"]["right_when_told"] >= passage_calibration.RIGHT_WHEN_TOLD
    assert fitted["figures"]["told_of_those"] > 0


@pytest.mark.parametrize(
    ("line", "wanted", "right"),
    [
        ("每天第一笔免费", "1. 每天第一笔**免费**", True),
        ("Free. Then 0.1 % of the amount.", "Then 0.1 % of the amount.", True),
        ("确认", "输入支付密码确认。", False),
        ("周末也收", None, False),
    ],
)
def test_a_line_answers_when_it_is_or_holds_what_was_wanted(line: str, wanted: str | None, right: bool) -> None:
    assert passage_calibration.answers(line, wanted) is right
