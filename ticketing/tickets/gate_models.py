"""What stands beside a ticket: links, recusals, pauses, and requests for more time under the law."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ticketing.platform.db import Base, UtcDateTime
from ticketing.staff.models import Staff

_LASTING = text("ended_at IS NULL")
_PENDING = text("status = 'pending'")
_COUNTED = text("status IN ('pending', 'approved')")


class TicketLink(Base):
    """``ticket`` is ``kind`` of ``other``; of the kinds that go both ways the ticket with the lower id stands first."""

    __tablename__ = "ticket_link"
    __table_args__ = (
        UniqueConstraint("ticket_id", "other_id", "kind"),
        CheckConstraint("ticket_id <> other_id", name="not_itself"),
        Index("ix_ticket_link_other", "other_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    other_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    kind: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))


class Recusal(Base):
    """Someone who keeps out of a case (回避); ``ground`` is declared, imposed or handled_before (recusal_rules.py)."""

    __tablename__ = "ticket_recusal"
    __table_args__ = (UniqueConstraint("ticket_id", "staff_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    ground: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    member: Mapped[Staff] = relationship(foreign_keys=[staff_id], lazy="joined", innerjoin=True)


class TicketPause(Base):
    """A time in which pausable clocks stand still; at most one lasts."""

    __tablename__ = "ticket_pause"
    __table_args__ = (
        Index("uq_ticket_pause_lasting", "ticket_id", unique=True, sqlite_where=_LASTING, postgresql_where=_LASTING),
        Index("ix_ticket_pause_begun", "begun_at", sqlite_where=_LASTING, postgresql_where=_LASTING),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    reason: Mapped[str] = mapped_column(String(30))
    note: Mapped[str | None] = mapped_column(Text)
    begun_at: Mapped[datetime] = mapped_column(UtcDateTime)
    begun_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    starter: Mapped[Staff] = relationship(lazy="joined", innerjoin=True)


class StatutoryExtension(Base):
    """A request for more of the law's time; ``status`` is pending, approved, refused or lapsed (the ticket ended).

    ``step`` 1 asks for 30 days in all, 2 for 60. ``due_before`` and ``due_after`` are the limit as it was and became.
    """

    __tablename__ = "statutory_extension"
    __table_args__ = (
        Index(
            "uq_statutory_extension_step",
            "ticket_id",
            "round",
            "step",
            unique=True,
            sqlite_where=_COUNTED,
            postgresql_where=_COUNTED,
        ),
        Index("ix_statutory_extension_pending", "due_before", sqlite_where=_PENDING, postgresql_where=_PENDING),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    round: Mapped[int]
    step: Mapped[int]
    reason: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(10))
    requested_at: Mapped[datetime] = mapped_column(UtcDateTime)
    requested_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    due_before: Mapped[datetime] = mapped_column(UtcDateTime)
    due_after: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    decision_reason: Mapped[str | None] = mapped_column(Text)
    requester: Mapped[Staff] = relationship(foreign_keys=[requested_by], lazy="joined", innerjoin=True)
    decider: Mapped[Staff | None] = relationship(foreign_keys=[decided_by], lazy="joined")
