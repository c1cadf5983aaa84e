"""Tables of the promise engine: policies, calendars, armed levels and verdicts.

A promise is held by a ticket or by a root-cause record: levels and verdicts name exactly one of the two.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from ticketing.platform.db import Base, UtcDateTime

ARMED = text("state = 'armed'")
"""Written out, not bound: SQLite uses a partial index only for a condition it can see."""
OWED = text("(verdict IN ('running', 'paused') OR (verdict = 'breached' AND stopped_at IS NULL AND ended_at IS NULL))")
"""Running, paused, or late and not yet done."""
_OF_ROOT_CAUSE = text("root_cause_id IS NOT NULL")
_UNSTATED = text("stated_on IS NULL")
_ONE_HOLDER = "(ticket_id IS NULL) <> (root_cause_id IS NULL)"


class SlaPolicy(Base):
    """One version of a policy; never changed once written, a change is the next version.

    A version that is not in force yet may be withdrawn and then counts nowhere. `retired` ends the policy: its tickets
    go to the next best one, whereas no clocks at all mean that they have no promises. Empty `category`, `severity`,
    `priority` or `tier` match every ticket of the kind; the policy naming most of them wins.
    """

    __tablename__ = "sla_policy"
    __table_args__ = (UniqueConstraint("code", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(60))
    version: Mapped[int]
    effective_from: Mapped[datetime] = mapped_column(UtcDateTime)
    ticket_kind: Mapped[str] = mapped_column(String(20))
    category: Mapped[str | None] = mapped_column(String(40))
    severity: Mapped[str | None] = mapped_column(String(10))
    priority: Mapped[str | None] = mapped_column(String(10))
    tier: Mapped[str | None] = mapped_column(String(20))
    clocks: Mapped[list[Any]]
    retired: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    note: Mapped[str] = mapped_column(String(300), default="", server_default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[str] = mapped_column(String(80), default="", server_default="")
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_by: Mapped[str | None] = mapped_column(String(80))


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

    `holiday_region` names whose public holidays it follows; then a year without days raises an alarm, unless somebody
    confirmed that the year is complete.
    `revision` changes with every change of the calendar or of its days, so that built calendars can be cached.
    """

    __tablename__ = "calendar"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name_zh: Mapped[str] = mapped_column(String(60), default="", server_default="")
    name_en: Mapped[str] = mapped_column(String(60), default="", server_default="")
    tz: Mapped[str] = mapped_column(String(60))
    weekly: Mapped[list[Any]]
    yearly_holidays: Mapped[list[Any]]
    holiday_region: Mapped[str | None] = mapped_column(String(10))
    confirmed_years: Mapped[list[Any]] = mapped_column(default=list, server_default=text("'[]'"))
    version: Mapped[int] = mapped_column(default=1)
    revision: Mapped[str] = mapped_column(String(32))
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CalendarDay(Base):
    """One special local date: a holiday, or a make-up working day with its periods.

    `source` is council (the State Council's list), estimate (a library's guess without make-up days) or hand.
    """

    __tablename__ = "calendar_day"
    __table_args__ = (UniqueConstraint("calendar_id", "date"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    calendar_id: Mapped[int] = mapped_column(ForeignKey("calendar.id"))
    date: Mapped[date]
    kind: Mapped[str] = mapped_column(String(10))
    periods: Mapped[list[Any]]
    name: Mapped[str] = mapped_column(String(60), default="")
    source: Mapped[str] = mapped_column(String(10), default="hand", server_default="council")


class Rollout(Base):
    """A changed policy or calendar on its way to the tickets now running.

    `cursor` is the last ticket looked at, `last_ticket_id` where it ends: later tickets know the change already.
    `state` is waiting (until `not_before`), running, done or cancelled. `failed` counts those of which the last attempt
    failed; they are tried again (`RolloutRest`).
    """

    __tablename__ = "sla_rollout"

    id: Mapped[int] = mapped_column(primary_key=True)
    policy_id: Mapped[int | None] = mapped_column(ForeignKey("sla_policy.id"))
    calendar: Mapped[str | None] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    not_before: Mapped[datetime] = mapped_column(UtcDateTime)
    cursor: Mapped[int] = mapped_column(default=0)
    last_ticket_id: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    looked_at: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    failed: Mapped[int] = mapped_column(default=0)
    requested_at: Mapped[datetime] = mapped_column(UtcDateTime)
    requested_by: Mapped[str] = mapped_column(String(80))
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RolloutRest(Base):
    """What a rollout still has to bring along: a ticket on which it failed, or a root-cause record, few as they are.

    Tried from `next_attempt_at` on, again and again; gone once it has followed or has ended.
    """

    __tablename__ = "sla_rollout_rest"
    __table_args__ = (
        CheckConstraint(_ONE_HOLDER, name="holder"),
        Index("ix_sla_rollout_rest_next", "next_attempt_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    rollout_id: Mapped[int] = mapped_column(ForeignKey("sla_rollout.id"))
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"))
    root_cause_id: Mapped[int | None] = mapped_column(ForeignKey("root_cause.id"))
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ArmedLevel(Base):
    """One level of one clock in one round. Fired once, then kept as the record of it.

    Every sweep steps over the rows that fired since PostgreSQL last vacuumed, so that happens at one row in a hundred;
    by default it would at one in five, which are millions of rows where a million tickets are open.
    `state` is armed, fired, cancelled (its clock was settled or is paused) or superseded (the policy no longer has
    it). An escalation that failed is tried again from `next_attempt_at`.
    """

    __tablename__ = "deadline"
    __table_args__ = (
        UniqueConstraint("ticket_id", "clock", "round", "level"),
        Index(
            "uq_deadline_root_cause",
            "root_cause_id",
            "clock",
            "round",
            "level",
            unique=True,
            sqlite_where=_OF_ROOT_CAUSE,
            postgresql_where=_OF_ROOT_CAUSE,
        ),
        CheckConstraint(_ONE_HOLDER, name="holder"),
        Index("ix_deadline_armed", "due_at", "id", sqlite_where=ARMED, postgresql_where=ARMED),
        {"postgresql_with": {"autovacuum_vacuum_scale_factor": "0.01"}},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"))
    root_cause_id: Mapped[int | None] = mapped_column(ForeignKey("root_cause.id"))
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
        Index(
            "uq_clock_verdict_root_cause",
            "root_cause_id",
            "clock",
            "round",
            unique=True,
            sqlite_where=_OF_ROOT_CAUSE,
            postgresql_where=_OF_ROOT_CAUSE,
        ),
        CheckConstraint(_ONE_HOLDER, name="holder"),
        # With what the board counts, so that it reads these alone and not a row for each promise.
        Index("ix_clock_verdict_owed", "target_at", "ticket_id", "verdict", sqlite_where=OWED, postgresql_where=OWED),
        Index("ix_clock_verdict_breached_at", "breached_at", "ticket_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"))
    root_cause_id: Mapped[int | None] = mapped_column(ForeignKey("root_cause.id"))
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


class PromiseEntry(Base):
    """One line in the book of promises; see `ledger`. `stated_on` is the day whose statement closed it, set once.

    `kind` is made, revived, met, breached, cancelled, restored; or warning, breach, after: then `level` fired.
    """

    __tablename__ = "promise_entry"
    __table_args__ = (
        CheckConstraint(_ONE_HOLDER, name="holder"),
        Index("ix_promise_entry_open", "at", sqlite_where=_UNSTATED, postgresql_where=_UNSTATED),
        Index("ix_promise_entry_stated_on", "stated_on", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"))
    root_cause_id: Mapped[int | None] = mapped_column(ForeignKey("root_cause.id"))
    clock: Mapped[str] = mapped_column(String(40))
    round: Mapped[int]
    level: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    stated_on: Mapped[date | None]


OF_TICKETS = ClockVerdict.ticket_id.is_not(None)
"""Promises made to customers, without the inner ones of root-cause records."""
