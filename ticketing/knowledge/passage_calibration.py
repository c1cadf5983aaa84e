"""Fits how sure it is that a line of the article told last answers a few words typed after it: ``nlu_data/calibration/passages.jsonl``.

Half of those rows ask for what the article says (``answered_by``, word for word), half for what it does not. All figures are
cross-validated, rows about one article in one fold.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

from ticketing.knowledge import retrieval, rules
from ticketing.knowledge.index import Embed, Index

ROWS = Path(__file__).resolve().parents[2] / "nlu_data" / "calibration" / "passages.jsonl"
FOLDS = 5
RIGHT_WHEN_TOLD = 0.9
"""The threshold is the lowest from which on so many of the lines told are right. Customers seldom ask what stands just above: with six
in ten of these rows right, 50 of 63 lines told in conversations missed the point, and readers resented them more than an honest no.
"""
SHORTEST = 10


@dataclass(frozen=True)
class Judged:
    """A row as the search sees it: its article, the evidence, and whether the nearest line answers it."""

    previous: str
    language: str
    seen: dict[str, float]
    right: bool
    answered: bool


def judged(index: Index, embed: Embed, path: Path = ROWS) -> Iterator[Judged]:
    """Every row that is short enough to lean on its article."""
    for row in read(path):
        query = index.read(row["text"], after=row["previous"])
        vector = embed([query.text], "query")[0]
        found = retrieval.judge(index, query, vector)
        line = retrieval.nearest_line(found, query, vector, topic=row["previous"], language=row["language"])
        if line is not None:
            wanted = row["answered_by"]
            yield Judged(row["previous"], row["language"], line[1], answers(line[0], wanted), wanted is not None)


def read(path: Path) -> list[dict[str, Any]]:
    """The rows of a file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def answers(line: str, wanted: str | None) -> bool:
    """Whether a line is the one wanted, or holds it, whatever its marks."""
    if wanted is None:
        return False
    bare = wanted.replace("**", "").lstrip("0123456789.-、 ").strip()
    return bare in line or (len(line) >= SHORTEST and line in bare)


def fit(rows: Sequence[Judged]) -> dict[str, Any]:
    """The object that ``thresholds.json`` holds under ``passage``."""
    names = {key: at for at, key in enumerate(sorted({row.previous for row in rows}))}
    folds = np.array([names[row.previous] % FOLDS for row in rows])
    chances = np.zeros(len(rows))
    for fold in range(FOLDS):
        evidence, intercept = _logistic([row for row, of in zip(rows, folds, strict=True) if of != fold])
        model = rules.PassageCalibration(evidence, intercept, 0.5)
        for at, row in enumerate(rows):
            if folds[at] == fold:
                chances[at] = model.chance(row.seen)
    evidence, intercept = _logistic(rows)
    threshold = choose(chances, np.array([row.right for row in rows]))
    told = chances >= threshold
    rights, asked = np.array([row.right for row in rows]), np.array([row.answered for row in rows])
    return {
        "evidence": {name: round(value, 4) for name, value in evidence.items()},
        "intercept": round(intercept, 4),
        "threshold": round(threshold, 4),
        "figures": {
            "rows": len(rows),
            "answered_in_article": int(asked.sum()),
            "nearest_line_right": round(float(rights[asked].mean()), 4),
            "told_of_those": round(float(told[asked].mean()), 4),
            "told_of_others": round(float(told[~asked].mean()), 4),
            "right_when_told": round(float(rights[told].mean()), 4),
        },
    }


def choose(chances: np.ndarray, rights: np.ndarray) -> float:
    """The lowest threshold from which on enough of the lines told are right."""
    order = np.argsort(-chances)
    precision = np.cumsum(rights[order]) / np.arange(1, len(order) + 1)
    enough = np.flatnonzero(precision >= RIGHT_WHEN_TOLD)
    return float(chances[order[enough[-1]]]) if len(enough) else 1.0


def _logistic(rows: Sequence[Judged]) -> tuple[dict[str, float], float]:
    model = LogisticRegression(C=10, max_iter=5000).fit(
        [[row.seen[name] for name in rules.PASSAGE_EVIDENCE] for row in rows], [row.right for row in rows]
    )
    return dict(zip(rules.PASSAGE_EVIDENCE, map(float, model.coef_[0]), strict=True)), float(model.intercept_[0])
