"""What is indexed of each kind: read from the tables it stands in, many rows at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from ticketing.conversations.models import Message
from ticketing.customers.models import Customer
from ticketing.knowledge.models import Article
from ticketing.search import blind
from ticketing.search.models import ARTICLE, CUSTOMER, MESSAGE, TICKET
from ticketing.search.rules import number_tokens, tokens
from ticketing.tickets.models import Ticket, TicketEvent, TicketRound
from ticketing.tickets.rules import OPEN

SAID = ("added_to", "noted")
"""Events of a ticket whose texts are found with it."""
PEOPLE = ("customer", "agent")
"""Whose lines of a chat are found: the assistant says the same things over and over."""
FOUND_FIRST = 10**10
"""Beyond any second of an instant: what is open comes before all that is not."""


@dataclass(frozen=True)
class Document:
    """What the index keeps of one thing."""

    parent_id: int | None
    rank: int
    words: Sequence[str]


Documents = Mapping[int, Document]


def read(session: Session, kind: str, ids: Iterable[int]) -> Documents:
    """These things by id, without those that are gone or not to be found."""
    return _READ[kind](session, list(ids))


def next_ids(session: Session, kind: str, *, after: int, limit: int) -> list[int]:
    """The ids that follow, of a kind's table."""
    column = _IDS[kind]
    return list(session.scalars(select(column).where(column > after).order_by(column).limit(limit)))


def exists(kind: str, ref_id: Any) -> ColumnElement[bool]:
    """Whether the thing an entry is of is still there."""
    return select(_IDS[kind]).where(_IDS[kind] == ref_id).exists()


def _tickets(session: Session, ids: Sequence[int]) -> Documents:
    rows = session.execute(
        select(
            Ticket.id, Ticket.number, Ticket.order_number, Ticket.description, Ticket.wish, Ticket.status,
            Ticket.customer_id, Ticket.created_at, Customer.erased_at,
        )
        .join(Customer, Customer.id == Ticket.customer_id)
        .where(Ticket.id.in_(ids))
    ).all()  # fmt: skip
    texts: defaultdict[int, list[str | None]] = defaultdict(list)
    for row in session.execute(
        select(
            TicketRound.ticket_id, TicketRound.findings, TicketRound.cause, TicketRound.measures, TicketRound.follow_up_plan
        ).where(TicketRound.ticket_id.in_(ids))
    ):  # fmt: skip
        texts[row.ticket_id] += row[1:]
    said = select(TicketEvent.ticket_id, TicketEvent.text).where(
        TicketEvent.ticket_id.in_(ids), TicketEvent.kind.in_(SAID), TicketEvent.text.is_not(None)
    )
    for ticket_id, text in session.execute(said.order_by(TicketEvent.id)):
        texts[ticket_id].append(text)
    return {
        row.id: Document(
            row.customer_id,
            _second(row.created_at) + (FOUND_FIRST if row.status in OPEN else 0),
            [
                *number_tokens(row.number),
                *number_tokens(row.order_number),
                # What is left of an erased customer's case is kept, not used: its number finds it, its words do not.
                *(tokens([row.description, row.wish, *texts[row.id]]) if row.erased_at is None else ()),
            ],
        )
        for row in rows
    }


def _messages(session: Session, ids: Sequence[int]) -> Documents:
    rows = session.execute(
        select(Message.id, Message.conversation_id, Message.text, Message.created_at).where(
            Message.id.in_(ids), Message.author.in_(PEOPLE), Message.payload["sends"].as_string().is_(None)
        )
    )
    return {
        row.id: Document(row.conversation_id, _second(row.created_at), words)
        for row in rows
        if (words := tokens([row.text]))
    }


def _customers(session: Session, ids: Sequence[int]) -> Documents:
    rows = session.scalars(select(Customer).where(Customer.id.in_(ids), Customer.merged_into_id.is_(None)))
    return {row.id: Document(None, _second(row.created_at), words) for row in rows if (words := blind.tokens(row))}


def _articles(session: Session, ids: Sequence[int]) -> Documents:
    rows = session.execute(
        select(Article.id, Article.key, Article.search_text, Article.status, Article.updated_at).where(
            Article.id.in_(ids)
        )
    )
    return {
        row.id: Document(
            None,
            _second(row.updated_at) + (FOUND_FIRST if row.status == "published" else 0),
            tokens([row.key, row.search_text]),
        )
        for row in rows
    }


def _second(at: datetime) -> int:
    return int(at.timestamp())


_READ: Mapping[str, Callable[[Session, Sequence[int]], Documents]] = {
    TICKET: _tickets,
    MESSAGE: _messages,
    CUSTOMER: _customers,
    ARTICLE: _articles,
}
_IDS: Mapping[str, InstrumentedAttribute[int]] = {
    TICKET: Ticket.id,
    MESSAGE: Message.id,
    CUSTOMER: Customer.id,
    ARTICLE: Article.id,
}
