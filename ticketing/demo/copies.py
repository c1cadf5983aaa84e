"""Copies of made-up tickets: the same story under another number, with all its rows."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, String, Table, cast, func, insert, literal, select
from sqlalchemy.orm import Session

from ticketing.platform.db import Base
from ticketing.sla.models import ArmedLevel, ClockVerdict, PolicyAssignment
from ticketing.tickets.models import Ticket, TicketEvent, TicketRound

FIRST_NUMBER = 90_000_000
"""Added to a made-up ticket's id in its number, where those taken in count from 1 each day."""
OF_A_TICKET: tuple[type[Base], ...] = (TicketRound, TicketEvent, PolicyAssignment, ClockVerdict, ArmedLevel)


def add(session: Session, *, first: int, size: int, by: int) -> None:
    """Copy the tickets from that id on; the copies' ids begin at ``by``."""
    offset = by - first
    models: tuple[type[Base], ...] = (Ticket, *OF_A_TICKET)
    for model in models:
        table = model.__table__
        assert isinstance(table, Table)
        owner = table.c.id if model is Ticket else table.c.ticket_id
        names = [column.name for column in table.columns if model is Ticket or column.name != "id"]
        values = [_moved(table, name, owner.name, offset) for name in names]
        asked = select(*values).where(owner >= first, owner < first + size).order_by(owner)
        session.execute(insert(table).from_select(names, asked))


def _moved(table: Table, name: str, owner: str, offset: int) -> ColumnElement[Any]:
    column = table.c[name]
    if name == owner:
        return column + offset
    if name == "number":
        day = func.substr(column, 1, len("KS-20261126-"))
        return day + cast(table.c.id + literal(offset + FIRST_NUMBER), String)
    return column
