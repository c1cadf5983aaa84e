"""An article's rows: the content they hold, writing another one, and the version that is kept of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.knowledge.models import Article, ArticleText, ArticleVersion
from ticketing.knowledge.seed import ArticleContent, DetailContent, TextContent
from ticketing.knowledge.text import folded
from ticketing.platform.actor import Actor
from ticketing.platform.clock import Clock
from ticketing.platform.errors import DomainError


def by_key(session: Session, key: str) -> Article:
    """The article, in whatever state; raises ``article_not_found``."""
    found = session.scalar(select(Article).where(Article.key == key))
    if found is None:
        raise DomainError("article_not_found")
    return found


def content_of(article: Article) -> ArticleContent:
    """The article as a file or a form holds it."""
    texts = {
        item.language: TextContent(
            question=item.question,
            askings=item.askings,
            answer=item.answer,
            risk_notice=item.risk_notice,
            details=[DetailContent.model_validate(detail) for detail in item.details],
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


def describe(article: Article) -> None:
    """Bring up to date by what staff find it: all that it says, its draft included, and the languages it is written in."""
    contents = [content_of(article).model_dump(), *([article.draft.content] if article.draft else [])]
    texts = [text for content in contents for text in (content["zh"], content["en"]) if text]
    lines = {folded(line) for text in texts for line in _said(text)}
    article.search_text = "\n".join([article.key, *sorted(lines)])
    newest = contents[-1]
    article.languages = ",".join(name for name in ("zh", "en") if newest[name] and newest[name]["answer"])


def begin(key: str) -> Article:
    """A row for a key that is new."""
    return Article(key=key, version=1, status="published", texts=[])


def write(
    session: Session,
    *,
    clock: Clock,
    article: Article,
    content: ArticleContent,
    actor: Actor,
    written_by: str | None = None,
    note: str | None = None,
) -> None:
    """Put a content into the rows and keep it as the article's present version."""
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
        held.details = [detail.model_dump() for detail in given.details]
    describe(article)
    session.flush()
    session.add(
        ArticleVersion(
            article_id=article.id,
            version=article.version,
            content=content.model_dump(),
            saved_at=clock.now(),
            saved_by=written_by or actor.label,
            approved_by=actor.label if written_by not in (None, actor.label) else None,
            note=note,
        )
    )


def _said(text: dict[str, Any]) -> Iterator[str]:
    """All that stands in one language of a content; a draft saved before there were details has none."""
    yield from (text["question"], *text["askings"], text["answer"], text["risk_notice"] or "")
    for detail in text.get("details", []):
        yield from (*detail["asked"], detail["answer"])
