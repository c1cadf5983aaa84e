"""Who else has a case open; open pages come by every few seconds (js/desk.js)."""

from __future__ import annotations

from typing import Any

from flask import render_template, request

from ticketing.platform.http import runtime, session
from ticketing.platform.identity import current_actor
from ticketing.staff.rules import Permission
from ticketing.tickets import queries, watching
from web.agent.pages import pages
from web.auth import permission_required


@pages.post("/desk/tickets/<number>/here")
@permission_required(Permission.TICKET_READ)
def here(number: str) -> Any:
    """The reader has the case open, types in one of its forms (``writing``) or goes (``leaves``); gives who else is there."""
    ticket_id, me = queries.by_number(session(), number=number).id, current_actor().id or 0
    if request.form.get("leaves"):
        watching.leave(session(), ticket_id=ticket_id, staff_id=me)
        return "", 204
    clock = runtime().clock
    watching.look(session(), clock=clock, ticket_id=ticket_id, staff_id=me, writing=request.form.get("writing"))
    found = watching.others(session(), clock=clock, ticket_id=ticket_id, staff_id=me)
    return render_template("desk/here.html", others=found)
