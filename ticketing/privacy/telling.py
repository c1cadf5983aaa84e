"""Telling a customer about what they asked of their data: in their latest chat, and by e-mail."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.conversations.models import Conversation
from ticketing.customers.models import Customer
from ticketing.notify import service as notify
from ticketing.platform.clock import Clock
from ticketing.platform.settings import Settings
from ticketing.tickets import wording


def tell(
    session: Session,
    *,
    clock: Clock,
    customer: Customer,
    code: str,
    language: str,
    values: dict[str, Any],
    dedupe: str,
    page: str,
) -> None:
    """Promise the message; ``page`` is where the chat's line leads."""
    chat_id = session.scalar(
        select(Conversation.id)
        .where(Conversation.customer_id == customer.id, Conversation.owner != "closed")
        .order_by(Conversation.id.desc())
        .limit(1)
    )
    notify.to_customer(
        session,
        clock=clock,
        code=code,
        language=language,
        values=values,
        conversation_id=chat_id,
        email_of=("customer", customer.id) if customer.email else None,
        dedupe=dedupe,
        subject=("customer", customer.id),
        card={"page_url": page},
    )


def moment(at: datetime, *, settings: Settings, customer: Customer, language: str) -> str:
    """An instant as this customer reads it."""
    return wording.moment(at, ZoneInfo(customer.time_zone or settings.time_zone), language)
