"""Writing an article: the form, trying it in chat beside it, saving, handing in. Nothing typed is ever lost."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import make_response, redirect, render_template, request, url_for

from ticketing.knowledge import articles, checking, details, difference, drafts, queries, trial
from ticketing.knowledge import writing as rules
from ticketing.knowledge.models import Article
from ticketing.knowledge.writing import DraftContent, DraftText, Problem
from ticketing.notify import articles as telling
from ticketing.platform.errors import DomainError
from ticketing.platform.http import runtime, session, transaction
from ticketing.platform.identity import current_actor
from ticketing.staff.rules import Permission
from web import language
from web.auth.access import may
from web.knowledge import form, words
from web.knowledge.form import Typed
from web.knowledge.pages import ARTICLE, ROOT, pages, shows_refusals_of, writing

LONGEST_TRIED = 200
FOLLOW_UP_FIELDS = 3


@pages.get(f"{ROOT}/articles/new")
@writing
def new_article() -> str:
    """An empty form, or one that begins with customers' wordings (``asking``, any number, in ``language``)."""
    begun = DraftContent(key="", topic=request.args.get("topic", ""))
    return form_page(None, Typed(with_askings(begun)))


@pages.get(f"{ARTICLE}/edit")
@writing
def edit_article(key: str) -> str:
    """The form with the draft, else with the published text; ``asking`` adds customers' wordings."""
    found = articles.by_key(session(), key)
    content, upstream = drafts.caught_up(session(), found)
    typed = Typed(with_askings(content), **opened(found))
    problems = checking.problems(session(), content) if found.draft else []
    return form_page(found, typed, problems=problems, upstream=upstream)


@pages.post(f"{ROOT}/articles/new")
@writing
def save_new_article() -> Any:
    """A press in the form of a new article."""
    return pressed(None)


@pages.post(f"{ARTICLE}/edit")
@writing
def save_article(key: str) -> Any:
    """A press in the form of an article that is there."""
    return pressed(articles.by_key(session(), key))


@pages.post(f"{ROOT}/try")
@writing
@transaction("read")
def try_article() -> str:
    """What the assistant would answer to a question with the form as typed in place; writes nothing."""
    return render_template("knowledge/tried.html", **tried(sent(request.form.get("of") or None).content))


@pages.post(f"{ROOT}/mixed-up")
@writing
@transaction("read")
def mixed_up() -> str:
    """The articles that customers may get instead of this one, as typed."""
    content = sent(request.form.get("of") or None).content
    return render_template("knowledge/neighbours.html", words=words, **neighbours(content))


def pressed(found: Article | None) -> Any:
    """Save, save and hand in, or save and publish; else show the form again with what the trial says."""
    typed, do = sent(found.key if found else None), request.form.get("do", "try")
    problems = checking.problems(session(), typed.content)
    if do not in {"save", "submit", "publish"}:
        return form_page(found, typed, problems=problems, **tried(typed.content))
    blocking = rules.blocking(problems)
    if do != "save" and blocking:
        return make_response(form_page(found, typed, problems=problems), 422)
    return redirect(url_for(".article", key=kept(found, typed, do)), 303)


def kept(found: Article | None, typed: Typed, do: str) -> str:
    """Save the form and do what its button says; gives the article's key."""
    now = {"clock": runtime().clock, "actor": current_actor()}
    draft = drafts.save(
        session(), **now, content=typed.content, note=typed.note, revision=typed.revision,
        version=typed.version if found else None,
    )  # fmt: skip
    article = draft.article
    if do == "submit":
        drafts.submit(session(), **now, key=article.key, revision=draft.revision)
        telling.tell_submitted(session(), **now, article=article)
    elif do == "publish":
        if not may(Permission.KNOWLEDGE_PUBLISH):
            raise DomainError("permission_denied")
        drafts.publish(session(), **now, key=article.key, revision=draft.revision)
    return article.key


