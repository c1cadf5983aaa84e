"""Fits how signals weigh and where the thresholds lie, and tells honestly what to expect of them.

Every asking is held out once: a fifth of every article's at a time, so that an article is never found by the very
sentence that is asked. Beside them stand lines that nothing should answer (``nlu_data/calibration/out_of_domain.yml``).

What is typed after an article is fitted apart (following_calibration.py). All figures are cross-validated: an article's askings and
each out-of-domain line are judged by a fit that has not seen them.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

from ticketing.knowledge import following_calibration, logit, rules
from ticketing.knowledge.entries import Entry
from ticketing.knowledge.index import ALONE, Embed, Index, Kind, Query
from ticketing.knowledge.logit import Flags, Numbers
from ticketing.knowledge.rules import Ranked
from ticketing.knowledge.slips import Slips, romanised
from ticketing.platform import yaml_files

OUT_OF_DOMAIN = Path(__file__).resolve().parents[2] / "nlu_data" / "calibration" / "out_of_domain.yml"
KINDS: tuple[Kind, ...] = ("written", "spelled", "english")
LANGUAGES = ("zh", "en")
FOLDS = 5
FALSE_ANSWERS = 0.03
NEVER_ASKED = 0.10
"""Of held-out askings whose article is among the first three, the share that may be declined."""
OUTSIDE_SHARE = 0.3
SPOILED = 3
INTERPOSED = 12
"""Every so many of the held-out askings are also asked after an article that has nothing to do with them."""
PULL = 0.001
"""How strongly weights are drawn to nothing."""
CURVE = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)


@dataclass(frozen=True)
class Asked:
    """A text and the keys of the articles that answer it (none where nothing does). Texts of one ``group`` are in one fold."""

    text: str
    language: str
    right: frozenset[str]
    group: str


@dataclass(frozen=True)
class Case:
    """What was asked, and what the index saw."""

    asked: Asked
    keys: tuple[str, ...]
    signals: Numbers
    query: Query
    spoiled: bool = False

    @property
    def rights(self) -> Flags:
        """Which of the candidates answer it."""
        return np.array([key in self.asked.right for key in self.keys], np.bool_)


@dataclass(frozen=True)
class Judged:
    """A case after fusion: the rank of the right article (0: none or not found) and the chance given to the first."""

    case: Case
    rank: int
    evidence: Mapping[str, float]


def held_out(entries: Sequence[Entry], embed: Embed) -> Iterator[tuple[Index, list[Asked]]]:
    """A fifth of each article's askings at a time, with an index that has not got them."""
    for turn in range(FOLDS):
        index = Index([_without(entry, turn) for entry in entries], embed)
        yield (
            index,
            [
                Asked(text, language, frozenset({entry.key}), entry.key)
                for entry in entries
                for language, wording in entry.wordings.items()
                for text in wording.askings[turn::FOLDS]
            ],
        )


def spoiled(asked: Sequence[Asked], slips: Slips) -> list[Asked]:
    """Every SPOILED-th, mistyped or in pinyin."""
    changes = {"zh": (slips.typed, romanised), "en": (slips.typed, slips.typed)}
    return [replace(item, text=changes[item.language][at % 2](item.text)) for at, item in enumerate(asked[::SPOILED])]


def outside(path: Path = OUT_OF_DOMAIN) -> list[Asked]:
    """The lines that nothing should answer."""
    lists = yaml_files.read(path).items()
    return [
        Asked(line, language, frozenset(), line)
        for language, groups in lists
        for lines in groups.values()
        for line in lines
    ]


def otherwise(entries: Sequence[Entry], asked: Sequence[Asked]) -> list[dict[str, Any]]:
    """Each after an article of another topic than its own, as rows of following_calibration.py."""
    dice = random.Random(len(asked))
    rows = []
    for item in asked:
        topics = {entry.topic for entry in entries if entry.key in item.right}
        earlier = dice.choice([entry.key for entry in entries if entry.topic not in topics])
        rows.append(
            {"previous": earlier, "text": item.text, "language": item.language, "articles": [*item.right], "line": None}
        )
    return rows


def _without(entry: Entry, turn: int) -> Entry:
    wordings = {
        language: replace(wording, askings=tuple(text for at, text in enumerate(wording.askings) if at % FOLDS != turn))
        for language, wording in entry.wordings.items()
    }
    return replace(entry, wordings=wordings)


