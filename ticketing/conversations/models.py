"""Conversation, message, hand-over, held reply, canned answer, contact vault and page link tables."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from ticketing.platform.crypto import EncryptedText
from ticketing.platform.db import Base, UtcDateTime


class Conversation(Base):
    """One customer's conversation. ``owner`` is bot, queued, agent or closed (docs/architecture.md).

    ``revision`` grows with everything an open widget must learn of; ``turn_lease`` names who works off its turns;
    ``handoff_turn`` is the turn that asked for a person: its own replies are still wanted. ``agent_seen_seq`` is the last line
    its agent has had before their eyes, ``agent_typing_until`` the time until which they are taken to be typing, ``customer_typing_until`` the same of the customer.
    """

    __tablename__ = "conversation"
    __table_args__ = (
        Index(
            "ix_conversation_queue",
            "queue_rank",
            "queued_at",
            sqlite_where=text("owner = 'queued'"),
            postgresql_where=text("owner = 'queued'"),
        ),
        Index("ix_conversation_last_message_at", "last_message_at"),
        Index("ix_conversation_created_at", "created_at"),
        Index("ix_conversation_changed_at", "changed_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    owner: Mapped[str] = mapped_column(String(10), default="bot")
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"), index=True)
    language: Mapped[str] = mapped_column(String(2), default="zh")
    language_locked: Mapped[bool] = mapped_column(default=False)
    last_seq: Mapped[int] = mapped_column(default=0)
    revision: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_message_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    queued_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    queue_rank: Mapped[int] = mapped_column(default=1)
    handoff_reason: Mapped[str | None] = mapped_column(String(20))
    handoff_package: Mapped[dict[str, Any] | None]
    handoff_turn: Mapped[str | None] = mapped_column(String(40))
    turn_lease: Mapped[str | None] = mapped_column(String(40))
    turn_lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    agent_seen_seq: Mapped[int] = mapped_column(default=0, server_default="0")
    agent_typing_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    customer_typing_until: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Message(Base):
    """One line of the transcript, already masked. ``payload`` holds kind, card, buttons (with what they send), name.

    ``needs_turn``: the assistant has not answered it yet. ``notice_seq``: the gateway's own answer meanwhile.
    """

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
    turn_attempts: Mapped[int] = mapped_column(default=0)
    notice_seq: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Handover(Base):
    """One time that a customer was with people, or waited for them; a conversation has at most one that is open.

    ``outcome`` tells how it ended: ``back`` to the assistant, ``left`` the queue, a ``ticket`` instead, ``absent`` (its agent
    went away, another one follows) or ``closed``. Its lines are those after ``after_seq``, up to ``ended_seq``. ``waits_since`` begins anew when the customer wants to go on waiting;
    ``offered_at`` is when they were asked. ``handled_seconds`` is what expected waits are made from.
    """

    __tablename__ = "handover"
    __table_args__ = (
        Index(
            "uq_handover_open",
            "conversation_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index(
            "ix_handover_waiting",
            "waits_since",
            sqlite_where=text("ended_at IS NULL AND claimed_at IS NULL AND offered_at IS NULL"),
            postgresql_where=text("ended_at IS NULL AND claimed_at IS NULL AND offered_at IS NULL"),
        ),
        Index("ix_handover_handled", "ended_at", "language", "skill", "handled_seconds"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"), index=True)
    reason: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(2))
    skill: Mapped[str | None] = mapped_column(String(40))
    after_seq: Mapped[int]
    began_at: Mapped[datetime] = mapped_column(UtcDateTime)
    waits_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    offered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_seq: Mapped[int | None]
    outcome: Mapped[str | None] = mapped_column(String(10))
    handled_seconds: Mapped[int | None]


class HeldReply(Base):
    """An agent's reply that the customer does not have yet and that can still be taken back; at most one a conversation.

    The row goes when it becomes a line of the transcript. Taken back, its words go and the row stays for a day, so that the
    same request coming again says nothing.
    """

    __tablename__ = "held_reply"
    __table_args__ = (
        UniqueConstraint("conversation_id", "client_id"),
        Index(
            "uq_held_reply_waiting",
            "conversation_id",
            unique=True,
            sqlite_where=text("taken_back_at IS NULL"),
            postgresql_where=text("taken_back_at IS NULL"),
        ),
        Index(
            "ix_held_reply_due",
            "send_at",
            sqlite_where=text("taken_back_at IS NULL"),
            postgresql_where=text("taken_back_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    client_id: Mapped[str | None] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
    send_at: Mapped[datetime] = mapped_column(UtcDateTime)
    taken_back_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Macro(Base):
    """A canned answer (快捷回复): everyone's, or with ``staff_id`` one person's own. Either text may be missing, not both."""

    __tablename__ = "macro"
    __table_args__ = (
        UniqueConstraint("staff_id", "shortcut"),
        Index(
            "uq_macro_shared",
            "shortcut",
            unique=True,
            sqlite_where=text("staff_id IS NULL"),
            postgresql_where=text("staff_id IS NULL"),
        ),
        CheckConstraint("text_zh <> '' OR text_en <> ''", name="text"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    shortcut: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(60))
    text_zh: Mapped[str] = mapped_column(Text, default="")
    text_en: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_by: Mapped[str] = mapped_column(String(80))

    __mapper_args__ = {"version_id_col": version}


class ContactVault(Base):
    """A phone number or e-mail address the customer typed, kept a day so that a complaint form can use it."""

    __tablename__ = "contact_vault"
    __table_args__ = (Index("ix_contact_vault_masked", "conversation_id", "masked"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"))
    seq: Mapped[int]
    kind: Mapped[str] = mapped_column(String(10))
    masked: Mapped[str] = mapped_column(String(320))
    clear: Mapped[str] = mapped_column(EncryptedText)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class PageLink(Base):
    """A one-time way from the chat to the customer's own pages; only the token's hash is stored."""

    __tablename__ = "page_link"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversation.id"))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    language: Mapped[str] = mapped_column(String(2))
    path: Mapped[str] = mapped_column(String(500))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
