"""How well questions are grouped: askings of the seed articles as if nobody knew to which article they belong."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from ticketing.knowledge import seed, vectors
from ticketing.knowledge.embedding import Embedder, Vectors
from ticketing.knowledge.text import normalise
from ticketing.learning.clustering import ALIKE, Groups

CURVE = (0.84, 0.86, 0.87, 0.88, 0.89, 0.90, 0.91, 0.92, 0.93)
LARGEST = 8


def run(say: Callable[[str], object], *, model: str, store: Path) -> None:
    """Print precision, recall (B-cubed) and the number of groups by threshold and language."""
    embedder, memory = Embedder(model, light=True), vectors.local_store(store)
    for language in ("zh", "en"):
        labels, texts = _sample(language)
        vectors.remember(memory, embedder=embedder, texts=[(text, "query") for text in texts])
        with memory.reading() as session:
            places = vectors.recall(session, embedder=embedder, texts=texts, kind="query")
        say(f"{language}: {len(texts)} questions about {len(set(labels))} matters\n")
        say("  threshold  groups  precision  recall  F\n")
        for threshold in CURVE:
            found = grouped(places, threshold)
            precision, recall = b_cubed(found, labels)
            balance = 2 * precision * recall / (precision + recall)
            mark = "  <- used" if threshold == ALIKE[language] else ""
            say(f"  {threshold:9.2f}  {len(set(found)):6d}  {precision:9.3f}  {recall:6.3f}  {balance:.3f}{mark}\n")


def grouped(places: Vectors, threshold: float) -> list[int]:
    """The group of each vector, one after the other as they would come in."""
    groups, homes = Groups(threshold), []
    for at, place in enumerate(places):
        home = groups.nearest(place)
        groups.add(at if home is None else home, place)
        homes.append(at if home is None else home)
    moved = dict(groups.merge(lambda _a, _b: True))
    return [_end(moved, home) for home in homes]


def b_cubed(found: Sequence[int], labels: Sequence[str]) -> tuple[float, float]:
    """For a typical question: the share of its group that is about its matter, and of its matter that is in its group."""
    together: defaultdict[tuple[int, str], int] = defaultdict(int)
    for group, label in zip(found, labels, strict=True):
        together[group, label] += 1
    sizes = {group: found.count(group) for group in set(found)}
    matters = {label: labels.count(label) for label in set(labels)}
    pairs = list(zip(found, labels, strict=True))
    precision = float(np.mean([together[pair] / sizes[pair[0]] for pair in pairs]))
    return precision, float(np.mean([together[pair] / matters[pair[1]] for pair in pairs]))


def _sample(language: str) -> tuple[list[str], list[str]]:
    """Between one and LARGEST askings of each article, always the same, in an order that mixes articles."""
    rows = []
    for place, article in enumerate(seed.read()):
        wording = article.texts.get(language)
        askings = wording.askings if wording else []
        rows += [
            (turn, place, article.key, normalise(text)) for turn, text in enumerate(askings[: place % LARGEST + 1])
        ]
    rows.sort()
    return [row[2] for row in rows], [row[3] for row in rows]


def _end(moved: dict[int, int], home: int) -> int:
    while home in moved:
        home = moved[home]
    return home
