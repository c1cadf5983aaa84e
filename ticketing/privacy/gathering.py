"""Everything that is held about one customer, as plain values.

Tables with a ``customer_id`` that are not named here come along by themselves: a new one cannot be forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import Mapper, Session

from ticketing.attachments.models import Attachment
from ticketing.conversations.models import Conversation, Message
from ticketing.customers.models import Customer
from ticketing.platform.db import Base
from ticketing.surveys.models import Survey
from ticketing.tickets import letter_text
from ticketing.tickets.models import Letter, Ticket, TicketEvent

TOLD_APART = frozenset({"ticket", "conversation", "survey", "attachment"})
"""Tables that have a section of their own."""
LEFT_OUT = {
    "staff": "that a member of staff is a customer too, kept against conflicts of interest",
    "page_link": "hashes of one-time links, gone within minutes",
    "data_export": "the requests for this very archive",
    "erasure_request": "told on its own page, and gone with the rest",
}
_INWARD = ("_id", "_index", "_hash", "_vector")


def everything(session: Session, *, customer_id: int) -> dict[str, Any]:
    """The customer's data by section; times are ISO 8601 in UTC."""
    return {
        "profile": _row(session.get_one(Customer, customer_id)),
        "records": dict(_records(session, customer_id)),
        "conversations": [_conversation(session, each) for each in _of(session, Conversation, customer_id)],
        "tickets": [_ticket(session, each) for each in _of(session, Ticket, customer_id)],
        "surveys": [_row(each) for each in _of(session, Survey, customer_id)],
        "attachments": [_attachment(each) for each in _of(session, Attachment, customer_id)],
    }


def letters_of(session: Session, *, customer_id: int) -> Sequence[Letter]:
    """The written answers that were sent to this customer."""
    return session.scalars(
        select(Letter)
        .join(Ticket, Ticket.id == Letter.ticket_id)
        .where(Ticket.customer_id == customer_id, Letter.sent_at.is_not(None))
        .order_by(Letter.id)
    ).all()


def attachments_of(session: Session, *, customer_id: int) -> Sequence[Attachment]:
    """The files that this customer sent."""
    return _of(session, Attachment, customer_id)


def _of(session: Session, table: Any, customer_id: int) -> Sequence[Any]:
    return session.scalars(
        select(table).where(table.customer_id == customer_id).order_by(*inspect(table).primary_key)
    ).all()


def _records(session: Session, customer_id: int) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    for mapper in sorted(Base.registry.mappers, key=lambda each: each.local_table.description):
        name = mapper.local_table.description
        if "customer_id" in mapper.columns and name not in TOLD_APART | LEFT_OUT.keys():
            rows = [_row(each) for each in _of(session, mapper.class_, customer_id)]
            if rows:
                yield name, rows


def _conversation(session: Session, chat: Conversation) -> dict[str, Any]:
    lines = session.scalars(select(Message).where(Message.conversation_id == chat.id).order_by(Message.seq)).all()
    said = [
        {"at": plain(line.created_at), "author": line.author, "name": line.payload.get("name"), "text": line.text}
        for line in lines
    ]
    return {"began_at": plain(chat.created_at), "language": chat.language, "messages": said}


def _ticket(session: Session, ticket: Ticket) -> dict[str, Any]:
    """As its customer may see it: without notes among colleagues, and without decisions that were not told yet."""
    events = session.scalars(
        select(TicketEvent).where(TicketEvent.ticket_id == ticket.id, TicketEvent.public).order_by(TicketEvent.id)
    ).all()
    letters = session.scalars(
        select(Letter).where(Letter.ticket_id == ticket.id, Letter.sent_at.is_not(None)).order_by(Letter.id)
    ).all()
    shown = (
        "number", "kind", "status", "category", "product", "language", "description", "amount", "currency",
        "order_number", "wish", "contact_channel", "contact", "consented_at", "complained_at", "created_at",
        "closed_at", "round",
    )  # fmt: skip
    return {name: plain(getattr(ticket, name)) for name in shown} | {
        "findings": [each.findings for each in ticket.rounds if each.findings],
        "events": [{"at": plain(each.at), "kind": each.kind, "text": each.text} for each in events],
        "answers": [{"sent_at": plain(each.sent_at), **letter_text.told_of(each)} for each in letters],
    }


def _attachment(file: Attachment) -> dict[str, Any]:
    shown = ("name", "media_type", "size", "sha256", "scan", "received_at")
    return {name: plain(getattr(file, name)) for name in shown}


def _row(row: Base) -> dict[str, Any]:
    """A row's columns, without keys that mean something inside this database only."""
    mapper: Mapper[Any] = inspect(type(row))
    names = [each.key for each in mapper.column_attrs if each.key != "id" and not each.key.endswith(_INWARD)]
    if isinstance(row, Customer):
        names.append("external_id")
    return {name: plain(getattr(row, name)) for name in names}


def plain(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    return value if isinstance(value, str | int | float | bool | list | dict) or value is None else str(value)
