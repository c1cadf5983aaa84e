"""The hot index of this process and searching it; an edited article is found within CHECK_EVERY, without a restart.

The first index has learned before it answers, unless there are very many articles. After an edit one that has not learned
takes its place at once, and learns in the background (classifier.py): seconds in which it finds a little less.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import repeat
from typing import cast

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from ticketing.knowledge import rules, vectors
from ticketing.knowledge.embedding import Embedder, Kind, Vectors, embedder
from ticketing.knowledge.entries import Detail, Entry, Wording
from ticketing.knowledge.index import SIGNALS, Embed, Index, Query
from ticketing.knowledge.models import Article
from ticketing.knowledge.rules import Ranked, Verdict
from ticketing.platform.clock import Clock

CHECK_EVERY = timedelta(seconds=2)
LEARNED_AT_ONCE = 500
"""Learning more articles than this takes longer than a first search may wait."""
Stamp = tuple[object, ...]


@dataclass(frozen=True)
class Found:
    """What a search came to: the ranking, best first, and the chance that the first is right.

    ``offered`` are those to choose from, where the verdict is ``ask``. ``passage`` is what of the article told last answers, or may,
    where the verdict is ``ask``: a line of its answer or, where ``is_detail``, the answer to a detail.
    """

    verdict: Verdict
    chance: float
    ranked: tuple[Ranked, ...]
    index: Index
    offered: tuple[Ranked, ...] = ()
    passage: str = ""
    is_detail: bool = False

    def entries(self, ranked: Sequence[Ranked]) -> list[tuple[Entry, Ranked]]:
        """The articles behind a ranking."""
        return [(self.index.entries[self.index.rows[item.key]], item) for item in ranked]


class Shelf:
    """One database's index in this process, by one model. The thread that notices a change rebuilds; the others go on with the old one."""

    def __init__(self) -> None:
        self._building = threading.Lock()
        self._held: tuple[Stamp, Index] | None = None
        self._checked_at: datetime | None = None
        self._learning: threading.Thread | None = None

    def index(self, session: Session, *, clock: Clock, model: Embedder) -> Index:
        """The index of the articles as they are, at most CHECK_EVERY old."""
        held, checked = self._held, self._checked_at
        if held is not None and checked is not None and abs(clock.now() - checked) < CHECK_EVERY:
            return held[1]
        if not self._building.acquire(blocking=held is None):
            assert held is not None
            return held[1]
        try:
            now, stamp = clock.now(), _stamp(session)
            held = self._held
            if held is None or held[0] != stamp:
                fresh = (stamp, _build(session, model, learned=held is None))
                if not fresh[1].learned:
                    self._learn(fresh)
                held = self._held = fresh
            self._checked_at = now
            return held[1]
        finally:
            self._building.release()

    def expire(self) -> None:
        """Build anew at the next search; until it is done the others go on with the old index."""
        if self._held is not None:
            self._held = ((), self._held[1])
        self._checked_at = None

    def learned(self) -> None:
        """Wait until the index has learned what was edited last."""
        if self._learning is not None:
            self._learning.join()

    def _learn(self, held: tuple[Stamp, Index]) -> None:
        def learn() -> None:
            better = held[1].learn()
            with self._building:
                if self._held is not None and self._held[1] is held[1]:
                    self._held = (self._held[0], better)

        self._learning = threading.Thread(target=learn, name="knowledge-learning", daemon=True)
        self._learning.start()


_shelves: defaultdict[tuple[str, str], Shelf] = defaultdict(Shelf)


def expire(session: Session) -> None:
    """Build anew at the next search; for the one who changes articles. Other processes notice by themselves."""
    database = _database(session)
    for (of, _model), shelf in list(_shelves.items()):
        if of == database:
            shelf.expire()


def learned(session: Session) -> None:
    """Wait until this process has learned what was edited last; for those who measure."""
    database = _database(session)
    for (of, _model), shelf in list(_shelves.items()):
        if of == database:
            shelf.learned()


def _database(session: Session) -> str:
    bind = session.get_bind()
    return (bind.engine if isinstance(bind, Connection) else bind).url.render_as_string()


def current(session: Session, *, clock: Clock, model: str) -> Index:
    """The index to search; call it before a writing transaction so that building never holds one open."""
    return _shelves[_database(session), model].index(session, clock=clock, model=embedder(model))


def look_up(
    session: Session, *, clock: Clock, query: str, topic: str | None, model: str, language: str | None = None
) -> Found:
    """What the articles say to a text; takes its time (building, embedding), so do it before a writing transaction."""
    return search(current(session, clock=clock, model=model), query, model=model, topic=topic, language=language)


def search(index: Index, text: str, *, model: str, topic: str | None = None, language: str | None = None) -> Found:
    """Rank the articles for a customer's text and decide; ``topic`` is the key of the article answered last, and ``language``
    the one to read in (else the text's).
    """

    def embed(texts: Sequence[str], kind: str) -> Vectors:
        return embedder(model).embed(texts, cast(Kind, kind))

    return find(index, text, embed, topic=topic, language=language)


