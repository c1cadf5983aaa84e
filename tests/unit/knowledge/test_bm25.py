"""BM25 as a share of what was asked."""

import pytest

from ticketing.knowledge.bm25 import Bm25


def test_a_rare_word_outweighs_a_frequent_one() -> None:
    index = Bm25([["fee", "limit"], ["fee", "refund"], ["fee"]])
    limit, refund, plain = index.scores(["fee", "limit"])
    assert limit > refund > 0
    assert plain > 0


def test_what_no_document_mentions_is_novel() -> None:
    index = Bm25([["fee"], ["limit"]])
    assert index.novelty(["mortgage"]) == 1
    assert index.novelty(["fee"]) == 0
    assert 0 < index.novelty(["fee", "mortgage"]) < 1


@pytest.mark.parametrize("documents", [[], [[]], [["fee"]]])
def test_nothing_asked_scores_nothing(documents: list[list[str]]) -> None:
    index = Bm25(documents)
    assert index.scores([]).tolist() == [0.0] * len(documents)
    assert index.novelty([]) == 0
