"""Who else has a case or a chat open; open pages come by every few seconds (js/case.js)."""

from __future__ import annotations

from typing import Any

from flask import render_template, request

from ticketing.conversations import inbox
from ticketing.conversations import queries as conversations
from ticketing.platform.http import runtime, session
from ticketing.platform.identity import current_actor
from ticketing.staff.rules import Permission
from ticketing.tickets import queries, watching
from ticketing.tickets.watching import Place
from web.agent.pages import pages
from web.auth import permission_required


@pages.post("/desk/tickets/<number>/here")
@permission_required(Permission.TICKET_READ)
def here(number: str) -> Any:
    """The reader has the case open, types in one of its forms (``writing``) or goes (``leaves``); gives who else is there."""
    ticket = queries.by_number(session(), number=number)
    return _here(Place(ticket_id=ticket.id, conversation_id=ticket.conversation_id), "case")


@pages.post("/desk/chats/<public_id>/here")
@permission_required(Permission.TICKET_READ)
def here_chat(public_id: str) -> Any:
    """The same of a chat that is looked at by itself."""
    return _here(Place(conversation_id=conversations.by_public_id(session(), public_id).id), "chat")


def _here(place: Place, what: str) -> Any:
    me, clock = current_actor().id or 0, runtime().clock
    if request.form.get("leaves"):
        watching.leave(session(), place=place, staff_id=me)
        return "", 204
    watching.look(session(), clock=clock, place=place, staff_id=me, writing=request.form.get("writing"))
    found = watching.others(session(), clock=clock, place=place, staff_id=me)
    writes = inbox.customer_types(session(), clock=clock, conversation_id=place.conversation_id)
    return render_template("desk/here.html", others=found, what=what, writes=writes)
