"""Internal notes of a case, and who can be named in them."""

from __future__ import annotations

from typing import Any

from flask import render_template, request

from ticketing.platform.actor import Actor
from ticketing.platform.clock import Clock
from ticketing.platform.errors import DomainError
from ticketing.platform.http import session
from ticketing.platform.identity import current_actor
from ticketing.staff.rules import Permission
from ticketing.tickets import mentions, notes, queries
from ticketing.tickets.models import Ticket
from web.agent import forms, timeline
from web.agent.pages import pages
from web.auth import permission_required

CASE = "/desk/tickets/<number>"
working = permission_required(Permission.TICKET_WORK)


@pages.post(f"{CASE}/notes")
@working
def add_note(number: str) -> Any:
    """An internal note; it overwrites nothing, so it needs no version. An open page gets what is new on the timeline."""
    text = forms.written("note")
    if not text:
        raise DomainError("desk_note_missing")

    def deed(ticket: Ticket, clock: Clock, actor: Actor) -> None:
        notes.add(session(), clock=clock, actor=actor, ticket=ticket, text=text)

    done = forms.do(number, deed, guarded=False)
    if not request.headers.get("HX-Request"):
        return done
    session().flush()
    return timeline.news(queries.by_number(session(), number=number))


@pages.get(f"{CASE}/mentionable")
@working
def mentionable(number: str) -> Any:
    """Colleagues who may see this ticket, as options behind an @."""
    staff = mentions.mentionable(session(), ticket=queries.by_number(session(), number=number))
    me = current_actor().id
    known = mentions.handles(staff)
    options = [
        (next(name for name in (m.name, m.login) if known.get(name.casefold()) is m), m) for m in staff if m.id != me
    ]
    return render_template("desk/mention_options.html", options=options)
