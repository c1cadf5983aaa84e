"""A file's row and, apart from it, its sealed content."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from ticketing.platform.crypto import EncryptedText
from ticketing.platform.db import Base, UtcDateTime

_UNFILED = text("ticket_id IS NULL AND conversation_id IS NOT NULL")
_DRAFT = text("held_by IS NOT NULL")


class Attachment(Base):
    """One file. It is a draft (``held_by`` a browser's form), sent in a conversation, or filed with a ticket.

    ``scope`` and ``key`` name the upload, so that one repeated is one file. ``scan`` is ``clean`` or ``not_scanned``:
    what a scanner objects to is never kept. ``sha256`` and ``size`` are of what is kept.
    """

    __tablename__ = "attachment"
    __table_args__ = (
        UniqueConstraint("scope", "key"),
        Index("ix_attachment_sender", "scope", "received_at"),
        Index("ix_attachment_unfiled", "received_at", sqlite_where=_UNFILED, postgresql_where=_UNFILED),
        Index("ix_attachment_draft", "received_at", sqlite_where=_DRAFT, postgresql_where=_DRAFT),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True)
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"), index=True)
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversation.id"), index=True)
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"), index=True)
    held_by: Mapped[str | None] = mapped_column(String(64))
    scope: Mapped[str] = mapped_column(String(100))
    key: Mapped[str] = mapped_column(String(100))
    name: Mapped[str] = mapped_column(EncryptedText)
    media_type: Mapped[str] = mapped_column(String(40))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    scan: Mapped[str] = mapped_column(String(12))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)

    @property
    def is_image(self) -> bool:
        """Whether a browser may show it in the page; everything else is only ever downloaded."""
        return self.media_type.startswith("image/")


class AttachmentContent(Base):
    """The file itself, sealed with the process's keys for this row alone."""

    __tablename__ = "attachment_content"

    attachment_id: Mapped[int] = mapped_column(ForeignKey("attachment.id", ondelete="CASCADE"), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
