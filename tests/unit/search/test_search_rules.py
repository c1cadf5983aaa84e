"""Tokens, queries and snippets."""

from __future__ import annotations

import pytest

from ticketing.search import matching, rules


def words(text: str) -> str:
    return " ".join(rules.tokens([text]))


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("转账失败", "转账 账失 失败 败"),
        ("轉賬失敗", "转账 账失 失败 败"),
        ("ＡＢＣ１２３", "abc123"),
        ("用iPhone转账500元", "用 iphone 转账 账 500 元"),
        ("！？…", ""),
    ],
)
def test_chinese_is_counted_in_pairs_and_words_whole(text: str, counted: str) -> None:
    assert words(text) == counted


def test_a_number_is_found_by_its_last_digits_with_and_without_noughts() -> None:
    assert rules.number_tokens("KS-20261123-00042") == ["ks", "20261123", "00042", "0042", "042", "42"]
    assert rules.number_tokens(None) == []


def test_a_ticket_number_is_looked_for_by_its_digits() -> None:
    assert rules.parse("KS-20261123-00042").terms == rules.parse("20261123 00042").terms
    assert rules.relaxed(rules.parse("KS-20261123-00042")) is None
    assert rules.parse("KS").terms == (((rules.Phrase(("ks",), prefix=True),),),)


def test_a_query_asks_for_every_run_once() -> None:
    assert (
        matching.tsquery(rules.parse("轉賬失败 refund 转账失败").terms) == "('转账' <-> '账失' <-> '失败') & 'refund':*"
    )
    assert matching.fts5(rules.parse("转账失败 refund").terms) == '"转账 账失 失败" AND "refund" *'


def test_one_character_is_looked_for_as_a_beginning() -> None:
    assert matching.tsquery(rules.parse("账").terms) == "'账':*"


@pytest.mark.parametrize("text", ["", "   ", "!?*'\"()&|:", "。"])
def test_nothing_to_look_for_asks_for_nothing(text: str) -> None:
    assert rules.parse(text).terms == ()


@pytest.mark.parametrize("text", ["' OR 1=1 --", 'a" OR "b', "a:* & !b", "x\\'y"])
def test_what_means_something_to_a_database_is_only_text(text: str) -> None:
    asked = rules.parse(text)
    assert all(token.isalnum() for term in asked.terms for some in term for each in some for token in each.tokens)


def test_a_longer_run_may_fall_apart_once() -> None:
    loose = rules.relaxed(rules.parse("退款银行卡"))
    assert loose is not None
    assert matching.tsquery(loose.terms) == (
        "(('退款' <-> '款银' <-> '银行' <-> '行卡') | ('退款' & ('银行' <-> '行卡')) | (('退款' <-> '款银') & '行卡'))"
    )
    assert rules.relaxed(rules.parse("退款 card")) is None


def test_a_snippet_shows_the_first_text_that_holds_the_words() -> None:
    found = rules.snippet(["没有关系的一句", "昨天轉賬兩千"], rules.parse("转账").words)
    assert found == [("昨天", False), ("轉賬", True), ("兩千", False)]


def test_a_snippet_of_a_long_text_begins_near_the_word() -> None:
    parts = rules.snippet(["前" * 200 + "退款" + "后" * 200], ["退款"])
    assert [text for text, marked in parts if marked] == ["退款"]
    assert parts[0][0].startswith("…")
    assert parts[-1][0].endswith("…")
    assert sum(len(text) for text, _ in parts) <= rules.SNIPPET + 2


def test_without_a_match_the_beginning_is_shown() -> None:
    assert rules.snippet([None, "退款"], ["卡"]) == [("退款", False)]
    assert rules.snippet([None], ["卡"]) == []


def test_a_snippet_of_several_chinese_lines_has_no_holes() -> None:
    assert rules.snippet(["两小时内到账。\n节假日顺延。"], ["无"]) == [("两小时内到账。节假日顺延。", False)]
