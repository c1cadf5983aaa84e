"""Small things the desk's templates need: a transcript's text, icons of events, addresses with other arguments."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from markupsafe import Markup, escape

from ticketing.tickets import assignment_wording
from ticketing.tickets.models import TicketEvent
from web import language

EVENT_ICONS = {
    "complained": "message-exclamation",
    "accepted": "inbox",
    "claimed": "hand-grab",
    "claim_undone": "arrow-back-up",
    "answer_held": "clock-pause",
    "answer_taken_back": "arrow-back-up",
    "answer_kept": "alert-triangle",
    "reassigned": "arrows-exchange",
    "assigned": "user-check",
    "unassignable": "user-question",
    "put_back": "arrow-back",
    "owner_absent": "user-off",
    "added_to": "message-plus",
    "evidence_added": "paperclip",
    "findings_recorded": "search",
    "decided": "gavel",
    "letter_drafted": "file-text",
    "letter_revised": "edit",
    "letter_approved": "signature",
    "letter_returned": "arrow-back-up",
    "answer_sent": "send",
    "answer_delivered": "mail-check",
    "delivery_failed": "mail-x",
    "answer_opened": "eye",
    "todo_opened": "checklist",
    "todo_done": "checks",
    "closed": "circle-check",
    "reopened": "refresh",
    "withdrawn": "arrow-back-up",
    "noted": "note",
    "agent_reply": "message",
    "priority_changed": "arrow-up",
    "policy_changed": "clock-edit",
    "calendar_changed": "calendar-event",
    "severity_raised": "arrow-up",
    "severity_changed": "adjustments",
    "repeat_found": "repeat",
    "root_cause_opened": "tool",
    "root_cause_joined": "link",
    "root_cause_left": "unlink",
    "sla_warning": "hourglass-low",
    "sla_breached": "alarm",
    "sla_after": "alarm-plus",
    "acknowledged": "eye-check",
    "handover_read": "eye-check",
    "recused": "user-off",
    "recusal_lifted": "user-check",
    "about_staff_named": "user-exclamation",
    "merged": "arrow-merge",
    "absorbed": "arrow-merge",
    "split": "arrows-split",
    "linked": "link",
    "unlinked": "unlink",
    "paused": "player-pause",
    "resumed": "player-play",
    "extension_requested": "calendar-question",
    "extension_refused": "calendar-x",
    "extended": "calendar-plus",
    "surveyed": "star",
    "rated": "star",
}
TIERS = frozenset({"standard", "silver", "gold", "private"})
_BOLD = re.compile(r"\*\*(.+?)\*\*")


def spoken(text: str) -> Markup:
    """A line's text, escaped; ``**bold**`` is all the formatting there is (docs/architecture.md)."""
    return Markup(_BOLD.sub(r"<b>\1</b>", str(escape(text))))  # noqa: S704 - escaped first


def named(text: str, names: Iterable[str]) -> Markup:
    """A note, escaped, with the colleagues it names marked."""
    said = escape(text)
    for name in names:
        pattern = re.compile(rf"[@＠]{re.escape(str(escape(name)))}", re.IGNORECASE)
        said = Markup(pattern.sub(lambda found: f'<b class="mention">{found[0]}</b>', str(said)))  # noqa: S704 - escaped
    return said


def assignment_told(event: TicketEvent) -> str:
    """Why someone got a ticket, or why nobody did; nothing for other events."""
    return assignment_wording.told(event.kind, event.data, language.current())


def combined(arguments: Mapping[str, str], **changes: str | None) -> dict[str, str]:
    """An address's arguments with some changed; None takes one away."""
    return {key: value for key, value in {**arguments, **changes}.items() if value is not None}


def reveal_reasons(codes: Iterable[str]) -> list[tuple[str, str]]:
    """The reasons for revealing details, as options."""
    return [(code, language.text(f"desk.reveal.{code}")) for code in codes]


def reason_text(code: str) -> str:
    """Why a delivery failed, in the reader's words; unknown codes are shown as they are."""
    known = "smtp" if code.startswith("smtp_") else code
    key = f"letters.reason.{known}"
    return language.text(key if key in language.catalogue() else "letters.reason.other", code=code)
