"""Acknowledging a breach on the case's page; only this form does it, never a link."""

from __future__ import annotations

from typing import Any

from flask import request

from ticketing.platform.errors import DomainError
from ticketing.platform.http import runtime, session
from ticketing.staff.rules import Permission
from ticketing.tickets import acknowledging
from web.agent import forms
from web.agent.pages import pages
from web.auth import permission_required

LONGEST_NOTE = 500


@pages.post("/desk/tickets/<number>/acknowledgement")
@permission_required(Permission.TICKET_READ)
def acknowledge(number: str) -> Any:
    """Take note of a breach, with a word on what is being done; it overwrites nothing, so it needs no version."""
    note = forms.written("note")
    if len(note) > LONGEST_NOTE:
        raise DomainError("input_invalid", field_names="note")
    return forms.do(
        number,
        lambda ticket, clock, actor: acknowledging.acknowledge(
            session(),
            clock=clock,
            actor=actor,
            settings=runtime().settings,
            ticket=ticket,
            clock_name=request.form.get("clock", ""),
            note=note,
        ),
        guarded=False,
    )
