"""Reminders of a record's promises come from the same sweep as those of tickets."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select

from tests.integration.rootcauses.conftest import Firm
from tests.integration.rootcauses.test_record_life import agree, analyse, watched
from ticketing.notify.models import StaffNotice
from ticketing.rootcauses import queries
from ticketing.staff.models import Staff


def told(firm: Firm) -> list[tuple[str, str, str]]:
    """Code, promise and role of everyone who was reminded, in order."""
    with firm.database.reading() as session:
        roles = dict(session.execute(select(Staff.id, Staff.role)).all())
        mine = session.scalars(
            select(StaffNotice).where(StaffNotice.code.startswith("root_cause")).order_by(StaffNotice.id)
        )
        return [(each.code, each.words["zh"]["promise"], roles[each.staff_id]) for each in mine]


def pass_time(firm: Firm, days: float) -> None:
    firm.clock.advance(hours=24 * days)
    firm.worker.sweep()


def test_an_analysis_is_reminded_of_before_at_and_after_its_day_up_to_compliance(firm: Firm) -> None:
    firm.open()
    for _ in range(16):
        pass_time(firm, 1)
    analysis = [(code, role) for code, promise, role in told(firm) if promise == "根因分析"]
    assert analysis == [
        ("root_cause_warning", "team_lead"),
        ("root_cause_warning", "team_lead"),
        ("root_cause_breached", "team_lead"),
        ("root_cause_breached", "team_lead"),
        ("root_cause_breached", "supervisor"),
        ("root_cause_breached", "supervisor"),
        ("root_cause_breached", "compliance"),
    ]


def test_an_actions_own_owner_is_reminded_not_the_records(firm: Firm) -> None:
    record_id, _ = firm.open()
    analyse(firm, record_id)
    agree(firm, record_id, owner="compliance", due_on=date(2026, 12, 3))
    pass_time(firm, 8)
    assert ("root_cause_warning", "整改措施 1", "compliance") in told(firm)


def test_a_second_sweep_reminds_nobody_again(firm: Firm) -> None:
    firm.open()
    pass_time(firm, 5.5)
    before = told(firm)
    firm.worker.sweep()
    assert told(firm) == before
    assert len(before) == 1


def test_an_action_done_in_time_reminds_nobody_at_its_day(firm: Firm) -> None:
    watched(firm)
    pass_time(firm, 25)
    assert told(firm) == []


def test_a_check_is_announced_on_its_day_and_owed_a_week_later(firm: Firm) -> None:
    record_id = watched(firm)
    pass_time(firm, 30.1)
    assert told(firm) == [("root_cause_warning", "30 天效果评估", "team_lead")]
    pass_time(firm, 7)
    with firm.database.reading() as session:
        record = firm.record(session, record_id)
        due = next(each for each in queries.promises(session, record) if each.clock == "effect_30")
        assert (due.state, due.owed) == ("breached", True)
        assert record.watching_since is not None
        assert due.due_at == record.watching_since + timedelta(days=37)
    assert told(firm)[-1][0] == "root_cause_breached"


def test_someone_who_left_is_stood_in_for(firm: Firm) -> None:
    firm.open()
    with firm.database.transaction() as session:
        session.get_one(Staff, firm.staff_id(session, "team_lead")).active = False
    pass_time(firm, 5.5)
    assert [role for *_, role in told(firm)] == ["supervisor"]
