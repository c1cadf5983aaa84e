"""A case's timeline: what was said, noted, written and done, in one order; and what is new on it, for open pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import render_template, request

from ticketing.attachments import queries as attachments
from ticketing.attachments.models import Attachment
from ticketing.conversations import queries as conversations
from ticketing.conversations.models import Conversation, Message
from ticketing.platform.http import session
from ticketing.staff.rules import Permission
from ticketing.tickets import queries
from ticketing.tickets.models import Ticket, TicketEvent
from web.agent import forms
from web.agent.pages import pages
from web.agent.undo import held_in
from web.auth import permission_required

LINES = 100
GROUPS = ("conversation", "notes", "events", "letters", "files")
"""What the timeline can be narrowed to (templates/desk/timeline.html)."""
SAID_ANYWAY = frozenset({"agent_reply"})
"""Events of which the conversation's own lines tell more."""
_GROUP_OF = dict.fromkeys(("noted", "handover_read"), "notes") | {"evidence_added": "files"} | dict.fromkeys(
    (
        "letter_drafted", "letter_revised", "letter_approved", "letter_returned", "answer_held", "answer_taken_back",
        "answer_kept", "answer_sent", "answer_delivered", "answer_opened", "delivery_failed",
    ),
    "letters",
)  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """One thing on the timeline: a line of the conversation or an event of the ticket's log."""

    at: datetime
    group: str
    line: Message | None = None
    event: TicketEvent | None = None


def entries(events: Iterable[TicketEvent], lines: Iterable[Message]) -> list[Entry]:
    """All of them, the oldest first; what happened at one instant stays in the order of its own log."""
    found = [Entry(line.created_at, "conversation", line=line) for line in lines]
    told = sorted((event for event in events if event.kind not in SAID_ANYWAY), key=lambda event: event.id)
    found += [Entry(event.at, _group(event), event=event) for event in told]
    return sorted(found, key=lambda entry: entry.at)


def of_case(ticket: Ticket, events: Sequence[TicketEvent], chat: Conversation | None) -> dict[str, Any]:
    """What the page of a case shows first: the log and the conversation's latest lines."""
    lines = (
        conversations.messages(session(), conversation_id=chat.id, before=chat.last_seq + 1, limit=LINES)
        if chat
        else []
    )
    return {
        "entries": entries(events, lines),
        "lines": lines,
        "groups": GROUPS,
        "files": _files(ticket),
        "held": held_in(chat),
    }


def news(ticket: Ticket) -> str:
    """What came after what the page knows (``after``, ``event``), and the end that asks again."""
    chat = session().get(Conversation, ticket.conversation_id) if ticket.conversation_id else None
    lines = (
        conversations.messages(session(), conversation_id=chat.id, after=forms.whole("after"), limit=LINES)
        if chat
        else []
    )
    fresh = queries.timeline(session(), ticket_id=ticket.id, after=forms.whole("event"))
    last_event = max((event.id for event in fresh), default=forms.whole("event"))
    return render_template(
        "desk/timeline_news.html",
        ticket=ticket,
        chat=chat,
        entries=entries(fresh, lines),
        files=_files(ticket) if any(event.data.get("attachments") for event in fresh) else {},
        last_event=last_event,
        held=held_in(chat),
        knew_owner=request.values.get("owner"),
        once=forms.once_key,
    )


@pages.get("/desk/tickets/<number>/timeline")
@permission_required(Permission.TICKET_READ)
def timeline_news(number: str) -> Any:
    """What is new on the timeline; nothing while ticket and conversation are what the page knows."""
    ticket = queries.by_number(session(), number=number)
    chat = session().get(Conversation, ticket.conversation_id) if ticket.conversation_id else None
    known = (request.args.get("version"), request.args.get("revision"))
    if known == (str(ticket.version), str(chat.revision if chat else 0)):
        return "", 204
    return news(ticket)


def _files(ticket: Ticket) -> dict[str, Attachment]:
    """A case's files by their public id, the oldest first, with those of tickets merged into it."""
    return {found.public_id: found for found in attachments.of_ticket(session(), ticket.id)}


def _group(event: TicketEvent) -> str:
    handed_over = event.kind == "reassigned" and event.text
    return "notes" if handed_over else _GROUP_OF.get(event.kind, "events")
