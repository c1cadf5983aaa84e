"""What customers ask about their data: a copy of it (the sealed archive in parts), and that it be erased."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from ticketing.platform.crypto import EncryptedText
from ticketing.platform.db import Base, UtcDateTime

_MAKING = text("status = 'requested'")
_STANDING = text("status IN ('requested', 'approved')")


class DataExport(Base):
    """One request: ``requested → ready → expired``, or ``failed``; a customer has one under way at most.

    ``run`` names the making whose parts are the archive: one that was given up in between leaves parts that nobody reads.
    ``link_hash`` opens it once, until ``link_expires_at``.
    """

    __tablename__ = "data_export"
    __table_args__ = (
        Index("uq_data_export_making", "customer_id", unique=True, sqlite_where=_MAKING, postgresql_where=_MAKING),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    language: Mapped[str] = mapped_column(String(2))
    status: Mapped[str] = mapped_column(String(10))
    requested_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ready_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    run: Mapped[str | None] = mapped_column(String(40))
    parts: Mapped[int | None]
    size: Mapped[int | None]
    sha256: Mapped[str | None] = mapped_column(String(64))
    link_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    link_expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    fetched_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class DataExportPart(Base):
    """A piece of an archive, sealed for its place in this making of this archive."""

    __tablename__ = "data_export_part"

    export_id: Mapped[int] = mapped_column(ForeignKey("data_export.id", ondelete="CASCADE"), primary_key=True)
    run: Mapped[str] = mapped_column(String(40), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class ErasureRequest(Base):
    """One request to be erased: ``requested → approved → done``, ``refused`` with a reason, or ``withdrawn`` before it is done.

    ``due_at`` is until when it must be decided, ``erase_at`` when an approved one is carried out at the earliest,
    ``kept_until`` until when what is left of complaints is kept. A customer has one standing at most.
    """

    __tablename__ = "erasure_request"
    __table_args__ = (
        Index("uq_erasure_standing", "customer_id", unique=True, sqlite_where=_STANDING, postgresql_where=_STANDING),
        Index("ix_erasure_erase_at", "erase_at", sqlite_where=_STANDING, postgresql_where=_STANDING),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    language: Mapped[str] = mapped_column(String(2))
    status: Mapped[str] = mapped_column(String(10))
    requested_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    reason: Mapped[str | None] = mapped_column(EncryptedText)
    erase_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    kept_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
