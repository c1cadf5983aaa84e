"""Taking a customer out of the database by the plan; and, years later, the last words of their complaints."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from ticketing.attachments import service as attachments
from ticketing.customers import upserting
from ticketing.customers.models import Customer, CustomerStatement
from ticketing.platform import ids
from ticketing.platform.db import Base
from ticketing.platform.outbox import OutboxMessage
from ticketing.privacy import erasure_plan as plan
from ticketing.privacy import service as copies
from ticketing.privacy.erasure_plan import Of

GONE = "［…］"
"""Stands in a complaint's record where something named the person."""
SHORTEST_NAME = 2
_TABLES = Base.metadata.tables
Things = Mapping[str, Sequence[int]]
"""Ids of a customer's things by kind."""


def things_of(session: Session, customer_id: int) -> dict[str, Sequence[int]]:
    """The customer with their doubles, and everything that is theirs."""
    found: dict[str, Sequence[int]] = {"customer": _with_doubles(session, customer_id)}
    for kind, of, whose in (
        ("conversation", "customer_id", "customer"), ("ticket", "customer_id", "customer"),
        ("survey", "customer_id", "customer"), ("letter", "ticket_id", "ticket"),
    ):  # fmt: skip
        table = _TABLES[kind]
        found[kind] = session.scalars(select(table.c.id).where(table.c[of].in_(found[whose]))).all()
    return found


def erase(session: Session, *, things: Things, kept_tickets: Iterable[int]) -> dict[str, int]:
    """Delete, empty and blank by the plan, all but the nameless record of ``kept_tickets``; gives how many rows by table."""
    names = _names(session, things)
    counts = {"attachment": 0, "data_export": 0}
    for customer_id in things["customer"]:
        counts["attachment"] += attachments.erase(session, customer_id=customer_id)
        counts["data_export"] += copies.erase(session, customer_id=customer_id)
    heard = _heard(session, things)
    _reword(session, things, lambda text: names.sub(GONE, text))
    for name, ways in plan.DELETED.items():
        for of in ways:
            counts[name] = counts.get(name, 0) + _rows(session, delete(_TABLES[name]), name, of, things)
    for name, (of, values) in plan.EMPTIED.items():
        counts[name] = _rows(session, update(_TABLES[name]).values(values), name, of, things)
    counts["learning_text"] = _forget_unheard(session, heard)
    counts["outbox_message"] = _forget_told(session, things)
    _rename_chats(session, things["conversation"])
    kept = set(kept_tickets)
    wipe(session, [each for each in things["ticket"] if each not in kept])
    session.expire_all()
    return {name: count for name, count in counts.items() if count}


def wipe(session: Session, tickets: Sequence[int]) -> None:
    """Blank the words of cases; numbers, codes and times stay."""
    letter = _TABLES["letter"]
    letters = session.scalars(select(letter.c.id).where(letter.c.ticket_id.in_(tickets))).all()
    _reword(session, {"ticket": tickets, "letter": letters}, lambda _text: "")
    session.expire_all()


def _with_doubles(session: Session, customer_id: int) -> list[int]:
    found, fresh = [customer_id], [customer_id]
    while fresh:
        fresh = list(session.scalars(select(Customer.id).where(Customer.merged_into_id.in_(fresh))))
        found += fresh
    return found


def _names(session: Session, things: Things) -> re.Pattern[str]:
    """Whatever names the person, as anybody has said it: names, numbers, addresses, orders."""
    said: set[str | None] = set()
    for row in session.scalars(select(Customer).where(Customer.id.in_(things["customer"]))):
        said |= {row.external_id, row.name, row.phone, row.email, row.birthday}
    named = ("name", "phone", "email", "birthday")
    statements = select(CustomerStatement).where(CustomerStatement.customer_id.in_(things["customer"]))
    for statement in session.scalars(statements):
        values = upserting.unpacked(statement.said)
        said |= {str(values[field][0]) for field in named if field in values}
    ticket = _TABLES["ticket"]
    numbers = select(ticket.c.contact, ticket.c.order_number).where(ticket.c.id.in_(things["ticket"]))
    for contact, order_number in session.execute(numbers):
        said |= {contact, order_number}
    known = sorted((each for each in said if each and len(each) >= SHORTEST_NAME), key=len, reverse=True)
    # Nothing matches this where nothing names them.
    return re.compile("|".join(map(_whole, known)) or r"(?!)", re.IGNORECASE)


def _whole(name: str) -> str:
    """A name as a pattern; one in Latin letters or digits only where it is a word, for Li is in delivery."""
    before = r"(?<![a-z0-9])" if name[0].isascii() else ""
    after = r"(?![a-z0-9])" if name[-1].isascii() else ""
    return f"{before}{re.escape(name)}{after}"


def _reword(session: Session, things: Things, say: Callable[[str], str]) -> None:
    """Put the words of cases differently, wherever they stand."""
    for name, (of, columns) in plan.RECORD.items():
        table = _TABLES[name]
        for row in session.execute(select(table).where(table.c[of.column].in_(things[of.kind]))).mappings():
            fresh = {column: _said(column, row[column], say) for column in columns}
            if any(fresh[column] != row[column] for column in columns):
                session.execute(update(table).where(table.c.id == row["id"]).values(fresh))


def _said(column: str, value: Any, say: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return say(value)
    if column == "facts":
        return {name: say(text) if name in plan.FACTS_OF_WORDS else text for name, text in value.items()}
    return {name: _said("", each, say) for name, each in value.items()} if isinstance(value, dict) else value


def _rows(session: Session, statement: Any, name: str, of: Of, things: Things) -> int:
    column = _TABLES[name].c[of.column]
    return session.execute(statement.where(column.in_(things[of.kind]))).rowcount  # type: ignore[no-any-return,attr-defined]


def _heard(session: Session, things: Things) -> Sequence[int]:
    signal = _TABLES["learning_signal"]
    return session.scalars(
        select(signal.c.text_id).where(signal.c.conversation_id.in_(things["conversation"])).distinct()
    ).all()


def _forget_unheard(session: Session, texts: Sequence[int]) -> int:
    """What the assistant did not understand and nobody else has said; what was taught is an example without a person."""
    text, signal = _TABLES["learning_text"], _TABLES["learning_signal"]
    unheard = ~select(signal.c.id).where(signal.c.text_id == text.c.id).exists()
    gone = delete(text).where(text.c.id.in_(texts), text.c.status != "accepted", unheard)
    return session.execute(gone).rowcount  # type: ignore[no-any-return,attr-defined]


def _forget_told(session: Session, things: Things) -> int:
    gone = 0
    for subject, kind in plan.TOLD_OF.items():
        told = delete(OutboxMessage).where(
            OutboxMessage.subject_type == subject, OutboxMessage.subject_id.in_(things[kind])
        )
        gone += session.execute(told).rowcount  # type: ignore[attr-defined]
    return gone


def _rename_chats(session: Session, chats: Sequence[int]) -> None:
    """A browser that still holds a chat's name opens nothing with it."""
    table = _TABLES["conversation"]
    for chat in chats:
        session.execute(update(table).where(table.c.id == chat).values(public_id=ids.public_id()))
