"""How serious a case is: changed by a person, with a reason."""

from __future__ import annotations

from typing import Any

from ticketing.platform.actor import Actor
from ticketing.platform.clock import Clock
from ticketing.platform.http import session
from ticketing.staff.rules import Permission
from ticketing.tickets import judging
from ticketing.tickets.models import Ticket
from web.agent import forms
from web.agent.pages import pages
from web.auth import permission_required


@pages.post("/desk/tickets/<number>/severity")
@permission_required(Permission.TICKET_WORK)
def change_severity(number: str) -> Any:
    """Raise or lower it; the reason goes into the timeline and the audit log."""

    def deed(ticket: Ticket, clock: Clock, actor: Actor) -> None:
        judging.change(
            session(),
            clock=clock,
            actor=actor,
            ticket=ticket,
            level=forms.written("severity"),
            reason=forms.written("severity_reason"),
        )

    return forms.do(number, deed)
