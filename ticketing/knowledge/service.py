"""Loading, editing, searching and rating articles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.audit import service as audit
from ticketing.knowledge import articles, passages, retrieval, seed
from ticketing.knowledge.embedding import BUNDLED
from ticketing.knowledge.entries import Entry
from ticketing.knowledge.index import Index
from ticketing.knowledge.models import AnswerLog, Article
from ticketing.knowledge.retrieval import Found
from ticketing.knowledge.rules import Ranked, Verdict
from ticketing.knowledge.seed import ArticleContent
from ticketing.platform.actor import SYSTEM, Actor
from ticketing.platform.clock import Clock
from ticketing.platform.errors import DomainError

LONGEST_LOGGED = 2000


@dataclass(frozen=True)
class FollowUp:
    """An article that people read next."""

    key: str
    question: str


@dataclass(frozen=True)
class Result:
    """An article in the reader's language, or in the other one where it has not been written."""

    key: str
    version: int
    score: float
    topic: str
    question: str
    answer: str
    risk_notice: str | None
    skill: str | None
    follow_ups: tuple[FollowUp, ...]


@dataclass(frozen=True)
class SearchResult:
    """One result for ``answer``, up to three to choose from for ``ask``, none for ``decline``; the article told last for
    ``passage``, and what of it answers, or may, for ``ask``: a line of it or, where ``detail``, the answer to a detail.
    """

    verdict: Verdict
    answer_id: int
    results: tuple[Result, ...]
    passage: str = ""
    detail: bool = False


