"""Ticket, its rounds, its event log, notes and letters."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, Index, Numeric, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ticketing.customers.models import Customer
from ticketing.platform.crypto import EncryptedText
from ticketing.platform.db import Base, UtcDateTime
from ticketing.staff.models import Staff

_OPEN = text("status NOT IN ('closed', 'withdrawn', 'merged')")


class TicketNumber(Base):
    """The last number given on a local day."""

    __tablename__ = "ticket_number"

    day: Mapped[date] = mapped_column(primary_key=True)
    last: Mapped[int]


class Ticket(Base):
    """A complaint or an enquiry. ``version`` grows with every change and guards against lost updates."""

    __tablename__ = "ticket"
    __table_args__ = (
        Index("ix_ticket_open_due", "next_due_at", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_ticket_open_owner", "owner_id", "next_due_at", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_ticket_customer", "customer_id", "id"),
        Index("ix_ticket_status_created", "status", "created_at"),
        Index("ix_ticket_closed_at", "closed_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(30), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(20))
    category: Mapped[str] = mapped_column(String(40))
    category_predicted: Mapped[str | None] = mapped_column(String(40))
    product: Mapped[str | None] = mapped_column(String(40))
    priority: Mapped[str] = mapped_column(String(10))
    severity: Mapped[str] = mapped_column(String(10))
    severity_reasons: Mapped[list[str]]
    language: Mapped[str] = mapped_column(String(2))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversation.id"), index=True)
    description: Mapped[str] = mapped_column(Text)
    amount: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    currency: Mapped[str | None] = mapped_column(String(3))
    order_number: Mapped[str | None] = mapped_column(String(60), index=True)
    wish: Mapped[str | None] = mapped_column(Text)
    contact_channel: Mapped[str] = mapped_column(String(10))
    contact: Mapped[str | None] = mapped_column(EncryptedText)
    consented_at: Mapped[datetime] = mapped_column(UtcDateTime)
    complained_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    round: Mapped[int] = mapped_column(default=1)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"), index=True)
    repeat_of_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"))
    next_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    next_due_clock: Mapped[str | None] = mapped_column(String(40))
    breached: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)
    customer: Mapped[Customer] = relationship(lazy="raise")
    owner: Mapped[Staff | None] = relationship(lazy="raise")
    rounds: Mapped[list[TicketRound]] = relationship(order_by="TicketRound.round", lazy="selectin")

    __mapper_args__ = {"version_id_col": version}

    @property
    def current(self) -> TicketRound:
        """The round now worked on."""
        return self.rounds[-1]


class TicketRound(Base):
    """What one round found and decided; a reopened ticket gets a new row and keeps the old."""

    __tablename__ = "ticket_round"
    __table_args__ = (UniqueConstraint("ticket_id", "round"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    round: Mapped[int]
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    findings: Mapped[str | None] = mapped_column(Text)
    findings_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    findings_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    cause: Mapped[str | None] = mapped_column(Text)
    measures: Mapped[str | None] = mapped_column(Text)
    follow_up_plan: Mapped[str | None] = mapped_column(Text)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    delivered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class TicketEvent(Base):
    """The append-only log of a ticket; clocks and timeline are computed from it."""

    __tablename__ = "ticket_event"
    __table_args__ = (Index("ix_ticket_event_ticket", "ticket_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    round: Mapped[int]
    kind: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(60))
    actor_name: Mapped[str] = mapped_column(String(80))
    public: Mapped[bool] = mapped_column(default=False)
    text: Mapped[str | None] = mapped_column(Text)
    data: Mapped[dict[str, Any]]


class Letter(Base):
    """One version of the written answer. ``draft → waiting → approved → sent → delivered``; older versions stay."""

    __tablename__ = "letter"
    __table_args__ = (UniqueConstraint("ticket_id", "round", "revision"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    round: Mapped[int]
    revision: Mapped[int]
    language: Mapped[str] = mapped_column(String(2))
    facts: Mapped[dict[str, Any]]
    status: Mapped[str] = mapped_column(String(10))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    approved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    delivered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
