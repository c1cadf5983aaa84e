"""The ledger and the grants that wait for a second pair of eyes."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from ticketing.platform.db import Base, UtcDateTime

_LIVE = text("expires_on IS NOT NULL")
_PENDING = text("state = 'proposed'")


class PointEntry(Base):
    """One movement, never changed. ``position`` counts a customer's movements, ``balance`` is the sum up to this one.

    Two writers at once would take the same position, which is unique; below zero nothing is written at all. ``key`` names
    the occasion, so that doing it twice moves points once. ``about_id`` is the entry that is reversed or has expired; an expiry
    of nothing says that nothing was left.
    """

    __tablename__ = "point_entry"
    __table_args__ = (
        UniqueConstraint("customer_id", "position"),
        CheckConstraint("balance >= 0", name="balance"),
        CheckConstraint("amount <> 0 OR kind = 'expiry'", name="amount"),
        Index("ix_point_entry_expires", "expires_on", "id", sqlite_where=_LIVE, postgresql_where=_LIVE),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(10))
    amount: Mapped[int]
    balance: Mapped[int]
    key: Mapped[str] = mapped_column(String(120), unique=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(60))
    expires_on: Mapped[date | None]
    about_id: Mapped[int | None] = mapped_column(ForeignKey("point_entry.id"), index=True)
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"))


class PointGrant(Base):
    """Goodwill for a customer on a case: ``proposed → approved | refused``, decided by someone else than its proposer."""

    __tablename__ = "point_grant"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("decided_by IS NULL OR decided_by <> proposed_by", name="four_eyes"),
        # One proposal of a case waits at a time, so a double click proposes once.
        Index("uq_point_grant_pending", "ticket_id", unique=True, sqlite_where=_PENDING, postgresql_where=_PENDING),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), index=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    amount: Mapped[int]
    reason: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10), default="proposed")
    proposed_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    proposed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    comment: Mapped[str | None] = mapped_column(Text)
