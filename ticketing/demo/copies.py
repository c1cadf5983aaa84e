"""Copies of made-up tickets: the same story under another number, with all its rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, String, Table, cast, func, insert, literal, select
from sqlalchemy.orm import Session

from ticketing.conversations.models import Conversation, Message
from ticketing.demo.talks import PUBLIC_ID
from ticketing.platform.db import Base
from ticketing.sla.models import ArmedLevel, ClockVerdict, PolicyAssignment
from ticketing.surveys.models import Survey
from ticketing.tickets.models import Ticket, TicketEvent, TicketRound

FIRST_NUMBER = 90_000_000
"""Added to a made-up ticket's id in its number, where those taken in count from 1 each day."""
OF_A_TICKET: tuple[type[Base], ...] = (TicketRound, TicketEvent, PolicyAssignment, ClockVerdict, ArmedLevel, Survey)
_DAY = len("KS-20261126-")
_HASH_KEPT = 40


@dataclass(frozen=True)
class By:
    """How far the copies' ids are from those they are copies of."""

    tickets: int
    chats: int


def add(session: Session, *, first: int, size: int, by: By) -> None:
    """Copy the tickets from that id on."""
    tickets = Ticket.id.between(first, first + size - 1)
    chats = session.execute(
        select(func.min(Ticket.conversation_id), func.max(Ticket.conversation_id)).where(tickets)
    ).one()
    _copy(session, Conversation, "id", *chats, by)
    _copy(session, Message, "conversation_id", *chats, by)
    _copy(session, Ticket, "id", first, first + size - 1, by)
    for model in OF_A_TICKET:
        _copy(session, model, "ticket_id", first, first + size - 1, by)


def _copy(session: Session, model: type[Base], owner: str, first: int | None, last: int | None, by: By) -> None:
    if first is None:
        return
    table = model.__table__
    assert isinstance(table, Table)
    names = [column.name for column in table.columns if column.name != "id" or owner == "id"]
    values = [_moved(table, name, by) for name in names]
    of = table.c[owner]
    asked = select(*values).where(of >= first, of <= last).order_by(of)
    session.execute(insert(table).from_select(names, asked))


def _moved(table: Table, name: str, by: By) -> ColumnElement[Any]:
    column = table.c[name]
    moves = by.chats if name == "conversation_id" or table.name == "conversation" else by.tickets
    if name in {"id", "ticket_id", "conversation_id"}:
        return column + moves
    if name in {"number", "ticket_number"}:
        own = table.c.id if name == "number" else table.c.ticket_id
        return func.substr(column, 1, _DAY) + cast(own + literal(by.tickets + FIRST_NUMBER), String)
    if name == "public_id":
        return literal(PUBLIC_ID) + cast(table.c.id + by.chats, String)
    if name == "token_hash":
        return func.substr(column, 1, _HASH_KEPT) + "-" + cast(table.c.ticket_id + by.tickets, String)
    return column
