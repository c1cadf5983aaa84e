"""What a cluster looks like: an article it could be askings of, an intent it could be examples of, or nothing we have.

Computed when a page asks, in the process that holds the article index, from vectors that are stored; so a suggestion is never
older than the articles.
"""

from __future__ import annotations

from collections import Counter, OrderedDict, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy.orm import Session

from ticketing.knowledge import retrieval
from ticketing.knowledge.embedding import Vectors, shared_model
from ticketing.knowledge.index import Index
from ticketing.learning import rules, utterances
from ticketing.learning.utterances import Examples
from ticketing.platform.clock import Clock

SAMPLE = 5
"""Texts of a cluster that are looked at."""
LIKELY = 0.2
"""An article below this chance is not suggested; people see the nearest ones all the same."""
AGREED = 0.5
"""The share of the nearest examples that must be of one intent."""
WORTH_OFFERING = 0.02
EXAMPLES_KEPT = timedelta(seconds=60)
KEPT = 500


@dataclass(frozen=True)
class Member:
    """A text of a cluster with its embedding and the model of that."""

    text: str
    vector: Vectors
    model: str


@dataclass(frozen=True)
class Option:
    """An article that could be meant and how well it fits, 0 to 1."""

    key: str
    question: str
    score: float


@dataclass(frozen=True)
class Suggestion:
    """``article``, ``intent`` or ``none``, the article's key or the intent's name, how sure, and the nearest articles."""

    kind: Literal["article", "intent", "none"]
    target: str
    score: float
    options: tuple[Option, ...]

    @property
    def title(self) -> str:
        """The suggested article's question."""
        return next((option.question for option in self.options if option.key == self.target), self.target)


class Suggester:
    """One per process. Remembers what it said while neither the articles nor the texts have changed."""

    def __init__(self) -> None:
        self._examples: tuple[datetime, Examples] | None = None
        self._index: Index | None = None
        self._said: OrderedDict[tuple[tuple[str, ...], str, tuple[str, ...]], Suggestion] = OrderedDict()

    def suggest(
        self,
        session: Session,
        *,
        clock: Clock,
        model: str,
        members: Sequence[Member],
        language: str,
        blamed: Collection[str] = (),
        corrections: Sequence[tuple[str, str]] = (),
    ) -> Suggestion:
        """For these texts, the first SAMPLE counting. ``blamed`` articles were the answer that did not help; what
        colleagues said (``corrections``, kind and target) goes before anything computed."""
        index = retrieval.current(session, clock=clock, model=model)
        if index is not self._index:
            self._index, self._said = index, OrderedDict()
        held, sample = self._said, [member for member in members if member.model == model][:SAMPLE]
        known = (tuple(member.text for member in sample), language, tuple(sorted(blamed)))
        said = held.get(known)
        if said is None:
            examples = self._known_examples(session, clock, model)
            said = held[known] = judged(index, examples, sample, language=language, blamed=blamed)
            if len(held) > KEPT:
                held.popitem(last=False)
        return corrected(index, said, corrections, language)

    def _known_examples(self, session: Session, clock: Clock, model: str) -> Examples:
        if self._examples is None or clock.now() - self._examples[0] > EXAMPLES_KEPT:
            self._examples = (clock.now(), utterances.remembered(session, model=shared_model(model)))
        return self._examples[1]


def judged(
    index: Index, examples: Examples, members: Sequence[Member], *, language: str, blamed: Collection[str]
) -> Suggestion:
    """What the texts look like to the article index and to the examples of intents."""
    scores: defaultdict[str, float] = defaultdict(float)
    votes: defaultdict[str, float] = defaultdict(float)
    for member in members:
        query = index.read(member.text)
        if index.entries:
            found = retrieval.judge(index, query, member.vector.reshape(1, -1))
            for ranked in found.ranked[:4]:
                share = ranked.score / max(found.ranked[0].score, 1e-6)
                scores[ranked.key] += found.chance * min(1.0, max(0.0, share)) / len(members)
        for intent, share in examples.vote(member.vector).items():
            votes[intent] += share / len(members)
    options = tuple(
        Option(key, question(index, key, language), round(min(score, 1.0), 3))
        for key, score in sorted(scores.items(), key=lambda item: -item[1])[:6]
        if key not in blamed and score >= WORTH_OFFERING
    )[:4]
    intent, agreed = max(votes.items(), key=lambda item: item[1], default=("", 0.0))
    best = options[0] if options else None
    if intent in {*rules.INTENTS, rules.OUT_OF_SCOPE} and agreed >= AGREED and agreed > (best.score if best else 0.0):
        return Suggestion("intent", intent, round(agreed, 3), options)
    if best is not None and best.score >= LIKELY:
        return Suggestion("article", best.key, best.score, options)
    return Suggestion("none", "", best.score if best else 0.0, options)


def corrected(index: Index, said: Suggestion, corrections: Sequence[tuple[str, str]], language: str) -> Suggestion:
    """The same with what most colleagues said instead, if they said anything that still exists."""
    usable = [(kind, target) for kind, target in corrections if kind == "intent" or target in index.rows]
    if not usable:
        return said
    (kind, target), count = Counter(usable).most_common(1)[0]
    score = round(count / len(usable), 3)
    if kind == "intent":
        return Suggestion("intent", target, score, said.options)
    others = tuple(option for option in said.options if option.key != target)
    return Suggestion("article", target, score, (Option(target, question(index, target, language), score), *others))


def question(index: Index, key: str, language: str) -> str:
    """An article's question in the reader's language."""
    return index.entries[index.rows[key]].wording(language).question


SUGGESTER = Suggester()
