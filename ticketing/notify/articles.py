"""What staff are told of the knowledge base: a draft to approve, what became of it, a review that is due.

By the day, not by the hour: nobody is called out of bed for these.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.knowledge import drafts, queries
from ticketing.knowledge.models import Article
from ticketing.notify import people, rules
from ticketing.notify import service as notify
from ticketing.notify.rules import Colleague, Place, Recipient
from ticketing.platform.actor import Actor
from ticketing.platform.clock import Clock
from ticketing.platform.settings import Settings
from ticketing.staff.models import Staff

LANGUAGES = ("zh", "en")


def tell_submitted(session: Session, *, clock: Clock, actor: Actor, article: Article) -> None:
    """Tell those who may approve, the author's lead first; whoever wrote on it is not asked."""
    draft = article.draft
    if draft is None or draft.submitted_at is None:
        return
    place = Place(owner_id=None, team_id=actor.team_id, away=frozenset(draft.author_ids))
    told = rules.recipients(people.roll(session, clock=clock).people, place, rules.LADDER[0], urgent=False)
    _tell(
        session, clock, article, "article_submitted", told, dedupe=f"submitted:{article.version}:{draft.revision}",
        author=actor.name, note=draft.note or "—",
    )  # fmt: skip


def tell_decided(
    session: Session,
    *,
    clock: Clock,
    actor: Actor,
    article: Article,
    code: str,
    author_ids: Iterable[int],
    note: str = "",
) -> None:
    """Tell the authors that their draft was published (``article_published``) or sent back (``article_returned``)."""
    roll = people.roll(session, clock=clock)
    told = [person for each in author_ids if each != actor.staff_id and (person := roll.person(each))]
    if told:
        dedupe = f"{code}:{article.version}:{clock.now():%Y%m%dT%H%M%S}"
        _tell(session, clock, article, code, told, dedupe=dedupe, author=actor.name, note=note)


def remind_of_reviews(session: Session, *, clock: Clock, settings: Settings) -> int:
    """Tell owners of articles whose review is near or past, once each; without an owner, a supervisor. Gives how many articles."""
    today = clock.now().astimezone(ZoneInfo(settings.time_zone)).date()
    found = session.scalars(
        select(Article)
        .where(Article.status == "published", Article.review_on <= today + queries.REVIEW_SOON)
        .order_by(Article.review_on, Article.id)
    ).all()
    roll = people.roll(session, clock=clock).people
    for article in found:
        due = article.review_on or today
        owner = session.get(Staff, article.owner_id) if article.owner_id else None
        place = Place(owner_id=article.owner_id, team_id=owner.team_id if owner else None)
        told = rules.recipients(roll, place, rules.OWNER, urgent=False)
        code = "article_review_due" if due < today else "article_review_soon"
        _tell(
            session, clock, article, code, told, dedupe=f"{code}:{due.isoformat()}", due=due,
            owner=owner.name if owner else "—",
        )  # fmt: skip
    return len(found)


def _tell(
    session: Session,
    clock: Clock,
    article: Article,
    code: str,
    told: Iterable[Colleague],
    *,
    dedupe: str,
    due: date | None = None,
    **words: str,
) -> None:
    content = drafts.present(article)
    notify.to_staff(
        session,
        clock=clock,
        news=notify.News(
            code=code,
            words={
                language: {
                    **words,
                    "question": queries.question_of(content, language),
                    **({"due": _day(due, language)} if due else {}),
                }
                for language in LANGUAGES
            },
            path=f"/knowledge/articles/{article.key}",
            dedupe=f"article:{article.id}:{dedupe}",
            subject=("article", article.id),
        ),
        to=[Recipient(each) for each in told],
    )


def _day(day: date, language: str) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if language == "zh" else f"{day.day} {day:%B} {day.year}"
