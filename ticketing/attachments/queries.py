"""Which files belong to what, each list for one kind of reader."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from ticketing.attachments.models import Attachment
from ticketing.platform.errors import DomainError
from ticketing.tickets.models import Ticket


def of_ticket(session: Session, ticket_id: int) -> Sequence[Attachment]:
    """A case's evidence, oldest first, with that of tickets merged into it; for the desk and the customer's page alike."""
    absorbed = select(Ticket.id).where(Ticket.merged_into_id == ticket_id)
    return session.scalars(
        select(Attachment)
        .where(or_(Attachment.ticket_id == ticket_id, Attachment.ticket_id.in_(absorbed)))
        .order_by(Attachment.id)
    ).all()


def by_public_id(session: Session, public_id: str) -> Attachment:
    """One file, for those who may see any; raises ``http_404``."""
    found = session.scalar(select(Attachment).where(Attachment.public_id == public_id))
    if found is None:
        raise DomainError("http_404")
    return found


def own(session: Session, public_id: str, *, customer_id: int | None, held_by: str | None) -> Attachment:
    """A customer's own file, or a draft of this browser's; anything else is not found."""
    found = by_public_id(session, public_id)
    theirs = customer_id is not None and found.customer_id == customer_id
    drafted = held_by is not None and found.held_by == held_by
    if not theirs and not drafted:
        raise DomainError("http_404")
    return found


def drafts(session: Session, public_ids: Sequence[str], *, held_by: str | None) -> Sequence[Attachment]:
    """The drafts of this browser among these, in the order they came; what is not its own is left out."""
    if held_by is None or not public_ids:
        return []
    return session.scalars(
        select(Attachment)
        .where(Attachment.public_id.in_(public_ids), Attachment.held_by == held_by)
        .order_by(Attachment.id)
    ).all()
