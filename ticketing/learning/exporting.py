"""Writes what was taught where the next training finds it; never a text that measures the assistant."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.learning import utterances
from ticketing.learning.collecting import bare
from ticketing.learning.models import LearnedUtterance

EVALUATION = Path(__file__).resolve().parents[2] / "nlu_data" / "evaluation"


@dataclass(frozen=True)
class Exported:
    """How many examples were written; which were not: those of evaluation sets, and those trained on already."""

    written: int
    measured: tuple[str, ...]
    known: int
    changed: bool


def export(session: Session, *, path: Path, evaluation: Path = EVALUATION) -> Exported:
    """Write the file anew where its content differs; the same examples give the same bytes, none gives no file."""
    blind, trained = measured_texts(evaluation), {bare(text) for text, _intent in utterances.read()}
    wanted: defaultdict[str, set[str]] = defaultdict(set)
    refused, known = [], 0
    for row in session.scalars(select(LearnedUtterance).order_by(LearnedUtterance.id)):
        normal = bare(row.text)
        if normal in blind:
            refused.append(row.text)
        elif normal in trained:
            known += 1
        else:
            wanted[row.intent].add(" ".join(row.text.split()))
    content = rendered(wanted)
    changed = (path.read_bytes() if path.is_file() else b"") != content
    if changed and content:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(".new")
        fresh.write_bytes(content)
        fresh.replace(path)
    elif changed:
        path.unlink()
    return Exported(sum(map(len, wanted.values())), tuple(refused), known, changed)


def rendered(examples: dict[str, set[str]]) -> bytes:
    """Rasa's training file of these examples by intent; nothing for none."""
    if not examples:
        return b""
    nlu = [
        {"intent": intent, "examples": [{"text": text} for text in sorted(examples[intent])]}
        for intent in sorted(examples)
    ]
    return yaml.safe_dump({"version": "3.1", "nlu": nlu}, allow_unicode=True, sort_keys=False, width=1000).encode()


@cache
def measured_texts(folder: Path) -> frozenset[str]:
    """Every text of the evaluation sets, bare."""
    return frozenset(
        normal
        for path in sorted(folder.glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.strip()
        for text in _texts(json.loads(line))
        if (normal := bare(text))
    )


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
