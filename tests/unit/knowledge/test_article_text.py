"""Texts are made comparable: one script, one width, one case, sounds read back."""

import pytest

from tests.plain_texts import PLAIN
from ticketing.knowledge.pinyin import Pinyin
from ticketing.knowledge.text import LONGEST, normalise, one_line, tokens

ARTICLES = [
    "提现 多久到账",
    "怎么提现",
    "提现失败",
    "怎么投诉",
    "投诉 流程",
    "开户",
    "银行卡解绑",
    "how do i sign up for an account",
]


@pytest.mark.parametrize(("typed", "read"), [*PLAIN, ("。。。？？？", "")])
def test_typed_text_is_folded(typed: str, read: str) -> None:
    assert normalise(typed) == read


def test_only_the_beginning_of_a_long_text_counts() -> None:
    assert len(normalise("提现" * 5_000)) == LONGEST


def test_chinese_is_counted_by_characters_and_pairs_and_english_by_words_and_pieces() -> None:
    assert tokens("提现ok") == ["提", "现", "提现", "ok", "^ok$"]
    assert "^wit" in tokens("withdraw")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("zenme tixian", "怎么提现"),
        ("zen me ti xian", "怎么提现"),
        ("tousu流程", "投诉流程"),
        ("zenmetixian", "怎么提现"),
        ("怎么题现", "怎么提现"),
        ("yinhang ka tixian", "银行卡提现"),
        ("zenme tixian yinhangka xqqz tousu", "怎么提现银行卡xqqz投诉"),
    ],
)
def test_words_typed_by_sound_are_read_as_the_articles_write_them(typed: str, meant: str) -> None:
    assert Pinyin(ARTICLES).restore(typed) == meant


@pytest.mark.parametrize(
    "typed", ["sign up for an account", "online", "can you open", "体检报告", "红酒配鱼", "怎么办"]
)
def test_other_words_are_left_alone(typed: str) -> None:
    assert Pinyin(ARTICLES).restore(typed) == typed


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        ("两小时内到账。\n节假日顺延。", "两小时内到账。节假日顺延。"),
        ("请按提示\n\n操作", "请按提示操作"),
        ("步骤：\n1. 打开设置\n2. 点“重置”", "步骤：1. 打开设置 2. 点“重置”"),
        ("Open settings.\nTap Reset.", "Open settings. Tap Reset."),
        ("用 iPhone\n转账", "用 iPhone 转账"),
    ],
)
def test_chinese_lines_are_joined_without_a_space_and_english_ones_with_one(lines: str, joined: str) -> None:
    assert one_line(lines) == joined
