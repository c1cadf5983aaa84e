"""Taking back a claim, an answer or a reply within some seconds, and what the page says of it meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ticketing.conversations import replies
from ticketing.conversations.models import Conversation
from ticketing.platform.actor import Actor
from ticketing.platform.clock import Clock
from ticketing.platform.http import runtime, session
from ticketing.platform.identity import current_actor
from ticketing.staff.rules import Permission
from ticketing.tickets import claiming, outgoing
from ticketing.tickets.models import Ticket
from ticketing.tickets.queries import Case
from web.agent import forms
from web.agent.pages import pages
from web.auth import permission_required

CASE = "/desk/tickets/<number>"
working = permission_required(Permission.TICKET_WORK)


@dataclass(frozen=True)
class Undo:
    """What can be taken back: ``claim`` or ``letter``, and for how many more seconds; ``at`` is when it was done."""

    kind: str
    seconds: int
    at: datetime


@dataclass(frozen=True)
class Held:
    """A reply of the reader's, written ``at``, that the customer has in ``seconds``."""

    id: int
    text: str
    seconds: int
    at: datetime


def held_in(chat: Conversation | None) -> Held | None:
    """What the reader has written there and can still take back; nobody else is shown it."""
    staff_id = current_actor().staff_id
    if chat is None or chat.owner != "agent" or chat.agent_id != staff_id:
        return None
    found = replies.waiting(session(), conversation_id=chat.id, staff_id=staff_id)
    return Held(found.id, found.text, _left(found.send_at), found.written_at) if found is not None else None


def offered(case: Case, actor: Actor) -> Undo | None:
    """What this reader can take back now."""
    if case.ticket.owner_id != actor.staff_id:
        return None
    if case.send_at is not None:
        held_for = timedelta(seconds=runtime().settings.undo_send_seconds)
        return Undo("letter", _left(case.send_at), case.send_at - held_for)
    now = runtime().clock.now()
    until = claiming.undo_offered_until(session(), case.events, ticket=case.ticket, actor=actor, now=now)
    return Undo("claim", _left(until), until - claiming.UNDO_FOR) if until is not None else None


@pages.post(f"{CASE}/claim/undo")
@working
def undo_claim(number: str) -> Any:
    """Give the ticket back as if it had not been claimed."""

    def deed(ticket: Ticket, clock: Clock, actor: Actor) -> None:
        claiming.undo(session(), clock=clock, actor=actor, ticket=ticket)

    return forms.do(number, deed, guarded=False)


@pages.post(f"{CASE}/letter/undo")
@working
def undo_letter(number: str) -> Any:
    """Take the answer back before it goes out."""

    def deed(ticket: Ticket, clock: Clock, actor: Actor) -> None:
        outgoing.take_back(session(), clock=clock, actor=actor, ticket=ticket)

    return forms.do(number, deed, guarded=False, dock="step")


def _left(until: datetime) -> int:
    return max(1, round((until - runtime().clock.now()).total_seconds()))