@shows_refusals_of("save_article", "save_new_article")
def refused(refusal: DomainError) -> Any:
    """The form with what was typed and why it was not kept; after a colleague's change also with how theirs differs."""
    typed = sent((request.view_args or {}).get("key"))
    if refusal.code in {"article_key_taken", "article_key_invalid"}:
        return make_response(form_page(None, typed, refusal=refusal), refusal.status)
    again = articles.by_key(session(), typed.content.key)
    news = difference.between(drafts.present(again), typed.content) if refusal.status == 409 else None
    typed = replace(typed, **{name: opened(again)[name] for name in ("version", "revision")})
    problems = checking.problems(session(), typed.content)
    return make_response(form_page(again, typed, problems=problems, refusal=refusal, news=news), refusal.status)


def form_page(
    found: Article | None,
    typed: Typed,
    *,
    problems: list[Problem] | None = None,
    refusal: DomainError | None = None,
    news: list[difference.Change] | None = None,
    **shown: Any,
) -> str:
    """The form with what was typed, what is wrong with it, and the trial beside it."""
    at: dict[str, list[Problem]] = {}
    for problem in problems or []:
        at.setdefault(problem.field, []).append(problem)
    content = typed.content
    return render_template(
        "knowledge/edit.html",
        article=found,
        typed=typed,
        content=content,
        problems=at,
        blocking=len(rules.blocking(problems or [])),
        refusal=refusal,
        news=news,
        names=words.people() if news is not None else {},
        second=checking.needs_second(found, content),
        topics=sorted({*queries.topics(session()), *([content.topic] if content.topic else [])}),
        questions=queries.questions(session(), language.current()),
        follow_ups=[*content.follow_ups, *[""] * FOLLOW_UP_FIELDS][: max(FOLLOW_UP_FIELDS, len(content.follow_ups))],
        rules=rules,
        details=details,
        words=words,
        **{"trial": None, "why": "", "upstream": [], **shown},
    )


def tried(content: DraftContent) -> dict[str, Any]:
    """The trial of the question in the form, or the text key of why there is none."""
    query = " ".join(request.form.get("try.query", "").split())[:LONGEST_TRIED]
    if not query:
        return {"trial": None, "why": "knowledge.try.nothing"}
    ready = ready_to_try(content)
    if ready is None:
        return {"trial": None, "why": "knowledge.try.unfinished"}
    now = runtime()
    found = trial.ask(session(), clock=now.clock, content=ready, query=query, model=now.settings.embedding_model)
    return {"trial": found, "why": "", "mine": content.key}


def neighbours(content: DraftContent) -> dict[str, Any]:
    """The articles near this content."""
    ready = ready_to_try(content)
    if ready is None:
        return {"near": [], "why": "knowledge.try.unfinished"}
    now = runtime()
    found = trial.neighbours(
        session(), clock=now.clock, content=ready, language=language.current(), model=now.settings.embedding_model
    )
    return {"near": found, "why": "knowledge.near.none"}


def ready_to_try(content: DraftContent) -> Any:
    """The content with the languages that have both question and answer, and their whole details; None where no language has."""
    empty = DraftText()
    texts = {
        name: whole_details(text) if text.question and text.answer else empty
        for name in rules.LANGUAGES
        for text in (getattr(content, name),)
    }
    ready = content.model_copy(update={**texts, "key": content.key or "draft", "topic": content.topic or "draft"})
    if not ready.texts() or not rules.SLUG.fullmatch(ready.key):
        return None
    return ready.finished()


def whole_details(text: DraftText) -> DraftText:
    """The text without the details that are still being written."""
    return text.model_copy(update={"details": [detail for detail in text.details if detail.whole]})


def opened(found: Article) -> dict[str, Any]:
    """What the form's page shows: note, version and revision, as the form hands them back."""
    draft = found.draft
    return {
        "note": (draft.note or "") if draft else "",
        "version": found.version,
        "revision": draft.revision if draft else 0,
    }


def with_askings(content: DraftContent) -> DraftContent:
    """The content with the wordings that the address hands over."""
    return form.with_askings(content, request.args.getlist("asking"), request.args.get("language", ""))


def sent(key: str | None) -> Typed:
    """The form as sent."""
    return form.read(request.form, key=key)
