"""A ticket instead of waiting on: what the customer wrote becomes one, without a form."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.conversations import wording
from ticketing.conversations.handoff import Left
from ticketing.conversations.models import Conversation, Handover, Message
from ticketing.customers.models import Customer
from ticketing.platform.actor import Actor
from ticketing.platform.clock import Clock
from ticketing.tickets import presentation
from ticketing.tickets import service as tickets
from ticketing.tickets.rules import Category
from ticketing.tickets.service import Intake

LONGEST = 4_000


@dataclass(frozen=True)
class LeaveTicket:
    """Opens the ticket in the caller's transaction; promised times are told in the customer's zone, else in ``zone``."""

    zone: str

    def __call__(self, session: Session, *, clock: Clock, conversation: Conversation, round: Handover) -> Left:
        """A complaint where the assistant was already taking one down, else an enquiry."""
        customer = session.get_one(Customer, conversation.customer_id)
        ticket = tickets.open_ticket(
            session,
            clock=clock,
            actor=Actor(
                kind="customer", id=customer.id, conversation_id=conversation.id, language=conversation.language
            ),
            customer=customer,
            conversation_id=conversation.id,
            intake=_intake(session, clock=clock, conversation=conversation, round=round),
        )
        shown = presentation.customer_view(
            session,
            clock=clock,
            ticket=ticket,
            language=conversation.language,
            zone=ZoneInfo(customer.time_zone or self.zone),
        )
        promises = [{"text": promise.text, "state": promise.state} for promise in shown.promises]
        card = shown.model_dump(include={"number", "status_text", "category_text", "page_url"})
        return Left(ticket.number, card | {"promises": promises})


def _intake(session: Session, *, clock: Clock, conversation: Conversation, round: Handover) -> Intake:
    """What they wrote since they were last with people, and what the assistant had already asked."""
    package: dict[str, Any] = conversation.handoff_package or {}
    slots = {name: value for name, value in (package.get("slots") or {}).items() if isinstance(value, str)}
    lines = session.scalars(
        select(Message)
        .where(Message.conversation_id == conversation.id, Message.author == "customer", Message.seq > round.after_seq)
        .order_by(Message.seq)
    ).all()
    typed = [line for line in lines if "sends" not in line.payload]
    told = "\n".join(line.text for line in typed) or package.get("summary") or ""
    category = slots.get("category") or slots.get("category_predicted")
    known = category in set(Category)
    return Intake(
        kind="complaint" if known else "enquiry",
        category=str(category) if known else Category.PRODUCT_SERVICE.value,
        description=(told or wording.say("queue.nothing_told", conversation.language))[:LONGEST],
        language=conversation.language,
        contact_channel="chat",
        complained_at=typed[0].created_at if typed else round.began_at,
        product=slots.get("product"),
        amount=_amount(slots.get("amount")),
        currency=slots.get("currency"),
        order_number=slots.get("order_number"),
        wish=slots.get("wish"),
    )


def _amount(given: str | None) -> Decimal | None:
    try:
        return Decimal(given).quantize(Decimal("0.01")) if given else None
    except InvalidOperation:
        return None
