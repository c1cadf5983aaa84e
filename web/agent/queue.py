"""The queue: my tickets, unclaimed ones, all open ones, saved views of them, and chats that wait."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import redirect, render_template, request, url_for

from ticketing.conversations import inbox
from ticketing.platform.http import runtime, session
from ticketing.platform.identity import current_actor
from ticketing.staff.rules import Permission
from ticketing.tickets import filters, saved_views, todos, worklist
from ticketing.tickets.filters import Wanted
from ticketing.tickets.saved_views import SavedView
from web.agent import forms
from web.agent.pages import pages
from web.auth import permission_required

PAGE_SIZE = 30
NOT_FILTERS = frozenset({"lang", "rail", "cursor"})
reading = permission_required(Permission.TICKET_READ)


@pages.get("/desk")
@reading
def queue() -> Any:
    """The desk's first page; numbers are looked for by the search."""
    if request.args.get("q", "").strip():
        return redirect(url_for("search.results", kind="ticket", q=request.args["q"].strip()), 303)
    return render_template("desk/queue.html", **shown(), **form())


@pages.get("/desk/queue")
@reading
def queue_rows() -> Any:
    """The rows and counts alone; open pages ask for them every few seconds."""
    return render_template("desk/rows.html", **shown())


def shown(asked: Mapping[str, str] | None = None) -> dict[str, Any]:
    """What the rows and tabs need; ``asked`` are the address's arguments unless given."""
    asked = request.args if asked is None else asked
    actor = current_actor()
    views = saved_views.visible(session(), actor=actor)
    saved = _saved(views, asked)
    wanted = saved.wanted if saved else Wanted.of(asked)
    tab = asked.get("view", "") if not saved else ""
    return {
        "wanted": wanted,
        "views": views,
        "saved": saved,
        "view": tab if tab in {"chats", "todos"} else "" if saved else wanted.view,
        "counts": worklist.counts(session(), actor=actor),
        "todo_rows": todos.waiting(session(), actor=actor) if tab == "todos" else [],
        **(_chats(asked) if tab == "chats" else {}),
        "page": None if tab in {"chats", "todos"} else _page(wanted, asked.get("cursor")),
        "query": {"saved": str(saved.id)} if saved else _query(asked),
        "rail": bool(asked.get("rail")),
    }


def form() -> dict[str, Any]:
    """What the filters and the deeds for several tickets offer."""
    return {"choices": worklist.choices(session()), "known": filters, "once": forms.once_key, "outcomes": None}


def _chats(asked: Mapping[str, str]) -> dict[str, Any]:
    """The reader's own chats and as much of the queue as is asked for (``most``); it grows at its end, so who is urgent stays."""
    given = asked.get("most", "")
    most = int(given) if given.isascii() and given.isdigit() and len(given) < 10 else 0
    own = inbox.own_chats(session(), staff_id=current_actor().id or 0)
    first = inbox.waiting_chats(session(), most=max(most, inbox.SHOWN))
    return {"chats": own + first, "first": len(first), "waiting": inbox.waiting(session()), "step": inbox.SHOWN}


def _page(wanted: Wanted, cursor: str | None) -> Any:
    return worklist.queue(
        session(),
        clock=runtime().clock,
        staff_id=current_actor().id or 0,
        wanted=wanted,
        cursor=cursor,
        limit=PAGE_SIZE,
    )


def _saved(views: list[SavedView], asked: Mapping[str, str]) -> SavedView | None:
    """The view that the address names; where it asks for nothing, the one its reader begins with."""
    given = asked.get("saved", "")
    if given.isascii() and given.isdigit() and len(given) < 10:
        return saved_views.chosen(views, int(given))
    if asked.keys() - {"lang", "cursor"}:
        return None
    return next((view for view in views if view.starts), None)


def _query(asked: Mapping[str, str]) -> dict[str, str]:
    """The address's arguments again, without what is not to be carried on."""
    tab = {"view": asked["view"]} if asked.get("view") in {"chats", "todos"} else {}
    more = {"most": asked["most"]} if asked.get("view") == "chats" and "most" in asked else {}
    return Wanted.of(asked).as_filters() | tab | more
