"""The agent desk: queue, cases, chats. Pages only; what they do is done by ticketing's services.

Every form carries what the page showed (``seen``, the newest event) and a key of its own (``once``), so a lost update is
refused with what changed and a double click is one deed (forms.py).
"""

from __future__ import annotations

from flask import Flask

from ticketing.customers import rules as customers
from web.agent import (
    acknowledging,
    assist,
    attachments,
    cases,
    chats,
    gates,
    letters,
    macros,
    notes,
    queue,
    queue_deeds,
    severities,
    shortcuts,
    timeline,
    undo,
    watching,
)
from web.agent.pages import pages
from web.agent.words import EVENT_ICONS, TIERS, assignment_told, combined, named, reason_text, reveal_reasons, spoken

__all__ = [
    "acknowledging", "assist", "attachments", "cases", "chats", "gates", "install", "letters", "macros", "notes", "queue", "queue_deeds",
    "severities", "timeline", "undo", "watching",
]  # fmt: skip


def install(app: Flask) -> None:
    """Add the desk's pages."""
    app.register_blueprint(pages)
    app.jinja_env.globals.update(
        reason_text=reason_text,
        event_icons=EVENT_ICONS,
        tiers=TIERS,
        reveal_reasons=reveal_reasons,
        assignment_told=assignment_told,
        shortcuts=shortcuts,
    )
    app.jinja_env.filters.update(
        combined=combined,
        spoken=spoken,
        named=named,
        masked_name=customers.masked_name,
        masked_phone=customers.masked_phone,
        masked_email=customers.masked_email,
        masked_contact=customers.masked_contact,
    )
