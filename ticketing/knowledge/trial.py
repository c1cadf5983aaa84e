"""What the assistant would say with a draft in place of the published text, and which articles a draft may be mixed up with.

Nothing is logged and nothing published: the index with the draft is this process's own, kept for the next questions.
"""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from sqlalchemy.orm import Session

from ticketing.knowledge import retrieval, rules, service, vectors
from ticketing.knowledge.embedding import BUNDLED, Kind, Vectors, embedder
from ticketing.knowledge.index import Embed, Index
from ticketing.knowledge.retrieval import Found
from ticketing.knowledge.rules import Ranked, Verdict
from ticketing.knowledge.seed import ArticleContent
from ticketing.knowledge.service import Result
from ticketing.knowledge.text import is_chinese
from ticketing.platform.clock import Clock

KEPT = 2
RUNNERS_UP = 4
SAMPLED_ASKINGS = 24
MOST_NEIGHBOURS = 5


@dataclass(frozen=True)
class RunnerUp:
    """An article that came after what is shown; ``closeness`` of its nearest asking, 0 to 1."""

    key: str
    question: str
    closeness: float


@dataclass(frozen=True)
class Said:
    """What a question comes to: what the customer would see first, then the articles that came next."""

    verdict: Verdict
    chance: float
    shown: tuple[Result, ...]
    next: tuple[RunnerUp, ...]


@dataclass(frozen=True)
class Trial:
    """A question put to the knowledge base with the draft in place, and as it is today."""

    query: str
    language: str
    drafted: Said
    today: Said


@dataclass(frozen=True)
class Neighbour:
    """An article that customers may get instead. ``askings`` of ours come near it, ``nearest`` of them most.

    ``same``: that asking is all but the same sentence as one of the other article's.
    """

    key: str
    question: str
    askings: int
    nearest: str
    closeness: float
    same: bool


class _Kept:
    """The last indexes with a draft in them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._found: OrderedDict[tuple[object, ...], Index] = OrderedDict()

    def index(self, session: Session, base: Index, content: ArticleContent, model: str) -> Index:
        """The published articles with the draft in the place of its own; built once, in a second or two."""
        others = [entry for entry in base.entries if entry.key != content.key]
        name = (model, content.digest(), *((entry.key, entry.version) for entry in others))
        with self._lock:
            found = self._found.pop(name, None)
            if found is None:
                entries = sorted([*others, content.entry()], key=lambda entry: entry.key)
                learned = len(entries) <= retrieval.LEARNED_AT_ONCE
                found = Index(entries, _recalling(session, model), learned=learned)
            self._found[name] = found
            while len(self._found) > KEPT:
                self._found.popitem(last=False)
            return found


_kept = _Kept()


def drafted(session: Session, *, clock: Clock, content: ArticleContent, model: str = BUNDLED) -> Index:
    """The index as it would be with this content published."""
    base = retrieval.current(session, clock=clock, model=model)
    held = base.rows.get(content.key)
    if held is not None and base.entries[held].wordings == content.entry().wordings:
        return base
    return _kept.index(session, base, content, model)


def ask(session: Session, *, clock: Clock, content: ArticleContent, query: str, model: str = BUNDLED) -> Trial:
    """Put a customer's question to the draft; the answer is in the question's language."""
    language = "zh" if is_chinese(query) or not query.isascii() else "en"
    embed = _recalling(session, model)
    today = retrieval.current(session, clock=clock, model=model)
    fresh = drafted(session, clock=clock, content=content, model=model)
    return Trial(
        query, language,
        _said(retrieval.find(fresh, query, embed), language), _said(retrieval.find(today, query, embed), language),
    )  # fmt: skip


def neighbours(
    session: Session, *, clock: Clock, content: ArticleContent, language: str, model: str = BUNDLED
) -> list[Neighbour]:
    """The articles that come nearest to this one's askings, the most easily mistaken first."""
    index = drafted(session, clock=clock, content=content, model=model)
    embed, best, counted = _recalling(session, model), dict[str, tuple[float, str]](), Counter[str]()
    for asking in _sample(content):
        ranked = retrieval.find(index, asking, embed).ranked
        other = next((item for item in ranked if item.key != content.key), None)
        if other is None:
            continue
        counted[other.key] += 1
        near = (_closeness(other), asking)
        best[other.key] = max(best.get(other.key, near), near)
    found = [
        Neighbour(
            key, index.entries[index.rows[key]].wording(language).question, counted[key], asking, closeness,
            same=closeness >= rules.VERBATIM,
        )
        for key, (closeness, asking) in best.items()
    ]  # fmt: skip
    return sorted(found, key=lambda each: -each.closeness)[:MOST_NEIGHBOURS]


def _said(found: Found, language: str) -> Said:
    shown = [] if found.verdict == "decline" else list(found.ranked[:1])
    if found.verdict == "ask":
        shown = rules.choices(found.ranked)
    rest = [item for item in found.ranked if item not in shown][:RUNNERS_UP]
    following = tuple(
        RunnerUp(entry.key, entry.wording(language).question, _closeness(item)) for entry, item in found.entries(rest)
    )
    return Said(found.verdict, found.chance, service.results(found, shown, language), following)


def _closeness(item: Ranked) -> float:
    return max(0.0, min(item.signals["asking"], 1.0))


def _sample(content: ArticleContent) -> Sequence[str]:
    """The questions, then askings in turn from the languages, at most SAMPLED_ASKINGS."""
    texts = list(content.texts.values())
    share = max(1, (SAMPLED_ASKINGS - len(texts)) // max(1, len(texts)))
    return [*(text.question for text in texts), *(line for text in texts for line in text.askings[:share])]


def _recalling(session: Session, model: str) -> Embed:
    def embed(texts: Sequence[str], kind: str) -> Vectors:
        return vectors.recall(session, embedder=embedder(model), texts=texts, kind=cast(Kind, kind))

    return embed
