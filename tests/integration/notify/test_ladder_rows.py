"""What the ladder writes when deadlines fire: one notice and one mail per level and person, never nobody silently."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from sqlalchemy import select, update

from tests import factories
from tests.integration.notify.conftest import Company
from ticketing.audit.models import AuditEntry
from ticketing.customers.models import Customer
from ticketing.notify.models import OnCallShift
from ticketing.sla.holders import Holder
from ticketing.sla.models import ArmedLevel
from ticketing.sla.policies import Action
from ticketing.sla.sweeping import FiredLevel
from ticketing.staff.models import Staff
from ticketing.tickets import recusal
from ticketing.tickets.escalation import escalate
from ticketing.tickets.models import Ticket, TicketEvent


def test_a_warning_goes_to_the_owner_and_the_last_one_to_the_lead_too(company: Company) -> None:
    company.pass_time(hours=22)
    assert company.told("sla_warning") == ["chen", "chen", "chen", "li"]


def test_a_breach_is_told_once_to_each_and_is_urgent(company: Company) -> None:
    company.at_work("chen", "li")
    company.pass_time(hours=24, seconds=1)
    assert company.told("sla_breached") == ["chen", "li"]
    assert {each.urgent for each in company.notices(code="sla_breached")} == {True}
    company.sweep()
    with company.database.transaction() as session:
        session.execute(update(ArmedLevel).values(state="armed"))
    company.sweep()
    assert company.told("sla_breached") == ["chen", "li"]
    assert max(Counter(each.dedupe_key for each in company.mails()).values()) == 1


def test_a_mail_says_what_when_who_and_leads_to_the_ticket(company: Company) -> None:
    company.pass_time(hours=24, seconds=1)
    (mail,) = [each.payload for each in company.mails() if each.payload["address_of"][1] == company.ids["li"]
               and each.payload["code"] == "sla_breached"]  # fmt: skip
    assert mail["values"]["owner"] == "Chen"
    assert mail["values"]["due"] == "11月24日 10:00"
    assert mail["path"] == f"/desk/tickets/{company.ticket().number}#escalation"


def test_with_the_lead_away_a_breach_also_reaches_who_is_at_work_above(company: Company) -> None:
    company.clock.advance(hours=24, seconds=1)
    company.at_work("sun")
    company.sweep()
    assert company.told("sla_breached") == ["chen", "li", "sun"]


def test_with_the_lead_gone_the_supervisor_is_told_and_gets_the_ticket(company: Company) -> None:
    company.leave("li")
    company.pass_time(hours=28, seconds=1)
    assert company.told("sla_breached") == ["chen", "zhao"]
    assert company.ticket().owner_id == company.ids["zhao"]
    assert company.told("sla_handed_over") == ["zhao"]


def test_who_keeps_out_of_a_case_is_told_nothing_of_it(company: Company) -> None:
    company.keep_out("li")
    company.pass_time(hours=24, seconds=1)
    assert company.told("sla_warning") == ["chen", "chen", "chen", "zhao"]
    assert company.told("sla_breached") == ["chen", "zhao"]


def test_if_all_above_keep_out_of_a_case_its_owner_is_told(company: Company) -> None:
    company.keep_out("li", "zhao", "sun")
    company.pass_time(hours=24, seconds=1)
    assert company.told("sla_breached") == ["chen"]


def test_who_shares_a_number_or_an_address_with_the_customer_keeps_out_of_many_cases_as_of_one(
    company: Company,
) -> None:
    with company.database.transaction() as session:
        mine = session.get_one(Ticket, company.ticket_id)
        others = [
            factories.complaint(session, company.clock, of=factories.customer(session, company.clock)) for _ in range(3)
        ]
        customer = session.get_one(Customer, mine.customer_id)
        customer.email = "Li@Example.com "
        session.get_one(Staff, company.ids["li"]).email = "li@example.com"
        session.get_one(Staff, company.ids["zhao"]).customer_id = others[0].customer_id
        others[1].about_staff_id = company.ids["sun"]
        session.flush()
        tickets = [mine, *others]
        many = recusal.kept_out_of(session, tickets)
        assert many == {ticket.id: recusal.kept_out(session, ticket) for ticket in tickets}
        assert [len(many[ticket.id]) for ticket in tickets] == [1, 1, 1, 0]


def test_with_nobody_left_it_is_written_down_and_waits_for_somebody(company: Company) -> None:
    company.leave("chen", "li", "zhao", "sun")
    company.pass_time(hours=24, seconds=1)
    assert company.told("sla_breached") == ["nobody"]
    assert company.mails() == []
    with company.database.reading() as session:
        (entry,) = session.scalars(
            select(AuditEntry).where(AuditEntry.action == "notice.nobody", AuditEntry.detail["code"].as_string() == "sla_breached")
        ).all()  # fmt: skip
    assert entry.subject_id == str(company.ticket_id)


def test_a_ticket_for_compliance_is_told_to_compliance_and_given_to_a_supervisor(company: Company) -> None:
    company.at_work("sun")
    now = company.clock.now()
    with company.database.transaction() as session:
        fired = FiredLevel(
            holder=Holder("ticket", company.ticket_id), clock="investigation", round=1, level="breach", kind="breach",
            due_at=now, target_at=now, fired_at=now, actions=(Action("reassign", "compliance"),),
        )  # fmt: skip
        escalate(session, fired, clock=company.clock, settings=company.settings)
    assert company.told("sla_breached") == ["sun"]
    assert company.told("sla_handed_over") == ["zhao"]
    assert company.ticket().owner_id == company.ids["zhao"]


def test_a_ticket_that_nobody_may_take_stays_and_is_raised(company: Company) -> None:
    company.leave("li", "zhao")
    company.pass_time(hours=28, seconds=1)
    assert company.ticket().owner_id == company.ids["chen"]
    assert company.told("sla_handed_over") == ["nobody"]


def test_an_unclaimed_ticket_that_is_late_is_investigated_by_the_lead(company: Company) -> None:
    with company.database.transaction() as session:
        session.execute(update(Ticket).values(owner_id=None, status="accepted"))
    company.pass_time(hours=28, seconds=1)
    assert (company.ticket().owner_id, company.ticket().status) == (company.ids["li"], "investigating")


def on_call(company: Company, login: str, *, team: bool = False) -> None:
    now = company.clock.now()
    with company.database.transaction() as session:
        session.add(
            OnCallShift(
                staff_id=company.ids[login], team_id=company.ticket().team_id if team else None, level="team_lead",
                begins_at=now, ends_at=now + timedelta(days=7), created_at=now, created_by=company.ids["zhao"],
            )
        )  # fmt: skip


def test_outside_working_hours_who_is_on_call_is_told_at_once_beside_the_others(company: Company) -> None:
    on_call(company, "zhao")
    company.prefers("zhao", mode="daily", urgent_too=True)
    company.pass_time(hours=21, minutes=40)
    assert company.told("sla_warning") == ["chen", "chen", "chen", "li", "zhao"]
    (called,) = company.notices(code="sla_warning", on_call=True)
    assert (called.staff_id, called.mail) == (company.ids["zhao"], "now")
    assert [
        each.payload["on_call"] for each in company.mails() if each.payload["address_of"][1] == company.ids["zhao"]
    ] == [True]


def test_another_teams_person_is_not_called(company: Company) -> None:
    with company.database.transaction() as session:
        other = factories.team(session)
        session.execute(update(Ticket).values(team_id=other.id))
    on_call(company, "zhao", team=True)
    with company.database.transaction() as session:
        session.execute(update(Ticket).values(team_id=None))
    company.pass_time(hours=21, minutes=40)
    assert company.notices(on_call=True) == []


def test_by_day_nobody_is_called_because_of_a_shift(company: Company) -> None:
    on_call(company, "zhao")
    company.pass_time(hours=24, seconds=1)
    assert company.told("sla_breached") == ["chen", "li"]


def test_a_warning_for_the_owner_alone_wakes_nobody(company: Company) -> None:
    on_call(company, "zhao")
    company.pass_time(hours=13)
    assert company.told("sla_warning") == ["chen"]


def test_the_log_tells_every_level_that_fired(company: Company) -> None:
    company.pass_time(hours=24, seconds=1)
    with company.database.reading() as session:
        told = session.scalars(select(TicketEvent).order_by(TicketEvent.id))
        kinds = [event.kind for event in told if event.data.get("clock") == "investigation"]
    assert kinds == ["sla_warning", "sla_warning", "sla_warning", "sla_breached"]
