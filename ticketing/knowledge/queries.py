"""Reads for the pages of staff: the list of articles, how each is used, and its history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select, true
from sqlalchemy.orm import Session

from ticketing.knowledge.models import AnswerLog, Article, ArticleDraft, ArticleText, ArticleVersion
from ticketing.knowledge.seed import ArticleContent
from ticketing.knowledge.text import folded
from ticketing.knowledge.writing import DraftContent
from ticketing.platform.clock import Clock

USED_WITHIN = timedelta(days=90)
READ = ("answer", "passage", "opened")
"""Verdicts under which an article, or a line of it, was shown."""
WEEKS = 12
REVIEW_SOON = timedelta(days=14)
STATES = ("current", "published", "draft", "submitted", "retired", "all")
LANGUAGES = ("both", "zh_missing", "en_missing")
REVIEWS = ("due", "soon", "never")
SORTS = ("used", "thumbs", "review", "changed", "key")
LONGEST_SEARCH = 100
SHOWN_VERSIONS = 100


@dataclass(frozen=True)
class Wanted:
    """How the list is narrowed and sorted; empty is no narrowing."""

    text: str = ""
    topic: str = ""
    state: str = "current"
    language: str = ""
    review: str = ""
    sort: str = "used"
    page: int = 1


@dataclass(frozen=True)
class Row:
    """An article in the list, with its use within USED_WITHIN."""

    article: Article
    content: DraftContent
    used: int
    up: int
    down: int


@dataclass(frozen=True)
class Listing:
    """One page of the list; ``count`` is of all pages."""

    rows: Sequence[Row]
    count: int
    page: int
    pages: int


@dataclass(frozen=True)
class Usage:
    """What became of questions nearest to an article, within USED_WITHIN; ``weeks`` counts readings, the oldest week first."""

    answered: int
    asked: int
    opened: int
    declined: int
    up: int
    down: int
    weeks: tuple[int, ...]


@dataclass(frozen=True)
class Past:
    """A version with the one before it, to be compared."""

    row: ArticleVersion
    content: ArticleContent
    before: ArticleContent | None


def listing(session: Session, *, clock: Clock, wanted: Wanted, size: int) -> Listing:
    """The articles that match, a page of them."""
    use = _use(clock.now() - USED_WITHIN)
    matching = _conditions(wanted, clock.now().date())
    count = session.scalar(_narrowed(select(func.count(Article.id)), matching)) or 0
    pages = max(1, -(-count // size))
    page = min(max(wanted.page, 1), pages)
    asked = (
        select(Article, func.coalesce(use.c.used, 0), func.coalesce(use.c.up, 0), func.coalesce(use.c.down, 0))
        .outerjoin(use, use.c.article_key == Article.key)
        .order_by(*_order(wanted, use.c), Article.key)
    )
    found = session.execute(_narrowed(asked, matching).limit(size).offset((page - 1) * size))
    return Listing([Row(row[0], _shown(row[0]), row[1], row[2], row[3]) for row in found], count, page, pages)


def topics(session: Session) -> dict[str, int]:
    """The topics there are, with how many articles each has that are not retired."""
    rows = session.execute(
        select(Article.topic, func.count())
        .where(Article.status != "retired")
        .group_by(Article.topic)
        .order_by(Article.topic)
    )
    return {topic: count for topic, count in rows if topic}


def waiting(session: Session) -> int:
    """How many drafts wait for approval."""
    return session.scalar(select(func.count(ArticleDraft.id)).where(ArticleDraft.submitted_at.is_not(None))) or 0


def questions(session: Session, language: str) -> dict[str, str]:
    """Every article that is not retired by key, as its question in the reader's language (else in the other)."""
    written = (
        select(Article.key, ArticleText.language, ArticleText.question)
        .join(ArticleText, ArticleText.article_id == Article.id)
        .where(Article.status != "retired")
    )
    begun = session.scalars(select(Article).where(Article.status == "draft"))
    found = {article.key: question_of(_shown(article), language) for article in begun}
    for key, of, question in session.execute(written):
        if of == language or key not in found:
            found[key] = question
    return dict(sorted(found.items()))


def question_of(content: DraftContent, language: str) -> str:
    """What an article is called: its question in that language, in the other, else its key."""
    mine, other = (content.en, content.zh) if language == "en" else (content.zh, content.en)
    return mine.question or other.question or content.key


