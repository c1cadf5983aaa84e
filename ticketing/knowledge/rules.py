"""From signals to a verdict: answer, ask back, or decline. The numbers come from ``thresholds.json`` (see calibration.py)."""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from ticketing.knowledge.text import is_chinese

Verdict = Literal["answer", "passage", "ask", "decline"]
"""``passage``: a line of the article told last answers a few words typed after it."""
Part = Literal["alone", "following"]
"""Questions that stand alone, and short ones after an answer, are fitted apart."""

THRESHOLDS = Path(__file__).with_name("thresholds.json")
_SEEN = ("score", "margin", "learned", "asking", "line", "words", "sound", "novelty", "length", "chinese")
EVIDENCE: Mapping[Part, tuple[str, ...]] = {"alone": _SEEN, "following": (*_SEEN, "topic", "named", "itself", "kin")}
"""What the chance is judged on."""
PASSAGE_EVIDENCE = ("near", "lead", "words", "few", "rival", "itself", "chinese")
"""What it is judged on that a line answers."""
VERBATIM = 0.9
"""An asking this near is the same sentence but for a word or letter: 48 of 52 held-out askings this near belonged to it."""
CHOICES = 3
LEANING_CHARACTERS, LEANING_WORDS = 24, 14
CHOICE_WINDOW = 0.3
MEANINGFUL_CHARACTERS = 2


@dataclass(frozen=True)
class Ranked:
    """An article and how well it fits; ``signals`` by name as in index.SIGNALS."""

    key: str
    score: float
    signals: Mapping[str, float]


@dataclass(frozen=True)
class Thresholds:
    """From which chance on to answer, and from which to ask back."""

    answer: float
    ask: float


@dataclass(frozen=True)
class Calibration:
    """``weights``, by kind of question, fuse signals into a score; ``evidence`` and ``intercept`` turn it into the chance that the
    first article is right; ``thresholds`` by language.
    """

    weights: Mapping[str, Mapping[str, float]]
    evidence: Mapping[str, float]
    intercept: float
    thresholds: Mapping[str, Thresholds]

    @classmethod
    def parse(cls, raw: Mapping[str, Any]) -> Calibration:
        """From the JSON file's object."""
        thresholds = {language: Thresholds(**values) for language, values in raw["thresholds"].items()}
        return cls(raw["weights"], raw["evidence"], raw["intercept"], thresholds)

    def chance(self, seen: Mapping[str, float]) -> float:
        """How likely the first article is what was asked for, 0 to 1; ``seen`` as from ``evidence``."""
        return 1 / (1 + math.exp(-self.intercept - sum(weight * seen[name] for name, weight in self.evidence.items())))


@cache
def calibration(part: Part, path: Path = THRESHOLDS) -> Calibration:
    """As fitted last."""
    return Calibration.parse(json.loads(path.read_text(encoding="utf-8"))[part])


def evidence(ranked: Sequence[Ranked], *, text: str, novelty: float) -> dict[str, float]:
    """What EVIDENCE names: the first article's score and signals, its lead, and the query.

    ``text`` is the query as read: a long one never comes as close to an asking as a short one. ``novelty`` is how much of it
    nobody wrote of.
    """
    first = ranked[0]
    margin = first.score - ranked[1].score if len(ranked) > 1 else first.score
    asked = {"novelty": novelty, "length": math.log(1 + len(text)), "chinese": float(is_chinese(text))}
    return {"score": first.score, "margin": margin, **first.signals, **asked}


@dataclass(frozen=True)
class PassageCalibration:
    """``evidence`` and ``intercept`` give the chance that the nearest line answers; told from ``threshold`` on."""

    evidence: Mapping[str, float]
    intercept: float
    threshold: float

    def chance(self, seen: Mapping[str, float]) -> float:
        """How likely the nearest line is what was asked for, 0 to 1; ``seen`` as from ``passage_evidence``."""
        return 1 / (1 + math.exp(-self.intercept - sum(weight * seen[name] for name, weight in self.evidence.items())))


@cache
def passage_calibration(path: Path = THRESHOLDS) -> PassageCalibration:
    """As fitted last."""
    raw = json.loads(path.read_text(encoding="utf-8"))["passage"]
    return PassageCalibration(raw["evidence"], raw["intercept"], raw["threshold"])


def may_lean(normal: str) -> bool:
    """Whether a text is short enough to be about a line of what was just told."""
    return len(normal) <= LEANING_CHARACTERS if is_chinese(normal) else len(normal.split()) <= LEANING_WORDS


def passage_evidence(
    lines: Sequence[tuple[str, float]],
    *,
    tokens: Collection[str],
    line_tokens: Collection[str],
    rival: float,
    itself: bool,
    chinese: bool,
) -> dict[str, float]:
    """What PASSAGE_EVIDENCE names: of an article's lines with their cosines, nearest first, and of the article that a search puts
    first, whether that is the article itself (``itself``), else how likely it is the one asked for (``rival``).
    """
    near = lines[0][1]
    others = [cosine for _, cosine in lines[1:]]
    return {
        "near": near,
        "lead": near - (sum(others) / len(others) if others else 0.0),
        "words": len(set(tokens) & set(line_tokens)) / max(1, len(set(tokens))),
        "few": math.log(len(lines)),
        "rival": rival,
        "itself": float(itself),
        "chinese": float(chinese),
    }


def decide(thresholds: Thresholds, chance: float) -> Verdict:
    """The verdict on a chance."""
    if chance >= thresholds.answer:
        return "answer"
    return "ask" if chance >= thresholds.ask else "decline"


def verbatim_first(ranked: Sequence[Ranked]) -> tuple[list[Ranked], float]:
    """The ranking with an article that is asked in these very words put first, and how near its asking is (0: there is none)."""
    same = next((item for item in ranked if item.signals["asking"] >= VERBATIM), None)
    if same is None:
        return list(ranked), 0.0
    return [same, *(item for item in ranked if item is not same)], min(same.signals["asking"], 1.0)


def choices(ranked: Sequence[Ranked]) -> list[Ranked]:
    """What “您是不是想问…” offers: the first and at most two that come close to it."""
    return [item for item in ranked[:CHOICES] if item.score >= ranked[0].score * (1 - CHOICE_WINDOW)]


def is_askable(normal: str) -> bool:
    """Whether a normalised text can be a question at all: letters of some language, not one character said again and again."""
    letters = [char for char in normal if char.isalpha()]
    return len(letters) >= MEANINGFUL_CHARACTERS and len(set(letters)) > 1
