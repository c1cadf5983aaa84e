"""Loading, editing, searching and rating articles."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.audit import service as audit
from ticketing.knowledge import retrieval, rules, seed
from ticketing.knowledge.embedding import BUNDLED
from ticketing.knowledge.index import Entry, Index
from ticketing.knowledge.models import AnswerLog, Article, ArticleText, ArticleVersion
from ticketing.knowledge.rules import Ranked, Verdict
from ticketing.knowledge.seed import ArticleContent, TextContent
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
    """One result for ``answer``, up to three to choose from for ``ask``, none for ``decline``."""

    verdict: Verdict
    answer_id: int
    results: tuple[Result, ...]


@dataclass(frozen=True)
class Counts:
    """What loading did; ``kept`` were edited by staff since and left alone."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    kept: int = 0


def load_articles(session: Session, *, clock: Clock, folder: Path = seed.FOLDER, force: bool = False) -> Counts:
    """Bring the seed files' articles in. Doing it again changes nothing; ``force`` also replaces what staff have edited."""
    known = {article.key: article for article in session.scalars(select(Article))}
    tally = dict.fromkeys(("added", "updated", "unchanged", "kept"), 0)
    for content in seed.read(folder):
        article, digest = known.get(content.key), content.digest()
        if article is None:
            article = _new(content.key)
            session.add(article)
            outcome = "added"
        elif content_of(article).digest() == digest:
            article.source_hash = digest
            tally["unchanged"] += 1
            continue
        elif not force and content_of(article).digest() != article.source_hash:
            tally["kept"] += 1
            continue
        else:
            article.version += 1
            outcome = "updated"
        _write(session, clock=clock, article=article, content=content, actor=SYSTEM)
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
) -> Article:
    """Add or edit an article; raises ``version_conflict`` when ``version`` is no longer the current one."""
    article = session.scalar(select(Article).where(Article.key == content.key))
    if article is None:
        article = _new(content.key)
        session.add(article)
    elif version is not None and version != article.version:
        raise DomainError("version_conflict")
    else:
        article.version += 1
    article.status = status
    article.reviewed_on = clock.now().date()
    _write(session, clock=clock, article=article, content=content, actor=actor)
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
    index = retrieval.current(session, clock=clock, model=model)
    found = retrieval.search(index, query, model=model, topic=topic)
    shown: list[Ranked] = []
    if found.verdict != "decline":
        shown = list(found.ranked[:1]) if found.verdict == "answer" else rules.choices(found.ranked)
    entries = found.entries(shown)
    row = AnswerLog(
        conversation_id=conversation_id,
        query=_loggable(query),
        language=language,
        verdict=found.verdict,
        article_key=entries[0][0].key if entries else None,
        article_version=entries[0][0].version if entries else None,
        score=round(found.chance, 4),
        at=clock.now(),
    )
    session.add(row)
    session.flush()
    results = tuple(_result(index, entry, language, found.chance, item, shown) for entry, item in entries)
    return SearchResult(found.verdict, row.id, results)


def suggest(
    session: Session, *, clock: Clock, query: str, language: str, limit: int = 3, model: str = BUNDLED
) -> tuple[Result, ...]:
    """The nearest articles whatever the verdict, for people at work; nothing is logged."""
    index = retrieval.current(session, clock=clock, model=model)
    found = retrieval.search(index, query, model=model)
    shown = list(found.ranked[:limit])
    return tuple(_result(index, entry, language, found.chance, item, shown) for entry, item in found.entries(shown))


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


def content_of(article: Article) -> ArticleContent:
    """The article as a file or a form holds it."""
    texts = {
        item.language: TextContent(
            question=item.question, askings=item.askings, answer=item.answer, risk_notice=item.risk_notice
        )
        for item in article.texts
    }
    return ArticleContent(
        key=article.key,
        topic=article.topic,
        products=article.products,
        skill=article.skill,
        follow_ups=article.follow_ups,
        zh=texts.get("zh"),
        en=texts.get("en"),
    )


def _new(key: str) -> Article:
    return Article(key=key, version=1, status="published", texts=[])


def _write(session: Session, *, clock: Clock, article: Article, content: ArticleContent, actor: Actor) -> None:
    article.topic, article.products, article.skill = content.topic, content.products, content.skill
    article.follow_ups, article.updated_at = content.follow_ups, clock.now()
    for language in ("zh", "en"):
        given, held = content.texts.get(language), article.text(language)
        if given is None:
            if held is not None:
                article.texts.remove(held)
            continue
        if held is None:
            held = ArticleText(language=language)
            article.texts.append(held)
        held.question, held.askings = given.question, given.askings
        held.answer, held.risk_notice = given.answer, given.risk_notice
    session.flush()
    session.add(
        ArticleVersion(
            article_id=article.id,
            version=article.version,
            content=content.model_dump(),
            saved_at=clock.now(),
            saved_by=actor.label,
        )
    )


def _result(index: Index, entry: Entry, language: str, chance: float, item: Ranked, shown: list[Ranked]) -> Result:
    """A result whose score is the chance of the first one, and for the others in proportion."""
    return _present(index, entry, language, chance * min(1.0, item.score / max(shown[0].score, 1e-6)))


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
