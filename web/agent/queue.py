"""The queue: my tickets, unclaimed ones, all open ones, and chats that wait."""

from __future__ import annotations

from typing import Any

from flask import render_template, request

from ticketing.conversations import inbox
from ticketing.conversations.rules import clean_text
from ticketing.platform.http import session
from ticketing.platform.identity import current_actor
from ticketing.staff.rules import Permission
from ticketing.tickets import todos, worklist
from ticketing.tickets.rules import PRIORITIES, Category
from ticketing.tickets.worklist import ORDERS, VIEWS, Wanted
from web.agent.pages import pages
from web.auth import permission_required

PAGE_SIZE = 30


@pages.get("/desk")
@permission_required(Permission.TICKET_READ)
def queue() -> Any:
    """The desk's first page."""
    return render_template("desk/queue.html", **_shown())


@pages.get("/desk/queue")
@permission_required(Permission.TICKET_READ)
def queue_rows() -> Any:
    """The rows and counts alone; open pages ask for them every few seconds."""
    return render_template("desk/rows.html", **_shown())


def _shown() -> dict[str, Any]:
    staff_id, asked = current_actor().id or 0, request.args
    wanted = Wanted(
        view=next((view for view in VIEWS if view == asked.get("view")), "mine"),
        order=next((order for order in ORDERS if order == asked.get("order")), "due"),
        category=next((item.value for item in Category if item == asked.get("category")), None),
        priority=next((item for item in PRIORITIES if item == asked.get("priority")), None),
        number=clean_text(asked.get("q", "")).strip()[:40] or None,
    )
    shows_chats = asked.get("view") == "chats" and wanted.number is None
    shows_todos = asked.get("view") == "todos" and wanted.number is None
    return {
        "wanted": wanted,
        "view": "chats" if shows_chats else "todos" if shows_todos else wanted.view,
        "todo_count": todos.count(session(), actor=current_actor()),
        "todo_rows": todos.waiting(session(), actor=current_actor()) if shows_todos else [],
        "counts": worklist.counts(session(), staff_id=staff_id),
        "chats": inbox.chats(session(), staff_id=staff_id) if shows_chats else [],
        "unread": inbox.unread(session(), staff_id=staff_id),
        "page": None
        if shows_chats or shows_todos
        else worklist.queue(session(), staff_id=staff_id, wanted=wanted, cursor=asked.get("cursor"), limit=PAGE_SIZE),
        "query": {key: value for key, value in asked.items() if key not in {"lang", "rail", "cursor"} and value},
        "categories": [item.value for item in Category],
        "priorities": PRIORITIES,
        "orders": ORDERS,
        "rail": bool(asked.get("rail")),
    }
