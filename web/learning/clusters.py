"""The list of what the assistant could not serve, one group of it, and what is decided about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import g, redirect, render_template, request, url_for
from sqlalchemy.orm.exc import StaleDataError

from ticketing.knowledge import retrieval
from ticketing.learning import queries, rules, service
from ticketing.learning.queries import Shown
from ticketing.learning.suggesting import SUGGESTER, Suggestion
from ticketing.platform.errors import DomainError
from ticketing.platform.http import runtime, session
from ticketing.platform.identity import current_actor
from ticketing.staff.rules import Permission
from web import language, security
from web.agent import forms
from web.auth import permission_required
from web.auth.access import may
from web.learning.pages import ROOT, pages

CLUSTER = f"{ROOT}/<int:number>"
PAGE_SIZE = 20
reading = permission_required(Permission.LEARNING_READ)
deciding = permission_required(Permission.LEARNING_DECIDE)
Deed = Callable[[int, Sequence[int]], int | None]


@pages.get(ROOT)
@reading
def listed() -> Any:
    """All groups of a state, the largest first."""
    asked = request.args
    status = next((code for code in queries.SHOWN if code == asked.get("status")), "open")
    order = next((code for code in queries.ORDERS if code == asked.get("order")), "size")
    spoken = next((code for code in language.LANGUAGES if code == asked.get("language")), None)
    page = queries.clusters(
        session(), clock=runtime().clock, status=status, language=spoken, order=order,
        cursor=asked.get("cursor"), limit=PAGE_SIZE,
    )  # fmt: skip
    return render_template(
        "learning/list.html",
        page=page,
        rows=[(item, suggested(item) if status == "open" else None) for item in page.items],
        status=status,
        order=order,
        spoken=spoken,
        counts=queries.counts(session()),
        done=asked.get("done") if asked.get("done") in ("askings", "utterances", "out_of_scope", "dismissed") else None,
        done_count=forms.whole("n"),
        query={key: value for key, value in asked.items() if key in {"status", "order", "language"} and value},
    )


@pages.get(CLUSTER)
@reading
def cluster(number: int) -> Any:
    """A group with everything said, what it looks like, and what can be done."""
    return page_of(number)


@pages.post(f"{CLUSTER}/askings")
@deciding
def teach_article(number: int) -> Any:
    """The chosen texts become ways to ask for an article."""
    key = forms.written("article") or forms.written("other_article")
    return _decide(
        number,
        "askings",
        lambda cluster_id, chosen: service.accept_as_askings(
            session(), clock=runtime().clock, actor=current_actor(), cluster_id=cluster_id, text_ids=chosen,
            article_key=key,
        ),
    )  # fmt: skip


@pages.post(f"{CLUSTER}/utterances")
@deciding
def teach_intent(number: int) -> Any:
    """The chosen texts become examples of an intent, or of what is out of scope."""
    intent = forms.written("intent") or forms.written("other_intent")
    return _decide(
        number,
        "out_of_scope" if intent == rules.OUT_OF_SCOPE else "utterances",
        lambda cluster_id, chosen: service.accept_as_utterances(
            session(), clock=runtime().clock, actor=current_actor(), cluster_id=cluster_id, text_ids=chosen,
            intent=intent,
        ),
    )  # fmt: skip


@pages.post(f"{CLUSTER}/dismissal")
@deciding
def dismiss(number: int) -> Any:
    """The group goes and does not return."""

    def deed(cluster_id: int, _chosen: Sequence[int]) -> None:
        service.dismiss(
            session(), clock=runtime().clock, actor=current_actor(), cluster_id=cluster_id,
            reason=forms.written("reason"),
        )  # fmt: skip

    return _decide(number, "dismissed", deed)


def page_of(number: int, *, error: DomainError | None = None) -> str:
    """The group's page; after a refusal with the reason and what was ticked."""
    found = queries.cluster(session(), clock=runtime().clock, cluster_id=number)
    ticked = {int(value) for value in request.form.getlist("text") if value.isdecimal()} if error else None
    index = retrieval.current(session(), clock=runtime().clock, model=runtime().settings.embedding_model)
    articles = sorted(
        ((entry.topic, entry.key, entry.wording(language.current()).question) for entry in index.entries),
    )
    return render_template(
        "learning/cluster.html",
        found=found,
        suggestion=suggested(found),
        ticked={item.text.id for item in found.examples if item.learnable} if ticked is None else ticked,
        articles=articles,
        titles={key: question for _topic, key, question in articles},
        intents=rules.INTENTS,
        dismissals=rules.DISMISSALS,
        write_url=_write_url(found),
        following=queries.after(session(), cluster_id=found.cluster.id),
        once=forms.once_key,
        error=error,
    )


def suggested(found: Shown) -> Suggestion:
    """What a group looks like to the article index and to what the assistant was trained on."""
    return SUGGESTER.suggest(
        session(),
        clock=runtime().clock,
        model=runtime().settings.embedding_model,
        members=found.members,
        language=language.current(),
        blamed=found.blamed,
        corrections=found.corrections,
    )


def _write_url(found: Shown) -> str | None:
    """The article editor with the group's texts filled in; None for who may not write."""
    if not may("knowledge.edit"):
        return None
    texts = [item.text.text for item in found.examples if item.learnable][:12]
    return url_for("articles.new_article", language=found.cluster.language, asking=texts)


def _decide(number: int, done: str, deed: Deed) -> Any:
    """Once per form; then back to the list, which says what was done."""
    count: int | None = None
    if forms.first_time():
        chosen = [int(value) for value in request.form.getlist("text") if value.isascii() and value.isdigit()]
        count = deed(number, chosen)
    return redirect(url_for("learning.listed", done=done, n=count), 303)


@pages.errorhandler(DomainError)
def refused(error: DomainError) -> Any:
    """Show the group again with the reason; where there is none to show, the ordinary refusal."""
    number = (request.view_args or {}).get("number")
    if request.method == "GET" or number is None or error.status in {401, 403, 404}:
        return security.render_refusal(error)
    with runtime().database.reading() as g.session:
        try:
            return page_of(number, error=error), error.status
        except DomainError as missing:
            return security.render_refusal(missing)


@pages.errorhandler(StaleDataError)
def overtaken(_error: StaleDataError) -> Any:
    """The article was edited at the same instant."""
    return refused(DomainError("version_conflict"))
