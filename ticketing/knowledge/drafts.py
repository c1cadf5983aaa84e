"""Editing: a draft beside the published text, approved by a second person where risks are stated, published, taken back.

Customers read the published text until a draft takes its place. Nobody overwrites what a colleague saved meanwhile: a form
names the version it began from and the revision it saw.
"""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.audit import service as audit
from ticketing.knowledge import articles, checking, difference, retrieval, service, writing
from ticketing.knowledge.articles import by_key
from ticketing.knowledge.difference import Change
from ticketing.knowledge.models import Article, ArticleDraft, ArticleVersion
from ticketing.knowledge.seed import ArticleContent
from ticketing.knowledge.writing import DraftContent
from ticketing.platform.actor import Actor
from ticketing.platform.clock import Clock
from ticketing.platform.errors import DomainError

REVIEWED_EVERY = {True: timedelta(days=180), False: timedelta(days=365)}
"""How long an article is good for without anyone looking at it, with and without a risk notice."""


def present(article: Article) -> DraftContent:
    """What an editor goes on with: the draft, else the published text."""
    if article.draft is not None:
        return DraftContent.model_validate(article.draft.content)
    return DraftContent.of(articles.content_of(article))


def caught_up(session: Session, article: Article) -> tuple[DraftContent, list[Change]]:
    """The draft with the askings and details that came to the published text since it began, and all that changed there since."""
    content, draft = present(article), article.draft
    if draft is None or draft.base_version == article.version:
        return content, []
    version = ArticleVersion
    held = session.scalar(
        select(version.content).where(version.article_id == article.id, version.version == draft.base_version)
    )
    base = DraftContent.of(ArticleContent.model_validate(held)) if held else DraftContent(key=article.key)
    published = DraftContent.of(articles.content_of(article))
    for language, text in published.texts().items():
        before, mine = getattr(base, language), getattr(content, language)
        fresh = [line for line in text.askings if line not in before.askings and line not in mine.askings]
        mine.askings = [*mine.askings, *fresh]
        asked = {line for detail in (*before.details, *mine.details) for line in detail.asked}
        mine.details = [*mine.details, *(detail for detail in text.details if asked.isdisjoint(detail.asked))]
    return content, difference.between(base, published)


def save(
    session: Session,
    *,
    clock: Clock,
    actor: Actor,
    content: DraftContent,
    version: int | None,
    revision: int,
    note: str | None = None,
) -> ArticleDraft:
    """Keep what was written, finished or not. ``version`` is None for a new article, ``revision`` 0 where there was no draft.

    Raises ``article_key_taken`` and ``article_changed_meanwhile``. A text that waited for approval has to be submitted again.
    """
    article = session.scalar(select(Article).where(Article.key == content.key).with_for_update())
    if version is None and article is not None:
        raise DomainError("article_key_taken", key=content.key)
    if article is None:
        article = _begin(session, clock=clock, content=content)
    else:
        refuse_if_changed(article, version=version or 0, revision=revision)
    draft = article.draft
    if draft is None:
        draft = article.draft = ArticleDraft(revision=1, author_ids=[])
    else:
        draft.revision += 1
    # The form showed the published text as it is now, so what is saved stands on that.
    draft.content, draft.note, draft.base_version = content.model_dump(), note or None, article.version
    draft.saved_at, draft.saved_by = clock.now(), actor.staff_id
    draft.author_ids = sorted({*draft.author_ids, actor.staff_id or 0})
    draft.submitted_at = draft.submitted_by = None
    if article.status == "draft":
        article.topic = content.topic
    articles.describe(article)
    session.flush()
    _record(session, clock, actor, article, "draft_saved", revision=draft.revision)
    return draft


def submit(session: Session, *, clock: Clock, actor: Actor, key: str, revision: int) -> Article:
    """Hand a draft to those who approve; raises ``article_not_ready``."""
    article, draft = _draft(session, key, revision)
    _refuse_unfinished(session, draft)
    draft.submitted_at, draft.submitted_by, draft.returned_note = clock.now(), actor.staff_id, None
    draft.revision += 1
    session.flush()
    _record(session, clock, actor, article, "draft_submitted", revision=draft.revision)
    return article


def send_back(session: Session, *, clock: Clock, actor: Actor, key: str, revision: int, note: str) -> Article:
    """Give a submitted draft back to its author with the reason; raises ``article_reason_missing``."""
    article, draft = _draft(session, key, revision)
    if draft.submitted_at is None:
        raise DomainError("article_not_submitted")
    if not note.strip():
        raise DomainError("article_reason_missing")
    draft.submitted_at = None
    draft.returned_note = note.strip()[:300]
    draft.revision += 1
    session.flush()
    _record(session, clock, actor, article, "draft_returned", revision=draft.revision)
    return article


def publish(session: Session, *, clock: Clock, actor: Actor, key: str, revision: int) -> Article:
    """Put the draft in the place of the published text.

    Raises ``article_not_ready``, ``article_four_eyes`` for an author where a second person must look, ``article_not_submitted``
    for what has not been handed in for that, and ``article_changed_meanwhile`` when the published text is no longer the one
    that the draft began from.
    """
    article, draft = _draft(session, key, revision)
    if draft.base_version != article.version:
        raise DomainError("article_changed_meanwhile", version=article.version)
    content = _refuse_unfinished(session, draft)
    if checking.needs_second(article, content):
        if actor.staff_id in draft.author_ids:
            raise DomainError("article_four_eyes")
        if draft.submitted_at is None:
            raise DomainError("article_not_submitted")
    return put_in_place(session, clock=clock, actor=actor, article=article, draft=draft)


