"""Fits what is meant by what customers type after an article: ``nlu_data/calibration/follow_ups.jsonl``.

Each row names the article told (``previous``), the line of it that answers (``line``, word for word) and other articles that do
(``articles``); both may be missing. Beside them stand held-out askings after an article of another topic, which have nothing to
do with it. One share each goes to every article, every line and to nothing (conditional logit), so the fit gives chances. All
figures are cross-validated, rows after one article in one fold.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from ticketing.knowledge import logit, rules
from ticketing.knowledge.index import SIGNALS, Embed, Index, Query
from ticketing.knowledge.logit import Flags, Numbers
from ticketing.knowledge.passages import DETAIL, LINE

ROWS = Path(__file__).resolve().parents[2] / "nlu_data" / "calibration" / "follow_ups.jsonl"
KINDS = ("following", "continuing")
PARTS = ("article", "line", "detail", "nothing")
NAMES = {"article": SIGNALS, "line": ("always", *LINE), "detail": ("always", *DETAIL), "nothing": rules.NOTHING}
FOLDS = 5
SHORTEST = 10
"""A line of fewer characters is not the one wanted for being part of it."""
RIGHT_WHEN_TOLD = 0.85
"""From the lowest chance on from which so many of what is told are right a line or an article is told, else it is offered."""
PULL = 0.01
"""How strongly weights of signals, each in units of its spread, are drawn to nothing."""
OTHERWISE_COUNTS = 0.15
"""How much a question that has nothing to do with the article counts beside one that was typed because of it."""


@dataclass(frozen=True)
class Case:
    """What was typed, the signals of all that it may mean (a row of zeros but for its part each), and which of it is right."""

    previous: str
    language: str
    kind: str
    signals: Numbers
    rights: Flags
    counts: float = 1.0

    @property
    def is_answered(self) -> bool:
        """Whether anything answers it: the last row is nothing."""
        return not self.rights[-1]


def read(path: Path = ROWS) -> list[dict[str, Any]]:
    """The rows of a file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def cases(index: Index, embed: Embed, rows: Sequence[dict[str, Any]], *, counts: float = 1.0) -> Iterator[Case]:
    """The rows that may lean on their article."""
    queries = [index.read(row["text"], after=row["previous"]) for row in rows]
    pairs = [(row, query) for row, query in zip(rows, queries, strict=True) if query.earlier is not None]
    embedded = iter(embed([text for _, query in pairs for text in query.texts], "query"))
    for row, query in pairs:
        yield _case(index, query, np.stack([*islice(embedded, len(query.texts))]), row, counts)


def _case(index: Index, query: Query, vectors: np.ndarray, row: dict[str, Any], counts: float) -> Case:
    placed = index.place(query, vectors)
    found, (lines, details) = index.candidates(query, placed), index.passages(query, placed, row["language"])
    others = found.rows != query.earlier
    blocks = [
        found.signals[others],
        np.array([[1.0, *line.signals] for line in lines]).reshape(-1, len(NAMES["line"])),
        np.array([[1.0, *detail.signals] for detail in details]).reshape(-1, len(NAMES["detail"])),
        np.array([rules.nothing_evidence(query.text, query.novelty)]),
    ]
    widths = [len(NAMES[part]) for part in PARTS]
    signals = np.zeros((sum(map(len, blocks)), sum(widths)))
    down = across = 0
    for block, width in zip(blocks, widths, strict=True):
        signals[down : down + len(block), across : across + width] = block
        down, across = down + len(block), across + width
    rights = [index.entries[at].key in row["articles"] for at in found.rows[others].tolist()]
    rights += [answers(line.text, row["line"]) for line in lines]
    rights += [detail.text in row.get("details", ()) for detail in details]
    right = np.array([*rights, not is_answered(row)])
    return Case(row["previous"], query.language, query.kind, signals, right, counts)


def is_answered(row: dict[str, Any]) -> bool:
    """Whether anything answers it."""
    return bool(row["line"] or row["articles"] or row.get("details"))


