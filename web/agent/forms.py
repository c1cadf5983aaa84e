"""What every form of a case goes through: once per key, not over someone else's change, back to the case."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import redirect, request, url_for

from ticketing.conversations.rules import clean_text
from ticketing.platform import idempotency
from ticketing.platform.actor import Actor
from ticketing.platform.clock import Clock
from ticketing.platform.errors import DomainError
from ticketing.platform.http import runtime, session
from ticketing.platform.identity import current_actor
from ticketing.platform.ids import public_id
from ticketing.tickets import queries
from ticketing.tickets.models import Ticket

Deed = Callable[[Ticket, Clock, Actor], object]

HARMLESS = frozenset(
    {
        "sla_warning",
        "sla_breached",
        "sla_after",
        "acknowledged",
        "priority_changed",
        "noted",
        "agent_reply",
        "answer_opened",
        "todo_opened",
        "todo_done",
        "surveyed",
        "rated",
        "severity_raised",
        "repeat_found",
        "root_cause_opened",
        "root_cause_joined",
        "root_cause_left",
        "policy_changed",
        "calendar_changed",
        "unassignable",
        "owner_absent",
    }
)
"""Events that change a ticket's version but nothing that a form decides upon."""


def do(number: str, deed: Deed, *, guarded: bool = True, dock: str | None = None) -> Any:
    """Do what a form asks and show the case again, with the tab ``dock`` open.

    ``guarded`` refuses with ``version_conflict`` if others were quicker.
    """
    if first_time():
        ticket = queries.by_number(session(), number=number)
        if guarded:
            refuse_if_changed(ticket)
        deed(ticket, runtime().clock, current_actor())
    return redirect(url_for("desk.case", number=number, dock=dock, _anchor=request.form.get("at") or None), 303)


def refuse_if_changed(ticket: Ticket) -> None:
    """Raise ``version_conflict`` when something happened to the ticket that the form's page did not show.

    Judged by the log and not by ``version`` alone, so that a reminder or a note does not cost anyone their submission;
    two writes at the same instant are still settled by the version on the row.
    """
    if any(event.kind not in HARMLESS for event in queries.timeline(session(), ticket_id=ticket.id, after=seen())):
        raise DomainError("version_conflict")


def seen() -> int:
    """The newest event the form's page showed."""
    return whole("seen")


def whole(name: str) -> int:
    """A field or argument as a row's number; 0 for anything else."""
    given = request.values.get(name, "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else 0


def written(name: str) -> str:
    """A field's text without what no one can type (NUL, hidden direction marks)."""
    return clean_text(request.form.get(name, "")).strip()


def once_key() -> str:
    """A fresh key for a form."""
    return public_id()


def first_time() -> bool:
    """Whether this form, with this content, is sent for the first time."""
    fields = {name: value for name, value in request.form.items() if name != "csrf_token"}
    content = idempotency.fingerprint(request.path, fields)
    row = idempotency.claim(
        session(), clock=runtime().clock, scope=f"desk:{current_actor().label}", key=content, fingerprint=content
    )
    if row.status != idempotency.UNANSWERED:
        return False
    row.status, row.body = 303, None
    return True
