"""Saved views of the queue, and which of them someone begins with."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from ticketing.platform.db import Base, UtcDateTime

_SHARED = text("shared")


class QueueView(Base):
    """A queue as someone wants to see it again: ``filters`` as in the page's address (filters.Wanted).

    A shared one is for the team of the lead who shared it, and without a team for everybody.
    """

    __tablename__ = "queue_view"
    __table_args__ = (
        UniqueConstraint("staff_id", "name"),
        Index("ix_queue_view_shared", "team_id", sqlite_where=_SHARED, postgresql_where=_SHARED),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    name: Mapped[str] = mapped_column(String(40))
    filters: Mapped[dict[str, Any]]
    shared: Mapped[bool] = mapped_column(default=False)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class QueueStart(Base):
    """The view with which someone's queue opens."""

    __tablename__ = "queue_start"

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    view_id: Mapped[int] = mapped_column(ForeignKey("queue_view.id", ondelete="CASCADE"), index=True)