def find(index: Index, text: str, embed: Embed, *, topic: str | None = None, language: str | None = None) -> Found:
    """The same with any way to embed."""
    query = index.read(text, after=topic)
    if not index.entries or not rules.is_askable(query.text):
        return Found("decline", 0.0, (), index)
    vectors = embed(query.texts, "query")
    return judge(index, query, vectors) if query.earlier is None else read_on(index, query, vectors, language=language)


def judge(index: Index, query: Query, vectors: Vectors) -> Found:
    """The search itself for a question that stands alone, with its embedding at hand."""
    settled = rules.calibration()
    ranked = rank(index, query, vectors, weights=settled.weights[query.kind])
    chance = settled.chance(rules.evidence(ranked, text=query.text, novelty=query.novelty))
    ranked, nearness = rules.verbatim_first(ranked)
    chance = max(chance, nearness)
    verdict = rules.decide(settled.thresholds[query.language], chance)
    return Found(verdict, chance, tuple(ranked), index, tuple(rules.choices(ranked)) if verdict == "ask" else ())


def read_on(index: Index, query: Query, vectors: Vectors, *, language: str | None) -> Found:
    """What was typed after an article: a line or a detail of it (``passage``), another article, several to choose from, or nothing.

    The article told last stands in the ranking with the chance of all that it says.
    """
    assert query.earlier is not None
    settled, before = rules.following(query.language, query.kind), index.entries[query.earlier].key
    placed = index.place(query, vectors)
    found = index.candidates(query, placed)
    lines, details = index.passages(query, placed, language or query.language)
    others = found.rows != query.earlier
    articles, told, _nothing = settled.shares(
        found.signals[others],
        [line.signals for line in lines],
        [detail.signals for detail in details],
        rules.nothing_evidence(query.text, query.novelty),
    )
    keys = [index.entries[row].key for row in found.rows[others].tolist()]
    ranked = sorted(map(Ranked, keys, articles.tolist(), repeat({})), key=lambda item: (-item.score, item.key))
    itself = Ranked(before, float(told.sum()), {})
    nearest = int(told.argmax()) if len(told) else None
    passage, surely = ("", 0.0) if nearest is None else ([*lines, *details][nearest].text, float(told[nearest]))
    is_detail = nearest is not None and nearest >= len(lines)
    best = ranked[0].score if ranked else 0.0
    if surely >= max(settled.threshold, best):
        return Found("passage", surely, (itself, *ranked), index, passage=passage, is_detail=is_detail)
    whole = tuple(sorted([itself, *ranked], key=lambda item: (-item.score, item.key)))
    if best >= settled.threshold:
        return Found("answer", best, (ranked[0], itself, *ranked[1:]), index)
    if max(best, surely) < rules.LEAST or not ranked:
        return Found("decline", best, whole, index)
    offered = tuple(item for item in ranked[: rules.CHOICES] if item.score >= rules.WORTH_OFFERING)
    passage = passage if surely >= rules.MAY_BE_SAID else ""
    return Found("ask", best, whole, index, offered or tuple(ranked[:1]), passage, is_detail)


def rank(index: Index, query: Query, vectors: Vectors, *, weights: Mapping[str, float]) -> list[Ranked]:
    """The candidates by fused score, best first; a signal without a weight counts nothing."""
    found = index.candidates(query, index.place(query, vectors))
    scores = found.signals @ np.array([weights.get(name, 0.0) for name in SIGNALS], np.float32)
    ranked = [
        Ranked(index.entries[row].key, score, dict(zip(SIGNALS, signals, strict=True)))
        for row, score, signals in zip(found.rows.tolist(), scores.tolist(), found.signals.tolist(), strict=True)
    ]
    return sorted(ranked, key=lambda item: (-item.score, item.key))


def entries(session: Session) -> list[Entry]:
    """All published articles, as the index takes them."""
    found = session.scalars(select(Article).where(Article.status == "published").order_by(Article.key))
    return [_entry(article) for article in found if article.texts]


def _entry(article: Article) -> Entry:
    wordings = {
        text.language: Wording(
            text.question,
            tuple(text.askings),
            text.answer,
            text.risk_notice,
            tuple(Detail(tuple(detail["asked"]), detail["answer"]) for detail in text.details),
        )
        for text in article.texts
    }
    return Entry(article.key, article.version, article.topic, article.skill, tuple(article.follow_ups), wordings)


def _build(session: Session, model: Embedder, *, learned: bool) -> Index:
    def embed(texts: Sequence[str], kind: str) -> Vectors:
        return vectors.recall(session, embedder=model, texts=texts, kind=cast(Kind, kind))

    found = entries(session)
    return Index(found, embed, learned=learned and len(found) <= LEARNED_AT_ONCE)


def _stamp(session: Session) -> Stamp:
    """Changes whenever what customers may read is added, edited, published, withdrawn or removed; not with a draft."""
    row = session.execute(
        select(
            func.count(),
            func.max(Article.updated_at),
            func.sum(Article.version),
            func.min(Article.key),
            func.max(Article.key),
        ).where(Article.status == "published")
    ).one()
    return tuple(row)
