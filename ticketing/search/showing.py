"""What is shown of a thing that was found: its name, what stands around the words, and where it leads. Customers stay masked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ticketing.conversations.models import Conversation, Message
from ticketing.customers.models import Customer
from ticketing.customers.rules import masked_email, masked_name, masked_phone
from ticketing.knowledge.models import Article, ArticleText
from ticketing.knowledge.text import folded
from ticketing.search.models import ARTICLE, CUSTOMER, MESSAGE, TICKET
from ticketing.search.rules import snippet
from ticketing.tickets.models import Ticket, TicketEvent, TicketRound

Parts = Sequence[tuple[str, bool]]


@dataclass(frozen=True)
class Hit:
    """One result. ``key`` names it in addresses (a ticket's number, a conversation's or customer's id, an article's key).

    ``text`` are the parts of what stands around the words, the words marked; ``status`` and ``about`` are codes that the
    page puts into words. ``seq`` is a message's place in its conversation, ``number`` and ``chat`` are a customer's latest
    ticket and conversation.
    """

    kind: str
    key: str
    title: str
    text: Parts
    at: datetime
    status: str = ""
    about: str = ""
    who: str = ""
    seq: int = 0
    number: str = ""
    chat: str = ""
    exact: bool = False


def shown(session: Session, kind: str, ids: Sequence[int], words: Sequence[str]) -> list[Hit]:
    """The hits of these things in their order; without those that are gone."""
    if not ids:
        return []
    found = _SHOWN[kind](session, ids, words)
    return [found[ref] for ref in ids if ref in found]


def _tickets(session: Session, ids: Sequence[int], words: Sequence[str]) -> Mapping[int, Hit]:
    rows = session.execute(
        select(Ticket.id, Ticket.number, Ticket.order_number, Ticket.description, Ticket.wish, Ticket.status,
               Ticket.category, Ticket.created_at, Customer.name)
        .join(Customer, Customer.id == Ticket.customer_id)
        .where(Ticket.id.in_(ids))
    ).all()  # fmt: skip
    typed = "-".join(words)
    hits: dict[int, Hit] = {}
    for row in rows:
        texts = [row.description, row.wish]
        said = snippet(texts, words)
        exact = bool(words) and typed in {folded(row.number), folded(row.order_number or "")}
        hits[row.id] = Hit(
            TICKET, row.number, row.number, said, row.created_at, row.status, row.category, masked_name(row.name),
            exact=exact,
        )  # fmt: skip
    unmarked = [ref for ref, hit in hits.items() if not hit.exact and not any(marked for _, marked in hit.text)]
    return {**hits, **_from_the_log(session, {ref: hits[ref] for ref in unmarked}, words)}


def _from_the_log(session: Session, hits: Mapping[int, Hit], words: Sequence[str]) -> Mapping[int, Hit]:
    """Those whose words stand in a note, an addition or what was found out."""
    if not hits:
        return {}
    texts: dict[int, list[str | None]] = {ref: [] for ref in hits}
    for row in session.execute(
        select(
            TicketRound.ticket_id, TicketRound.findings, TicketRound.cause, TicketRound.measures, TicketRound.follow_up_plan
        ).where(TicketRound.ticket_id.in_(hits))
    ):  # fmt: skip
        texts[row.ticket_id] += row[1:]
    noted = select(TicketEvent.ticket_id, TicketEvent.text).where(
        TicketEvent.ticket_id.in_(hits), TicketEvent.kind.in_(("added_to", "noted"))
    )
    for ticket_id, text in session.execute(noted.order_by(TicketEvent.id)):
        texts[ticket_id].append(text)
    found = {ref: snippet(texts[ref], words) for ref in hits}
    return {
        ref: Hit(**{**vars(hits[ref]), "text": parts})
        for ref, parts in found.items()
        if any(marked for _, marked in parts)
    }


def _messages(session: Session, ids: Sequence[int], words: Sequence[str]) -> Mapping[int, Hit]:
    rows = session.execute(
        select(Message.id, Message.seq, Message.author, Message.text, Message.created_at, Conversation.public_id, Customer.name)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .join(Customer, Customer.id == Conversation.customer_id)
        .where(Message.id.in_(ids))
    )  # fmt: skip
    return {
        row.id: Hit(
            MESSAGE, row.public_id, "", snippet([row.text], words), row.created_at, about=row.author,
            who=masked_name(row.name), seq=row.seq,
        )
        for row in rows
    }  # fmt: skip


def _customers(session: Session, ids: Sequence[int], _words: Sequence[str]) -> Mapping[int, Hit]:
    newest = select(func.max(Ticket.id)).where(Ticket.customer_id == Customer.id).correlate(Customer).scalar_subquery()
    talked = (
        select(Conversation.public_id)
        .where(Conversation.customer_id == Customer.id)
        .order_by(Conversation.id.desc())
        .limit(1)
        .correlate(Customer)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Customer, Ticket.number, talked).outerjoin(Ticket, Ticket.id == newest).where(Customer.id.in_(ids))
    )
    return {
        row.id: Hit(
            CUSTOMER, str(row.id), masked_name(row.name),
            [(" · ".join(part for part in (masked_phone(row.phone), masked_email(row.email)) if part), False)],
            row.created_at, about=row.tier, number=number or "", chat=chat or "",
        )
        for row, number, chat in rows
    }  # fmt: skip


def _articles(session: Session, ids: Sequence[int], words: Sequence[str]) -> Mapping[int, Hit]:
    rows = session.execute(
        select(Article.id, Article.key, Article.topic, Article.status, Article.updated_at, ArticleText)
        .outerjoin(ArticleText, ArticleText.article_id == Article.id)
        .where(Article.id.in_(ids))
        # The text in which the words stand is shown; of two, the Chinese one.
        .order_by(ArticleText.language)
    )
    hits: dict[int, Hit] = {}
    for row in rows:
        text = row.ArticleText
        title = text.question if text else row.key
        parts = snippet(_said(text) if text else [row.key], words)
        hit = Hit(ARTICLE, row.key, title, parts, row.updated_at, row.status, row.topic)
        if row.id not in hits or any(marked for _, marked in parts):
            hits[row.id] = hit
    return hits


def _said(text: ArticleText) -> list[str]:
    told = [line for detail in text.details for line in (detail["answer"], *detail["asked"])]
    return [text.answer, text.question, *text.askings, *told]


_SHOWN: Mapping[str, Callable[[Session, Sequence[int], Sequence[str]], Mapping[int, Hit]]] = {
    TICKET: _tickets,
    MESSAGE: _messages,
    CUSTOMER: _customers,
    ARTICLE: _articles,
}
