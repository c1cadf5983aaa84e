"""What customers ask next after an article: as files hold it, as people type it, what is wrong with it, what changed in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from ticketing.knowledge import details, seed
from ticketing.knowledge.details import DraftDetail
from ticketing.knowledge.difference import between
from ticketing.knowledge.entries import Detail
from ticketing.knowledge.seed import ArticleContent
from ticketing.knowledge.writing import DraftContent, Known, folded, problems

NOBODY = Known({}, set[str]())
FEE = {"asked": ["收费吗", "要不要手续费"], "answer": "不收费，开户和实名认证都免费。"}
NIGHT = {"asked": ["晚上能办吗"], "answer": "可以，全天都能办。"}
CHINESE: dict[str, Any] = {"question": "积分什么时候过期？", "askings": ["积分有效期多久"], "answer": "两年内有效。"}
ENGLISH: dict[str, Any] = {"question": "When do points expire?", "answer": "After two years.", "risk_notice": "Points are no money."}  # fmt: skip
ARTICLE: dict[str, Any] = {"key": "points-expiry", "topic": "points", "products": ["points"], "zh": CHINESE}


def found(*chinese: object, known: Known = NOBODY, english: object = None) -> list[tuple[str, str, bool]]:
    """What is wrong with details, those of the English text being as many unless said otherwise."""
    others = [{"asked": [f"wording {at}"], "answer": "Yes."} for at, _ in enumerate(chinese)]
    raw = {**ARTICLE, "zh": {**CHINESE, "details": chinese}, "en": {**ENGLISH, "details": others}}
    if english is not None:
        raw["en"] = english
    told = problems(DraftContent.model_validate(raw), known)
    return [(each.field, each.code, each.hint) for each in told if "details" in each.field]


def changes(before: list[object], after: list[object]) -> list[str]:
    old, new = (
        DraftContent.model_validate({**ARTICLE, "zh": {**CHINESE, "details": each}}) for each in (before, after)
    )
    marks = {"same": "{}", "gone": "[-{}]", "new": "[+{}]"}
    told = between(old, new)
    assert {change.field for change in told} <= {"zh.details"}
    return ["".join(marks[piece.kind].format(piece.text) for piece in change.pieces) for change in told]


@pytest.mark.parametrize(
    ("texts", "before"),
    [
        ({}, "fe8373d8a34c0680cd0c7d29eb2ea4af79141feccfa942a1dbdbb9ee469b3e8f"),
        ({"en": ENGLISH}, "22d72b6c094164780fd49b58ad472f39b5c3b3b4f15eb40d0b89a07ce268a455"),
    ],
)
def test_a_content_without_details_has_the_hash_that_databases_hold(texts: dict[str, Any], before: str) -> None:
    assert ArticleContent.model_validate({**ARTICLE, **texts}).digest() == before


def test_a_detail_changes_the_hash_as_anything_else_does() -> None:
    kept = [[], [FEE], [NIGHT], [FEE, NIGHT], [{**FEE, "answer": "收费。"}]]
    hashes = {ArticleContent.model_validate({**ARTICLE, "zh": {**CHINESE, "details": each}}).digest() for each in kept}
    assert len(hashes) == len(kept)


def test_details_of_a_file_come_to_the_index(tmp_path: Path) -> None:
    (tmp_path / "points.yml").write_text(
        "- key: points-expiry\n  topic: points\n  zh:\n    question: 积分什么时候过期？\n    answer: 两年内有效。\n"
        "    details:\n      - asked: [收费吗, 要不要手续费]\n        answer: 不收费。\n",
        encoding="utf-8",
    )
    (article,) = seed.read(tmp_path)
    assert article.entry().wordings["zh"].details == (Detail(("收费吗", "要不要手续费"), "不收费。"),)


@pytest.mark.parametrize(
    "detail",
    [{"asked": [], "answer": "好。"}, {"asked": ["  "], "answer": "好。"}, {"asked": ["好吗"], "answer": " "},
     {"asked": "好吗", "answer": "好。"}, {"answer": "好。"}, {**FEE, "note": "x"}],
)  # fmt: skip
def test_a_file_with_a_detail_that_nobody_can_ask_for_or_that_says_nothing_is_refused(
    tmp_path: Path, detail: object
) -> None:
    raw = [{**ARTICLE, "zh": {**CHINESE, "details": [detail]}}]
    (tmp_path / "points.yml").write_text(yaml.safe_dump(raw), encoding="utf-8")
    with pytest.raises(seed.SeedError, match=r"points\.yml: article points-expiry"):
        seed.read(tmp_path)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("", []),
        ("收费吗 / 要不要手续费\n不收费。", [(["收费吗", "要不要手续费"], "不收费。")]),
        ("收费吗\n不收费。\n开户也免费。", [(["收费吗"], "不收费。\n开户也免费。")]),
        ("只有问法", [(["只有问法"], "")]),
        ("a / b\nYes.\n\nc\n\nd\nNo.", [(["a", "b"], "Yes."), (["c"], ""), (["d"], "No.")]),
        ("and/or 24/7 / b\nYes/no.", [(["and/or 24/7", "b"], "Yes/no.")]),
        ("收费吗 /\n不收费。", [(["收费吗 /"], "不收费。")]),
    ],
)
def test_what_was_typed_comes_back_as_it_was(typed: str, meant: list[tuple[list[str], str]]) -> None:
    read = details.read(typed)
    assert [(each.asked, each.answer) for each in read] == meant
    assert details.typed(read) == typed


def test_spaces_and_empty_lines_that_say_nothing_are_left_out() -> None:
    assert details.typed(details.read("\n a  b  /  c \n  Yes. \n \n\n\t\nd\n")) == "a b / c\nYes.\n\nd"


def test_a_finished_content_holds_details_as_they_come_back_from_the_form() -> None:
    loose = {"asked": ["收费吗 / 要钱吗", " 多少  钱 "], "answer": "不收费。\n\n 开户也免费。"}
    article = ArticleContent.model_validate({**ARTICLE, "zh": {**CHINESE, "details": [loose, NIGHT]}})
    assert article.zh
    form = details.read(details.typed(article.zh.details))
    draft = DraftContent.of(article)
    assert draft.zh.details == form
    assert [len(each.asked) for each in form] == [3, 1]
    assert draft.finished() == article


def test_the_details_of_the_seed_files_come_back_from_the_form_as_they_stand() -> None:
    drafts = [DraftContent.of(article) for article in seed.read()]
    held = [text.details for draft in drafts for text in draft.texts().values()]
    assert any(held)
    assert [details.read(details.typed(each)) for each in held] == held


@pytest.mark.parametrize(
    ("detail", "code"),
    [
        ({"asked": [], "answer": "好。"}, "detail_unasked"),
        ({"asked": ["好吗"]}, "detail_unanswered"),
        ({"asked": ["好" * 121], "answer": "好。"}, "wording_too_long"),
        ({"asked": ["好吗"], "answer": "好" * 301}, "detail_too_long"),
        ({"asked": ["好吗"], "answer": "请看 <b>这里</b>。"}, "tags"),
        ({"asked": ["好吗"], "answer": "放心，保本。"}, "promise"),
        ({"asked": ["？？"], "answer": "好。"}, "no_words"),
        ({"asked": ["要不要手續費？"], "answer": "不要。"}, "twice"),
        ({"asked": ["好吗", "好 吗！"], "answer": "好。"}, "twice"),
        ({"asked": [f"第{at}种问法" for at in range(9)], "answer": "好。"}, "too_many_wordings"),
    ],
)
def test_what_is_wrong_with_a_detail_is_told_at_its_field(detail: dict[str, Any], code: str) -> None:
    assert found(FEE, detail) == [("zh.details", code, False)]


def test_details_at_their_longest_are_no_problem_and_one_more_is() -> None:
    most = [{"asked": [f"{at}{'好' * 118}"], "answer": "好" * 300} for at in range(20)]
    assert found(*most) == []
    assert found(*most, FEE, english={}) == [("zh.details", "too_many_details", False)]


def test_another_article_and_the_other_language_may_have_the_same_wording() -> None:
    known = Known({folded("收费吗"): "withdrawal-fee"}, {"withdrawal-fee"})
    assert found(FEE, known=known, english={**ENGLISH, "details": [FEE]}) == []


def test_the_language_with_fewer_details_gets_a_hint() -> None:
    assert found(FEE, NIGHT, english={**ENGLISH, "details": [FEE]}) == [("en.details", "details_uneven", True)]
    assert found(english={**ENGLISH, "details": [FEE]}) == [("zh.details", "details_uneven", True)]
    assert found(FEE, english={}) == []


def test_a_text_that_holds_only_a_detail_has_been_begun() -> None:
    draft = DraftContent.model_validate({"key": "k", "zh": {"details": [{"asked": ["收费吗"]}]}})
    assert list(draft.texts()) == ["zh"]


def test_an_answer_that_was_put_differently_is_shown_word_by_word_under_its_wordings() -> None:
    after = {**FEE, "answer": "不收费，开户和绑卡都免费。"}
    assert changes([FEE, NIGHT], [after, NIGHT]) == ["收费吗 / 要不要手续费\n不收费，开户和[-实名认证][+绑卡]都免费。"]
    assert changes([NIGHT], [{**NIGHT, "asked": ["晚上能办吗", "半夜呢"]}]) == [
        "晚上能办吗[+ / 半夜呢]\n可以，全天都能办。"
    ]


def test_a_detail_that_came_or_went_is_shown_whole_and_one_that_stayed_not_at_all() -> None:
    assert changes([FEE], [FEE, NIGHT]) == ["[+晚上能办吗\n可以，全天都能办。]"]
    assert changes([FEE, NIGHT], [NIGHT]) == ["[-收费吗 / 要不要手续费\n不收费，开户和实名认证都免费。]"]
    assert changes([FEE, NIGHT], [FEE, NIGHT]) == []


def test_two_unanswered_details_are_not_taken_for_one_another() -> None:
    assert changes([{"asked": ["收费吗"]}], [{"asked": ["多久到"]}]) == ["[+多久到]", "[-收费吗]"]


def test_a_detail_is_whole_with_wordings_and_an_answer() -> None:
    drafts = [
        DraftDetail(asked=["收费吗"], answer="不收费。"),
        DraftDetail(asked=["收费吗"]),
        DraftDetail(answer="不收费。"),
    ]
    assert [each.whole for each in drafts] == [True, False, False]