def answers(line: str, wanted: str | None) -> bool:
    """Whether a line is the one wanted, or holds it, whatever its marks."""
    if wanted is None:
        return False
    bare = wanted.replace("**", "").lstrip("0123456789.-、 ").strip()
    return bare in line or (len(line) >= SHORTEST and line in bare)


def fit_weights(chosen: Sequence[Case]) -> Numbers:
    """One weight for each signal of each part, under which what is right has the largest share."""
    known = [case for case in chosen if case.rights.any()]
    spread = np.concatenate([case.signals for case in known]).std(axis=0) + 1e-9
    signals, rights = [case.signals / spread for case in known], [case.rights for case in known]
    found = logit.fit(signals, rights, counts=[case.counts for case in known], pull=PULL, start=np.zeros(len(spread)))
    return np.asarray(found / spread, dtype=np.float64)


@dataclass(frozen=True)
class Outcome:
    """Of each case the chance given to the likeliest article or line, and whether that was right."""

    best: Numbers
    right: Flags


def cross_validate(chosen: Sequence[Case]) -> Outcome:
    """Judge each case by a fit on the other folds."""
    names = {key: at for at, key in enumerate(sorted({case.previous for case in chosen}))}
    folds = np.array([names[case.previous] % FOLDS for case in chosen])
    best, right = np.zeros(len(chosen)), np.zeros(len(chosen), np.bool_)
    for kind in KINDS:
        mine = np.array([case.kind == kind for case in chosen])
        for fold in range(FOLDS):
            weights = fit_weights([chosen[at] for at in np.flatnonzero(mine & (folds != fold)).tolist()])
            for at in np.flatnonzero(mine & (folds == fold)).tolist():
                scores = chosen[at].signals @ weights
                shares = np.exp(scores - scores.max())
                shares /= shares.sum()
                first = int(shares[:-1].argmax())
                best[at], right[at] = shares[first], chosen[at].rights[first]
    return Outcome(best, right)


def choose(best: Numbers, right: Flags, counts: Numbers) -> float:
    """The lowest threshold from which on enough of what is told is right, each case as much as it counts."""
    order = np.argsort(-best)
    precision = np.cumsum((right * counts)[order]) / np.cumsum(counts[order])
    enough = np.flatnonzero(precision >= RIGHT_WHEN_TOLD)
    return float(best[order[enough[-1]]]) if len(enough) else 1.0


def fit(chosen: Sequence[Case]) -> dict[str, Any]:
    """The object that ``thresholds.json`` holds under ``following``; its figures are of what was typed because of an article."""
    outcome = cross_validate(chosen)
    typed = np.array([case.counts == 1.0 for case in chosen])
    answered = np.array([case.is_answered for case in chosen])
    threshold = choose(outcome.best, outcome.right, np.array([case.counts for case in chosen]))
    told = outcome.best >= threshold
    return {
        "weights": {kind: _named(fit_weights([case for case in chosen if case.kind == kind])) for kind in KINDS},
        "threshold": round(threshold, 4),
        "figures": {
            "rows": int(typed.sum()),
            "answered": int((typed & answered).sum()),
            "first_right": _share(outcome.right[typed & answered]),
            "told_of_those": _share(told[typed & answered]),
            "told_of_others": _share(told[typed & ~answered]),
            "right_when_told": _share(outcome.right[typed & told]),
            "declined_of_those": _share((outcome.best < rules.LEAST)[typed & answered]),
            "declined_of_others": _share((outcome.best < rules.LEAST)[typed & ~answered]),
            "otherwise": int((~typed).sum()),
            "otherwise_first_right": _share(outcome.right[~typed]),
            "otherwise_told_wrong": _share((told & ~outcome.right)[~typed]),
        },
    }


def _named(weights: Numbers) -> dict[str, dict[str, float]]:
    values = iter(weights.tolist())
    return {part: {name: round(next(values), 4) for name in NAMES[part]} for part in PARTS}


def _share(flags: Flags) -> float:
    return round(float(np.mean(flags)), 4) if len(flags) else 0.0
