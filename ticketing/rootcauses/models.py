"""Tables of root causes: records, corrective actions, linked tickets, checks of effect, and the log."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ticketing.platform.db import Base, UtcDateTime
from ticketing.staff.models import Staff

_ACTIVE = text("active")


class RootCause(Base):
    """A root-cause record. Its promises (analysis, actions, checks of effect) run on the promise engine.

    ``whys`` is the chain in order, ``few_whys`` the reason for fewer than three. ``round`` grows when a check finds the
    actions ineffective. ``next_due_at`` and ``next_due_clock`` are copied from the engine for the register.
    """

    __tablename__ = "root_cause"
    __table_args__ = (Index("ix_root_cause_status", "status", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    title: Mapped[str] = mapped_column(String(200))
    status: Mapped[str] = mapped_column(String(12))
    opened_because: Mapped[str] = mapped_column(String(12))
    category: Mapped[str] = mapped_column(String(40))
    product: Mapped[str | None] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(2))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"), index=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
    whys: Mapped[list[str]]
    few_whys: Mapped[str] = mapped_column(Text, default="")
    cause: Mapped[str] = mapped_column(Text, default="")
    cause_category: Mapped[str] = mapped_column(String(20), default="")
    round: Mapped[int] = mapped_column(default=1)
    watching_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    next_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    next_due_clock: Mapped[str | None] = mapped_column(String(40))
    version: Mapped[int] = mapped_column(default=1)
    owner: Mapped[Staff | None] = relationship(lazy="joined")
    actions: Mapped[list[CorrectiveAction]] = relationship(lazy="selectin", order_by="CorrectiveAction.number")
    checks: Mapped[list[EffectCheck]] = relationship(lazy="selectin", order_by="EffectCheck.id")

    __mapper_args__ = {"version_id_col": version}

    @property
    def number(self) -> str:
        """``RC-00042``, as people call it."""
        return f"RC-{self.id:05d}"

    @property
    def checks_now(self) -> list[EffectCheck]:
        """The checks of the present round."""
        return [check for check in self.checks if check.round == self.round]


class CorrectiveAction(Base):
    """One measure. ``number`` counts within its record. A returned one was not good enough; another took its place."""

    __tablename__ = "corrective_action"
    __table_args__ = (UniqueConstraint("root_cause_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    root_cause_id: Mapped[int] = mapped_column(ForeignKey("root_cause.id"))
    number: Mapped[int]
    round: Mapped[int]
    what: Mapped[str] = mapped_column(Text)
    owner_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    agreed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_on: Mapped[date]
    status: Mapped[str] = mapped_column(String(12))
    evidence: Mapped[str] = mapped_column(Text, default="")
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    verified_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    verified_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    owner: Mapped[Staff] = relationship(lazy="joined", foreign_keys=[owner_id])


class RootCauseTicket(Base):
    """A ticket that the record explains. A ticket is in one open record at most; ``active`` ends with the record."""

    __tablename__ = "root_cause_ticket"
    __table_args__ = (
        UniqueConstraint("root_cause_id", "ticket_id"),
        Index("uq_root_cause_ticket_active", "ticket_id", unique=True, sqlite_where=_ACTIVE, postgresql_where=_ACTIVE),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    root_cause_id: Mapped[int] = mapped_column(ForeignKey("root_cause.id"))
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    active: Mapped[bool] = mapped_column(default=True)
    linked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    linked_by: Mapped[str] = mapped_column(String(60))


class EffectCheck(Base):
    """Whether the actions helped, judged by a person on the numbers of complaints before and after."""

    __tablename__ = "effect_check"
    __table_args__ = (UniqueConstraint("root_cause_id", "round", "days"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    root_cause_id: Mapped[int] = mapped_column(ForeignKey("root_cause.id"))
    round: Mapped[int]
    days: Mapped[int]
    before: Mapped[int]
    after: Mapped[int]
    effective: Mapped[bool]
    note: Mapped[str] = mapped_column(Text)
    checked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    checked_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))


class RootCauseEvent(Base):
    """The append-only log of a record; its clocks are computed from it."""

    __tablename__ = "root_cause_event"
    __table_args__ = (Index("ix_root_cause_event_record", "root_cause_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    root_cause_id: Mapped[int] = mapped_column(ForeignKey("root_cause.id"))
    round: Mapped[int]
    kind: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(60))
    actor_name: Mapped[str] = mapped_column(String(80))
    text: Mapped[str | None] = mapped_column(Text)
    data: Mapped[dict[str, Any]]
