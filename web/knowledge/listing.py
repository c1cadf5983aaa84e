"""The list of articles: found by their words and by meaning, narrowed, sorted, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import render_template, request

from ticketing.knowledge import queries, service
from ticketing.knowledge.queries import Wanted
from ticketing.platform.http import runtime, session
from web import language
from web.agent import forms
from web.knowledge import words
from web.knowledge.pages import ROOT, pages, reading

PAGE_SIZE = 25
CLOSE_IN_MEANING = 4


@pages.get(ROOT)
@reading
def listing() -> str:
    """All articles that match; when something is looked for also those that mean nearly that."""
    asked = request.args
    wanted = Wanted(
        text=asked.get("q", "").strip()[: queries.LONGEST_SEARCH],
        topic=asked.get("topic", ""),
        state=one_of(queries.STATES, asked.get("state"), "current"),
        language=one_of(queries.LANGUAGES, asked.get("language"), ""),
        review=one_of(queries.REVIEWS, asked.get("review"), ""),
        sort=one_of(queries.SORTS, asked.get("sort"), "used"),
        page=forms.whole("page") or 1,
    )
    found = queries.listing(session(), clock=runtime().clock, wanted=wanted, size=PAGE_SIZE)
    return render_template(
        "knowledge/list.html",
        found=found,
        wanted=wanted,
        close=close_in_meaning(wanted, {row.article.key for row in found.rows}),
        topics=queries.topics(session()),
        waiting=queries.waiting(session()),
        today=runtime().clock.now().astimezone(language.zone()).date(),
        soon=queries.REVIEW_SOON,
        choices=queries,
        words=words,
        query={name: value for name, value in asked.items() if name not in {"lang", "page"} and value},
    )


def close_in_meaning(wanted: Wanted, shown: set[str]) -> Sequence[service.Result]:
    """Published articles that answer what was typed and do not contain the words; on the first page only."""
    if not wanted.text or wanted.page > 1:
        return ()
    now: Any = runtime()
    found = service.suggest(
        session(), clock=now.clock, query=wanted.text, language=language.current(), limit=CLOSE_IN_MEANING,
        model=now.settings.embedding_model,
    )  # fmt: skip
    return [result for result in found if result.key not in shown]


def one_of(known: Sequence[str], given: str | None, usual: str) -> str:
    """A choice that exists."""
    return given if given in known else usual
