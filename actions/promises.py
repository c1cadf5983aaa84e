"""How a ticket and its promises are told: the API's own words, never a time of ours."""

from __future__ import annotations

from typing import Any

from actions.api import Json
from actions.turn import Turn

FIELDS = (
    "number",
    "status",
    "status_text",
    "category_text",
    "created_at",
    "promises",
    "progress_text",
    "page_url",
)


def ticket_card(ticket: Json) -> dict[str, Any]:
    """What the widget shows of a ticket."""
    return {key: ticket[key] for key in FIELDS if ticket.get(key)}


def promise_lines(turn: Turn, ticket: Json) -> str:
    """The promised times as the API words them, one a line; a neutral sentence when it gave none."""
    lines = [str(promise["text"]) for promise in ticket.get("promises") or [] if promise.get("text")]
    return "\n".join(f"· {line}" for line in lines) or turn.word("complaint.no_promise")
