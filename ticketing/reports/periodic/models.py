"""Archived reports, who gets them, and the targets that performance is held against."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String, Text, UniqueConstraint, event
from sqlalchemy.orm import Mapped, Mapper, mapped_column

from ticketing.platform.db import Base, UtcDateTime


class PeriodicReport(Base):
    """A report as it was made: figures, pages and PDF, each never changed afterwards.

    A finished period has one report a language, with ``until`` the period's end. One made before it was over is of its own
    ``until``. ``sha256`` is of the HTML, ``pdf_sha256`` of the PDF, which is missing where the machine cannot make any.
    """

    __tablename__ = "periodic_report"
    __table_args__ = (UniqueConstraint("rhythm", "starts_on", "until", "language"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    rhythm: Mapped[str] = mapped_column(String(8), index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    until: Mapped[datetime] = mapped_column(UtcDateTime)
    finished: Mapped[bool]
    language: Mapped[str] = mapped_column(String(2))
    zone: Mapped[str] = mapped_column(String(40))
    figures: Mapped[dict[str, Any]] = mapped_column(deferred=True)
    html: Mapped[str] = mapped_column(Text, deferred=True)
    sha256: Mapped[str] = mapped_column(String(64))
    pdf: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    pdf_sha256: Mapped[str | None] = mapped_column(String(64))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[str] = mapped_column(String(60))


class ReportDelivery(Base):
    """That a report was sent to a person: once when it was made, and again each time somebody sent it again."""

    __tablename__ = "report_delivery"
    __table_args__ = (UniqueConstraint("report_id", "staff_id", "round"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("periodic_report.id"))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    round: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class ReportPlan(Base):
    """When a rhythm's report is made and who gets it; without a row ``plans.DEFAULTS`` holds.

    ``owners`` are ``{"role": …, "language": …}`` or ``{"staff_id": …, "language": …}``; ``at_minute`` is the local minute of the
    day after the period.
    """

    __tablename__ = "report_plan"

    rhythm: Mapped[str] = mapped_column(String(8), primary_key=True)
    at_minute: Mapped[int]
    owners: Mapped[list[Any]]
    version: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_by: Mapped[str] = mapped_column(String(80))


class PerformanceTarget(Base):
    """What a measure should reach: for a role, or for a team, whose own target goes before its role's."""

    __tablename__ = "performance_target"
    __table_args__ = (UniqueConstraint("scope", "measure"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    scope: Mapped[str] = mapped_column(String(40))
    measure: Mapped[str] = mapped_column(String(20))
    value: Mapped[float]
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_by: Mapped[str] = mapped_column(String(80))


@event.listens_for(PeriodicReport, "before_update")
@event.listens_for(PeriodicReport, "before_delete")
def _refuse(_mapper: Mapper[Any], _connection: Any, target: PeriodicReport) -> None:
    """What was archived stays as it was."""
    raise TypeError(f"report {target.id} is archived")
