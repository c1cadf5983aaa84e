"""What is embedded, and that the gateway's embedding is taken instead of computing it again."""

import base64
from pathlib import Path

import numpy as np
import pytest
from plain_texts import PLAIN

from bot.components import sentence_embedding
from bot.components.sentence_embedding import MODEL, WIDTH, accept, embed, embed_with_store
from bot.components.text import plain


@pytest.mark.parametrize(("typed", "read"), [*PLAIN, ("。。。？？？", "_")])
def test_the_words_alone_are_embedded_as_the_knowledge_base_reads_them(typed: str, read: str) -> None:
    assert plain(typed) == read


def given(vector: np.ndarray, model: str = MODEL) -> dict[str, str]:
    return {"model": model, "vector": base64.b64encode(vector.astype("<f2").tobytes()).decode()}


def along(axis: int) -> np.ndarray:
    vector = np.zeros(WIDTH)
    vector[axis] = 1
    return vector


def test_the_gateways_embedding_of_a_text_is_used_however_it_was_typed() -> None:
    accept("我的 提现 呢？", given(along(3)))
    assert embed("我的 提现 呢！！") == pytest.approx(along(3))


@pytest.mark.parametrize(
    "embedding",
    [
        None,
        "AAAA",
        {},
        {"model": MODEL},
        {"model": MODEL, "vector": None},
        {"model": MODEL, "vector": "是"},
        {"model": MODEL, "vector": "AAA"},
        given(along(3)[:100]),
        given(along(3) * 2),
        given(np.full(WIDTH, np.nan)),
        given(along(3), model="another"),
    ],
)
def test_what_is_no_embedding_of_this_model_is_left_aside(embedding: object) -> None:
    text = f"没有见过的话 {id(embedding)}"
    accept(text, embedding)
    assert plain(text) not in sentence_embedding._known
    assert np.linalg.norm(embed(text)) == pytest.approx(1, abs=0.01)


def test_only_the_latest_texts_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sentence_embedding, "REMEMBERED", 2)
    for axis, text in enumerate(("甲一", "乙二", "丙三")):
        accept(text, given(along(axis)))
    assert list(sentence_embedding._known) == ["乙二", "丙三"]


def test_many_texts_go_to_the_other_environment_which_embeds_them_alike(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    texts = ["钱怎么还没到账", "How do I close my account?", "提现到银行卡要几天", "昨天扣了我两次款"]
    one_by_one = embed_with_store(texts, tmp_path / "few.npz")
    monkeypatch.setattr(sentence_embedding, "MANY", 2)
    together = embed_with_store(texts, tmp_path / "many.npz")
    assert (together != one_by_one).any(), "it was the engine again"
    assert np.sum(together * one_by_one, axis=1) == pytest.approx(1, abs=0.003)


def test_without_the_other_environment_or_when_it_fails_the_engine_embeds(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sentence_embedding, "MANY", 2)
    failing = tmp_path / "python"
    failing.write_text("#!/bin/sh\nexit 3\n")
    failing.chmod(0o755)
    for python in (failing, tmp_path / "nowhere"):
        monkeypatch.setattr(sentence_embedding, "OTHER_PYTHON", python)
        vectors = embed_with_store(["好的", "谢谢"], tmp_path / f"{python.name}.npz")
        assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
