"""The index, on embeddings made of characters so that no model is needed."""

from collections.abc import Sequence

import numpy as np
import pytest
from four_articles import ENTRIES, embed

from ticketing.knowledge import retrieval
from ticketing.knowledge.embedding import Vectors, clean
from ticketing.knowledge.entries import Entry, Wording
from ticketing.knowledge.index import SIGNALS, Index, Placed, Query, asked_texts


def placed(index: Index, query: Query) -> Placed:
    return index.place(query, embed(query.texts, "query"))


def best(index: Index, text: str, topic: str | None = None) -> str:
    return retrieval.find(index, text, embed, topic=topic).ranked[0].key


@pytest.mark.parametrize(
    ("text", "key"),
    [("提现收多少手续费", "withdrawal-fee"), ("转帐几天到", "transfer-time"), ("zhuanzhang 收费吗", "transfer-fee")],
)
def test_near_misses_are_told_apart(text: str, key: str) -> None:
    assert best(Index(ENTRIES, embed), text) == key


@pytest.mark.parametrize(
    ("text", "topic", "key"),
    [
        ("那提现呢", "transfer-time", "withdrawal-time"),
        ("那转账呢", "withdrawal-fee", "transfer-fee"),
        ("要几天", "withdrawal-fee", "withdrawal-time"),
    ],
)
def test_a_short_question_is_understood_from_the_answer_before(text: str, topic: str, key: str) -> None:
    assert best(Index(ENTRIES, embed), text, topic) == key


@pytest.mark.parametrize("text", ["提现多久到账", "那转账呢", "tixian 几天到"])
def test_an_unknown_topic_changes_nothing(text: str) -> None:
    index = Index(ENTRIES, embed)
    assert index.read(text, after="gone") == index.read(text)


def test_a_short_question_of_its_own_is_not_bent_to_the_answer_before() -> None:
    assert best(Index(ENTRIES, embed), "转账收费吗", "withdrawal-time") == "transfer-fee"


@pytest.mark.parametrize(
    ("text", "kind", "texts"),
    [
        ("要几天", "following", 2),
        ("那我想问问转账到别人的卡要几天", "continuing", 1),
        ("那我想问问上个礼拜转账到别人的银行卡里一般要等几天才会到", "written", 1),
        ("how long", "following", 2),
        ("how long does it take on a weekend", "continuing", 1),
    ],
)
def test_what_is_short_may_lean_on_the_answer_before_and_a_long_story_does_not(
    text: str, kind: str, texts: int
) -> None:
    query = Index(ENTRIES, embed).read(text, after="withdrawal-fee")
    assert query.kind == kind
    assert (query.earlier is None) is (kind == "written")
    assert len(query.texts) == texts


def test_how_articles_stand_to_the_one_answered_before() -> None:
    index = Index(ENTRIES, embed)
    query = index.read("要几天", after="withdrawal-fee")
    found = index.candidates(query, placed(index, query))
    seen = {
        index.entries[row].key: {name for name in ("named", "wanted") if signals[SIGNALS.index(name)]}
        for row, signals in zip(found.rows.tolist(), found.signals, strict=True)
    }
    assert seen["withdrawal-fee"] == seen["transfer-fee"] == set()
    assert seen["withdrawal-time"] == {"named", "wanted"}
    assert seen["transfer-time"] == {"wanted"}


def test_what_is_said_in_more_words_leans_on_the_question_before_in_its_own_language() -> None:
    wordings = {"zh": Wording("提现收费吗", ("提现手续费怎么收",), "免费"), "en": Wording("withdrawal fee", (), "free")}
    index = Index([Entry("fee", 1, "fees", None, (), wordings), *ENTRIES[1:]], embed)
    for text, near, far in (
        ("那我想问问转账到别人的卡要几天", "提现收费吗", "withdrawal fee"),
        ("how long does it take on a weekend", "withdrawal fee", "提现收费吗"),
    ):
        found = placed(index, index.read(text, after="fee"))
        questions = [placed(index, index.read(question)).alone for question in (near, far)]
        assert found.together is not None
        gained = [float(question @ (found.together.told - found.alone)) for question in questions]
        assert gained[0] > max(0.2, gained[1])


def test_an_index_answers_before_it_has_learned_and_gives_the_learned_one_without_changing() -> None:
    started = Index(ENTRIES, embed, learned=False)
    learned = started.learn()
    for index in (started, learned):
        assert best(index, "提现收多少手续费") == "withdrawal-fee"
    query = started.read("提现多久到账")
    before, after, anew = (
        index.candidates(query, placed(index, query)).signals[:, 0]
        for index in (started, learned, Index(ENTRIES, embed))
    )
    assert not np.allclose(after, before, atol=0.1)
    assert np.array_equal(after, anew)


@pytest.mark.parametrize(
    ("text", "kind"),
    [("zhuanzhang jitian dao", "spelled"), ("zhuanzhang 收费吗", "written"), ("transfer fee", "english")],
)
def test_a_question_typed_wholly_by_sound_is_known_as_such(text: str, kind: str) -> None:
    assert Index(ENTRIES, embed).read(text).kind == kind


@pytest.mark.parametrize("count", [0, 1, 2])
def test_a_small_knowledge_base_can_be_searched(count: int) -> None:
    index = Index(ENTRIES[:count], embed)
    query = index.read("提现")
    assert len(index.candidates(query, placed(index, query)).rows) == count


def test_everything_embedded_is_listed_beforehand() -> None:
    seen: list[tuple[str, str]] = []

    def record(texts: Sequence[str], kind: str) -> Vectors:
        seen.extend((text, kind) for text in texts)
        return embed(texts, kind)

    Index(ENTRIES, record)
    assert sorted(seen) == sorted(asked_texts(ENTRIES))
    assert ("打开我的", "passage") in seen


@pytest.mark.parametrize("text", ["", "\x00", "  ", "\ud800"])
def test_nothing_reaches_the_engine_that_ends_or_breaks_a_text(text: str) -> None:
    assert "\x00" not in clean(text)
    assert clean(text).encode()