def cases(index: Index, embed: Embed, asked: Sequence[Asked], *, are_spoiled: bool = False) -> Iterator[Case]:
    """What the index sees of them."""
    queries = [index.read(item.text) for item in asked]
    vectors = embed([query.text for query in queries], "query")
    for item, query, vector in zip(asked, queries, vectors, strict=True):
        found = index.candidates(query, index.place(query, vector.reshape(1, -1)))
        keys = tuple(index.entries[int(row)].key for row in found.rows)
        yield Case(item, keys, found.signals[:, : len(ALONE)].astype(np.float64), query, are_spoiled)


def fit_weights(cases: Sequence[Case]) -> dict[Kind, Numbers]:
    """A fusion for each kind of question; sounds are the surer sign where characters had to be guessed."""
    chosen = {kind: [case for case in cases if case.query.kind == kind] for kind in KINDS}
    return {kind: _fit_weights(of_kind) for kind, of_kind in chosen.items() if of_kind}


def _fit_weights(cases: Sequence[Case]) -> Numbers:
    """The fusion of signals under which a right article most likely comes first."""
    known = [case for case in cases if case.rights.any()]
    signals, rights = [case.signals for case in known], [case.rights for case in known]
    return logit.fit(signals, rights, counts=[1.0] * len(known), pull=PULL, start=np.full(len(ALONE), 3.0))


def judge(case: Case, weights: Mapping[Kind, Numbers]) -> Judged:
    """The case under the fusion of its kind."""
    fitted = weights[case.query.kind]
    scores = case.signals @ fitted
    order = np.argsort(-scores)
    ranked = [
        Ranked(case.keys[at], float(scores[at]), dict(zip(ALONE, map(float, case.signals[at]), strict=True)))
        for at in order[:2]
    ]
    rank = int(case.rights[order].argmax()) + 1 if case.rights.any() else 0
    return Judged(case, rank, rules.evidence(ranked, text=case.query.text, novelty=case.query.novelty))


def fit_chance(judged: Sequence[Judged]) -> tuple[dict[str, float], float]:
    """Coefficients and intercept of the chance that the first article is right; what is spoiled may well be asked back."""
    judged = [item for item in judged if not item.case.spoiled]
    inside = sum(bool(item.case.asked.right) for item in judged)
    weight = OUTSIDE_SHARE / (1 - OUTSIDE_SHARE) * inside / max(1, len(judged) - inside)
    model = LogisticRegression(C=10, max_iter=5000).fit(
        [[item.evidence[name] for name in rules.EVIDENCE] for item in judged],
        [item.rank == 1 for item in judged],
        sample_weight=[1.0 if item.case.asked.right else weight for item in judged],
    )
    return dict(zip(rules.EVIDENCE, map(float, model.coef_[0]), strict=True)), float(model.intercept_[0])


@dataclass(frozen=True)
class Outcome:
    """Cross-validated ranks and chances."""

    judged: tuple[Judged, ...]
    chances: Numbers

    def of(self, language: str, *, inside: bool, spoiled: bool = False) -> tuple[Numbers, Numbers]:
        """Ranks and chances of one language's held-out askings, or of its out-of-domain lines."""
        chosen = [
            at
            for at, item in enumerate(self.judged)
            if (item.case.asked.language, bool(item.case.asked.right), item.case.spoiled) == (language, inside, spoiled)
        ]
        return np.array([self.judged[at].rank for at in chosen]), self.chances[chosen]


def cross_validate(cases: Sequence[Case]) -> Outcome:
    """Judge each case by a fit on the other folds; a fold has whole groups."""
    names = {group: at for at, group in enumerate(sorted({case.asked.group for case in cases}))}
    folds = np.array([names[case.asked.group] % FOLDS for case in cases])
    judged: list[Judged | None] = [None] * len(cases)
    chances = np.zeros(len(cases))
    for fold in range(FOLDS):
        weights = fit_weights([case for case, of in zip(cases, folds, strict=True) if of != fold])
        every = [judge(case, weights) for case in cases]
        fitted = [item for item, of in zip(every, folds, strict=True) if of != fold]
        coefficients, intercept = fit_chance(fitted)
        model = rules.Calibration({}, coefficients, intercept, {})
        for at in np.flatnonzero(folds == fold):
            judged[at] = every[at]
            chances[at] = model.chance(every[at].evidence)
    return Outcome(tuple(item for item in judged if item is not None), chances)


