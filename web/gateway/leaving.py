"""A ticket instead of waiting on: what the customer wrote becomes one, without a form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from ticketing.conversations import queries, rules, vault, wording
from ticketing.conversations.handoff import Left
from ticketing.conversations.models import Conversation, Handover, Message
from ticketing.conversations.summary import says_nothing
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
    typed = queries.typed(session, conversation, after_seq=round.after_seq)
    lines = [rules.message_left(line.text) or line.text for line in typed]
    told = "\n".join(line for line in lines if not says_nothing(line)) or package.get("summary") or ""
    channel, contact = _contact(session, clock=clock, conversation=conversation, typed=typed)
    category = slots.get("category") or slots.get("category_predicted")
    known = category in set(Category)
    return Intake(
        kind="complaint" if known else "enquiry",
        category=str(category) if known else Category.PRODUCT_SERVICE.value,
        description=(told or wording.say("queue.nothing_told", conversation.language))[:LONGEST],
        language=conversation.language,
        contact_channel=channel,
        contact=contact,
        complained_at=typed[0].created_at if typed else round.began_at,
        product=slots.get("product"),
        amount=_amount(slots.get("amount")),
        currency=slots.get("currency"),
        order_number=slots.get("order_number"),
        wish=slots.get("wish"),
    )


def _contact(
    session: Session, *, clock: Clock, conversation: Conversation, typed: Sequence[Message]
) -> tuple[str, str | None]:
    """The phone or e-mail of the last line that gives just one, which is how they want to be reached; else the chat."""
    for line in reversed(typed):
        kinds = [kind for kind in line.payload.get("masked", ()) if kind in ("phone", "email")]
        if len(kinds) == 1:
            contact = vault.reveal_contact(session, clock=clock, conversation_id=conversation.id, masked=line.text)
            return (kinds[0], contact) if contact else ("chat", None)
    return "chat", None


def _amount(given: str | None) -> Decimal | None:
    try:
        return Decimal(given).quantize(Decimal("0.01")) if given else None
    except InvalidOperation:
        return None
