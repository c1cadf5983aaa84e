"""Fits how signals weigh and where the thresholds lie, and tells honestly what to expect of them.

Every asking is held out once: a fifth of every article's at a time, so that an article is never found by the very
sentence that is asked. Beside them stand lines that nothing should answer (``nlu_data/calibration/out_of_domain.yml``).
All figures are cross-validated: an article's askings, and each out-of-domain line, are judged by a fit that has not seen them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, get_args

import numpy as np
import numpy.typing as npt
import yaml
from scipy.optimize import minimize  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

from ticketing.knowledge import rules
from ticketing.knowledge.index import Embed, Entry, Index, Kind, Query
from ticketing.knowledge.rules import Ranked
from ticketing.knowledge.slips import Slips, romanised

OUT_OF_DOMAIN = Path(__file__).resolve().parents[2] / "nlu_data" / "calibration" / "out_of_domain.yml"
FITTED = ("learned", "centre", "asking", "line", "words", "sound")
SET_BY_HAND = {"aspect": 5.0, "near": 4.0}
"""Weights of the follow-up signals: there are too few follow-ups yet to fit them (tests/integration/knowledge hold examples)."""
FOLDS = 5
FALSE_ANSWERS = 0.03
NEVER_ASKED = 0.10
"""Of held-out askings whose article is among the first three, the share that may be declined."""
OUTSIDE_SHARE = 0.3
SPOILED = 3
CURVE = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)

Numbers = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Case:
    """One question, the article it belongs to (None: to none), and what the index saw."""

    language: str
    key: str | None
    keys: tuple[str, ...]
    signals: Numbers
    query: Query
    spoiled: bool = False


@dataclass(frozen=True)
class Judged:
    """A case after fusion: the rank of the right article (0: none or not found) and the chance given to the first."""

    case: Case
    rank: int
    evidence: Mapping[str, float]


def held_out(entries: Sequence[Entry], embed: Embed) -> Iterator[Case]:
    """Each asking, seen by an index that has not got it; every SPOILED-th also mistyped or in pinyin."""
    slips = Slips(text for entry in entries for text in entry.askings())
    for turn in range(FOLDS):
        index = Index([_without(entry, turn) for entry in entries], embed)
        asked = [
            (text, language, entry.key)
            for entry in entries
            for language, wording in entry.wordings.items()
            for text in wording.askings[turn::FOLDS]
        ]
        yield from _cases(index, embed, asked)
        changes = {"zh": (slips.typed, romanised), "en": (slips.typed, slips.typed)}
        spoiled = [
            (changes[language][at // SPOILED % 2](text), language, key)
            for at, (text, language, key) in enumerate(asked)
            if at % SPOILED == 0
        ]
        yield from (replace(case, spoiled=True) for case in _cases(index, embed, spoiled))


def outside(index: Index, embed: Embed, path: Path = OUT_OF_DOMAIN) -> Iterator[Case]:
    """The lines that nothing should answer."""
    lists = yaml.safe_load(path.read_text(encoding="utf-8")).items()
    yield from _cases(
        index,
        embed,
        [(line, language, None) for language, groups in lists for lines in groups.values() for line in lines],
    )


def _without(entry: Entry, turn: int) -> Entry:
    wordings = {
        language: replace(wording, askings=tuple(text for at, text in enumerate(wording.askings) if at % FOLDS != turn))
        for language, wording in entry.wordings.items()
    }
    return replace(entry, wordings=wordings)


def _cases(index: Index, embed: Embed, asked: Sequence[tuple[str, str, str | None]]) -> Iterator[Case]:
    queries = [index.read(text) for text, _, _ in asked]
    vectors = embed([query.text for query in queries], "query")
    for (_, language, key), query, vector in zip(asked, queries, vectors, strict=True):
        found = index.candidates(query, vector)
        keys = tuple(index.entries[int(row)].key for row in found.rows)
        yield Case(language, key, keys, found.signals[:, : len(FITTED)].astype(np.float64), query)


def fit_weights(cases: Sequence[Case]) -> dict[Kind, Numbers]:
    """A fusion for each kind of question; sounds are the surer sign where characters had to be guessed."""
    return {kind: _fit_weights([case for case in cases if case.query.kind == kind]) for kind in get_args(Kind)}


def _fit_weights(cases: Sequence[Case]) -> Numbers:
    """The fusion under which the right article most likely comes first (conditional logit)."""
    known = [case for case in cases if case.key in case.keys]
    signals = np.concatenate([case.signals for case in known])
    sizes = np.array([len(case.keys) for case in known])
    starts = sizes.cumsum() - sizes
    right = starts + [case.keys.index(case.key) for case in known if case.key]

    def loss(weights: Numbers) -> tuple[float, Numbers]:
        scores = signals @ weights
        scores -= np.repeat(np.maximum.reduceat(scores, starts), sizes)
        shares = np.exp(scores)
        shares /= np.repeat(np.add.reduceat(shares, starts), sizes)
        missed = 1e-3 * float(weights @ weights) - float(np.log(shares[right] + 1e-12).mean())
        slope = 2e-3 * weights + (shares @ signals - signals[right].sum(axis=0)) / len(known)
        return missed, slope

    return np.asarray(minimize(loss, np.full(len(FITTED), 3.0), jac=True, method="L-BFGS-B").x, dtype=np.float64)


def judge(case: Case, weights: Mapping[Kind, Numbers]) -> Judged:
    """The case under the fusion of its kind."""
    scores = case.signals @ weights[case.query.kind]
    order = np.argsort(-scores)
    ranked = [
        Ranked(case.keys[at], float(scores[at]), dict(zip(FITTED, map(float, case.signals[at]), strict=True)))
        for at in order[:2]
    ]
    rank = int(np.flatnonzero(order == case.keys.index(case.key))[0]) + 1 if case.key in case.keys else 0
    return Judged(case, rank, rules.evidence(ranked, text=case.query.text, novelty=case.query.novelty))


def fit_chance(judged: Sequence[Judged]) -> tuple[dict[str, float], float]:
    """Coefficients and intercept of the chance that the first article is right; what is spoiled may well be asked back."""
    judged = [item for item in judged if not item.case.spoiled]
    inside = sum(item.case.key is not None for item in judged)
    weight = OUTSIDE_SHARE / (1 - OUTSIDE_SHARE) * inside / max(1, len(judged) - inside)
    model = LogisticRegression(C=10, max_iter=5000).fit(
        _table(judged),
        [item.rank == 1 for item in judged],
        sample_weight=[1.0 if item.case.key is not None else weight for item in judged],
    )
    return dict(zip(rules.EVIDENCE, map(float, model.coef_[0]), strict=True)), float(model.intercept_[0])


def _table(judged: Sequence[Judged]) -> Numbers:
    return np.array([[item.evidence[name] for name in rules.EVIDENCE] for item in judged])


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
            if (item.case.language, item.case.key is not None, item.case.spoiled) == (language, inside, spoiled)
        ]
        return np.array([self.judged[at].rank for at in chosen]), self.chances[chosen]


def cross_validate(cases: Sequence[Case]) -> Outcome:
    """Judge each case by a fit on the other folds; a fold has whole articles."""
    names = {key: at for at, key in enumerate(sorted({case.key for case in cases if case.key}))}
    folds = np.array([(names[case.key] if case.key else at) % FOLDS for at, case in enumerate(cases)])
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
        "top1_spoiled": _share(spoiled == 1),
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
    cases = list(held_out(entries, embed))
    say(f"{len(cases)} askings of {len(entries)} articles held out, a fifth of each article's at a time\n")
    cases += outside(Index(entries, embed), embed)
    outcome = cross_validate(cases)
    thresholds = {language: choose(outcome, language) for language in ("zh", "en")}
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
        "fitted_on": on,
        "articles": len(entries),
        "weights": {
            kind: dict(zip(FITTED, (round(float(w), 4) for w in found), strict=True)) | SET_BY_HAND
            for kind, found in weights.items()
        },
        "evidence": {name: round(value, 4) for name, value in coefficients.items()},
        "intercept": round(intercept, 4),
        "thresholds": {language: {"answer": found.answer, "ask": found.ask} for language, found in thresholds.items()},
        "figures": figures,
        "curve": curves,
    }
