"""Conversation and message tables."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from ticketing.platform.db import Base, UtcDateTime


class Conversation(Base):
    """One customer's conversation. ``owner`` is bot, queued, agent or closed (docs/architecture.md)."""

    __tablename__ = "conversation"
    __table_args__ = (
        Index(
            "ix_conversation_queue",
            "queued_at",
            sqlite_where=text("owner = 'queued'"),
            postgresql_where=text("owner = 'queued'"),
        ),
        Index("ix_conversation_last_message_at", "last_message_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    owner: Mapped[str] = mapped_column(String(10), default="bot")
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"), index=True)
    language: Mapped[str] = mapped_column(String(2), default="zh")
    language_locked: Mapped[bool] = mapped_column(default=False)
    last_seq: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_message_at: Mapped[datetime] = mapped_column(UtcDateTime)
    queued_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    handoff_reason: Mapped[str | None] = mapped_column(String(20))
    handoff_package: Mapped[dict[str, Any] | None]
    turn_lease: Mapped[str | None] = mapped_column(String(40))
    turn_lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Message(Base):
    """One line of the transcript, already masked. ``payload`` holds buttons (with what they send), cards and kind."""

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("conversation_id", "seq"),
        UniqueConstraint("conversation_id", "client_id"),
        Index(
            "ix_message_turns",
            "conversation_id",
            "seq",
            sqlite_where=text("needs_turn"),
            postgresql_where=text("needs_turn"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"))
    seq: Mapped[int]
    author: Mapped[str] = mapped_column(String(10))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    text: Mapped[str] = mapped_column(Text)
    payload: Mapped[dict[str, Any]]
    client_id: Mapped[str | None] = mapped_column(String(64))
    needs_turn: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
