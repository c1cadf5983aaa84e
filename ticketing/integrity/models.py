"""Tables of the proof: audit runs with their findings, and daily statements."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ticketing.platform.db import Base, UtcDateTime


class AuditRun(Base):
    """One run of the auditor over everything that is owed. Goes on where it was interrupted: ``phase`` and ``cursor``.

    ``hour`` is unique, so two workers begin one run. ``busy_milliseconds`` is time spent, without the waits between
    its slices; ``oldest_seconds`` the age of the oldest open ticket when it began.
    """

    __tablename__ = "audit_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    hour: Mapped[datetime] = mapped_column(UtcDateTime, unique=True)
    began_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    phase: Mapped[str] = mapped_column(String(12), default="ticket")
    cursor: Mapped[int] = mapped_column(default=0)
    checked: Mapped[int] = mapped_column(default=0)
    findings: Mapped[dict[str, Any]]
    oldest_seconds: Mapped[int] = mapped_column(default=0)
    busy_milliseconds: Mapped[int] = mapped_column(default=0)


class AuditFinding(Base):
    """One row that disagreed with its log, seen twice; see ``sla.auditor.Finding``."""

    __tablename__ = "audit_finding"
    __table_args__ = (
        UniqueConstraint("run_id", "holder_kind", "holder_id", "clock", "round", "level", "problem"),
        Index("ix_audit_finding_holder", "holder_kind", "holder_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("audit_run.id"))
    holder_kind: Mapped[str] = mapped_column(String(12))
    holder_id: Mapped[int]
    clock: Mapped[str] = mapped_column(String(40))
    round: Mapped[int]
    level: Mapped[str] = mapped_column(String(60))
    problem: Mapped[str] = mapped_column(String(20))
    expected: Mapped[str] = mapped_column(String(40))
    found: Mapped[str] = mapped_column(String(40))
    found_at: Mapped[datetime] = mapped_column(UtcDateTime)


class DailyStatement(Base):
    """What became of all promises on one local day, closed for good and chained to the day before.

    ``counts`` are those of ``rules.Counts``. ``entries_hash`` covers the day's book entries, ``events_hash`` the
    tickets' log up to ``last_event_id``; ``audit_seal`` is the audit log's own chain up to ``audit_position``.
    ``verified_at`` and ``sound`` say what the last recomputation found; they are not part of the hash.
    """

    __tablename__ = "daily_statement"

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(unique=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    counts: Mapped[dict[str, Any]]
    last_ticket_id: Mapped[int]
    last_event_id: Mapped[int]
    audit_position: Mapped[int]
    audit_seal: Mapped[str] = mapped_column(String(64))
    entries_hash: Mapped[str] = mapped_column(String(64))
    events_hash: Mapped[str] = mapped_column(String(64))
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
    verified_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sound: Mapped[bool | None]
