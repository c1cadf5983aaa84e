"""The auditor checks what root-cause records promised, as it checks what tickets did."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import delete, select, update

from tests.integration.rootcauses.conftest import Firm
from tests.integration.rootcauses.test_record_life import act, agree, analyse, judge, watched
from ticketing.integrity import report
from ticketing.integrity.models import AuditFinding, AuditRun
from ticketing.rootcauses.models import RootCause
from ticketing.sla.models import ArmedLevel, ClockVerdict


def found(firm: Firm) -> list[str]:
    """What the command says is wrong."""
    said: list[str] = []
    report.promises(firm.database, clock=firm.clock, say=said.append)
    return [line.strip() for line in said if line.startswith("RC-")]


def spoil(firm: Firm, *statements: object) -> None:
    with firm.database.transaction() as session:
        for statement in statements:
            session.execute(statement)


def pass_days(firm: Firm, days: int) -> None:
    for _ in range(days):
        firm.clock.advance(days=1)
        firm.worker.sweep()


def test_nothing_is_wrong_with_a_record_at_any_point_of_its_life(firm: Firm) -> None:
    record_id = watched(firm)
    assert found(firm) == []
    pass_days(firm, 31)
    judge(firm, record_id, 30, effective=False)
    assert found(firm) == []
    pass_days(firm, 9)  # the new analysis is late by now
    number = agree(firm, record_id, due_on=date(2027, 1, 4))
    assert found(firm) == []
    act(firm, record_id, "finish", "team_lead", number=number, evidence="发布单 R-113")
    act(firm, record_id, "verify", "compliance", number=number)
    assert found(firm) == []
    for days in (30, 60, 90):
        pass_days(firm, 31)
        judge(firm, record_id, days)
        assert found(firm) == []


@pytest.mark.parametrize("late", [False, True])
def test_a_date_that_was_moved_is_judged_by_what_it_was_before(firm: Firm, late: bool) -> None:
    record_id, _ = firm.open()
    analyse(firm, record_id)
    number = agree(firm, record_id, due_on=date(2026, 11, 24))
    pass_days(firm, 3 if late else 1)
    act(
        firm,
        record_id,
        "reschedule",
        "supervisor",
        number=number,
        due_on=date(2026, 12, 20),
        reason="供应商推迟",
    )
    assert found(firm) == []
    with firm.database.reading() as session:
        (verdict,) = session.scalars(select(ClockVerdict).where(ClockVerdict.clock == "action_1"))
    assert verdict.verdict == ("breached" if late else "running")
    pass_days(firm, 40)
    assert found(firm) == []


@pytest.mark.parametrize(
    ("spoilt", "said"),
    [
        (
            update(ArmedLevel)
            .where(ArmedLevel.clock == "action_1", ArmedLevel.level == "breach")
            .values(state="cancelled"),
            "action_1 round 1 breach: missing",
        ),
        (delete(ArmedLevel).where(ArmedLevel.clock == "action_1", ArmedLevel.level == "before_1d"), "before_1d: missing"),
        (
            update(ClockVerdict).where(ClockVerdict.clock == "analysis").values(verdict="breached"),
            "analysis round 1: wrong_verdict, expected met, found breached",
        ),
    ],
    ids=["cancelled", "deleted", "verdict"],
)  # fmt: skip
def test_a_spoilt_row_of_a_record_is_found(firm: Firm, spoilt: object, said: str) -> None:
    record_id, _ = firm.open()
    analyse(firm, record_id)
    agree(firm, record_id)
    spoil(firm, spoilt)
    (line,) = found(firm)
    assert line.startswith(f"RC-{record_id:05d}")
    assert said in line


def test_the_hourly_run_goes_on_to_records_and_keeps_what_it_finds(firm: Firm) -> None:
    record_id, _ = firm.open()
    firm.clock.advance(minutes=5)
    spoil(firm, update(ArmedLevel).where(ArmedLevel.root_cause_id == record_id).values(state="superseded"))
    assert firm.worker.audit() == 2
    with firm.database.reading() as session:
        (run,) = session.scalars(select(AuditRun))
        rows = session.scalars(select(AuditFinding)).all()
    assert run.ended_at is not None
    assert {(row.holder_kind, row.holder_id, row.problem) for row in rows} == {("root_cause", record_id, "missing")}


def test_a_closed_record_with_something_still_armed_is_looked_at(firm: Firm) -> None:
    record_id, _ = firm.open()
    with firm.database.transaction() as session:
        record = firm.record(session, record_id)
        from ticketing.rootcauses import service

        actor = firm.actor(session, "team_lead")
        service.dismiss(session, clock=firm.clock, actor=actor, record=record, reason="没有共同原因")
    firm.clock.advance(days=3)
    assert found(firm) == []
    armed = ArmedLevel.root_cause_id == record_id
    spoil(firm, update(ArmedLevel).where(armed, ArmedLevel.level == "breach").values(state="armed"))
    assert [line.split(": ")[1].split(",")[0] for line in found(firm)] == ["orphan"]
    with firm.database.reading() as session:
        assert session.get_one(RootCause, record_id).status == "closed"
