"""What is held about a customer and since when, counted without reading it; and who asks to be erased."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ticketing.attachments.models import Attachment
from ticketing.conversations.models import Conversation
from ticketing.customers.models import Customer
from ticketing.privacy import erasures
from ticketing.privacy.models import DataExport, ErasureRequest
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


@dataclass(frozen=True)
class Asked:
    """A request to be erased, as its decider sees it: ``interest`` keeps this one out."""

    erasure: ErasureRequest
    customer: Customer
    holdings: Sequence[Holding]
    still_open: bool
    interest: bool


def asked(session: Session, found: Sequence[ErasureRequest], *, staff_id: int | None) -> list[Asked]:
    """Requests with what a decision needs."""
    return [
        Asked(
            each,
            session.get_one(Customer, each.customer_id),
            holdings(session, customer_id=each.customer_id),
            erasures.still_open(session, customer_id=each.customer_id),
            erasures.has_interest(session, staff_id=staff_id, customer_id=each.customer_id),
        )
        for each in found
    ]