@dataclass(frozen=True)
class Counts:
    """What loading did; ``kept`` were edited by staff since and left alone."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    kept: int = 0


def load_articles(session: Session, *, clock: Clock, folder: Path = seed.FOLDER, force: bool = False) -> Counts:
    """Bring the seed files' articles in. Doing it again changes nothing.

    A file replaces only what no one has touched: an article that staff edited, began or retired is kept, unless ``force``.
    What staff are writing (a draft) is never touched; publishing it then asks them to look at what the file has changed.
    """
    known = {article.key: article for article in session.scalars(select(Article))}
    tally = dict.fromkeys(("added", "updated", "unchanged", "kept"), 0)
    for content in seed.read(folder):
        article, digest = known.get(content.key), content.digest()
        if article is None:
            article = articles.begin(content.key)
            session.add(article)
            outcome = "added"
        elif articles.content_of(article).digest() == digest:
            article.source_hash = digest
            if not article.search_text:
                articles.describe(article)
            tally["unchanged"] += 1
            continue
        elif not force and (
            article.status != "published" or articles.content_of(article).digest() != article.source_hash
        ):
            tally["kept"] += 1
            continue
        else:
            article.version += 1
            outcome = "updated"
        articles.write(session, clock=clock, article=article, content=content, actor=SYSTEM)
        article.source_hash = digest
        tally[outcome] += 1
    session.flush()
    retrieval.expire(session)
    return Counts(**tally)


def save_article(
    session: Session,
    *,
    clock: Clock,
    actor: Actor,
    content: ArticleContent,
    status: str = "published",
    version: int | None = None,
    written_by: str | None = None,
    note: str | None = None,
) -> Article:
    """Add or edit an article; raises ``version_conflict`` when ``version`` is no longer the current one.

    ``written_by`` is the label of whoever wrote it, where the actor only approves.
    """
    article = session.scalar(select(Article).where(Article.key == content.key))
    if article is None:
        article = articles.begin(content.key)
        session.add(article)
    elif version is not None and version != article.version:
        raise DomainError("version_conflict")
    else:
        article.version += 1
    article.status = status
    article.reviewed_on = clock.now().date()
    articles.write(
        session, clock=clock, article=article, content=content, actor=actor, written_by=written_by, note=note
    )
    session.flush()
    audit.record(
        session,
        clock=clock,
        actor=actor,
        action="knowledge.article_saved",
        subject=("article", article.id),
        key=article.key,
        version=article.version,
        status=status,
    )
    retrieval.expire(session)
    return article


def search(
    session: Session,
    *,
    clock: Clock,
    query: str,
    language: str,
    topic: str | None = None,
    conversation_id: int | None = None,
    model: str = BUNDLED,
) -> SearchResult:
    """Answer, ask back or decline, and log it. ``query`` is masked already; ``topic`` is the key of the article answered last."""
    found = retrieval.look_up(session, clock=clock, query=query, topic=topic, model=model, language=language)
    return answer(session, clock=clock, found=found, query=query, language=language, conversation_id=conversation_id)


def answer(
    session: Session, *, clock: Clock, found: Found, query: str, language: str, conversation_id: int | None = None
) -> SearchResult:
    """The same with what ``retrieval.look_up`` found ahead, so that the writing transaction is short."""
    index, shown = found.index, list[Ranked]()
    passage = passages.to_the_point(query, found.passage) if found.is_detail else found.passage
    if found.verdict != "decline":
        shown = list(found.offered or found.ranked[:1])
    row = AnswerLog(
        conversation_id=conversation_id,
        query=_loggable(query),
        language=language,
        verdict=found.verdict,
        article_key=shown[0].key if shown else None,
        article_version=index.entries[index.rows[shown[0].key]].version if shown else None,
        nearest_key=found.ranked[0].key if found.ranked else None,
        score=round(found.chance, 4),
        at=clock.now(),
    )
    session.add(row)
    session.flush()
    return SearchResult(found.verdict, row.id, results(found, shown, language), passage, found.is_detail)


def suggest(
    session: Session, *, clock: Clock, query: str, language: str, limit: int = 3, model: str = BUNDLED
) -> tuple[Result, ...]:
    """The nearest articles whatever the verdict, for people at work; nothing is logged."""
    index = retrieval.current(session, clock=clock, model=model)
    found = retrieval.search(index, query, model=model)
    return results(found, found.ranked[:limit], language)


def article(
    session: Session, *, clock: Clock, key: str, language: str, conversation_id: int | None = None, model: str = BUNDLED
) -> tuple[Result, int]:
    """A published article and the id of the log row that says it was shown; raises ``article_not_found``."""
    index = retrieval.current(session, clock=clock, model=model)
    if key not in index.rows:
        raise DomainError("article_not_found")
    entry = index.entries[index.rows[key]]
    row = AnswerLog(
        conversation_id=conversation_id,
        query="",
        language=language,
        verdict="opened",
        article_key=key,
        article_version=entry.version,
        nearest_key=key,
        score=1.0,
        at=clock.now(),
    )
    session.add(row)
    session.flush()
    return _present(index, entry, language, 1.0), row.id


def rate(session: Session, *, clock: Clock, answer_id: int, helpful: bool, conversation_id: int | None) -> None:
    """Note whether an answer helped; the last word counts. Raises ``answer_not_found`` for another conversation's."""
    row = session.get(AnswerLog, answer_id)
    if row is None or row.conversation_id != conversation_id:
        raise DomainError("answer_not_found")
    row.helpful = helpful
    session.flush()


def results(found: Found, shown: Sequence[Ranked], language: str) -> tuple[Result, ...]:
    """Articles of a ranking as readers get them; the first one's score is its chance, the others' in proportion."""
    return tuple(
        _present(found.index, entry, language, found.chance * min(1.0, item.score / max(shown[0].score, 1e-6)))
        for entry, item in found.entries(shown)
    )


def _present(index: Index, entry: Entry, language: str, score: float) -> Result:
    wording = entry.wording(language)
    follow_ups = (index.entries[index.rows[key]] for key in entry.follow_ups if key in index.rows)
    return Result(
        key=entry.key,
        version=entry.version,
        score=round(score, 4),
        topic=entry.topic,
        question=wording.question,
        answer=wording.answer,
        risk_notice=wording.risk_notice,
        skill=entry.skill,
        follow_ups=tuple(FollowUp(item.key, item.wording(language).question) for item in follow_ups),
    )


def _loggable(query: str) -> str:
    return query.replace("\x00", " ").encode("utf-8", "replace").decode()[:LONGEST_LOGGED]
