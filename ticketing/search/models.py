"""What can be found, and what changed and waits for being indexed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, Dialect, Index, String, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import TypeDecorator, TypeEngine

from ticketing.platform.db import Base
from ticketing.search import storage

TICKET, MESSAGE, CUSTOMER, ARTICLE = KINDS = storage.KINDS


def as_tsvector(tokens: Sequence[str]) -> str:
    """Tokens in order as PostgreSQL reads them: ``'转账':1 '账失':2``."""
    return " ".join(f"'{token}':{place}" for place, token in enumerate(tokens, start=1))


class Words(TypeDecorator[Sequence[str]]):
    """Tokens in order: a ``tsvector`` on PostgreSQL, on SQLite the text that its full-text index is made of. Write only."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(TSVECTOR() if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: Sequence[str] | None, dialect: Dialect) -> str | None:
        if value is None or dialect.name != "postgresql":
            return None if value is None else " ".join(value)
        return as_tsvector(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Sequence[str] | None:
        raise TypeError("the words of an entry are only searched")


class SearchEntry(Base):
    """One thing that can be found; ``parent_id`` is a ticket's customer or a message's conversation.

    ``rank`` orders results: when it was said or made, in seconds, and open tickets before all ended ones.
    """

    __tablename__ = "search_entry"
    __table_args__ = (UniqueConstraint("kind", "ref_id"), Index("ix_search_entry_newest", "kind", "rank", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    ref_id: Mapped[int]
    parent_id: Mapped[int | None]
    rank: Mapped[int] = mapped_column(BigInteger)
    words: Mapped[Sequence[str]] = mapped_column(Words, deferred=True)


class SearchPending(Base):
    """Something that changed since it was indexed; written by triggers, one row a change, deleted when indexed."""

    __tablename__ = "search_pending"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    ref_id: Mapped[int]


storage.install(Base.metadata)
