"""Surveys, the policies they are asked by, each decision to ask or not, and what came of low marks."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from ticketing.platform.db import Base, UtcDateTime

TO_TELL = text("next_at IS NOT NULL")
"""Written out, so that SQLite uses the partial index."""
UNDECIDED = text("decided_at IS NULL")


class SurveyPolicy(Base):
    """How a kind of survey is asked; a kind without a row goes by ``rules.DEFAULTS``."""

    __tablename__ = "survey_policy"

    kind: Mapped[str] = mapped_column(String(12), primary_key=True)
    share: Mapped[int]
    delay_minutes: Mapped[int]
    remind_days: Mapped[int]
    expiry_days: Mapped[int]
    cap_count: Mapped[int]
    cap_days: Mapped[int]
    gap_days: Mapped[int]
    quiet_from: Mapped[int]
    quiet_until: Mapped[int]
    spared: Mapped[list[str]]
    version: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_by: Mapped[str] = mapped_column(String(80))


class Survey(Base):
    """One question to a customer: per ticket and round, per hand-over, or per quarter; the link's token is stored as a hash.

    ``category``, ``team_id`` and ``staff_id`` are whose work it was when it was asked, so that a later owner is not judged by
    it. ``next_at`` is when the customer is told of it, afterwards when they are reminded; None when nothing more is said.
    """

    __tablename__ = "survey"
    __table_args__ = (
        UniqueConstraint("ticket_id", "round"),
        UniqueConstraint("customer_id", "period"),
        CheckConstraint("(period IS NULL) = ((ticket_id IS NULL) <> (handover_id IS NULL))", name="about"),
        CheckConstraint("speed BETWEEN 1 AND 5", name="speed"),
        CheckConstraint("completeness BETWEEN 1 AND 5", name="completeness"),
        CheckConstraint("solution BETWEEN 1 AND 5", name="solution"),
        Index("ix_survey_next_at", "next_at", sqlite_where=TO_TELL, postgresql_where=TO_TELL),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(12), default="ticket", server_default="ticket")
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"))
    ticket_number: Mapped[str | None] = mapped_column(String(30))
    handover_id: Mapped[int | None] = mapped_column(ForeignKey("handover.id"), unique=True)
    period: Mapped[str | None] = mapped_column(String(6))
    round: Mapped[int]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversation.id"))
    category: Mapped[str | None] = mapped_column(String(40))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    language: Mapped[str] = mapped_column(String(2))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    next_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reminded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    speed: Mapped[int | None]
    completeness: Mapped[int | None]
    solution: Mapped[int | None]
    comment: Mapped[str | None] = mapped_column(Text)


class SurveyDecision(Base):
    """That somebody was asked or not, and why not. ``subject`` names the occasion, which is decided once."""

    __tablename__ = "survey_decision"

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(String(60), unique=True)
    kind: Mapped[str] = mapped_column(String(12))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    reason: Mapped[str | None] = mapped_column(String(12))
    draw: Mapped[float]
    share: Mapped[int]


class SurveyReview(Base):
    """A low mark, for a supervisor to look at; ``decision`` is offered, called_back or nothing, with a note.

    An offer to reopen carries a link of its own, of which the hash is stored; ``accepted_at`` is when it was used.
    """

    __tablename__ = "survey_review"
    __table_args__ = (
        Index("ix_survey_review_open", "due_at", "id", sqlite_where=UNDECIDED, postgresql_where=UNDECIDED),
        Index("ix_survey_review_opened_at", "opened_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"), unique=True)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decision: Mapped[str | None] = mapped_column(String(12))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    note: Mapped[str | None] = mapped_column(Text)
    offer_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    offer_expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
