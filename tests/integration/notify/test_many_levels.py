"""Many levels that fire in one transaction are written together, and each is as whole as if it had fired alone."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event, select

from tests import factories
from tests.integration.notify.conftest import Company
from ticketing.audit.models import AuditEntry
from ticketing.platform.db import Database
from ticketing.sla import service as sla
from ticketing.sla.policies import EVENT_OF
from ticketing.tickets.escalation import escalate, prepare
from ticketing.tickets.models import Ticket, TicketEvent

TICKETS = 12


@contextmanager
def inserts(database: Database) -> Iterator[Counter[str]]:
    """How many INSERT statements are sent meanwhile, by table."""
    seen = Counter[str]()

    def note(_connection: object, _cursor: object, statement: str, *_others: Any) -> None:
        if statement.startswith("INSERT INTO "):
            seen[statement.split()[2]] += 1

    event.listen(database.engine, "before_cursor_execute", note)
    yield seen
    event.remove(database.engine, "before_cursor_execute", note)


def open_more(company: Company) -> None:
    with company.database.transaction() as session:
        for _ in range(TICKETS):
            customer = factories.customer(session, company.clock)
            factories.complaint(session, company.clock, of=customer)


def fire(company: Company) -> sla.SweepReport:
    company.clock.advance(hours=24, seconds=1)
    act = functools.partial(escalate, clock=company.clock, settings=company.settings)
    return sla.sweep(company.database, clock=company.clock, escalate=act, prepare=prepare, batch=500)


def test_all_levels_of_a_batch_take_a_few_statements(company: Company) -> None:
    open_more(company)
    with inserts(company.database) as sent:
        report = fire(company)
    assert (report.failed, report.fired > 5 * TICKETS) == (0, True)
    written = {"staff_notice", "outbox_message", "audit_entry", "promise_entry"}
    if company.database.dialect == "postgresql":
        # SQLite gives ids in order only if it is asked for them row by row; it is no server that answers each.
        written.add("ticket_event")
    assert all(1 <= sent[table] <= 3 for table in written)


def test_each_level_of_a_batch_has_its_event_audit_entry_and_effect(company: Company) -> None:
    open_more(company)
    report = fire(company)
    with company.database.reading() as session:
        mine = TicketEvent.kind.in_(list(EVENT_OF.values()))
        events = session.scalars(select(TicketEvent).where(mine).order_by(TicketEvent.id)).all()
        audited = session.scalars(select(AuditEntry).where(AuditEntry.action.startswith("ticket.sla_"))).all()
        tickets = session.scalars(select(Ticket)).all()
    assert len(events) == report.fired
    assert sorted(entry.detail["event_id"] for entry in audited) == [each.id for each in events]
    assert [each.at for each in events] == sorted(each.at for each in events)
    assert {ticket.breached for ticket in tickets} == {True}
    assert {ticket.next_due_clock for ticket in tickets} <= {"investigation", "first_reply"}
    breached = sorted(
        each.ticket_id for each in events if (each.kind, each.data["clock"]) == ("sla_breached", "investigation")
    )
    assert breached == sorted(ticket.id for ticket in tickets)
