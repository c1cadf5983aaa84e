"""Tables of the supervisor room: tickets tallied by the hour, alerts on unusual numbers, saved filters, exports."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from ticketing.platform.db import Base, UtcDateTime

STANDING = text("closed_at IS NULL")
WAITING = text("finished_at IS NULL")
"""Written out, not bound: SQLite uses a partial index only for a condition it can see."""


class Tally(Base):
    """How many tickets were opened in one hour (UTC), of one kind, class, product and channel.

    These four never change once a ticket is there, so that a tally never has to be taken back. Rows are counted up to
    ``TallyMark.counted_to``; what came later is counted from the tickets themselves (tally.py).
    """

    __tablename__ = "ticket_tally"

    hour_at: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    category: Mapped[str] = mapped_column(String(40), primary_key=True)
    product: Mapped[str] = mapped_column(String(40), primary_key=True)
    channel: Mapped[str] = mapped_column(String(10), primary_key=True)
    count: Mapped[int]


class TallyMark(Base):
    """One row: the last ticket that is tallied, and the last one seen, which is tallied once none before it can appear.

    ``seen_xid`` is PostgreSQL's next transaction at that time: when all older ones have ended, no ticket with a smaller
    id is still to come. SQLite has one writer and needs none.
    """

    __tablename__ = "ticket_tally_mark"

    id: Mapped[int] = mapped_column(primary_key=True)
    counted_to: Mapped[int] = mapped_column(default=0)
    seen_to: Mapped[int] = mapped_column(default=0)
    seen_xid: Mapped[str] = mapped_column(String(20), default="0")


class VolumeAlert(Base):
    """An unusual number of complaints, or an unusual share of them: one row a subject and window, open until it is over.

    ``measure`` is ``volume`` or ``share``; ``dimension`` total, category, product or channel, ``code`` which one.
    ``direction`` is high or low. ``usual_low`` and ``usual_high`` are the band, for a share in percent. ``whole`` is what a share is of.
    """

    __tablename__ = "volume_alert"
    __table_args__ = (
        UniqueConstraint("measure", "dimension", "code", "began_at"),
        Index(
            "uq_volume_alert_standing",
            "measure",
            "dimension",
            "code",
            unique=True,
            sqlite_where=STANDING,
            postgresql_where=STANDING,
        ),
        Index("ix_volume_alert_began_at", "began_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    measure: Mapped[str] = mapped_column(String(10))
    dimension: Mapped[str] = mapped_column(String(10))
    code: Mapped[str] = mapped_column(String(40))
    direction: Mapped[str] = mapped_column(String(4))
    began_at: Mapped[datetime] = mapped_column(UtcDateTime)
    window_from: Mapped[datetime] = mapped_column(UtcDateTime)
    window_to: Mapped[datetime] = mapped_column(UtcDateTime)
    observed: Mapped[int]
    peak: Mapped[int]
    whole: Mapped[int]
    usual_low: Mapped[float]
    usual_high: Mapped[float]
    samples: Mapped[int]
    calm_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    acknowledged_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    acknowledged_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    note: Mapped[str] = mapped_column(Text, default="", server_default="")


class BoardView(Base):
    """A filter of the ticket list that one person keeps under a name: its address's query."""

    __tablename__ = "board_view"
    __table_args__ = (UniqueConstraint("staff_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    name: Mapped[str] = mapped_column(String(60))
    query: Mapped[str] = mapped_column(String(500))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class BoardExport(Base):
    """A file somebody asked for: ``waiting → making → ready | failed``, and without its content once it has expired.

    ``wanted`` is what it holds: the sheet's name and its address's query. ``lease_until`` keeps others from making it too.
    """

    __tablename__ = "board_export"
    __table_args__ = (
        Index("ix_board_export_waiting", "id", sqlite_where=WAITING, postgresql_where=WAITING),
        Index("ix_board_export_staff", "staff_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    form: Mapped[str] = mapped_column(String(4))
    language: Mapped[str] = mapped_column(String(2))
    wanted: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    rows_total: Mapped[int] = mapped_column(default=0)
    rows_done: Mapped[int] = mapped_column(default=0)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sha256: Mapped[str | None] = mapped_column(String(64))
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
