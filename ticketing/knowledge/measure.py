"""What the knowledge base comes to on questions it was not fitted on: ``python -m ticketing.knowledge measure``.

Nothing here may set a weight or a threshold: ``nlu_data/evaluation`` is for looking, ``calibration.py`` is for fitting.
Public texts of other fields are read where ``KESU_PUBLIC_DATA`` (or ``../shared/data``) has them and left out where not.
"""

from __future__ import annotations

import json
import os
import random
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from ticketing.knowledge import retrieval
from ticketing.knowledge.following_calibration import answers, is_answered
from ticketing.knowledge.index import Embed, Index
from ticketing.knowledge.perturbation import CHINESE_ONLY, PERTURBATIONS
from ticketing.knowledge.retrieval import Found
from ticketing.knowledge.rules import CHOICES
from ticketing.knowledge.space import Vectors

FOLDER = Path(__file__).resolve().parents[2] / "nlu_data" / "evaluation"
PUBLIC = "KESU_PUBLIC_DATA"
PUBLIC_TEXTS = 1000
"""So many of each public collection, chosen by seed."""
BECAME = ("told right", "told wrong", "offered right", "offered wrong", "declined")
"""What may become of what is typed after an article; it is offered right where the right one is among what is offered."""
Say = Callable[[str], object]


@dataclass(frozen=True)
class Question:
    """A text, the keys of the articles that answer it (none where no article may), the one answered before, and which answers to
    details of that do too.
    """

    text: str
    language: str
    articles: tuple[str, ...] = ()
    previous: str | None = None
    details: tuple[str, ...] = ()


@dataclass(frozen=True)
class Score:
    """Counts over some questions; `lines`: what was told of the article before instead of an answer."""

    asked: int = 0
    first: int = 0
    among_first: int = 0
    answered: int = 0
    right: int = 0
    lines: int = 0
    asked_back: int = 0
    offered: int = 0

    def row(self) -> str:
        """Shares of the questions; ``right`` and ``offered`` are shares of those answered and asked back."""
        return (
            f"{self.asked:>10}{_share(self.first, self.asked)}{_share(self.among_first, self.asked)}"
            f"{_share(self.answered, self.asked)}{_share(self.right, self.answered)}{_share(self.lines, self.asked)}"
            f"{_share(self.asked_back, self.asked)}{_share(self.offered, self.asked_back)}"
            f"{_share(self.asked - self.answered - self.lines - self.asked_back, self.asked)}"
        )


HEAD = "".join(
    f"{name:>10}"
    for name in ("questions", "top-1", "top-3", "answered", "right", "a line", "asked", "offered", "declined")
)


def run(index: Index, embed: Embed, say: Say) -> None:
    """Print everything."""

    def ask(questions: Sequence[Question]) -> Score:
        return score(index, embed, questions)

    questions = list(held_out())
    say(f"{'held-out questions':<28}{HEAD}\n")
    for language in ("zh", "en"):
        say(f"{language:<28}{ask([item for item in questions if item.language == language]).row()}\n")
    clean = ask(questions)
    say(f"{'all':<28}{clean.row()}\n\n")
    say(f"{'asked on after an answer':<28}{HEAD}\n")
    following = list(follow_ups())
    for name, chosen in (
        ("zh", [item for item in following if (item.articles or item.details) and item.language == "zh"]),
        ("en", [item for item in following if (item.articles or item.details) and item.language == "en"]),
        ("all", [item for item in following if item.articles or item.details]),
        ("answered by nothing", [item for item in following if not (item.articles or item.details)]),
    ):
        say(f"{name:<28}{ask(chosen).row()}\n")
    say("\n")
    say(f"{'typed after an article':<28}{'texts':>10}" + "".join(f"{name:>16}" for name in BECAME) + "\n")
    for name, rows in typed_after():
        kinds = [of_what_is_typed(index, embed, row) for row in rows]
        say(
            f"{name:<28}{len(rows):>10}"
            + "".join(f"{_share(kinds.count(kind), len(rows)):>16}" for kind in BECAME)
            + "\n"
        )
    say("\n")
    say(f"{'after the article itself':<28}{'texts':>10}{'told':>10}{'right':>10}\n")
    for name, rows in passages():
        became = [(row, _after(index, embed, row)) for row in rows]
        told = [(row, after.passage) for row, after in became if after.verdict == "passage"]
        rights = sum(is_right(passage, row, line=row["answered_by"]) for row, passage in told)
        say(f"{name:<28}{len(rows):>10}{_share(len(told), len(rows))}{_share(rights, len(told))}\n")
    say("\n")
    say(f"{'nothing may be answered':<28}{'texts':>10}{'answered':>10}{'asked':>10}{'declined':>10}\n")
    for name, texts in outside():
        found = ask(texts)
        declined = found.asked - found.answered - found.asked_back
        shares = "".join(_share(part, found.asked) for part in (found.answered, found.asked_back, declined))
        say(f"{name:<28}{found.asked:>10}{shares}\n")
    say(f"\n{'as customers write':<28}{'questions':>10}{'top-1':>10}{'loss':>10}\n")
    for name, change in PERTURBATIONS.items():
        chosen = [item for item in questions if item.language == "zh" or name not in CHINESE_ONLY]
        before = ask(chosen)
        after = ask([replace(item, text=change(item.text)) for item in chosen])
        lost = 100 * (before.first - after.first) / max(1, before.asked)
        say(f"{name:<28}{after.asked:>10}{_share(after.first, after.asked)}{lost:>8.1f} p\n")


