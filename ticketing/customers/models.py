"""The customer table. Personal fields are encrypted; ``*_index`` columns find them without reading."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from ticketing.platform.crypto import EncryptedText
from ticketing.platform.db import Base, UtcDateTime


class Customer(Base):
    """A customer, or a visitor not yet known by name."""

    __tablename__ = "customer"

    id: Mapped[int] = mapped_column(primary_key=True)
    external_id: Mapped[str | None] = mapped_column(String(100), unique=True)
    name: Mapped[str | None] = mapped_column(EncryptedText)
    phone: Mapped[str | None] = mapped_column(EncryptedText)
    phone_index: Mapped[str | None] = mapped_column(String(64), index=True)
    email: Mapped[str | None] = mapped_column(EncryptedText)
    email_index: Mapped[str | None] = mapped_column(String(64), index=True)
    language: Mapped[str] = mapped_column(String(2), default="zh")
    time_zone: Mapped[str | None] = mapped_column(String(40))
    tier: Mapped[str] = mapped_column(String(20), default="standard")
    risk_level: Mapped[str | None] = mapped_column(String(20))
    source: Mapped[str] = mapped_column(String(20), default="widget")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
