"""Texts embedded many at a time are the same vectors as those embedded one by one."""

from __future__ import annotations

import numpy as np
import pytest

from ticketing.knowledge import bulk
from ticketing.knowledge.embedding import BUNDLED, Embedder, Kind, clean

TEXTS = [
    "钱什么时候能到账",
    "我昨天下午三点转了两千块，到现在对方都没收到，客服电话也打不通，怎么办？？",
    "為什麼提前還款要收違約金",
    "ｈｏｗ　ｍｕｃｈ　１２３４",
    "Why was I charged twice for the same transfer?",
    "pls refund asap 😡😡 order no. 20261126-7788",
    "wo de qian ne",
    "  two   spaces\tand a tab\nand a line  ",
    "①②③ ﬁne ½ … — “引号”『』",
    "𠮷野家的券用不了",
    "?",
    "",
    "还款" * 400,
]


@pytest.mark.parametrize("kind", ["query", "passage"])
def test_many_texts_at_once_get_the_vectors_of_each_alone(kind: Kind) -> None:
    cleaned = [clean(text) for text in TEXTS]
    alone = Embedder(BUNDLED, light=True)
    one_by_one = np.concatenate([alone.embed([text], kind) for text in cleaned])
    cosines = np.sum(bulk.embed(cleaned, f"{kind}: ") * one_by_one, axis=1)
    assert cosines.min() > 0.999, dict(zip(TEXTS, cosines, strict=True))


def test_the_order_of_texts_of_different_lengths_is_kept() -> None:
    texts = [clean(text) for text in TEXTS]
    forwards, backwards = bulk.embed(texts, "query: "), bulk.embed(texts[::-1], "query: ")
    assert np.allclose(forwards, backwards[::-1], atol=0.02)