def put_in_place(session: Session, *, clock: Clock, actor: Actor, article: Article, draft: ArticleDraft) -> Article:
    """Make a draft that has been judged the published text; its next review is planned."""
    finished = DraftContent.model_validate(draft.content).finished()
    writer, note = f"staff:{draft.saved_by}" if draft.saved_by else actor.label, draft.note
    article.draft = None
    session.flush()
    service.save_article(
        session, clock=clock, actor=actor, content=finished, version=article.version, written_by=writer, note=note
    )
    if article.review_on is None or article.review_on <= clock.now().date():
        article.review_on = _next_review(clock, finished)
    article.owner_id = article.owner_id or draft.saved_by
    session.flush()
    return article


def discard(session: Session, *, clock: Clock, actor: Actor, key: str, revision: int) -> bool:
    """Throw a draft away; gives whether the article remains (one that was never published goes with it)."""
    article, draft = _draft(session, key, revision)
    _record(session, clock, actor, article, "draft_discarded", revision=draft.revision)
    if article.status == "draft":
        session.delete(article)
        session.flush()
        return False
    article.draft = None
    session.flush()
    articles.describe(article)
    return True


def restore(session: Session, *, clock: Clock, actor: Actor, key: str, version: int) -> ArticleDraft:
    """Begin a draft with an earlier version's text; raises ``article_has_draft`` where one is being written."""
    article = by_key(session, key)
    if article.draft is not None:
        raise DomainError("article_has_draft")
    old = session.scalar(
        select(ArticleVersion).where(ArticleVersion.article_id == article.id, ArticleVersion.version == version)
    )
    if old is None:
        raise DomainError("article_not_found")
    content = DraftContent.of(ArticleContent.model_validate(old.content))
    return save(session, clock=clock, actor=actor, content=content, version=article.version, revision=0)


def retire(session: Session, *, clock: Clock, actor: Actor, key: str, version: int) -> Article:
    """Take a published article away from customers; it can be brought back."""
    return _switch(session, clock=clock, actor=actor, key=key, version=version, status="retired", wanted="published")


def bring_back(session: Session, *, clock: Clock, actor: Actor, key: str, version: int) -> Article:
    """Give a retired article, as it was approved, to customers again."""
    article = _switch(session, clock=clock, actor=actor, key=key, version=version, status="published", wanted="retired")
    if writing.blocking(checking.problems(session, DraftContent.of(articles.content_of(article)))):
        raise DomainError("article_not_ready")
    return article


def set_review(
    session: Session, *, clock: Clock, actor: Actor, key: str, owner_id: int | None, review_on: date | None
) -> Article:
    """Say who looks through the article next, and when; raises ``article_review_past``."""
    article = by_key(session, key)
    if review_on is not None and review_on < clock.now().date() and review_on != article.review_on:
        raise DomainError("article_review_past")
    article.owner_id, article.review_on = owner_id, review_on
    session.flush()
    on = review_on.isoformat() if review_on else None
    _record(session, clock, actor, article, "review_planned", owner_id=owner_id, review_on=on)
    return article


def reviewed(session: Session, *, clock: Clock, actor: Actor, key: str) -> Article:
    """Note that someone looked through the published text and found it right; the next review is planned."""
    article = by_key(session, key)
    if article.status != "published":
        raise DomainError("article_not_found")
    article.reviewed_on = clock.now().date()
    article.review_on = _next_review(clock, articles.content_of(article))
    session.flush()
    _record(session, clock, actor, article, "article_reviewed", version=article.version)
    return article


def refuse_if_changed(article: Article, *, version: int, revision: int) -> None:
    """Raise ``article_changed_meanwhile`` when a colleague has published, saved or discarded since the form was opened."""
    held = article.draft.revision if article.draft else 0
    if article.version != version or held != revision:
        raise DomainError("article_changed_meanwhile", version=article.version)


def _begin(session: Session, *, clock: Clock, content: DraftContent) -> Article:
    if not writing.SLUG.fullmatch(content.key) or len(content.key) > writing.LONGEST_KEY:
        raise DomainError("article_key_invalid")
    article = articles.begin(content.key)
    article.status, article.version, article.topic = "draft", 0, content.topic
    article.products, article.follow_ups, article.updated_at = [], [], clock.now()
    session.add(article)
    session.flush()
    return article


def _draft(session: Session, key: str, revision: int) -> tuple[Article, ArticleDraft]:
    article = by_key(session, key)
    if article.draft is None or article.draft.revision != revision:
        raise DomainError("article_changed_meanwhile", version=article.version)
    return article, article.draft


def _refuse_unfinished(session: Session, draft: ArticleDraft) -> DraftContent:
    content = DraftContent.model_validate(draft.content)
    if writing.blocking(checking.problems(session, content)):
        raise DomainError("article_not_ready")
    return content


def _switch(
    session: Session, *, clock: Clock, actor: Actor, key: str, version: int, status: str, wanted: str
) -> Article:
    article = by_key(session, key)
    if article.version != version or article.status != wanted:
        raise DomainError("article_changed_meanwhile", version=article.version)
    article.status, article.updated_at = status, clock.now()
    session.flush()
    _record(session, clock, actor, article, "article_retired" if status == "retired" else "article_brought_back")
    retrieval.expire(session)
    return article


def _next_review(clock: Clock, content: ArticleContent) -> date:
    risky = any(text.risk_notice for text in content.texts.values())
    return clock.now().date() + REVIEWED_EVERY[risky]


def _record(session: Session, clock: Clock, actor: Actor, article: Article, action: str, **detail: object) -> None:
    audit.record(
        session, clock=clock, actor=actor, action=f"knowledge.{action}", subject=("article", article.id),
        key=article.key, **detail,
    )  # fmt: skip
