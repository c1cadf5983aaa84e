"""The page of results and the palette's list."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, render_template, request

from ticketing.conversations.rules import clean_text
from ticketing.platform.http import session
from ticketing.search import queries, rules
from ticketing.search.models import ARTICLE, KINDS
from ticketing.search.queries import Reader
from ticketing.search.rules import Query
from ticketing.staff.rules import Permission, allowed
from web.auth import permission_required

pages = Blueprint("search", __name__)
PAGE_SIZE = 20
reading = permission_required(Permission.KNOWLEDGE_READ)


@pages.get("/search")
@reading
def results() -> str:
    """What was found, by kind; with ``kind`` all of one kind, page by page."""
    asked, reader = _asked(), _reader()
    kind = next((each for each in reader.kinds if each == request.args.get("kind")), None)
    found = queries.groups(session(), reader=reader, asked=asked) if asked.terms else []
    return render_template(
        "search/results.html",
        asked=asked,
        kind=kind,
        groups=found,
        counts={group.kind: group.count for group in found},
        page=_page(reader, asked, kind) if kind and asked.terms else None,
        counted_to=queries.COUNTED_TO,
    )


@pages.get("/search/quick")
@reading
def quick() -> str:
    """The best few as a list of links, for whoever types in the palette."""
    asked = _asked()
    hits = queries.quick(session(), reader=_reader(), asked=asked) if asked.terms else []
    return render_template("search/quick.html", hits=hits)


def _page(reader: Reader, asked: Query, kind: str) -> Any:
    return queries.page(
        session(), reader=reader, asked=asked, kind=kind, cursor=request.args.get("cursor"), limit=PAGE_SIZE
    )


def _asked() -> Query:
    return rules.parse(clean_text(request.args.get("q", "")))


def _reader() -> Reader:
    all_of_it = allowed(g.actor.role, Permission.TICKET_READ)
    return Reader(g.actor.staff_id, KINDS if all_of_it else (ARTICLE,))
