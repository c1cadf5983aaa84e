"""Side effects as rows: written in the transaction that causes them, delivered by the worker afterwards.

A message is claimed with a lease, so several workers may deliver and a killed one loses nothing; ``dedupe_key`` makes
enqueueing twice harmless. Failed deliveries are retried with growing pauses and end as ``dead``, which raises a task for a person.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Index, String, select, text
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from ticketing.platform.clock import Clock
from ticketing.platform.db import Base, Database, UtcDateTime
from ticketing.platform.gathering import together
from ticketing.platform.log import log

LEASE = timedelta(seconds=60)
ROUND = timedelta(seconds=2)
RETRY_SECONDS = (5, 30, 120, 600, 3600, 4 * 3600, 12 * 3600)


class OutboxMessage(Base):
    """One message to deliver."""

    __tablename__ = "outbox_message"
    __table_args__ = (
        Index(
            "ix_outbox_message_due",
            "next_attempt_at",
            sqlite_where=text("status = 'pending'"),
            postgresql_where=text("status = 'pending'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(String(20))
    dedupe_key: Mapped[str] = mapped_column(String(200), unique=True)
    payload: Mapped[dict[str, Any]]
    subject_type: Mapped[str | None] = mapped_column(String(40))
    subject_id: Mapped[int | None]
    status: Mapped[str] = mapped_column(String(20), default="pending")
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    next_attempt_at: Mapped[datetime] = mapped_column(UtcDateTime)
    delivered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_error: Mapped[str | None] = mapped_column(String(80))
    evidence: Mapped[dict[str, Any] | None]


class DeliveryFailed(Exception):
    """A channel could not deliver; ``reason`` is a short code, ``final`` ends the retries."""

    def __init__(self, reason: str, *, final: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.final = final


@dataclass(frozen=True)
class Receipt:
    """What a channel gives back: the evidence that it delivered."""

    evidence: dict[str, Any]


Deliver = Callable[[Database, Clock, OutboxMessage], Receipt]
"""A channel. Called outside any transaction; may open its own. Must be harmless when called twice."""

Delivered = Callable[[Session, Clock, OutboxMessage], None]
"""Told in the transaction that records the delivery (or the final failure: see ``message.status``)."""


def enqueue(
    session: Session,
    *,
    clock: Clock,
    channel: str,
    dedupe_key: str,
    payload: dict[str, Any],
    subject: tuple[str, int] | None = None,
) -> None:
    """Promise a delivery; a second call with the same ``dedupe_key`` does nothing."""
    now = clock.now()
    row = {
        "channel": channel,
        "dedupe_key": dedupe_key,
        "payload": payload,
        "subject_type": subject[0] if subject else None,
        "subject_id": subject[1] if subject else None,
        "created_at": now,
        "next_attempt_at": now,
    }
    together(session, _write, row)


def _write(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    insert = pg_insert if session.get_bind().dialect.name == "postgresql" else sqlite_insert
    session.execute(insert(OutboxMessage).on_conflict_do_nothing(index_elements=["dedupe_key"]), rows)


def deliver_due(
    database: Database,
    *,
    clock: Clock,
    channels: Mapping[str, Deliver],
    delivered: Delivered,
    limit: int = 100,
    within: timedelta = ROUND,
) -> int:
    """Deliver what is due, oldest first; gives the number of messages tried.

    Each is claimed when its turn comes, so that its lease does not run out while others are carried, and no more are
    begun after ``within``: the worker's other tasks wait meanwhile, and a mail server that hangs must not hold up deadlines.
    """
    ends, tried = clock.now() + within, 0
    while tried < limit and (not tried or clock.now() < ends):
        message = _claim(database, clock=clock)
        if message is None:
            break
        tried += 1
        try:
            _deliver_one(database, clock=clock, channels=channels, delivered=delivered, message=message)
        except Exception:  # noqa: BLE001
            # Not recorded, so its lease runs out and it is tried again; the others go on.
            log.exception("outbox.not_recorded", message_id=message.id, channel=message.channel)
    return tried


def _claim(database: Database, *, clock: Clock) -> OutboxMessage | None:
    now = clock.now()
    due = (
        select(OutboxMessage)
        .where(OutboxMessage.status == "pending", OutboxMessage.next_attempt_at <= now)
        .order_by(OutboxMessage.next_attempt_at, OutboxMessage.id)
        .limit(1)
    )
    # Looking first costs SQLite's only writer nothing while there is nothing to do.
    with database.reading() as session:
        if session.scalar(due) is None:
            return None
    with database.transaction() as session:
        message = session.scalar(due.with_for_update(skip_locked=True))
        if message is not None:
            message.next_attempt_at = now + LEASE
            message.attempts += 1
    return message


def _deliver_one(
    database: Database,
    *,
    clock: Clock,
    channels: Mapping[str, Deliver],
    delivered: Delivered,
    message: OutboxMessage,
) -> None:
    receipt: Receipt | None = None
    failure: DeliveryFailed | None = None
    try:
        receipt = channels[message.channel](database, clock, message)
    except DeliveryFailed as error:
        failure = error
    except Exception as error:  # noqa: BLE001
        # A channel's fault must not stop the other deliveries; it is logged whole and retried.
        log.exception("outbox.channel_broke", message_id=message.id, channel=message.channel)
        failure = DeliveryFailed(type(error).__name__)
    with database.transaction() as session:
        row = session.get_one(OutboxMessage, message.id, with_for_update=True)
        if row.status != "pending":
            return
        _record(row, clock.now(), receipt, failure)
        if row.status != "pending":
            delivered(session, clock, row)


def _record(row: OutboxMessage, now: datetime, receipt: Receipt | None, failure: DeliveryFailed | None) -> None:
    if receipt is not None:
        row.status, row.delivered_at, row.evidence, row.last_error = "delivered", now, receipt.evidence, None
        return
    assert failure is not None
    row.last_error = failure.reason[:80]
    if failure.final or row.attempts > len(RETRY_SECONDS):
        row.status = "dead"
    else:
        row.next_attempt_at = now + timedelta(seconds=RETRY_SECONDS[row.attempts - 1])
    log.warning(
        "outbox.not_delivered", message_id=row.id, channel=row.channel, reason=row.last_error, status=row.status
    )
