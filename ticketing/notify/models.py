"""Tables of what staff are told: notices, how each person wants their mail, and who is on call."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from ticketing.platform.db import Base, UtcDateTime

UNREAD = text("read_at IS NULL")
COLLECTED = text("mail = 'digest' AND mailed_at IS NULL")
"""Written out, not bound: SQLite uses a partial index only for a condition it can see."""


class StaffNotice(Base):
    """One thing one person was told. ``staff_id`` is empty when there was nobody to tell: then the board shows it.

    ``words`` are the message's values by language. ``mail`` says how the e-mail goes: ``now``, ``digest`` or ``none``.
    ``dedupe_key`` makes telling someone the same thing twice one notice.
    """

    __tablename__ = "staff_notice"
    __table_args__ = (
        Index("ix_staff_notice_of", "staff_id", "id"),
        Index("ix_staff_notice_unread", "staff_id", "id", sqlite_where=UNREAD, postgresql_where=UNREAD),
        Index(
            "ix_staff_notice_collected", "staff_id", "created_at", sqlite_where=COLLECTED, postgresql_where=COLLECTED
        ),
        Index("ix_staff_notice_ticket", "ticket_id", "clock"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    code: Mapped[str] = mapped_column(String(40))
    words: Mapped[dict[str, Any]]
    path: Mapped[str] = mapped_column(String(200))
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"))
    clock: Mapped[str | None] = mapped_column(String(40))
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    urgent: Mapped[bool] = mapped_column(default=False)
    on_call: Mapped[bool] = mapped_column(default=False)
    dedupe_key: Mapped[str] = mapped_column(String(200), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    mail: Mapped[str] = mapped_column(String(10))
    mailed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class NoticePreference(Base):
    """How a person wants their e-mail; who has no row gets each at once.

    ``daily_minute`` is after local midnight and counts for ``daily`` only. ``urgent_too``: urgent ones wait as well.
    """

    __tablename__ = "notice_preference"

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    mode: Mapped[str] = mapped_column(String(20))
    daily_minute: Mapped[int] = mapped_column(default=9 * 60)
    urgent_too: Mapped[bool] = mapped_column(default=False)


class OnCallShift(Base):
    """Who can be reached outside working hours, ``[begins_at, ends_at)``. No team: for all teams.

    ``level`` is the rung of the ladder they stand in for.
    """

    __tablename__ = "on_call_shift"
    __table_args__ = (
        Index("ix_on_call_shift_ends_at", "ends_at"),
        CheckConstraint("begins_at < ends_at", name="order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
    level: Mapped[str] = mapped_column(String(20))
    begins_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
