"""A customer's file at the desk: for those who may read tickets and need not keep out of this one; every look is audited.

A picture's thumbnail is shown under the same rules. It is audited once a day for each reader: a page asks for it by itself.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from ticketing.attachments import images, queries, service
from ticketing.attachments.models import Attachment
from ticketing.audit import service as audit
from ticketing.platform.errors import DomainError
from ticketing.platform.http import runtime, session, transaction
from ticketing.platform.identity import current_actor
from ticketing.staff.rules import Permission
from ticketing.tickets import recusal
from ticketing.tickets.models import Ticket
from web import downloads
from web.agent.pages import pages
from web.auth import permission_required

PREVIEW = "attachment.previewed"
PREVIEW_AGAIN = timedelta(days=1)


@pages.get("/desk/attachments/<public_id>")
@permission_required(Permission.TICKET_READ)
@transaction("write")
def attachment(public_id: str) -> Any:
    """The file; raises ``http_404`` or ``recused_self``."""
    found = _readable(session(), public_id)
    audit.record(
        session(), clock=runtime().clock, actor=current_actor(), action="attachment.read",
        subject=("attachment", found.public_id),
    )  # fmt: skip
    return downloads.send(found)


@pages.get("/desk/attachments/<public_id>/thumbnail")
@permission_required(Permission.TICKET_READ)
@transaction("none")
def thumbnail(public_id: str) -> Any:
    """A small picture of a picture; raises as ``attachment``, ``http_404`` also for what is none. Drawn outside the transaction."""
    clock, actor, subject = runtime().clock, current_actor(), ("attachment", public_id)
    with runtime().database.transaction() as writing:
        found = _readable(writing, public_id)
        if not found.is_image:
            raise DomainError("http_404")
        since = clock.now() - PREVIEW_AGAIN
        if not audit.recorded_since(writing, at=since, actor=actor, action=PREVIEW, subject=subject):
            audit.record(writing, clock=clock, actor=actor, action=PREVIEW, subject=subject)
        content = service.content_of(writing, found)
    return downloads.send_picture(images.thumbnail(content), "image/webp")


def _readable(within: Session, public_id: str) -> Attachment:
    found = queries.by_public_id(within, public_id)
    if found.ticket_id is not None:
        recusal.check_actor(within, ticket=within.get_one(Ticket, found.ticket_id), actor=current_actor())
    return found
