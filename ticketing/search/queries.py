"""Searches: which things hold what was typed, what is open first and then the newest, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Row,
    Select,
    String,
    and_,
    bindparam,
    cast,
    literal_column,
    or_,
    select,
    text,
    tuple_,
    union_all,
)
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import Session

from ticketing.conversations.models import Conversation
from ticketing.customers.models import Customer
from ticketing.platform.errors import DomainError
from ticketing.platform.paging import Page, as_id, clamp, decode_cursor, encode_cursor
from ticketing.search import blind, matching, rules
from ticketing.search.models import ARTICLE, CUSTOMER, KINDS, MESSAGE, TICKET, SearchEntry
from ticketing.search.rules import Query
from ticketing.search.showing import Hit, shown
from ticketing.search.sources import FOUND_FIRST
from ticketing.staff.models import Staff
from ticketing.tickets.gate_models import Recusal
from ticketing.tickets.models import Ticket

COUNTED_TO = 100
"""Counts stop here: a badge says 99+, and a common word costs no more than a rare one."""
WALKED = {TICKET: 10_000, MESSAGE: 20_000}
"""So many of the newest entries are looked through for a page before the full-text index is asked; of the other kinds, which
are few or hashed, none. √(100 · 10⁶): a word of which ten thousand entries hold fewer than a hundred is in about ten thousand of
a million, which is as much to fetch. Messages are short and lie in the order they were said, so twice as many cost the same.
"""
SHOWN_OF_EACH = 5
QUICK = 8


@dataclass(frozen=True)
class Reader:
    """Who searches and what they may open."""

    staff_id: int
    kinds: tuple[str, ...] = KINDS


@dataclass(frozen=True)
class KeptOut:
    """What a reader must keep out of (回避): tickets, their conversations, and the reader as a customer."""

    tickets: frozenset[int] = frozenset()
    conversations: frozenset[int] = frozenset()
    customers: frozenset[int] = frozenset()

    def of(self, kind: str) -> frozenset[int]:
        """The ids to leave out of a kind; a message is left out with its conversation."""
        return {TICKET: self.tickets, MESSAGE: self.conversations, CUSTOMER: self.customers}.get(kind, frozenset())


@dataclass(frozen=True)
class Group:
    """The first results of a kind and how many there are, at most COUNTED_TO."""

    kind: str
    hits: Sequence[Hit]
    count: int


@dataclass(frozen=True)
class _Found:
    kind: str
    ids: Sequence[int]
    places: Sequence[tuple[int, int]] = field(default=())


def groups(
    session: Session, *, reader: Reader, asked: Query, each: int = SHOWN_OF_EACH, most: int = COUNTED_TO
) -> list[Group]:
    """What holds the query, by kind, counted to ``most``; an exact number comes first. If nothing does, what holds it in
    two pieces."""
    away = kept_out(session, staff_id=reader.staff_id)
    found = [_found(session, kind, asked, away, after=None, limit=most) for kind in reader.kinds]
    loose = rules.relaxed(asked)
    if loose is not None and not any(one.ids for one in found):
        found = [_found(session, kind, loose, away, after=None, limit=most) for kind in reader.kinds]
    exact = exactly(session, reader=reader, asked=asked, away=away)
    made = []
    for one in found:
        first = exact if one.kind == TICKET else []
        ids = [*first, *(ref for ref in one.ids if ref not in first)]
        made.append(Group(one.kind, shown(session, one.kind, ids[:each], asked.words), min(len(ids), most)))
    return made


def page(
    session: Session, *, reader: Reader, asked: Query, kind: str, cursor: str | None = None, limit: int | None = None
) -> Page[Hit]:
    """One kind's results, page after page; raises ``cursor_invalid``."""
    size, away = clamp(limit), kept_out(session, staff_id=reader.staff_id)
    after, loose = _read_cursor(cursor)
    if kind not in reader.kinds or not asked.terms:
        return Page([], None)
    exact = exactly(session, reader=reader, asked=asked, away=away) if kind == TICKET else []
    looked = (rules.relaxed(asked) if loose else asked) or asked
    found = _found(session, kind, looked, away, after=after, limit=size + 1)
    if not found.ids and after is None and (apart := rules.relaxed(asked)) is not None:
        looked, loose = apart, True
        found = _found(session, kind, apart, away, after=None, limit=size + 1)
    more = len(found.ids) > size
    rest = [ref for ref in found.ids[:size] if ref not in exact]
    ids = rest if after is not None else [*exact, *rest]
    next_cursor = encode_cursor([*found.places[size - 1], int(loose)]) if more else None
    return Page(shown(session, kind, ids, asked.words), next_cursor)


