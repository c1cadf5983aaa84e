"""``python -m ticketing.tickets.evaluation severity|repetition [FILE]``: how well severity and repetition are judged."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from ticketing.knowledge.embedding import Embedder
from ticketing.tickets import likeness, severity

FOLDER = Path(__file__).parents[2] / "nlu_data" / "evaluation"
SEVERITY_ROWS = FOLDER / "severity.jsonl"
REPETITION_PAIRS = FOLDER / "repetition.jsonl"
CURVE = [0.86 + step / 200 for step in range(19)]


@dataclass(frozen=True)
class Score:
    """Right, wrongly found and missed of one reason."""

    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0


@dataclass(frozen=True)
class Miss:
    """A sentence judged otherwise than labelled."""

    text: str
    labelled: frozenset[str]
    found: frozenset[str]


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """The labelled rows of a file."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip():
            yield json.loads(line)


def measure_severity(path: Path = SEVERITY_ROWS) -> tuple[dict[str, Score], list[Miss]]:
    """Scores by reason (``all`` for their sum), and the sentences judged otherwise."""
    right: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    misses: list[Miss] = []
    for row in rows(path):
        amount = None if row["amount"] is None else Decimal(row["amount"])
        labelled = frozenset(row["reasons"])
        found = frozenset(severity.judge(row["text"], amount=amount, tier="standard").reasons)
        right.update(labelled & found)
        wrong.update(found - labelled)
        missed.update(labelled - found)
        if labelled != found:
            misses.append(Miss(row["text"], labelled, found))
    names = sorted({*right, *wrong, *missed})
    scores = {name: Score(right[name], wrong[name], missed[name]) for name in names}
    scores["all"] = Score(right.total(), wrong.total(), missed.total())
    return scores, misses


def measure_repetition(path: Path = REPETITION_PAIRS) -> list[tuple[float, bool]]:
    """Cosine and label of each pair."""
    embedder = Embedder(light=True)
    pairs = [(row["a"], row["b"], row["same"]) for row in rows(path)]
    return [(float(embedder.embed([one])[0] @ embedder.embed([other])[0]), bool(same)) for one, other, same in pairs]


def at_threshold(measured: Sequence[tuple[float, bool]], threshold: float) -> Score:
    """How a threshold tells the pairs apart."""
    found = [same for cosine, same in measured if cosine >= threshold]
    missed = sum(1 for cosine, same in measured if same and cosine < threshold)
    return Score(sum(found), len(found) - sum(found), missed)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(prog="python -m ticketing.tickets.evaluation")
    parser.add_argument("what", choices=["severity", "repetition"])
    parser.add_argument("file", type=Path, nargs="?")
    options = parser.parse_args(arguments)
    if options.what == "repetition":
        return _print_repetition(options.file or REPETITION_PAIRS)
    return _print_severity(options.file or SEVERITY_ROWS)


def _print_severity(path: Path) -> int:
    scores, misses = measure_severity(path)
    for miss in misses:
        sys.stdout.write(f"  labelled {_set(miss.labelled)}, found {_set(miss.found)}: {miss.text}\n")
    sys.stdout.write(f"{'reason':<16}{'precision':>10}{'recall':>10}{'rows':>7}\n")
    for name, score in scores.items():
        sys.stdout.write(f"{name:<16}{score.precision:>10.3f}{score.recall:>10.3f}{score.right + score.missed:>7}\n")
    sys.stdout.write(f"{sum(1 for _ in rows(path))} sentences, {len(misses)} judged otherwise\n")
    return 0


def _print_repetition(path: Path) -> int:
    measured = measure_repetition(path)
    sys.stdout.write(f"{'from cosine':<14}{'precision':>10}{'recall':>10}\n")
    for threshold in CURVE:
        score = at_threshold(measured, threshold)
        mark = "  <- ALIKE" if abs(threshold - likeness.ALIKE) < 0.0001 else ""
        sys.stdout.write(f"{threshold:<14.3f}{score.precision:>10.3f}{score.recall:>10.3f}{mark}\n")
    same = sum(1 for _, is_same in measured if is_same)
    sys.stdout.write(f"{len(measured)} pairs, {same} about the same matter\n")
    return 0


def _set(names: frozenset[str]) -> str:
    return "+".join(sorted(names)) or "nothing"


if __name__ == "__main__":
    raise SystemExit(main())
