"""What the care page and a customer's page show of care messages, tickets, conversations and surveys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session, lazyload

from ticketing.care import switches
from ticketing.care.models import CareMessage
from ticketing.care.occasions import OCCASIONS, Occasion, next_day
from ticketing.conversations.models import Conversation, Message
from ticketing.customers.models import Customer
from ticketing.points import grants, service
from ticketing.points.grants import GrantShown
from ticketing.points.models import PointEntry
from ticketing.surveys.models import Survey
from ticketing.tickets.models import Ticket

FIGURES_DAYS = 90
LATEST = 8


@dataclass
class OccasionShown:
    """One occasion with its switch, its next day and what became of its messages lately."""

    occasion: Occasion
    active: bool
    next_on: date | None
    due: int = 0
    sent: int = 0
    failed: int = 0
    suppressed: dict[str, int] = field(default_factory=dict)


class Chat(NamedTuple):
    """A conversation and what its customer said first, None while they have said nothing."""

    conversation: Conversation
    began_with: str | None


@dataclass(frozen=True)
class Around:
    """Everything around a customer's profile, the newest first; ``balance`` counts points."""

    tickets: Sequence[Ticket]
    chats: Sequence[Chat]
    surveys: Sequence[Survey]
    care: Sequence[CareMessage]
    balance: int
    entries: Sequence[PointEntry]
    grants: Sequence[GrantShown]


def occasions(session: Session, *, today: date) -> Sequence[OccasionShown]:
    """All occasions with the figures of the last ninety days; two statements."""
    active = switches.all_active(session)
    shown = {code: OccasionShown(each, active[code], next_day(each, today)) for code, each in OCCASIONS.items()}
    counted = (
        select(CareMessage.occasion, CareMessage.state, CareMessage.reason, func.count())
        .where(CareMessage.on > today - timedelta(days=FIGURES_DAYS))
        .group_by(CareMessage.occasion, CareMessage.state, CareMessage.reason)
    )
    for code, state, reason, count in session.execute(counted):
        row = shown[code]
        if state == "suppressed":
            row.suppressed[reason or "too_late"] = count
        elif state == "due":
            row.due += count
        elif state == "failed":
            row.failed += count
        else:
            row.sent += count
    return list(shown.values())


def next_sends(session: Session, limit: int = 10) -> Sequence[tuple[CareMessage, Customer]]:
    """What is sent next, and to whom."""
    due = select(CareMessage, Customer).join(Customer, Customer.id == CareMessage.customer_id)
    rows = due.where(CareMessage.state == "due").order_by(CareMessage.due_at, CareMessage.id).limit(limit)
    return [(message, customer) for message, customer in session.execute(rows)]


def around(session: Session, customer_id: int) -> Around:
    """What a customer's page shows beside the profile."""
    return Around(
        tickets=session.scalars(
            select(Ticket).options(lazyload(Ticket.rounds)).where(Ticket.customer_id == customer_id)
            .order_by(Ticket.id.desc()).limit(LATEST)
        ).all(),
        chats=_chats(session, customer_id),
        surveys=session.scalars(
            select(Survey).where(Survey.customer_id == customer_id, Survey.answered_at.is_not(None))
            .order_by(Survey.id.desc()).limit(LATEST)
        ).all(),
        care=session.scalars(
            select(CareMessage).where(CareMessage.customer_id == customer_id).order_by(CareMessage.id.desc()).limit(LATEST)
        ).all(),
        balance=service.balance(session, customer_id),
        entries=entries(session, customer_id),
        grants=grants.of_customer(session, customer_id),
    )  # fmt: skip


def _chats(session: Session, customer_id: int) -> Sequence[Chat]:
    first = (
        select(Message.text)
        .where(Message.conversation_id == Conversation.id, Message.author == "customer")
        .order_by(Message.seq)
        .limit(1)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Conversation, first)
        .where(Conversation.customer_id == customer_id)
        .order_by(Conversation.last_message_at.desc(), Conversation.id.desc())
        .limit(LATEST)
    )
    return [Chat(conversation, began_with) for conversation, began_with in rows]


def entries(session: Session, customer_id: int, limit: int = 20) -> Sequence[PointEntry]:
    """A customer's movements of points, without expiries of nothing."""
    return session.scalars(
        select(PointEntry).where(PointEntry.customer_id == customer_id, PointEntry.amount != 0)
        .order_by(PointEntry.position.desc()).limit(limit)
    ).all()  # fmt: skip


def figures(shown: Sequence[OccasionShown]) -> Mapping[str, int]:
    """The sums over all occasions."""
    return {
        "due": sum(each.due for each in shown),
        "sent": sum(each.sent for each in shown),
        "suppressed": sum(sum(each.suppressed.values()) for each in shown),
    }
