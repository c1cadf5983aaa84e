"""From signals to a verdict: answer, ask back, or decline. The numbers come from ``thresholds.json`` (see calibration.py)."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from scipy.special import softmax  # type: ignore[import-untyped]

from ticketing.knowledge.text import is_chinese

Verdict = Literal["answer", "passage", "ask", "decline"]
"""``passage``: a line of the article told last answers what was typed after it."""

Numbers = npt.NDArray[Any]
Signals = Sequence[Sequence[float]]
THRESHOLDS = Path(__file__).with_name("thresholds.json")
EVIDENCE = ("score", "margin", "learned", "asking", "line", "words", "sound", "novelty", "length", "chinese")
"""What the chance is judged on where a question stands alone."""
NOTHING = ("always", "novelty", "length")
"""What it is judged on that nothing answers what was typed after an article."""
LEAST = 0.2
"""Where neither an article nor a line is this likely to answer what was typed after an article, nothing is offered."""
WORTH_OFFERING = 0.1
"""An article less likely than this is not offered beside a likelier one."""
MAY_BE_SAID = 0.2
"""From this chance on a line of the article told last stands above what is offered."""
VERBATIM = 0.9
"""An asking this near is the same sentence but for a word or letter: 48 of 52 held-out askings this near belonged to it."""
CHOICES = 3
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
def calibration(path: Path = THRESHOLDS) -> Calibration:
    """Of questions that stand alone, as fitted last."""
    return Calibration.parse(json.loads(path.read_text(encoding="utf-8"))["alone"])


@dataclass(frozen=True)
class Following:
    """What is typed after an article means a passage of it, another article, or nothing there: one share each, 1 in all.

    ``article``, ``line``, ``detail`` and ``nothing`` weigh their signals, those of passages with their ``always`` too; told alone from
    ``threshold`` on.
    """

    article: Mapping[str, float]
    line: Mapping[str, float]
    detail: Mapping[str, float]
    nothing: Mapping[str, float]
    threshold: float

    def shares(
        self, articles: Numbers, lines: Signals, details: Signals, nothing: Sequence[float]
    ) -> tuple[Numbers, Numbers, float]:
        """The chances of each article, of each line and then each detail, and of nothing, from their signals: index.SIGNALS,
        passages.LINE, passages.DETAIL and NOTHING.
        """
        scores = [*_scores(self.line, lines), *_scores(self.detail, details)]
        scores.append(float(np.dot(list(self.nothing.values()), nothing)))
        shares = softmax(np.concatenate([articles @ np.array(list(self.article.values())), scores]))
        return shares[: len(articles)], shares[len(articles) : -1], float(shares[-1])


def _scores(weighs: Mapping[str, float], passages: Signals) -> list[float]:
    always, *weights = weighs.values()
    return [always + float(np.dot(weights, signals)) for signals in passages]


@cache
def following(language: str, kind: str, path: Path = THRESHOLDS) -> Following:
    """Of a language's kind of question after an answer, as fitted last."""
    raw = json.loads(path.read_text(encoding="utf-8"))["following"][language]
    return Following(**raw["weights"][kind], threshold=raw["threshold"])


def evidence(ranked: Sequence[Ranked], *, text: str, novelty: float) -> dict[str, float]:
    """What EVIDENCE names: the first article's score and signals, its lead, and the query.

    ``text`` is the query as read: a long one never comes as close to an asking as a short one. ``novelty`` is how much of it
    nobody wrote of.
    """
    first = ranked[0]
    margin = first.score - ranked[1].score if len(ranked) > 1 else first.score
    asked = {"novelty": novelty, "length": math.log(1 + len(text)), "chinese": float(is_chinese(text))}
    return {"score": first.score, "margin": margin, **first.signals, **asked}


def nothing_evidence(text: str, novelty: float) -> list[float]:
    """What NOTHING names."""
    return [1.0, novelty, math.log(1 + len(text))]


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
