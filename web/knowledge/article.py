"""An article's page: what customers read, what is being written, how it is used, who looks after it, and its history."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import redirect, render_template, request, url_for
from sqlalchemy import select

from ticketing.knowledge import articles, checking, difference, drafts, queries
from ticketing.knowledge import writing as rules
from ticketing.notify import articles as telling
from ticketing.platform.errors import DomainError
from ticketing.platform.http import runtime, session
from ticketing.platform.identity import current_actor
from ticketing.staff.models import Staff
from ticketing.staff.rules import PERMISSIONS, Permission, Role
from web import language
from web.agent import forms
from web.knowledge import editing, sparkline, words
from web.knowledge.pages import ARTICLE, deciding, pages, reading, writing


@pages.get(ARTICLE)
@reading
def article(key: str) -> str:
    """Everything about one article."""
    found = articles.by_key(session(), key)
    published, draft = articles.content_of(found), found.draft
    content = drafts.present(found)
    problems = checking.problems(session(), content) if draft else []
    return render_template(
        "knowledge/article.html",
        article=found,
        content=content,
        published=published,
        draft=draft,
        changes=difference.between(published if found.texts else None, content) if draft else [],
        problems=problems,
        ready=not rules.blocking(problems),
        second=checking.needs_second(found, content),
        mine=draft is not None and current_actor().staff_id in draft.author_ids,
        stale=draft is not None and draft.base_version != found.version,
        usage=queries.usage(session(), clock=runtime().clock, key=key),
        sparkline=sparkline,
        questions=queries.questions(session(), language.current()),
        names=words.people(),
        owners=owners(),
        today=runtime().clock.now().astimezone(language.zone()).date(),
        soon=queries.REVIEW_SOON,
        words=words,
    )


@pages.get(f"{ARTICLE}/history")
@reading
def history(key: str) -> str:
    """All versions, each with what it changed."""
    found = articles.by_key(session(), key)
    past = queries.history(session(), found)
    return render_template(
        "knowledge/history.html",
        article=found,
        past=[(each, difference.between(each.before, each.content)) for each in past],
        names=words.people(),
        words=words,
        content=drafts.present(found),
    )


@pages.get(f"{ARTICLE}/neighbours")
@reading
def neighbours(key: str) -> str:
    """The articles that customers may get instead; fetched by the page."""
    content = drafts.present(articles.by_key(session(), key))
    return render_template("knowledge/neighbours.html", words=words, **editing.neighbours(content))


@pages.post(f"{ARTICLE}/submit")
@writing
def submit(key: str) -> Any:
    """Hand the draft in for approval."""
    found = drafts.submit(session(), **acting(), key=key, revision=revision())
    telling.tell_submitted(session(), **acting(), article=found)
    return back(key)


@pages.post(f"{ARTICLE}/publish")
@deciding
def publish(key: str) -> Any:
    """Put the draft in the place of the published text."""
    draft = articles.by_key(session(), key).draft
    authors = list(draft.author_ids) if draft else []
    found = drafts.publish(session(), **acting(), key=key, revision=revision())
    telling.tell_decided(session(), **acting(), article=found, code="article_published", author_ids=authors)
    return back(key)


@pages.post(f"{ARTICLE}/return")
@deciding
def send_back(key: str) -> Any:
    """Give a submitted draft back with the reason."""
    note = forms.written("reason")
    found = drafts.send_back(session(), **acting(), key=key, revision=revision(), note=note)
    authors = found.draft.author_ids if found.draft else []
    telling.tell_decided(
        session(), **acting(), article=found, code="article_returned", author_ids=authors, note=note[:300]
    )
    return back(key)


@pages.post(f"{ARTICLE}/discard")
@writing
def discard(key: str) -> Any:
    """Throw the draft away."""
    remains = drafts.discard(session(), **acting(), key=key, revision=revision())
    return back(key) if remains else redirect(url_for(".listing"), 303)


@pages.post(f"{ARTICLE}/restore")
@writing
def restore(key: str) -> Any:
    """Begin a draft with an earlier version."""
    drafts.restore(session(), **acting(), key=key, version=forms.whole("old"))
    return back(key)


@pages.post(f"{ARTICLE}/retire")
@deciding
def retire(key: str) -> Any:
    """Take the article away from customers."""
    drafts.retire(session(), **acting(), key=key, version=forms.whole("version"))
    return back(key)


@pages.post(f"{ARTICLE}/bring-back")
@deciding
def bring_back(key: str) -> Any:
    """Give a retired article to customers again."""
    drafts.bring_back(session(), **acting(), key=key, version=forms.whole("version"))
    return back(key)


@pages.post(f"{ARTICLE}/review")
@writing
def plan_review(key: str) -> Any:
    """Who looks through it next, and when."""
    owner = forms.whole("owner") or None
    if owner is not None and owner not in {row.id for row in owners()}:
        raise DomainError("article_review_owner")
    drafts.set_review(session(), **acting(), key=key, owner_id=owner, review_on=day("review_on"))
    return back(key)


@pages.post(f"{ARTICLE}/reviewed")
@writing
def reviewed(key: str) -> Any:
    """Looked through and found right."""
    drafts.reviewed(session(), **acting(), key=key)
    return back(key)


def acting() -> dict[str, Any]:
    """Who acts, and when."""
    return {"clock": runtime().clock, "actor": current_actor()}


def revision() -> int:
    """The revision of the draft that the form's page showed."""
    return forms.whole("revision")


def back(key: str) -> Any:
    """To the article's page."""
    return redirect(url_for(".article", key=key), 303)


def owners() -> list[Staff]:
    """Who may look after an article: whoever may write."""
    roles = [role.value for role in Role if Permission.KNOWLEDGE_EDIT in PERMISSIONS[role]]
    return list(session().scalars(select(Staff).where(Staff.active, Staff.role.in_(roles)).order_by(Staff.name)))


def day(name: str) -> date | None:
    """A date field; None where it is empty or no date."""
    try:
        return date.fromisoformat(request.form.get(name, ""))
    except ValueError:
        return None
