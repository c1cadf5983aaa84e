"""What keeps an article from customers, and what changed between two texts."""

from __future__ import annotations

from typing import Any

import pytest

from ticketing.knowledge import seed
from ticketing.knowledge.difference import between, compare
from ticketing.knowledge.writing import DraftContent, Known, blocking, folded, problems, promise_in

NOBODY = Known({}, {"transfer-limit", "withdrawal-fee"})
WHOLE: dict[str, Any] = {
    "key": "transfer-limit",
    "topic": "transfers",
    "zh": {"question": "转账限额是多少？", "askings": ["能转多少"], "answer": "每笔 2 万元。"},
    "en": {"question": "What is the limit?", "askings": ["how much"], "answer": "20,000 yuan each."},
}


def found(known: Known = NOBODY, **changes: Any) -> set[tuple[str, str]]:
    draft = DraftContent.model_validate({**WHOLE, **changes})
    return {(problem.field, problem.code) for problem in blocking(problems(draft, known))}


def shown(before: str, after: str) -> str:
    marks = {"same": "{}", "gone": "[-{}]", "new": "[+{}]"}
    return "".join(marks[piece.kind].format(piece.text) for piece in compare(before, after))


def test_a_finished_article_has_no_problem() -> None:
    assert found() == set()


def test_every_seed_article_could_be_published_as_it_stands() -> None:
    articles = seed.read()
    asked = {
        folded(line): article.key
        for article in articles
        for text in article.texts.values()
        for line in (text.question, *text.askings)
    }
    known = Known(asked, {article.key for article in articles})
    kept = {article.key: blocking(problems(DraftContent.of(article), known)) for article in articles}
    assert {key: problems for key, problems in kept.items() if problems} == {}


def test_editing_a_seed_article_and_finishing_it_again_loses_nothing() -> None:
    articles = seed.read()
    assert [DraftContent.of(article).finished() for article in articles] == articles


@pytest.mark.parametrize(
    "text",
    [
        "本产品保本保息。", "绝对安全，放心买！", "没有任何风险。", "稳赚不赔的选择", "收益有保证。", "Returns are fully guaranteed.",
        "We guarantee your capital.", "It is risk-free.", "You cannot lose money here.", "There is no risk at all.",
    ],
)  # fmt: skip
def test_a_promise_of_returns_or_safety_is_found(text: str) -> None:
    assert promise_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "理财产品不保本。", "任何人都不能保证收益。", "并不是没有风险。", "凡是承诺保本的都是诈骗。", "谨防“稳赚不赔”的骗局。",
        "Nobody can guarantee returns.", "This product is not risk-free.", "Anyone promising guaranteed returns is a scam.",
        "Nothing here is guaranteed.", "What should I do if I lose money?",
    ],
)  # fmt: skip
def test_saying_that_there_is_no_such_promise_is_allowed(text: str) -> None:
    assert promise_in(text) is None


def test_an_asking_belongs_to_one_article_however_it_is_written() -> None:
    known = Known({folded("提现要钱吗"): "withdrawal-fee"}, NOBODY.keys)
    asked = {**WHOLE["zh"], "askings": ["提現要錢嗎？？"]}
    assert found(known, zh=asked) == {("zh.askings", "taken")}
    assert found(zh={**WHOLE["zh"], "askings": ["能转多少", "能 转多少！"]}) == {("zh.askings", "twice")}


@pytest.mark.parametrize("product", ["wealth", "fund", "insurance", "consumer_loan", "business_loan", "credit_card"])
def test_a_product_with_risks_needs_a_notice_in_each_language(product: str) -> None:
    assert found(products=[product]) == {("zh.risk_notice", "risk_missing"), ("en.risk_notice", "risk_missing")}
    one = {**WHOLE["zh"], "risk_notice": "投资有风险。"}
    assert found(products=[product], zh=one) == {("en.risk_notice", "risk_missing")}


def test_an_unfinished_language_is_a_hint_and_not_a_problem() -> None:
    draft = DraftContent.model_validate({**WHOLE, "en": {}})
    told = problems(draft, NOBODY)
    assert ("en.question", "language_missing", True) in {(each.field, each.code, each.hint) for each in told}
    assert blocking(told) == []


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("每笔最高20,000元。", "每笔最高50,000元。", "每笔最高[-20,000][+50,000]元。"),
        ("约 2 小时到账。", "约 2 小时到账，节假日顺延。", "约 2 小时到账[+，节假日顺延]。"),
        (
            "Transfers take two hours.",
            "Transfers take up to three hours.",
            "Transfers take [-two][+up to three] hours.",
        ),
        ("", "全新", "[+全新]"),
        ("same", "same", "same"),
    ],
)
def test_what_changed_is_shown_in_whole_words(before: str, after: str, said: str) -> None:
    assert shown(before, after) == said


def test_only_what_differs_between_two_contents_is_listed() -> None:
    old = DraftContent.model_validate(WHOLE)
    new = DraftContent.model_validate(
        {**WHOLE, "zh": {**WHOLE["zh"], "askings": ["能转多少", "上限多少"]}, "topic": "fees"}
    )
    changes = between(old, new)
    assert [change.field for change in changes] == ["topic", "zh.askings"]
    assert [(piece.kind, piece.text) for piece in changes[1].pieces] == [("new", "上限多少")]
