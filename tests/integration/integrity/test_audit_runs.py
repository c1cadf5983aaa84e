"""The auditor's hourly run: in slices, once, to its end, heard when it finds something."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from ticketing.integrity import auditing, queries, report
from ticketing.integrity.models import AuditFinding, AuditRun
from ticketing.platform.db import Database
from ticketing.platform.outbox import OutboxMessage
from ticketing.sla.models import ArmedLevel
from ticketing.tasks import Worker


def runs(database: Database) -> list[AuditRun]:
    with database.reading() as session:
        return list(session.scalars(select(AuditRun).order_by(AuditRun.id)))


def spoil(database: Database, ticket_id: int, **values: object) -> None:
    with database.transaction() as session:
        session.execute(
            update(ArmedLevel)
            .where(ArmedLevel.ticket_id == ticket_id, ArmedLevel.clock == "resolution", ArmedLevel.level == "breach")
            .values(**values)
        )


def alarms(database: Database) -> list[OutboxMessage]:
    with database.reading() as session:
        sent = session.scalars(select(OutboxMessage).where(OutboxMessage.channel == "email"))
        return [message for message in sent if message.payload["code"] == "audit_findings"]


def test_a_run_goes_through_everything_owed_and_finds_nothing_wrong(company: object, worker: Worker) -> None:
    for _ in range(3):
        company.open_ticket()
    company.clock.advance(minutes=30)
    assert worker.audit() == 3
    (run,) = runs(company.database)
    assert (run.checked, run.findings, run.oldest_seconds) == (3, {}, 1800)
    assert run.ended_at is not None


def test_there_is_one_run_an_hour(company: object, worker: Worker) -> None:
    company.open_ticket()
    company.clock.advance(hours=1)
    assert [worker.audit() for _ in range(3)] == [1, 0, 0]
    company.clock.advance(hours=1)
    assert worker.audit() == 1
    assert len(runs(company.database)) == 2


def test_an_interrupted_run_goes_on_where_it_was(
    company: object, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(auditing, "BATCH", 2)
    monkeypatch.setattr(auditing, "SLICE_BATCHES", 1)
    for _ in range(5):
        company.open_ticket()
    worker.sweep()
    checked = [worker.audit() for _ in range(4)]
    assert checked == [2, 2, 1, 0]
    (run,) = runs(company.database)
    assert (run.checked, run.ended_at is not None) == (5, True)


def test_a_spoilt_level_is_stored_once_with_what_was_expected_and_told_to_supervisors(
    company: object, worker: Worker
) -> None:
    ticket_id = company.open_ticket()
    spoil(company.database, ticket_id, state="cancelled")
    worker.audit()
    with company.database.reading() as session:
        (row,) = session.scalars(select(AuditFinding))
        assert (row.holder_id, row.clock, row.level, row.problem) == (ticket_id, "resolution", "breach", "missing")
        (shown,) = queries.findings(session, run=session.scalars(select(AuditRun)).one())
        assert shown.number is not None
        assert shown.found == "cancelled"
    (alarm,) = alarms(company.database)
    assert alarm.payload["values"]["count"] == 1


def test_the_same_findings_are_told_once_a_day_and_others_at_once(company: object, worker: Worker) -> None:
    first, second = company.open_ticket(), company.open_ticket()
    spoil(company.database, first, state="cancelled")
    for _ in range(3):
        worker.audit()
        company.clock.advance(hours=1)
        worker.sweep()
    assert len(alarms(company.database)) == 1
    spoil(company.database, second, state="cancelled")
    worker.audit()
    assert len(alarms(company.database)) == 2


def test_an_ended_ticket_with_something_still_armed_is_looked_at(company: object, worker: Worker) -> None:
    ticket_id = company.open_ticket()
    with company.database.transaction() as session:
        from tests import factories
        from ticketing.tickets import service
        from ticketing.tickets.models import Ticket

        service.withdraw(
            session,
            clock=company.clock,
            actor=factories.actor_of(company.customer),
            ticket=session.get_one(Ticket, ticket_id),
            reason=None,
        )
    company.clock.advance(days=3)
    worker.sweep()
    assert worker.audit() == 0
    spoil(company.database, ticket_id, state="armed", due_at=company.clock.now())
    company.clock.advance(hours=1)
    assert worker.audit() == 1
    assert runs(company.database)[-1].findings == {"late": 1}


def test_the_command_says_what_is_wrong_and_writes_nothing(company: object, worker: Worker) -> None:
    ticket_id, said = company.open_ticket(), []
    assert report.promises(company.database, clock=company.clock, say=said.append) == 0
    spoil(company.database, ticket_id, state="cancelled")
    assert report.promises(company.database, clock=company.clock, say=said.append) == 1
    assert "resolution round 1 breach: missing" in "".join(said)
    assert "1 checked" in "".join(said)
    assert runs(company.database) == []


def test_days_of_ordinary_work_leave_nothing_to_find(company: object, worker: Worker) -> None:
    company.live(60)
    worker.sweep()
    assert report.promises(company.database, clock=company.clock, say=print) == 0
