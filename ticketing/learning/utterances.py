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
from ticketing.knowledge.embedding import Embedder, Vectors
from ticketing.knowledge.models import TextVector
from ticketing.knowledge.text import normalise
from ticketing.platform import yaml_files
from ticketing.platform.db import Database

FOLDER = Path(__file__).resolve().parents[2] / "nlu_data" / "utterances"
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


def remember_some(database: Database, *, embedder: Embedder, start: int) -> int:
    """Embed and store the next few examples from ``start`` on; gives where to go on, past the end when all are there."""
    texts = [text for text, _intent in read()[start : start + AT_ONCE]]
    vectors.remember(database, embedder=embedder, texts=[(text, "query") for text in texts])
    return start + AT_ONCE


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
