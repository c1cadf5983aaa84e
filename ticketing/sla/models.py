"""Tables of the promise engine: policies, calendars, armed levels and verdicts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from ticketing.platform.db import Base, UtcDateTime

ARMED = text("state = 'armed'")
"""Written out, not bound: SQLite uses a partial index only for a condition it can see."""
OWED = text("(verdict IN ('running', 'paused') OR (verdict = 'breached' AND stopped_at IS NULL AND ended_at IS NULL))")
"""Running, paused, or late and not yet done."""


class SlaPolicy(Base):
    """One version of a policy; never changed once written, a change is the next version.

    Empty `category`, `priority` or `tier` match every ticket of the kind; the policy naming most of them wins.
    """

    __tablename__ = "sla_policy"
    __table_args__ = (UniqueConstraint("code", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(60))
    version: Mapped[int]
    effective_from: Mapped[datetime] = mapped_column(UtcDateTime)
    ticket_kind: Mapped[str] = mapped_column(String(20))
    category: Mapped[str | None] = mapped_column(String(40))
    priority: Mapped[str | None] = mapped_column(String(10))
    tier: Mapped[str | None] = mapped_column(String(20))
    clocks: Mapped[list[Any]]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PolicyAssignment(Base):
    """From `since` on this policy applies to the ticket (None: none does), because its attributes were these."""

    __tablename__ = "sla_assignment"
    __table_args__ = (UniqueConstraint("ticket_id", "since"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    policy_id: Mapped[int | None] = mapped_column(ForeignKey("sla_policy.id"))
    attributes: Mapped[dict[str, Any]]


class Calendar(Base):
    """A work calendar. `weekly` holds seven lists of `[from, to)` minutes, Monday first.

    `holiday_region` names whose public holidays it follows; then a year without days raises an alarm.
    `revision` changes with every change of the calendar or of its days, so that built calendars can be cached.
    """

    __tablename__ = "calendar"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    tz: Mapped[str] = mapped_column(String(60))
    weekly: Mapped[list[Any]]
    yearly_holidays: Mapped[list[Any]]
    holiday_region: Mapped[str | None] = mapped_column(String(10))
    version: Mapped[int] = mapped_column(default=1)
    revision: Mapped[str] = mapped_column(String(32))
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CalendarDay(Base):
    """One special local date: a holiday, or a make-up working day with its periods."""

    __tablename__ = "calendar_day"
    __table_args__ = (UniqueConstraint("calendar_id", "date"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    calendar_id: Mapped[int] = mapped_column(ForeignKey("calendar.id"))
    date: Mapped[date]
    kind: Mapped[str] = mapped_column(String(10))
    periods: Mapped[list[Any]]
    name: Mapped[str] = mapped_column(String(60), default="")


class ArmedLevel(Base):
    """One level of one clock in one round. Fired once, then kept as the record of it.

    `state` is armed, fired, cancelled (its clock was settled or is paused) or superseded (the policy no longer has
    it). An escalation that failed is tried again from `next_attempt_at`.
    """

    __tablename__ = "deadline"
    __table_args__ = (
        UniqueConstraint("ticket_id", "clock", "round", "level"),
        Index("ix_deadline_armed", "due_at", "id", sqlite_where=ARMED, postgresql_where=ARMED),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    clock: Mapped[str] = mapped_column(String(40))
    round: Mapped[int]
    level: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(10))
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    actions: Mapped[list[Any]]
    state: Mapped[str] = mapped_column(String(12), default="armed")
    fired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_error: Mapped[str | None] = mapped_column(String(80))


class ClockVerdict(Base):
    """How one clock stands in one round. `target_at` is the due time, None while a pause keeps it open.

    Met and breached are final: later changes of policy, priority or calendar leave them alone.
    """

    __tablename__ = "clock_verdict"
    __table_args__ = (
        UniqueConstraint("ticket_id", "clock", "round"),
        Index("ix_clock_verdict_owed", "target_at", sqlite_where=OWED, postgresql_where=OWED),
        Index("ix_clock_verdict_breached_at", "breached_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    clock: Mapped[str] = mapped_column(String(40))
    round: Mapped[int]
    policy: Mapped[str] = mapped_column(String(60))
    policy_version: Mapped[int]
    calendar: Mapped[str] = mapped_column(String(40))
    target_seconds: Mapped[int]
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    target_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    stopped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    verdict: Mapped[str] = mapped_column(String(12))
    breached_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
