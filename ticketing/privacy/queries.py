"""What is held about a customer and since when, counted without reading it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ticketing.attachments.models import Attachment
from ticketing.conversations.models import Conversation
from ticketing.customers.models import Customer
from ticketing.privacy.models import DataExport
from ticketing.surveys.models import Survey
from ticketing.tickets.models import Ticket


@dataclass(frozen=True)
class Holding:
    """One kind of data: how much there is and since when."""

    kind: str
    count: int
    since: datetime | None


def holdings(session: Session, *, customer_id: int) -> list[Holding]:
    """What is held, kind by kind; the profile first."""
    began = session.get_one(Customer, customer_id).created_at
    counted: list[tuple[str, Any, Any]] = [
        ("tickets", Ticket, Ticket.created_at),
        ("conversations", Conversation, Conversation.created_at),
        ("files", Attachment, Attachment.received_at),
        ("surveys", Survey, Survey.sent_at),
    ]
    found = [Holding("profile", 1, began)]
    for kind, table, at in counted:
        count, since = session.execute(select(func.count(), func.min(at)).where(table.customer_id == customer_id)).one()
        found.append(Holding(kind, count, since))
    return found


def requests(session: Session, *, customer_id: int, limit: int = 5) -> list[DataExport]:
    """The customer's latest requests, newest first."""
    return list(
        session.scalars(
            select(DataExport).where(DataExport.customer_id == customer_id).order_by(DataExport.id.desc()).limit(limit)
        )
    )