def held_out(path: Path = FOLDER / "knowledge.jsonl") -> Iterator[Question]:
    """The blind questions."""
    for row in _rows(path):
        yield Question(row["text"], row["language"], (row["article"],))


def follow_ups(path: Path = FOLDER / "knowledge_follow_ups.jsonl") -> Iterator[Question]:
    """A few words typed after an article was answered."""
    for row in _rows(path):
        yield Question(row["text"], row["language"], tuple(row["articles"]), row["previous"], tuple(row["details"]))


def typed_after(path: Path = FOLDER / "follow_ups.jsonl") -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """What customers type after an article, by language and by what answers it."""
    rows = _rows(path)
    answered = [row for row in rows if is_answered(row)]
    yield "zh, something answers", [row for row in answered if row["language"] == "zh"]
    yield "en, something answers", [row for row in answered if row["language"] == "en"]
    yield "the article itself does", [row for row in rows if row["line"] or row["details"]]
    yield "only other articles do", [row for row in answered if not (row["line"] or row["details"])]
    yield "nothing does", [row for row in rows if row not in answered]


def of_what_is_typed(index: Index, embed: Embed, row: dict[str, Any]) -> str:
    """What becomes of it: one of BECAME."""
    found = _after(index, embed, row)
    if found.verdict == "decline":
        return "declined"
    line = is_right(found.passage, row, line=row["line"])
    keys = {item.key for item in found.offered or found.ranked[:1]}
    right = line if found.verdict == "passage" else line or not keys.isdisjoint(row["articles"])
    return f"{'offered' if found.verdict == 'ask' else 'told'} {'right' if right else 'wrong'}"


def is_right(passage: str, row: dict[str, Any], *, line: str | None) -> bool:
    """Whether a passage is the line that answers a row or the answer to one of its details."""
    return bool(passage) and (answers(passage, line) or passage in row["details"])


def _after(index: Index, embed: Embed, row: dict[str, Any]) -> Found:
    return retrieval.find(index, row["text"], embed, topic=row["previous"], language=row["language"])


def passages(path: Path = FOLDER / "passages.jsonl") -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """A few words typed after an article, by whether a line or a detail of it answers them."""
    rows = _rows(path)
    yield "it says so", [row for row in rows if row["answered_by"] or row["details"]]
    yield "it does not", [row for row in rows if not (row["answered_by"] or row["details"])]


def outside() -> Iterator[tuple[str, list[Question]]]:
    """Texts that no article answers: our own by language, and what is there of public ones."""
    own = [Question(row["text"], row["language"]) for row in _rows(FOLDER / "knowledge_outside.jsonl")]
    yield "own set, zh", [item for item in own if item.language == "zh"]
    yield "own set, en", [item for item in own if item.language == "en"]
    folder = Path(os.environ.get(PUBLIC) or FOLDER.parents[2] / "shared" / "data")
    for name, language, read in (("CrossWOZ, customers", "zh", _crosswoz), ("CLINC150, out of scope", "en", _clinc)):
        texts = sorted(set(read(folder)))
        if texts:
            chosen = random.Random(1).sample(texts, min(PUBLIC_TEXTS, len(texts)))
            yield name, [Question(text, language) for text in chosen]


def score(index: Index, embed: Embed, questions: Sequence[Question]) -> Score:
    """Ask each and count."""
    texts = list(dict.fromkeys(text for item in questions for text in index.read(item.text, after=item.previous).texts))
    known = dict(zip(texts, embed(texts, "query"), strict=True))

    def recall(asked: Sequence[str], _kind: str) -> Vectors:
        return np.stack([known[text] for text in asked])

    counts = dict.fromkeys(Score.__dataclass_fields__, 0)
    for item in questions:
        found = retrieval.find(index, item.text, recall, topic=item.previous)
        keys = [ranked.key for ranked in found.ranked[:CHOICES]]
        offered = {ranked.key for ranked in found.offered}
        told = found.verdict == "passage" and found.passage in item.details
        first, among = (
            told or any(key in item.articles for key in keys[:1]),
            told or not set(keys).isdisjoint(item.articles),
        )
        answered, line, back = (found.verdict == verdict for verdict in ("answer", "passage", "ask"))
        seen = (True, first, among, answered, answered and first, line, back, not offered.isdisjoint(item.articles))
        for name, flag in zip(counts, seen, strict=True):
            counts[name] += flag
    return Score(**counts)


def _share(part: int, whole: int) -> str:
    return f"{part / whole:>10.1%}" if whole else f"{'-':>10}"


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _crosswoz(folder: Path) -> Iterator[str]:
    """What customers say in CrossWOZ's validation part (travel in Beijing)."""
    path = folder / "crosswoz" / "val.json.zip"
    if path.is_file():
        with zipfile.ZipFile(path) as archive:
            dialogues = json.loads(archive.read("val.json"))
        for dialogue in dialogues.values():
            yield from (said["content"] for said in dialogue["messages"] if said["role"] == "usr")


def _clinc(folder: Path) -> Iterator[str]:
    """CLINC150's out-of-scope test questions."""
    path = folder / "clinc150" / "data_full.json"
    if path.is_file():
        yield from (text for text, _ in json.loads(path.read_text(encoding="utf-8"))["oos_test"])
