"""What must hold however often the worker died: read from the database, never from what a process said of itself."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from tests.celery_process import until
from ticketing.audit import service as audit
from ticketing.audit.models import AuditEntry
from ticketing.integrity.evidence import ticket_evidence
from ticketing.platform.clock import Clock
from ticketing.platform.db import Database
from ticketing.platform.outbox import OutboxMessage
from ticketing.sla.auditor import check
from ticketing.sla.models import ArmedLevel, ClockVerdict
from ticketing.sla.policies import EVENT_OF
from ticketing.tickets.models import Ticket, TicketEvent

AUDITED = 60
"""The auditor's slow arithmetic is asked about this many tickets."""

Key = tuple[int, str, int, str]
"""Ticket, clock, round, level."""


@dataclass(frozen=True)
class Owed:
    """A level that must fire."""

    key: Key
    kind: str
    due_at: datetime
    notifies: bool


def owed(database: Database, clock: Clock) -> list[Owed]:
    """Every level that is due and has not fired, oldest first."""
    due = select(ArmedLevel).where(ArmedLevel.state == "armed", ArmedLevel.due_at < clock.now())
    with database.reading() as session:
        rows = session.scalars(due.order_by(ArmedLevel.due_at, ArmedLevel.id)).all()
    return [
        Owed(_key(row), row.kind, row.due_at, any(action["do"] == "notify" for action in row.actions)) for row in rows
    ]


def still_due(database: Database, clock: Clock) -> int:
    """How many levels are due and have not fired."""
    asked = select(func.count()).select_from(ArmedLevel)
    with database.reading() as session:
        return session.scalar(asked.where(ArmedLevel.state == "armed", ArmedLevel.due_at < clock.now())) or 0


def assert_kept(database: Database, clock: Clock, promised: list[Owed]) -> None:
    """Each promised level fired exactly once with all that belongs to it, in due order, and the books agree.

    Every process on that database must have ended: another entry between two reads would be one too many.
    """
    until(lambda: _is_silent(database), 60)
    with database.transaction() as session:
        while audit.seal(session):
            pass
    with database.reading() as session:
        _assert_levels(session, promised)
        events = _assert_events(session, promised)
        _assert_audit(session, events)
        _assert_messages(session, promised, events)
        _assert_verdicts(session, promised)
        _assert_priorities(session)
        ids = session.scalars(select(Ticket.id).order_by(Ticket.id).limit(AUDITED)).all()
        assert check(session, clock=clock, cases=ticket_evidence(session, ids)) == []


def _is_silent(database: Database) -> bool:
    """Whether no transaction is open; PostgreSQL ends those of a killed process only when it next listens to it."""
    if database.dialect == "sqlite":
        return True
    others = text(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        " AND backend_type = 'client backend' AND xact_start IS NOT NULL"
    )
    with database.reading() as session:
        return session.scalar(others) == 0


def _assert_levels(session: Session, promised: list[Owed]) -> None:
    rows = {_key(row): row for row in session.scalars(select(ArmedLevel).where(ArmedLevel.state == "fired"))}
    assert [each.key for each in promised if each.key not in rows] == []
    for each in promised:
        row = rows[each.key]
        assert (row.due_at, row.last_error) == (each.due_at, None)
        assert row.fired_at is not None
        assert row.fired_at >= row.due_at


def _assert_events(session: Session, promised: list[Owed]) -> list[TicketEvent]:
    """One entry in the ticket's log for each level, at its due time; within a ticket in due order."""
    kinds = list(EVENT_OF.values())
    events = list(session.scalars(select(TicketEvent).where(TicketEvent.kind.in_(kinds)).order_by(TicketEvent.id)))
    found = Counter((event.ticket_id, event.data["clock"], event.round, event.data["level"]) for event in events)
    assert {key: count for key, count in found.items() if count > 1} == {}
    assert [each.key for each in promised if each.key not in found] == []
    due = {each.key: each.due_at for each in promised}
    fired: dict[int, list[datetime]] = {}
    for event in events:
        key = (event.ticket_id, event.data["clock"], event.round, event.data["level"])
        assert event.at == due.get(key, event.at)
        fired.setdefault(event.ticket_id, []).append(event.at)
    assert {ticket: order for ticket, order in fired.items() if order != sorted(order)} == {}
    return events


def _assert_audit(session: Session, events: list[TicketEvent]) -> None:
    entries = session.scalars(select(AuditEntry).where(AuditEntry.action.startswith("ticket.sla_"))).all()
    assert Counter(entry.detail["event_id"] for entry in entries) == Counter(event.id for event in events)
    verdict = audit.verify(session)
    assert (verdict.unsealed, verdict.first_bad) == (0, None)


def _assert_messages(session: Session, promised: list[Owed], events: list[TicketEvent]) -> None:
    """The webhook of each breach, and for each level that asks for notices at least one, none of them twice."""
    keys = Counter(session.scalars(select(OutboxMessage.dedupe_key)))
    assert {key: count for key, count in keys.items() if count > 1} == {}
    hooks = {key for key in keys if key.startswith("webhook:event:")}
    breaches = {f"webhook:event:{event.id}" for event in events if event.kind == "sla_breached"}
    assert breaches - hooks == set()
    told = {":".join(key.split(":")[2:6]) for key in keys if key.startswith("email:sla:")}
    notices = {":".join(map(str, each.key)): each.key for each in promised if each.notifies}
    assert [key for words, key in notices.items() if words not in told] == []


def _assert_verdicts(session: Session, promised: list[Owed]) -> None:
    """Late is late from the due time on, whenever it was noticed."""
    rows = {(row.ticket_id, row.clock, row.round): row for row in session.scalars(select(ClockVerdict))}
    for each in promised:
        if each.kind == "breach":
            row = rows[each.key[:3]]
            assert (row.verdict, row.breached_at, row.target_at) == ("breached", each.due_at, each.due_at)


def _assert_priorities(session: Session) -> None:
    """A priority that was raised twice for one level would leave a gap in this chain."""
    changes = select(TicketEvent).where(TicketEvent.kind == "priority_changed").order_by(TicketEvent.id)
    by_ticket: dict[int, list[TicketEvent]] = {}
    for event in session.scalars(changes):
        by_ticket.setdefault(event.ticket_id, []).append(event)
    now = {row.id: row.priority for row in session.execute(select(Ticket.id, Ticket.priority))}
    for ticket_id, events in by_ticket.items():
        assert all(one.data["after"] == two.data["before"] for one, two in itertools.pairwise(events))
        assert events[-1].data["after"] == now[ticket_id]


def _key(row: ArmedLevel) -> Key:
    assert row.ticket_id is not None
    return (row.ticket_id, row.clock, row.round, row.level)