def usage(session: Session, *, clock: Clock, key: str) -> Usage:
    """How an article is used."""
    since = clock.now() - USED_WITHIN
    near = AnswerLog.nearest_key == key
    rows = session.execute(
        select(AnswerLog.at, AnswerLog.verdict, AnswerLog.helpful).where(
            AnswerLog.at >= since, near | (AnswerLog.article_key == key)
        )
    ).all()
    counted = {
        verdict: sum(row.verdict == verdict for row in rows)
        for verdict in ("answer", "passage", "ask", "opened", "decline")
    }
    weeks = [0] * WEEKS
    for row in rows:
        age = (clock.now() - row.at).days // 7
        if row.verdict in READ and 0 <= age < WEEKS:
            weeks[WEEKS - 1 - age] += 1
    return Usage(
        counted["answer"] + counted["passage"], counted["ask"], counted["opened"], counted["decline"],
        sum(row.helpful is True for row in rows), sum(row.helpful is False for row in rows), tuple(weeks),
    )  # fmt: skip


def history(session: Session, article: Article) -> list[Past]:
    """Its versions, the newest first."""
    rows = session.scalars(
        select(ArticleVersion)
        .where(ArticleVersion.article_id == article.id)
        .order_by(ArticleVersion.version.desc())
        .limit(SHOWN_VERSIONS + 1)
    ).all()
    contents = [ArticleContent.model_validate(row.content) for row in rows]
    pairs = zip(rows, contents, [*contents[1:], None], strict=True)
    return [Past(row, content, before) for row, content, before in pairs][:SHOWN_VERSIONS]


def _shown(article: Article) -> DraftContent:
    """What the list calls an article by: the published text, of one never published its draft."""
    if article.texts or article.draft is None:
        texts = {
            text.language: {"question": text.question, "risk_notice": text.risk_notice or ""} for text in article.texts
        }
        return DraftContent.model_validate({"key": article.key, "topic": article.topic, **texts})
    return DraftContent.model_validate(article.draft.content)


def _narrowed(asked: Select[Any], conditions: Sequence[ColumnElement[bool]]) -> Select[Any]:
    return asked.select_from(Article).outerjoin(ArticleDraft, ArticleDraft.article_id == Article.id).where(*conditions)


def _use(since: datetime) -> Any:
    """Readings and thumbs by article."""
    read = AnswerLog.verdict.in_(READ)
    return (
        select(
            AnswerLog.article_key,
            func.sum(case((read, 1), else_=0)).label("used"),
            func.sum(case((AnswerLog.helpful.is_(True), 1), else_=0)).label("up"),
            func.sum(case((AnswerLog.helpful.is_(False), 1), else_=0)).label("down"),
        )
        .where(AnswerLog.at >= since, AnswerLog.article_key.is_not(None))
        .group_by(AnswerLog.article_key)
        .subquery()
    )


def _conditions(wanted: Wanted, today: date) -> list[ColumnElement[bool]]:
    found = [
        Article.search_text.contains(word, autoescape=True) for word in folded(wanted.text[:LONGEST_SEARCH]).split()
    ]
    if wanted.topic:
        found.append(Article.topic == wanted.topic)
    found.append(_state(wanted.state))
    if wanted.language in LANGUAGES:
        has = {code: Article.languages.contains(code) for code in ("zh", "en")}
        found.append(has["zh"] & has["en"] if wanted.language == "both" else ~has[wanted.language[:2]])
    if wanted.review in REVIEWS:
        until = today + (REVIEW_SOON if wanted.review == "soon" else timedelta(0))
        due = Article.review_on.is_(None) if wanted.review == "never" else Article.review_on <= until
        found.append(due & (Article.status == "published"))
    return found


def _state(state: str) -> ColumnElement[bool]:
    return {
        "published": Article.status == "published",
        "draft": ArticleDraft.id.is_not(None),
        "submitted": ArticleDraft.submitted_at.is_not(None),
        "retired": Article.status == "retired",
        "all": true(),
    }.get(state, Article.status != "retired")


def _order(wanted: Wanted, use: Mapping[str, Any]) -> Sequence[Any]:
    if wanted.sort == "thumbs":
        return (func.coalesce(use["down"], 0).desc(), func.coalesce(use["up"], 0).asc())
    if wanted.sort == "review":
        return (Article.review_on.asc().nulls_last(),)
    if wanted.sort == "changed":
        return (func.coalesce(ArticleDraft.saved_at, Article.updated_at).desc(),)
    if wanted.sort == "key":
        return ()
    # What is looked for stands in the question of some and somewhere in the answer of others.
    in_question = Article.texts.any(ArticleText.question.icontains(wanted.text, autoescape=True))
    first = [case((in_question, 0), else_=1)] if wanted.text else []
    return (*first, func.coalesce(use["used"], 0).desc())
