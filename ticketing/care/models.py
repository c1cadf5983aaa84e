"""Which care occasions are switched on, and each customer's due messages."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from ticketing.platform.db import Base, UtcDateTime

_DUE = text("state = 'due'")


class CareOccasion(Base):
    """An occasion's switch; an occasion without a row is as ``occasions.py`` says."""

    __tablename__ = "care_occasion"

    code: Mapped[str] = mapped_column(String(30), primary_key=True)
    active: Mapped[bool]
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class CareMessage(Base):
    """A message that is due to a customer for an occasion: ``due → sent → delivered | failed``, or ``suppressed`` and why."""

    __tablename__ = "care_message"
    __table_args__ = (
        UniqueConstraint("customer_id", "occasion", "on"),
        Index("ix_care_message_due", "due_at", "id", sqlite_where=_DUE, postgresql_where=_DUE),
        Index("ix_care_message_occasion", "occasion", "state", "on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    occasion: Mapped[str] = mapped_column(String(30))
    on: Mapped[date]
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"))
    state: Mapped[str] = mapped_column(String(10), default="due")
    reason: Mapped[str | None] = mapped_column(String(20))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
