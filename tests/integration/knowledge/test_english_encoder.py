"""The English encoder gives the vectors of the model as its makers publish it, but for rounding; and what has no Chinese is read by both."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ticketing.knowledge import english
from ticketing.knowledge.embedding import (
    BUNDLED,
    ENGLISH,
    MULTILINGUAL,
    SHARED_WIDTH,
    Embedder,
    clean,
    shared,
    shared_model,
)
from ticketing.knowledge.rounding import prepared

TEXTS = [
    "Why was my card declined in Macau last night?",
    "pls refund asap 😡😡 order no. 20261126-7788",
    "no",
    "THE APP SAYS 'SYSTEM BUSY' AND I HAVE TO PAY TODAY",
    "My late husband's account still gets charged every month, and nobody will tell me how to stop it. " * 4,
    "café naïve ﬁne ½",
    "",
]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> object:
    """The model itself, put together from its packages, as sentence-transformers runs it."""
    import io
    import zipfile

    from sentence_transformers import SentenceTransformer

    folder = tmp_path_factory.mktemp("published")
    zipfile.ZipFile(io.BytesIO(b"".join(map(english._part, english.PARTS)))).extractall(folder)
    return SentenceTransformer(str(folder / english.NAME), device="cpu")


@pytest.mark.parametrize("light", [False, True])
def test_its_vectors_are_those_of_the_model_but_for_rounding(published: object, light: bool) -> None:
    theirs = published.encode([clean(text) for text in TEXTS], normalize_embeddings=True)  # type: ignore[attr-defined]
    cosines = np.sum(Embedder(ENGLISH, light=light).embed(TEXTS) * theirs[:, : english.WIDTH], axis=1)
    assert cosines.min() > 0.98, dict(zip(TEXTS, cosines, strict=True))


def test_a_text_among_many_gets_the_vector_it_has_alone() -> None:
    texts = [clean(text) for text in TEXTS]
    alone = np.concatenate([english.embed([text]) for text in texts])
    assert np.allclose(alone, english.embed(texts), atol=1e-6)
    assert np.allclose(np.linalg.norm(alone, axis=1), 1, atol=1e-5)


def test_only_what_has_no_chinese_character_is_read_by_both() -> None:
    found = Embedder(BUNDLED, light=True).embed(["提现要多久", "how long", "提现 fee"])
    ours = Embedder(MULTILINGUAL, light=True).embed(["提现要多久", "how long", "提现 fee"])
    assert np.allclose(shared(found, BUNDLED), ours, atol=1e-6)
    assert np.linalg.norm(found[:, SHARED_WIDTH:], axis=1) == pytest.approx([0, 1, 0], abs=1e-5)
    assert found.shape[1] == Embedder(BUNDLED, light=True).width == SHARED_WIDTH + english.WIDTH


def test_texts_of_all_languages_compare_by_the_multilingual_one() -> None:
    embedder = Embedder(BUNDLED, light=True)
    assert embedder.shared.name == shared_model(BUNDLED) == MULTILINGUAL
    other = Embedder("some/model", light=True)
    assert other.shared is other
    assert shared(np.ones((2, 5), np.float32), "some/model").shape == (2, 5)


def test_another_model_in_the_packages_is_not_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(english, "SHA_256", "0" * 64)
    with pytest.raises(RuntimeError, match="another model"):
        prepared(tmp_path / "made", english.write)
    assert not any(tmp_path.iterdir())


def test_a_model_is_made_once_and_whole(tmp_path: Path) -> None:
    made: list[Path] = []

    def write(folder: Path) -> None:
        made.append(folder)
        (folder / "encoder.onnx").write_bytes(b"graph")
        if len(made) == 1:  # another process was quicker
            (tmp_path / "made").mkdir()
            (tmp_path / "made" / "encoder.onnx").write_bytes(b"theirs")

    for _ in range(2):
        assert (prepared(tmp_path / "made", write) / "encoder.onnx").read_bytes() == b"theirs"
    assert len(made) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["made"]
