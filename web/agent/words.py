"""Small things the desk's templates need: a transcript's text, icons of events, addresses with other arguments."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from markupsafe import Markup, escape

from web import language

EVENT_ICONS = {
    "complained": "message-exclamation",
    "accepted": "inbox",
    "claimed": "hand-grab",
    "reassigned": "arrows-exchange",
    "added_to": "message-plus",
    "findings_recorded": "search",
    "decided": "gavel",
    "letter_drafted": "file-text",
    "letter_approved": "signature",
    "answer_sent": "send",
    "answer_delivered": "mail-check",
    "delivery_failed": "mail-x",
    "closed": "circle-check",
    "reopened": "refresh",
    "withdrawn": "arrow-back-up",
    "noted": "note",
    "agent_reply": "message",
    "priority_changed": "arrow-up",
    "sla_warning": "hourglass-low",
    "sla_breached": "alarm",
    "sla_after": "alarm-plus",
    "surveyed": "star",
    "rated": "star",
}
TIERS = frozenset({"standard", "silver", "gold", "private"})
_BOLD = re.compile(r"\*\*(.+?)\*\*")


def spoken(text: str) -> Markup:
    """A line's text, escaped; ``**bold**`` is all the formatting there is (docs/architecture.md)."""
    return Markup(_BOLD.sub(r"<b>\1</b>", str(escape(text))))  # noqa: S704 - escaped first


def combined(arguments: Mapping[str, str], **changes: str | None) -> dict[str, str]:
    """An address's arguments with some changed; None takes one away."""
    return {key: value for key, value in {**arguments, **changes}.items() if value is not None}


def reveal_reasons(codes: Iterable[str]) -> list[tuple[str, str]]:
    """The reasons for revealing details, as options."""
    return [(code, language.text(f"desk.reveal.{code}")) for code in codes]
