"""A customer's file at the desk: for those who may read tickets and need not keep out of this one; every look is audited."""

from __future__ import annotations

from typing import Any

from ticketing.attachments import queries
from ticketing.audit import service as audit
from ticketing.platform.http import runtime, session, transaction
from ticketing.platform.identity import current_actor
from ticketing.staff.rules import Permission
from ticketing.tickets import recusal
from ticketing.tickets.models import Ticket
from web import downloads
from web.agent.pages import pages
from web.auth import permission_required


@pages.get("/desk/attachments/<public_id>")
@permission_required(Permission.TICKET_READ)
@transaction("write")
def attachment(public_id: str) -> Any:
    """The file; raises ``http_404`` or ``recused_self``."""
    found, actor = queries.by_public_id(session(), public_id), current_actor()
    if found.ticket_id is not None:
        recusal.check_actor(session(), ticket=session().get_one(Ticket, found.ticket_id), actor=actor)
    audit.record(
        session(), clock=runtime().clock, actor=actor, action="attachment.read", subject=("attachment", found.public_id)
    )
    return downloads.send(found)
