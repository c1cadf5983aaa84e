"""What the assistant was trained on, by intent, and which intent's examples a text is nearest to."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.knowledge import vectors
from ticketing.knowledge.embedding import Embedder, Vectors, shared, shared_model
from ticketing.knowledge.models import TextVector
from ticketing.knowledge.text import normalise
from ticketing.platform import yaml_files
from ticketing.platform.db import Database

FOLDER = Path(__file__).resolve().parents[2] / "nlu_data" / "utterances"
TRAINED = Path(__file__).resolve().parents[2] / "bot" / ".build"
"""Where the assistant's training leaves the vectors of what it learnt from (``bot.components.encoders.embed_with_store``)."""
NEIGHBOURS = 7
SHARPNESS = 50.0
NEAR = 0.9
"""A text whose nearest example is less alike than this is like no intent."""
AT_ONCE = 48


@dataclass(frozen=True)
class Examples:
    """Examples of intents with their vectors ``(n, dimensions)``, those of the model that all languages share."""

    intents: tuple[str, ...]
    vectors: Vectors

    def vote(self, vector: Vectors) -> dict[str, float]:
        """Shares of the nearest examples' intents, nearer ones counting more; empty when none is near."""
        if not self.intents:
            return {}
        alike = self.vectors @ vector[: self.vectors.shape[1]]
        nearest = np.argsort(-alike)[:NEIGHBOURS]
        if alike[nearest[0]] < NEAR:
            return {}
        weights = np.exp(SHARPNESS * (alike[nearest] - alike[nearest[0]]))
        votes: defaultdict[str, float] = defaultdict(float)
        for at, weight in zip(nearest, weights / weights.sum(), strict=True):
            votes[self.intents[int(at)]] += float(weight)
        return dict(votes)


@cache
def read(folder: Path = FOLDER) -> tuple[tuple[str, str], ...]:
    """Normalised example and intent, of every file; nothing where the files are not shipped."""
    found: dict[str, str] = {}
    for path in sorted(folder.glob("*/*.yml")):
        for item in yaml_files.read(path)["nlu"]:
            for text in _texts(item.get("examples", "")):
                if normal := normalise(text):
                    found.setdefault(normal, str(item["intent"]))
    return tuple(found.items())


def _texts(examples: Any) -> list[str]:
    """Rasa's two ways to write examples: lines that begin with a dash, or items with a text."""
    if isinstance(examples, list):
        return [str(item["text"]) for item in examples]
    return [line.strip()[2:] for line in str(examples).splitlines() if line.strip().startswith("- ")]


def missing(database: Database, *, model: str, trained: Path = TRAINED) -> list[str]:
    """The examples that have no vector by the model's shared part yet, after what the assistant's training left here was stored."""
    part = shared_model(model)
    texts = vectors.unknown(database, model=part, texts=[text for text, _intent in read()], kind="query")
    left = trained / f"embeddings-{Path(model).name}.npz"
    if not texts or not left.is_file():
        return texts
    with np.load(left, allow_pickle=False) as kept:
        rows = {text: row for row, text in enumerate(kept["texts"].tolist())}
        computed = shared(kept["vectors"], model)
    found = {text: computed[rows[text]] for text in texts if text in rows}
    if found:
        vectors.keep(database, model=part, kind="query", found=found)
    return [text for text in texts if text not in found]


def remember_some(database: Database, *, embedder: Embedder, texts: list[str]) -> None:
    """Embed and store the first few of the texts, and take them off the list."""
    vectors.remember(database, embedder=embedder, texts=[(text, "query") for text in texts[:AT_ONCE]])
    del texts[:AT_ONCE]


def remembered(session: Session, *, model: str) -> Examples:
    """All examples that have been embedded so far."""
    digests = {vectors.digest(text, "query"): intent for text, intent in read()}
    stored = session.execute(
        select(TextVector.digest, TextVector.vector).where(
            TextVector.model == model, TextVector.digest.in_(list(digests))
        )
    ).all()
    if not stored:
        return Examples((), np.empty((0, 0), np.float32))
    matrix = np.stack([np.frombuffer(raw, np.float16) for _name, raw in stored]).astype(np.float32)
    return Examples(tuple(digests[name] for name, _raw in stored), matrix)
