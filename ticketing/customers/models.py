"""The customer and what is known of them. Personal fields are encrypted; ``*_index`` columns find them without reading."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Index, Numeric, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from ticketing.platform.crypto import EncryptedText
from ticketing.platform.db import Base, UtcDateTime


class Customer(Base):
    """A customer, or a visitor not yet known by name.

    The columns hold what is taken to be true; who said so, and what others say, stands in ``CustomerStatement``.
    ``version`` grows with every change of them. ``birthday_index`` is a blind index of month and day.
    ``segment``, ``stage`` and ``churn_*`` are judgements, made again when ``judge_again`` is set and each night.
    ``care_consent`` repeats the newest consent to care, so that those who gave it are found by an index.
    ``merged_into_id``: a double of that customer; everything else of it has moved there.
    ``erased_at``: nothing is known of them any more; the row is what is left for figures and complaint records to point at.
    """

    __tablename__ = "customer"
    __table_args__ = (
        Index("ix_customer_unjudged", "id", sqlite_where=text("judge_again = 1"), postgresql_where=text("judge_again")),
        Index(
            "ix_customer_cared_for", "id", sqlite_where=text("care_consent = 1"), postgresql_where=text("care_consent")
        ),
        Index("ix_customer_segment", "segment", "id"),
        Index("ix_customer_stage", "stage", "id"),
        Index("ix_customer_tier", "tier", "id"),
        Index("ix_customer_churn", "churn_band", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    external_id: Mapped[str | None] = mapped_column(String(100), unique=True)
    name: Mapped[str | None] = mapped_column(EncryptedText)
    phone: Mapped[str | None] = mapped_column(EncryptedText)
    phone_index: Mapped[str | None] = mapped_column(String(64), index=True)
    email: Mapped[str | None] = mapped_column(EncryptedText)
    email_index: Mapped[str | None] = mapped_column(String(64), index=True)
    birthday: Mapped[str | None] = mapped_column(EncryptedText)
    birthday_index: Mapped[str | None] = mapped_column(String(64), index=True)
    region: Mapped[str | None] = mapped_column(EncryptedText)
    language: Mapped[str] = mapped_column(String(2), default="zh")
    time_zone: Mapped[str | None] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(10), default="personal", server_default="personal")
    tier: Mapped[str] = mapped_column(String(20), default="standard")
    risk_level: Mapped[str | None] = mapped_column(String(20))
    registered_on: Mapped[date | None]
    verified_on: Mapped[date | None]
    last_trade_on: Mapped[date | None]
    trades_90d: Mapped[int | None]
    holdings: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    leaving_on: Mapped[date | None]
    deceased: Mapped[bool] = mapped_column(Boolean, default=False, server_default=text("false"))
    source: Mapped[str] = mapped_column(String(20), default="widget")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    care_consent: Mapped[bool] = mapped_column(Boolean, default=False, server_default=text("false"))
    segment: Mapped[str | None] = mapped_column(String(40))
    segment_reasons: Mapped[dict[str, Any] | None]
    stage: Mapped[str] = mapped_column(String(12), default="registered", server_default="registered")
    churn_score: Mapped[int | None]
    churn_band: Mapped[str | None] = mapped_column(String(8))
    churn_reasons: Mapped[list[Any] | None]
    judged_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    judge_again: Mapped[bool] = mapped_column(Boolean, default=True, server_default=text("false"))
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"), index=True)
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class CustomerStatement(Base):
    """All that one source says of a customer: ``said`` is ``{field: [value, since]}`` as JSON, encrypted.

    ``since`` is when the source first said that value: repeating it does not make it newer.
    """

    __tablename__ = "customer_statement"
    __table_args__ = (UniqueConstraint("customer_id", "source"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    source: Mapped[str] = mapped_column(String(10))
    said: Mapped[str] = mapped_column(EncryptedText)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_by: Mapped[str] = mapped_column(String(60))


class CustomerChange(Base):
    """What was taken to be true before and after, and why it changed."""

    __tablename__ = "customer_change"
    __table_args__ = (Index("ix_customer_change_customer", "customer_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    field: Mapped[str] = mapped_column(String(20))
    source: Mapped[str] = mapped_column(String(10))
    before: Mapped[str | None] = mapped_column(EncryptedText)
    after: Mapped[str | None] = mapped_column(EncryptedText)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(60))
    reason: Mapped[str | None] = mapped_column(EncryptedText)


class Consent(Base):
    """One giving or withdrawing, never changed; the newest of a purpose is what holds."""

    __tablename__ = "customer_consent"
    __table_args__ = (Index("ix_customer_consent_purpose", "customer_id", "purpose", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    purpose: Mapped[str] = mapped_column(String(10))
    given: Mapped[bool]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    how: Mapped[str] = mapped_column(String(12))
    wording: Mapped[str] = mapped_column(String(20))
    actor: Mapped[str] = mapped_column(String(60))


class Segment(Base):
    """A group of customers and the rule for it: ``match`` is ``{dimension: [values]}``; the first that fits by ``position``."""

    __tablename__ = "customer_segment"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    position: Mapped[int]
    name_zh: Mapped[str] = mapped_column(String(40))
    name_en: Mapped[str] = mapped_column(String(60))
    match: Mapped[dict[str, Any]]
    active: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class StageEntry(Base):
    """That a customer came into a stage of the life cycle, and what it was judged by."""

    __tablename__ = "customer_stage"
    __table_args__ = (Index("ix_customer_stage_customer", "customer_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    stage: Mapped[str] = mapped_column(String(12))
    since: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    reason: Mapped[str] = mapped_column(String(20))


class CustomerImport(Base):
    """A file of customers on its way in: ``checking → checked → applying → done``, or ``dropped`` by whoever sent it.

    ``done_lines`` is the progress within the state; the four figures are of what the check foresees, then of what was done.
    """

    __tablename__ = "customer_import"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    digest: Mapped[str] = mapped_column(String(64))
    encoding: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(10), index=True)
    lines: Mapped[int]
    done_lines: Mapped[int] = mapped_column(default=0)
    new: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    same: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    uploaded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    uploaded_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ImportChunk(Base):
    """Lines of a file that are worked off in one transaction; ``body`` is ``[[line, {field: text}, twice_of]]`` as JSON."""

    __tablename__ = "customer_import_chunk"
    __table_args__ = (UniqueConstraint("import_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("customer_import.id"))
    number: Mapped[int]
    lines: Mapped[int]
    body: Mapped[str] = mapped_column(EncryptedText)
    checked: Mapped[bool] = mapped_column(default=False)
    applied: Mapped[bool] = mapped_column(default=False)


class ImportProblem(Base):
    """What is wrong at a line and column. The value itself is not kept: it may be personal."""

    __tablename__ = "customer_import_problem"
    __table_args__ = (Index("ix_customer_import_problem_line", "import_id", "line"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("customer_import.id"))
    line: Mapped[int]
    field: Mapped[str] = mapped_column(String(60))
    code: Mapped[str] = mapped_column(String(40))
    values: Mapped[dict[str, Any]]


class IntegrationKey(Base):
    """A key with which a program of the company calls the API for one purpose; only its hash is stored."""

    __tablename__ = "integration_key"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    scope: Mapped[str] = mapped_column(String(20))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Round(Base):
    """How far a walk through all customers has come, so that it can be done in small steps: the nightly judging, a care occasion."""

    __tablename__ = "customer_round"
    __table_args__ = (UniqueConstraint("name", "on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    on: Mapped[date]
    cursor: Mapped[int] = mapped_column(default=0)
    looked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
