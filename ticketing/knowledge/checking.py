"""Whether a text may reach customers, judged against the other articles: whose an asking is, and who must look at it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.knowledge import writing
from ticketing.knowledge.models import Article, ArticleText
from ticketing.knowledge.writing import DraftContent, Known, Problem, folded
from ticketing.platform.errors import DomainError


def known(session: Session, *, overlay: dict[str, DraftContent] | None = None) -> Known:
    """Whose each asking is among the published articles; ``overlay`` puts other texts in the place of some."""
    over, asked, before = overlay or {}, dict[str, str](), dict[str, str]()
    rows = session.execute(
        select(Article.key, ArticleText.question, ArticleText.askings)
        .join(ArticleText, ArticleText.article_id == Article.id)
        .where(Article.status == "published")
    )
    for key, question, askings in rows:
        (before if key in over else asked).update({folded(line): key for line in (question, *askings)})
    for key, content in over.items():
        for line in (line for text in content.texts().values() for line in (text.question, *text.askings)):
            # Whoever had an asking and keeps it has it before a text that comes anew.
            if before.get(folded(line)) == key and asked.get(folded(line)) in over:
                asked[folded(line)] = key
            asked.setdefault(folded(line), key)
    return Known(asked, {*session.scalars(select(Article.key).where(Article.status != "retired")), *over})


def problems(session: Session, content: DraftContent) -> list[Problem]:
    """What keeps this content from customers, and what could be better."""
    return writing.problems(content, known(session))


def refuse_taken(session: Session, *, key: str, askings: Sequence[str]) -> None:
    """Raise ``article_asking_taken`` for an asking that belongs to another published article."""
    owners = known(session).askings
    for asking in askings:
        if (owner := owners.get(folded(asking))) not in (None, key):
            raise DomainError("article_asking_taken", asking=asking, owner=owner)


def needs_second(article: Article | None, content: DraftContent) -> bool:
    """Whether a second person must approve: where risks are stated, before or after (handbook §4.2, four eyes)."""
    before = article is not None and any(text.risk_notice for text in article.texts)
    return before or bool(content.notices())
