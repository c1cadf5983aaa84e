"""The segments: how many customers each has, by which rule, and changing the rule."""

from __future__ import annotations

from typing import Any

from flask import make_response, redirect, render_template, request, url_for

from ticketing.customers import queries, rounds
from ticketing.customers import segments as declared
from ticketing.customers.segmentation import DIMENSIONS, EVERYONE
from ticketing.platform.errors import DomainError
from ticketing.platform.http import runtime, session
from ticketing.platform.identity import current_actor
from web.agent import forms
from web.customers.pages import ROOT, importing, pages, reading, shows_refusals_of


@pages.get(f"{ROOT}/segments")
@reading
def segments() -> str:
    """All segments in the order in which they are tried."""
    return _page()


@pages.post(f"{ROOT}/segments/<code>")
@importing
def edit_segment(code: str) -> Any:
    """Change a segment's rule; everybody is judged anew."""
    declared.edit(
        session(),
        clock=runtime().clock,
        actor=current_actor(),
        code=code,
        seen=forms.whole("seen"),
        names=(forms.written("name_zh"), forms.written("name_en")),
        position=forms.whole("position"),
        match={name: request.form.getlist(name) for name in DIMENSIONS},
        active=bool(request.form.get("active")),
    )
    return redirect(url_for(".segments", done="saved"), 303)


@shows_refusals_of("edit_segment")
def not_changed(refusal: DomainError) -> Any:
    """The page as things are now, with the reason."""
    return make_response(_page(refusal), refusal.status)


def _page(refusal: DomainError | None = None) -> str:
    listed, counts = declared.declared(session()), queries.by_segment(session())
    return render_template(
        "customers/segments.html",
        segments=listed,
        counts=counts,
        most=max(counts.values(), default=0),
        total=sum(counts.values()),
        examples={each.code: queries.members(session(), each.code) for each in listed if counts.get(each.code)},
        dimensions=DIMENSIONS,
        everyone=EVERYONE,
        walk=rounds.newest(session(), rounds.JUDGING),
        refusal=refusal,
        opened=(request.view_args or {}).get("code"),
        done=request.args.get("done") == "saved",
    )