def quick(session: Session, *, reader: Reader, asked: Query) -> list[Hit]:
    """The few best of all kinds, for a palette: an exact number alone, else every kind in turn."""
    found = groups(session, reader=reader, asked=asked, each=QUICK // 2, most=QUICK)
    if rules.is_number(asked.text):
        exact = [hit for group in found for hit in group.hits if hit.exact]
        if exact:
            return exact
    rows: list[Hit] = []
    for turn in range(QUICK):
        rows += [group.hits[turn] for group in found if turn < len(group.hits)]
    best = {id(hit) for hit in rows[:QUICK]}
    return [hit for group in found for hit in group.hits if id(hit) in best]


def exactly(session: Session, *, reader: Reader, asked: Query, away: KeptOut) -> list[int]:
    """Tickets whose number or order number is just what was typed; found the moment they are there."""
    if TICKET not in reader.kinds or not any(char.isdigit() for char in asked.text):
        return []
    typed = asked.text.upper()
    same = or_(Ticket.number == typed, Ticket.order_number.in_({asked.text, typed}))
    found = session.scalars(select(Ticket.id).where(same).order_by(Ticket.id.desc()).limit(SHOWN_OF_EACH))
    return [ref for ref in found if ref not in away.tickets]


def kept_out(session: Session, *, staff_id: int) -> KeptOut:
    """What this person must keep out of, in one statement; usually next to nothing."""
    me = (
        select(Customer.id)
        .join(
            Staff,
            or_(Staff.customer_id == Customer.id, and_(Staff.phone_index.is_not(None), Staff.phone_index == Customer.phone_index)),
        )
        .where(Staff.id == staff_id)
    )  # fmt: skip
    mine = me.scalar_subquery()
    tickets = union_all(
        select(Recusal.ticket_id.label("id")).where(Recusal.staff_id == staff_id),
        select(Ticket.id).where(Ticket.about_staff_id == staff_id),
        select(Ticket.id).where(Ticket.customer_id.in_(mine)),
    ).subquery()
    rows: Sequence[Any] = session.execute(
        union_all(
            select(literal_column("'ticket'").label("kind"), Ticket.id, Ticket.conversation_id).join(
                tickets, tickets.c.id == Ticket.id
            ),
            select(literal_column("'chat'"), Conversation.id, Conversation.id).where(
                Conversation.customer_id.in_(mine)
            ),
            select(literal_column("'customer'"), Customer.id, literal_column("NULL")).where(Customer.id.in_(mine)),
        )
    ).all()
    return KeptOut(
        frozenset(row[1] for row in rows if row[0] == "ticket"),
        frozenset(row[2] for row in rows if row[0] != "customer" and row[2] is not None),
        frozenset(row[1] for row in rows if row[0] == "customer"),
    )


def _found(
    session: Session, kind: str, asked: Query, away: KeptOut, *, after: tuple[int, int] | None, limit: int
) -> _Found:
    """The things of a kind that hold the query, by rank."""
    terms = blind.terms(asked) if kind == CUSTOMER else asked.terms
    if not terms:
        return _Found(kind, [])
    # As literal text: by a bound parameter neither database would know the partial index.
    where: list[ColumnElement[bool]] = [literal_column(f"search_entry.kind = '{kind}'", Boolean)]
    if after is not None:
        where.append(tuple_(SearchEntry.rank, SearchEntry.id) < tuple_(*after))
    if hidden := away.of(kind):
        where.append((SearchEntry.parent_id if kind == MESSAGE else SearchEntry.ref_id).not_in(hidden))
    if session.get_bind().dialect.name == "postgresql":
        found = _on_postgresql(session, where, matching.tsquery(terms), limit, walked=WALKED.get(kind, 0))
    else:
        matched = text("SELECT rowid FROM search_words WHERE search_words MATCH :sought")
        holds = SearchEntry.id.in_(matched.bindparams(sought=matching.fts5(terms)))
        found = session.execute(_by_rank(SearchEntry.__table__.c, *where, holds).limit(limit)).all()
    return _Found(kind, [row.ref_id for row in found], [(row.rank, row.id) for row in found])


def _on_postgresql(
    session: Session, where: Sequence[ColumnElement[bool]], sought: str, limit: int, *, walked: int
) -> Sequence[Row[Any]]:
    """A common word is read off the newest entries; if these hold too few, it is rare enough for the full-text index.

    PostgreSQL is not left to choose: it takes the pairs of a Chinese word, or words that always come together, for
    independent, so it thinks 手续费 far rarer than it is and fetches every entry that holds it, to show a hundred.
    """
    entries = select(SearchEntry.ref_id, SearchEntry.rank, SearchEntry.id, SearchEntry.words).where(*where)
    if walked:
        newest = entries.order_by(SearchEntry.rank.desc(), SearchEntry.id.desc()).limit(walked).subquery()
        found = session.execute(_by_rank(newest.c, _holds(newest.c.words, sought)).limit(limit)).all()
        if len(found) == limit or not _goes_on(session, where, walked):
            return found
    # The offset keeps the order out of the inner statement, where it would be reason to walk on.
    matched = entries.where(_holds(SearchEntry.words, sought)).offset(literal_column("0")).subquery()
    return session.execute(_by_rank(matched.c).limit(limit)).all()


def _goes_on(session: Session, where: Sequence[ColumnElement[bool]], walked: int) -> bool:
    """Whether there are more entries than are walked; near the end of a common word's pages there are not."""
    beyond = select(SearchEntry.id).where(*where).order_by(SearchEntry.rank.desc(), SearchEntry.id.desc())
    return session.scalar(beyond.offset(walked).limit(1)) is not None


def _by_rank(entries: Any, *where: ColumnElement[bool]) -> Select[Any]:
    asked = select(entries.ref_id, entries.rank, entries.id).where(*where)
    return asked.order_by(entries.rank.desc(), entries.id.desc())


def _holds(words: Any, sought: str) -> ColumnElement[bool]:
    held: ColumnElement[bool] = words.op("@@", is_comparison=True)(cast(bindparam(None, sought, String), TSQUERY))
    return held


def _read_cursor(cursor: str | None) -> tuple[tuple[int, int] | None, bool]:
    if cursor is None:
        return None, False
    rank, entry_id, loose = decode_cursor(cursor, 3)
    return (_as_rank(rank), as_id(entry_id)), bool(loose)


def _as_rank(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2 * FOUND_FIRST:
        raise DomainError("cursor_invalid")
    return value


__all__ = ["ARTICLE", "CUSTOMER", "KINDS", "MESSAGE", "TICKET", "Group", "Hit", "Reader", "groups", "page", "quick"]