def choose(outcome: Outcome, language: str) -> rules.Thresholds:
    """The lowest answering threshold with few enough false answers, the highest asking one that declines few enough."""
    _, outside_chances = outcome.of(language, inside=False)
    ranks, chances = outcome.of(language, inside=True)
    allowed = int(FALSE_ANSWERS * len(outside_chances))
    answer = float(np.sort(outside_chances)[::-1][allowed]) + 1e-4 if len(outside_chances) > allowed else 0.5
    findable = chances[(ranks >= 1) & (ranks <= rules.CHOICES)]
    ask = min(float(np.quantile(findable, NEVER_ASKED)) if len(findable) else answer, answer)
    return rules.Thresholds(round(answer, 4), round(ask, 4))


def measure(outcome: Outcome, language: str, thresholds: rules.Thresholds) -> dict[str, float]:
    """What to expect of these thresholds in one language, as shares."""
    ranks, chances = outcome.of(language, inside=True)
    _, strange = outcome.of(language, inside=False)
    spoiled, _ = outcome.of(language, inside=True, spoiled=True)
    answered, asked = chances >= thresholds.answer, (chances >= thresholds.ask) & (chances < thresholds.answer)
    return {
        "askings": float(len(ranks)),
        "top1": _share(ranks == 1),
        "top3": _share((ranks >= 1) & (ranks <= rules.CHOICES)),
        **({"top1_spoiled": _share(spoiled == 1)} if len(spoiled) else {}),
        "answered": _share(answered),
        "right_when_answered": _share(ranks[answered] == 1),
        "asked": _share(asked),
        "offered_when_asked": _share((ranks[asked] >= 1) & (ranks[asked] <= rules.CHOICES)),
        "declined": _share(chances < thresholds.ask),
        "outside": float(len(strange)),
        "outside_answered": _share(strange >= thresholds.answer),
        "outside_asked": _share((strange >= thresholds.ask) & (strange < thresholds.answer)),
        "outside_declined": _share(strange < thresholds.ask),
    }


def _share(flags: Flags) -> float:
    return round(float(np.mean(flags)), 4) if len(flags) else 0.0


def calibrate(entries: Sequence[Entry], embed: Embed, *, on: str, say: Callable[[str], object]) -> dict[str, Any]:
    """Fit everything and give the object that ``thresholds.json`` holds."""
    whole, strange, slips = (
        Index(entries, embed),
        outside(),
        Slips(text for entry in entries for text in entry.askings()),
    )
    alone = list(cases(whole, embed, strange))
    after = list(following_calibration.cases(whole, embed, following_calibration.read()))
    after += _otherwise(whole, embed, strange)
    for index, asked in held_out(entries, embed):
        alone += cases(index, embed, asked)
        alone += cases(index, embed, spoiled(asked, slips), are_spoiled=True)
        after += _otherwise(index, embed, asked[::INTERPOSED])
    say(f"{len(alone)} questions and outside lines that stand alone, {len(after)} after an article\n")
    return {
        "fitted_on": on,
        "articles": len(entries),
        "alone": _fit(alone),
        "following": {
            language: following_calibration.fit([case for case in after if case.language == language])
            for language in LANGUAGES
        },
    }


def _otherwise(index: Index, embed: Embed, asked: Sequence[Asked]) -> Iterator[following_calibration.Case]:
    counts = following_calibration.OTHERWISE_COUNTS
    return following_calibration.cases(index, embed, otherwise(index.entries, asked), counts=counts)


def _fit(cases: Sequence[Case]) -> dict[str, Any]:
    outcome = cross_validate(cases)
    thresholds = {language: choose(outcome, language) for language in LANGUAGES}
    weights = fit_weights(cases)
    coefficients, intercept = fit_chance([judge(case, weights) for case in cases])
    figures = {language: measure(outcome, language, found) for language, found in thresholds.items()}
    curves = {
        language: [
            {"threshold": at} | measure(outcome, language, rules.Thresholds(at, thresholds[language].ask))
            for at in CURVE
        ]
        for language in thresholds
    }
    return {
        "weights": {
            kind: dict(zip(ALONE, (round(float(w), 4) for w in found), strict=True)) for kind, found in weights.items()
        },
        "evidence": {name: round(value, 4) for name, value in coefficients.items()},
        "intercept": round(intercept, 4),
        "thresholds": {language: {"answer": found.answer, "ask": found.ask} for language, found in thresholds.items()},
        "figures": figures,
        "curve": curves,
    }
