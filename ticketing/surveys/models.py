"""The survey table."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ticketing.platform.db import Base, UtcDateTime


class Survey(Base):
    """One question to a customer per ticket and round, or per hand-over; the link's token is stored as a hash."""

    __tablename__ = "survey"
    __table_args__ = (
        UniqueConstraint("ticket_id", "round"),
        CheckConstraint("(ticket_id IS NULL) <> (handover_id IS NULL)", name="about"),
        CheckConstraint("speed BETWEEN 1 AND 5", name="speed"),
        CheckConstraint("completeness BETWEEN 1 AND 5", name="completeness"),
        CheckConstraint("solution BETWEEN 1 AND 5", name="solution"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"))
    ticket_number: Mapped[str | None] = mapped_column(String(30))
    handover_id: Mapped[int | None] = mapped_column(ForeignKey("handover.id"), unique=True)
    round: Mapped[int]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    language: Mapped[str] = mapped_column(String(2))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    speed: Mapped[int | None]
    completeness: Mapped[int | None]
    solution: Mapped[int | None]
    comment: Mapped[str | None] = mapped_column(Text)
