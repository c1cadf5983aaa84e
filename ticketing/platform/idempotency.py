"""Answers kept under the caller's Idempotency-Key, so that a repeated write gives the first answer again."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import String, UniqueConstraint, delete, select
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from ticketing.platform.clock import Clock
from ticketing.platform.db import Base, UtcDateTime
from ticketing.platform.errors import DomainError

UNANSWERED = 0
KEPT = timedelta(days=3)
"""Longer than anyone repeats a request; answers hold what customers wrote, so not longer than that."""


class IdempotentAnswer(Base):
    """The first answer to a keyed write; ``scope`` is who asked. ``status`` is 0 while the write is under way."""

    __tablename__ = "idempotent_answer"
    __table_args__ = (UniqueConstraint("scope", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    scope: Mapped[str] = mapped_column(String(100))
    key: Mapped[str] = mapped_column(String(200))
    fingerprint: Mapped[str] = mapped_column(String(64))
    status: Mapped[int]
    body: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


def fingerprint(*parts: Any) -> str:
    """A hash of the request, to refuse a key that is used for something else."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()


def claim(session: Session, *, clock: Clock, scope: str, key: str, fingerprint: str) -> IdempotentAnswer:
    """The row of this key: fresh (``status`` 0) for the first caller, with the answer for a later one.

    A second caller waits on the unique constraint until the first has committed; if the first failed, its row is gone
    and the second goes ahead. Raises ``idempotency_key_reused`` for another request under the same key.
    """
    insert = pg_insert if session.get_bind().dialect.name == "postgresql" else sqlite_insert
    session.execute(
        insert(IdempotentAnswer)
        .values(scope=scope, key=key, fingerprint=fingerprint, status=UNANSWERED, created_at=clock.now())
        .on_conflict_do_nothing(index_elements=["scope", "key"])
    )
    row = session.scalars(
        select(IdempotentAnswer).where(IdempotentAnswer.scope == scope, IdempotentAnswer.key == key)
    ).one()
    if row.fingerprint != fingerprint:
        raise DomainError("idempotency_key_reused")
    return row


def forget_expired(session: Session, *, clock: Clock) -> int:
    """Delete answers that nobody will ask for again; for the hourly housekeeping."""
    old = delete(IdempotentAnswer).where(IdempotentAnswer.created_at <= clock.now() - KEPT)
    return len(session.execute(old.returning(IdempotentAnswer.id)).all())
