"""Answers kept under the caller's Idempotency-Key, so that a repeated write gives the first answer again."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

from sqlalchemy import String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from ticketing.platform.clock import Clock
from ticketing.platform.db import Base, UtcDateTime
from ticketing.platform.errors import DomainError


class IdempotentAnswer(Base):
    """The first answer to a keyed write; ``scope`` is who asked."""

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


def earlier_answer(session: Session, *, scope: str, key: str, fingerprint: str) -> IdempotentAnswer | None:
    """The answer given before, None the first time; raises ``idempotency_key_reused`` for another request."""
    found = session.scalar(select(IdempotentAnswer).where(IdempotentAnswer.scope == scope, IdempotentAnswer.key == key))
    if found is not None and found.fingerprint != fingerprint:
        raise DomainError("idempotency_key_reused")
    return found


def keep_answer(
    session: Session, *, clock: Clock, scope: str, key: str, fingerprint: str, status: int, body: dict[str, Any] | None
) -> None:
    """Store the answer in the write's own transaction; the unique constraint settles a race."""
    session.add(
        IdempotentAnswer(
            scope=scope, key=key, fingerprint=fingerprint, status=status, body=body, created_at=clock.now()
        )
    )
    session.flush()
