"""A root-cause record from opening to closing, on both databases."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests.integration.rootcauses.conftest import Firm
from ticketing.audit.models import AuditEntry
from ticketing.platform.errors import DomainError
from ticketing.rootcauses import actions, queries, service
from ticketing.tickets import rectify

WHYS = ["系统没有去重", "接口没有幂等键", "设计评审没有这一条"]
DUE = date(2026, 12, 10)


def analyse(firm: Firm, record_id: int, **fields: object) -> None:
    values = {"whys": WHYS, "few_whys": "", "cause": "支付接口不幂等", "cause_category": "system", "complete": True}
    with firm.database.transaction() as session:
        actor = firm.actor(session, "team_lead")
        record = firm.record(session, record_id)
        service.save_analysis(session, clock=firm.clock, actor=actor, record=record, **(values | fields))


def agree(firm: Firm, record_id: int, due_on: date = DUE, owner: str = "team_lead") -> int:
    with firm.database.transaction() as session:
        action = actions.agree(
            session,
            clock=firm.clock,
            actor=firm.actor(session, "supervisor"),
            record=firm.record(session, record_id),
            what="接口加幂等键",
            owner_id=firm.staff_id(session, owner),
            due_on=due_on,
        )
        return action.number


def act(firm: Firm, record_id: int, what: str, role: str, **fields: object) -> None:
    with firm.database.transaction() as session:
        deed = getattr(actions, what)
        deed(
            session,
            clock=firm.clock,
            actor=firm.actor(session, role),
            record=firm.record(session, record_id),
            **fields,
        )


def judge(firm: Firm, record_id: int, days: int, effective: bool = True) -> None:
    with firm.database.transaction() as session:
        service.check(
            session,
            clock=firm.clock,
            actor=firm.actor(session, "compliance"),
            record=firm.record(session, record_id),
            days=days,
            effective=effective,
            note_text="同类投诉明显减少",
            before=9,
            after=1,
        )


def status(firm: Firm, record_id: int) -> str:
    with firm.database.reading() as session:
        return firm.record(session, record_id).status


def watched(firm: Firm) -> int:
    """A record whose one action is done and verified."""
    record_id, _ = firm.open()
    analyse(firm, record_id)
    number = agree(firm, record_id)
    act(firm, record_id, "finish", "team_lead", number=number, evidence="发布单 R-112")
    act(firm, record_id, "verify", "compliance", number=number)
    return record_id


def test_a_record_goes_from_opened_over_analysed_acting_and_watching_to_closed(firm: Firm) -> None:
    record_id, _ = firm.open()
    seen = [status(firm, record_id)]
    analyse(firm, record_id)
    seen.append(status(firm, record_id))
    number = agree(firm, record_id)
    seen.append(status(firm, record_id))
    act(firm, record_id, "finish", "team_lead", number=number, evidence="发布单 R-112")
    act(firm, record_id, "verify", "compliance", number=number)
    seen.append(status(firm, record_id))
    for days in (30, 60, 90):
        firm.clock.advance(days=30)
        judge(firm, record_id, days)
    seen.append(status(firm, record_id))
    assert seen == ["opened", "analysed", "acting", "watching", "closed"]


def test_an_ineffective_check_reopens_the_record_and_demands_a_new_action(firm: Firm) -> None:
    record_id = watched(firm)
    firm.clock.advance(days=31)
    judge(firm, record_id, 30, effective=False)
    with firm.database.reading() as session:
        record = firm.record(session, record_id)
        assert (record.status, record.round, record.next_due_clock) == ("ineffective", 2, "analysis")
    agree(firm, record_id, due_on=date(2027, 2, 1))
    assert status(firm, record_id) == "acting"


@pytest.mark.parametrize(
    "lacking", [{"whys": WHYS[:2]}, {"cause": " "}, {"cause_category": ""}, {"whys": [], "few_whys": "一目了然"}]
)
def test_an_analysis_needs_three_whys_the_cause_and_its_kind(firm: Firm, lacking: dict[str, object]) -> None:
    record_id, _ = firm.open()
    with pytest.raises(DomainError, match="root_cause_analysis_lacks"):
        analyse(firm, record_id, **lacking)


def test_two_whys_are_enough_with_a_reason(firm: Firm) -> None:
    record_id, _ = firm.open()
    analyse(firm, record_id, whys=WHYS[:2], few_whys="第二问已到合作方侧")
    assert status(firm, record_id) == "analysed"


def test_a_half_written_analysis_may_be_kept(firm: Firm) -> None:
    record_id, _ = firm.open()
    analyse(firm, record_id, whys=["系统没有去重"], cause="", cause_category="", complete=False)
    with firm.database.reading() as session:
        assert firm.record(session, record_id).whys == ["系统没有去重"]
    assert status(firm, record_id) == "opened"


@pytest.mark.parametrize("role", ["team_lead"])
def test_neither_who_did_it_nor_its_owner_verifies_an_action(firm: Firm, role: str) -> None:
    record_id, _ = firm.open()
    analyse(firm, record_id)
    number = agree(firm, record_id)
    act(firm, record_id, "finish", "supervisor", number=number, evidence="发布单")
    for person in ("team_lead", "supervisor"):
        with pytest.raises(DomainError, match="root_cause_verify_other"):
            act(firm, record_id, "verify", person, number=number)
    act(firm, record_id, "verify", "compliance", number=number)
    assert status(firm, record_id) == "watching"


def test_an_action_sent_back_is_replaced_by_one_with_a_new_date(firm: Firm) -> None:
    record_id, _ = firm.open()
    analyse(firm, record_id)
    number = agree(firm, record_id)
    act(firm, record_id, "finish", "team_lead", number=number, evidence="已口头说明")
    act(firm, record_id, "send_back", "compliance", number=number, reason="没有发布记录", due_on=date(2026, 12, 20))
    with firm.database.reading() as session:
        states = [(each.number, each.status, each.due_on) for each in firm.record(session, record_id).actions]
    assert states == [(1, "returned", DUE), (2, "agreed", date(2026, 12, 20))]
    assert status(firm, record_id) == "acting"


def test_the_last_action_cannot_be_dropped(firm: Firm) -> None:
    record_id, _ = firm.open()
    analyse(firm, record_id)
    first, second = agree(firm, record_id), agree(firm, record_id)
    act(firm, record_id, "drop", "supervisor", number=first, reason="与第二项重复")
    with pytest.raises(DomainError, match="root_cause_last_action"):
        act(firm, record_id, "drop", "supervisor", number=second, reason="不做了")


def test_the_effect_is_not_judged_before_its_day_nor_out_of_order(firm: Firm) -> None:
    record_id = watched(firm)
    with pytest.raises(DomainError, match="root_cause_check_too_early"):
        judge(firm, record_id, 30)
    firm.clock.advance(days=61)
    with pytest.raises(DomainError, match="root_cause_check_order"):
        judge(firm, record_id, 60)


def test_an_agent_may_not_touch_a_record(firm: Firm) -> None:
    record_id, _ = firm.open()
    with firm.database.transaction() as session, pytest.raises(DomainError, match="permission_denied"):
        service.dismiss(
            session,
            clock=firm.clock,
            actor=firm.actor(session, "agent"),
            record=firm.record(session, record_id),
            reason="不想做",
        )


def test_a_ticket_is_in_one_open_record_and_a_second_asking_changes_nothing(firm: Firm) -> None:
    record_id, ticket_id = firm.open()
    other_id, _ = firm.open(category="policy_issue")
    with firm.database.transaction() as session:
        ticket = session.get_one(rectify.Ticket, ticket_id)
        lead = firm.actor(session, "team_lead")
        again = rectify.open_by_hand(session, clock=firm.clock, actor=lead, ticket=ticket)
        assert again.id == record_id
        other = firm.record(session, other_id)
        with pytest.raises(DomainError, match="root_cause_elsewhere"):
            rectify.put_by_hand(session, clock=firm.clock, actor=lead, ticket=ticket, record=other)


def test_a_dismissed_record_lets_its_tickets_go_but_the_rules_open_no_second_one(firm: Firm) -> None:
    record_id, ticket_id = firm.open(description="活不下去了，钱都在里面")
    with firm.database.transaction() as session:
        lead = firm.actor(session, "team_lead")
        record = firm.record(session, record_id)
        service.dismiss(session, clock=firm.clock, actor=lead, record=record, reason="个案")
        ticket = session.get_one(rectify.Ticket, ticket_id)
        assert service.active_for(session, ticket_id=ticket_id) is None
        assert rectify.why_due(ticket) == "critical"
        assert rectify.open_if_due(session, clock=firm.clock, actor=lead, ticket=ticket) is None


def test_every_step_is_in_the_log_and_in_the_audit(firm: Firm) -> None:
    record_id = watched(firm)
    with firm.database.reading() as session:
        record = firm.record(session, record_id)
        kinds = [event.kind for event in queries.log_of(session, record)]
        audited = session.scalars(
            select(AuditEntry.action).where(AuditEntry.subject_type == "root_cause").order_by(AuditEntry.id)
        ).all()
    assert kinds == [
        "opened", "ticket_linked", "analysed", "action_agreed", "action_done", "action_verified", "watching",
    ]  # fmt: skip
    assert audited == [f"root_cause.{kind}" for kind in kinds]


def test_the_register_narrows_by_status_owner_class_and_lateness(firm: Firm) -> None:
    late_id, _ = firm.open()
    firm.clock.advance(days=8)
    fresh_id, _ = firm.open(category="policy_issue")
    with firm.database.reading() as session:

        def shown(**fields: object) -> list[int]:
            wanted = queries.Wanted(**fields)
            return [row.record.id for row in queries.register(session, clock=firm.clock, wanted=wanted).items]

        assert shown() == [fresh_id, late_id]
        assert shown(overdue=True) == [late_id]
        assert shown(category="policy_issue") == [fresh_id]
        assert shown(status="closed") == []
        assert shown(owner_id=firm.staff_id(session, "team_lead")) == [late_id]


def test_the_register_turns_pages_without_losing_or_doubling_any(firm: Firm) -> None:
    made = {firm.open(category=category)[0] for category in ("policy_issue", "system_failure", "product_service")}
    with firm.database.reading() as session:
        first = queries.register(session, clock=firm.clock, wanted=queries.Wanted(), limit=2)
        second = queries.register(session, clock=firm.clock, wanted=queries.Wanted(), limit=2, cursor=first.next_cursor)
    assert [len(first.items), len(second.items), second.next_cursor] == [2, 1, None]
    assert {row.record.id for row in [*first.items, *second.items]} == made


def test_a_moved_date_moves_the_deadline_with_the_reason_kept(firm: Firm) -> None:
    record_id, _ = firm.open()
    analyse(firm, record_id)
    number = agree(firm, record_id)
    act(firm, record_id, "reschedule", "supervisor", number=number, due_on=DUE + timedelta(days=5), reason="排期延后")
    with firm.database.reading() as session:
        record = firm.record(session, record_id)
        due = next(each.due_at for each in queries.promises(session, record) if each.clock == "action_1")
    assert due is not None
    assert due.date() == DUE + timedelta(days=5)
