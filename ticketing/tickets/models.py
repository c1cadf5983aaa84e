"""Ticket, its rounds, its event log, notes and letters."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import DDL, ForeignKey, Index, LargeBinary, Numeric, String, Text, UniqueConstraint, event, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ticketing.customers.models import Customer
from ticketing.platform.crypto import EncryptedText
from ticketing.platform.db import Base, UtcDateTime
from ticketing.staff.models import Staff

OPEN = text("status NOT IN ('closed', 'withdrawn', 'merged')")
_FILTERED = (
    "owner_id", "status", "kind", "category", "severity", "priority", "team_id", "language", "breached", "repeat_of_id",
)  # fmt: skip
"""Behind what the queue is ordered by, so that a rare filter is looked up in the index and not in every open ticket."""
_UNCOMPARED = text("compared_at IS NULL")
_ABOUT = text("about_staff_id IS NOT NULL")
_REPEAT = text("repeat_of_id IS NOT NULL")
_UNOWNED = text("owner_id IS NULL AND status NOT IN ('closed', 'withdrawn', 'merged')")


class TicketNumber(Base):
    """The last number given on a local day."""

    __tablename__ = "ticket_number"

    day: Mapped[date] = mapped_column(primary_key=True)
    last: Mapped[int]


class Ticket(Base):
    """A complaint or an enquiry. ``version`` grows with every change and guards against lost updates.

    ``next_due_at`` is the earliest promise still owed; ``breach_chance`` how likely it is to be broken, foreseen for the
    tickets that are due next (ticketing/prediction) and empty for the others.

    ``came_by`` is how it came in (rules.WAYS_IN), ``contact_channel`` how its customer wants to be reached.

    ``severity_evidence`` holds what the judgement stands on (severity.Finding); ``compared_at`` is when its text was
    compared with others (likeness.py).
    ``assign_at`` is when the assignment pass next looks at it while it has no owner; None is now (assignment_pass.py).
    """

    __tablename__ = "ticket"
    __table_args__ = (
        Index("ix_ticket_open_due", "next_due_at", "id", *_FILTERED, sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_ticket_open_chance", "breach_chance", "id", *_FILTERED, sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_ticket_open_owner", "owner_id", "next_due_at", "id", sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_ticket_unowned_due", "next_due_at", "id", sqlite_where=_UNOWNED, postgresql_where=_UNOWNED),
        # All that the board counts of what is open, so that it need not read the tickets themselves.
        Index(
            "ix_ticket_open_places",
            "id",
            "team_id",
            "category",
            "came_by",
            "status",
            "owner_id",
            "created_at",
            sqlite_where=OPEN,
            postgresql_where=OPEN,
        ),
        Index("ix_ticket_unowned", "assign_at", sqlite_where=_UNOWNED, postgresql_where=_UNOWNED),
        Index("ix_ticket_customer", "customer_id", "id"),
        Index("ix_ticket_status_created", "status", "created_at"),
        Index("ix_ticket_about_staff", "about_staff_id", sqlite_where=_ABOUT, postgresql_where=_ABOUT),
        Index("ix_ticket_closed_at", "closed_at", "status"),
        Index("ix_ticket_created_at", "created_at"),
        Index("ix_ticket_repeat", "created_at", sqlite_where=_REPEAT, postgresql_where=_REPEAT),
        Index("ix_ticket_uncompared", "created_at", sqlite_where=_UNCOMPARED, postgresql_where=_UNCOMPARED),
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
    severity_evidence: Mapped[list[Any]] = mapped_column(default=list, server_default=text("'[]'"))
    language: Mapped[str] = mapped_column(String(2))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversation.id"), index=True)
    description: Mapped[str] = mapped_column(Text)
    amount: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    currency: Mapped[str | None] = mapped_column(String(3))
    order_number: Mapped[str | None] = mapped_column(String(60), index=True)
    wish: Mapped[str | None] = mapped_column(Text)
    came_by: Mapped[str] = mapped_column(String(10), default="chat", server_default="chat")
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
    assign_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    repeat_of_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"))
    repeat_similarity: Mapped[float | None]
    compared_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"), index=True)
    about_staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    next_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    next_due_clock: Mapped[str | None] = mapped_column(String(40))
    breached: Mapped[bool] = mapped_column(default=False)
    breach_chance: Mapped[float | None]
    breach_reasons: Mapped[list[str] | None]
    version: Mapped[int] = mapped_column(default=1)
    customer: Mapped[Customer] = relationship(lazy="raise")
    owner: Mapped[Staff | None] = relationship(foreign_keys=[owner_id], lazy="raise")
    about_staff: Mapped[Staff | None] = relationship(foreign_keys=[about_staff_id], lazy="select")
    merged_into: Mapped[Ticket | None] = relationship(
        foreign_keys=[merged_into_id], remote_side=[id], lazy="select", viewonly=True
    )
    rounds: Mapped[list[TicketRound]] = relationship(order_by="TicketRound.round", lazy="selectin")

    __mapper_args__ = {"version_id_col": version}

    @property
    def current(self) -> TicketRound:
        """The round now worked on."""
        return self.rounds[-1]


# Most tickets without an owner are open: taken for unlikely, they would be read and sorted instead of walked through in order.
_TOGETHER = "CREATE STATISTICS IF NOT EXISTS ticket_open_owners (mcv) ON status, owner_id FROM ticket"
event.listen(Ticket.__table__, "after_create", DDL(_TOGETHER).execute_if(dialect="postgresql"))  # type: ignore[no-untyped-call]


class TicketVector(Base):
    """What a complaint says as an embedding, to find others about the same matter."""

    __tablename__ = "ticket_vector"
    __table_args__ = (Index("ix_ticket_vector_said_at", "model", "said_at"),)

    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True)
    model: Mapped[str] = mapped_column(String(120))
    said_at: Mapped[datetime] = mapped_column(UtcDateTime)
    vector: Mapped[bytes] = mapped_column(LargeBinary)


class TicketLikeness(Base):
    """Two customers' complaints that read alike; ``ticket_id`` is the later one."""

    __tablename__ = "ticket_likeness"
    __table_args__ = (UniqueConstraint("ticket_id", "other_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    other_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), index=True)
    similarity: Mapped[float]


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
    __table_args__ = (Index("ix_ticket_event_ticket", "ticket_id", "id"), Index("ix_ticket_event_at", "at"))

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


class Unassigned(Base):
    """What is known of a ticket while nobody has it: from whom it was taken, why nobody fits, and of what people were told.

    The row stays when the ticket finds an owner and begins anew when it loses them; it says nothing of owned tickets.
    """

    __tablename__ = "ticket_unassigned"

    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    taken_from: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    reason: Mapped[str | None] = mapped_column(String(30), index=True)
    told: Mapped[list[str]] = mapped_column(default=list)


class OwnerAbsence(Base):
    """That the lead was told of an owner's absence while a ticket of theirs is due soon; once an absence."""

    __tablename__ = "ticket_owner_absence"

    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    absent_since: Mapped[datetime] = mapped_column(UtcDateTime)


class Letter(Base):
    """One revision of the written answer. ``waiting → approved → sent → delivered``, and ``returned`` by its approver.

    ``facts`` are the ticket's as they were when it was written, ``body`` is its wording by section (letter_text.py).
    Older revisions stay; an approval is of one revision.
    """

    __tablename__ = "letter"
    __table_args__ = (UniqueConstraint("ticket_id", "round", "revision"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    round: Mapped[int]
    revision: Mapped[int]
    language: Mapped[str] = mapped_column(String(2))
    facts: Mapped[dict[str, Any]]
    body: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    status: Mapped[str] = mapped_column(String(10))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    approved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    returned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    returned_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    comment: Mapped[str | None] = mapped_column(Text)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    delivered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class LetterDocument(Base):
    """A sent letter as PDF, made once and kept: what the customer got, with its SHA-256."""

    __tablename__ = "letter_document"

    id: Mapped[int] = mapped_column(primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"), unique=True)
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


class LetterDelivery(Base):
    """One way on which a sent letter goes to its customer: ``pending → delivered | failed``, with the evidence.

    Channels: ``chat``, ``email``, ``page`` (the customer's own pages) and ``person`` (told or handed over by someone).
    ``read_at`` is when the customer is known to have had it before their eyes.
    """

    __tablename__ = "letter_delivery"
    __table_args__ = (UniqueConstraint("letter_id", "channel"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"))
    channel: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(10))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(String(80))
    evidence: Mapped[dict[str, Any] | None]


class Todo(Base):
    """A task for a person that a machine could not do; one per ``cause``.

    Without an owner of its own it is the ticket owner's, and the team's while the ticket has none.
    """

    __tablename__ = "todo"
    __table_args__ = (
        Index(
            "ix_todo_open_due",
            "due_at",
            sqlite_where=text("done_at IS NULL"),
            postgresql_where=text("done_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(30))
    cause: Mapped[str] = mapped_column(String(120), unique=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), index=True)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_by: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    note: Mapped[str | None] = mapped_column(Text)
