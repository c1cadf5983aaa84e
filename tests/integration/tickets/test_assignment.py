"""Tickets of automatic teams find their owner, and no ticket is left without one silently."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests import factories
from tests.integration.tickets.assigning import Company, found
from ticketing.notify import service as notify
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.platform.settings import Settings
from ticketing.staff.models import Staff
from ticketing.tickets import assignment_wording, service
from ticketing.tickets.models import Ticket


@pytest.fixture
def company(database: Database, clock: FixedClock, settings: Settings) -> Company:
    return found(database, clock, settings, assignment="automatic")


@pytest.fixture
def claiming(database: Database, clock: FixedClock, settings: Settings) -> Company:
    """A team whose agents claim for themselves."""
    return found(database, clock, settings)


def test_a_new_ticket_goes_to_whom_it_suits_and_says_why(company: Company) -> None:
    company.hire(languages=["zh"])
    english = company.hire(languages=["en", "zh"], skills={"transaction_dispute": 2}, language="en", load_cap=6)
    ticket = company.complain(language="en", description="The transfer has not arrived")
    assert company.run().assigned == 1
    assert company.owner(ticket) == english
    [event] = company.events(ticket, "assigned")
    because = assignment_wording.explanation(event.data["because"], "en")
    assert because == "English, transaction dispute (experienced); 0 open cases worth 0.0 of 6; the only one who fits"
    [told] = company.messages("ticket_assigned")
    assert told["address_of"] == ["staff", english]
    assert because in notify.compose(told)


def test_an_assigned_ticket_is_under_investigation_like_a_claimed_one(company: Company) -> None:
    company.hire()
    ticket = company.complain()
    company.run()
    with company.database.reading() as session:
        assert session.get_one(Ticket, ticket).status == "investigating"


def test_tickets_spread_over_those_who_are_there(company: Company) -> None:
    people = [company.hire() for _ in range(3)]
    tickets = [company.complain() for _ in range(6)]
    assert company.run().assigned == 6
    assert sorted(company.owner(ticket) or 0 for ticket in tickets) == sorted(people * 2)


def test_a_second_pass_changes_nothing(company: Company) -> None:
    company.hire()
    ticket = company.complain()
    assert company.run().assigned == 1
    assert company.run().assigned == 0
    assert len(company.events(ticket, "assigned")) == len(company.messages("ticket_assigned")) == 1


def test_what_is_due_first_is_assigned_first_when_not_all_fit(company: Company, clock: FixedClock) -> None:
    company.hire(open_cap=1)
    later = company.complain()
    sooner = company.complain(complained_at=clock.now() - timedelta(hours=20))
    company.run()
    assert (company.owner(sooner) is not None, company.owner(later)) == (True, None)


def test_a_ticket_that_nobody_can_take_says_so_and_the_lead_is_told_once(company: Company, clock: FixedClock) -> None:
    agent = company.hire(languages=["zh"])
    ticket = company.complain(language="en")
    company.run()
    clock.advance(minutes=2)
    company.everyone_is_seen(agent)
    company.run()
    [event] = company.events(ticket, "unassignable")
    text = assignment_wording.told(event.kind, event.data, "zh")
    assert text == "班组里处理“交易纠纷”的人都不会英文"
    [told] = company.messages("tickets_unassignable")
    assert told["address_of"] == ["staff", company.lead_id]
    assert text in notify.compose(told)


def test_another_reason_is_told_too(company: Company, clock: FixedClock) -> None:
    agent = company.hire(open_cap=0)
    ticket = company.complain()
    company.run()
    clock.advance(minutes=5)
    company.run()
    company.set_person(agent, open_cap=5)
    clock.advance(minutes=2)
    company.run()
    assert [event.data["reason"] for event in company.events(ticket, "unassignable")] == [
        "all_at_cap",
        "nobody_present",
    ]
    assert len(company.messages("tickets_unassignable")) == 2


def test_many_tickets_that_nobody_can_take_are_one_message(company: Company) -> None:
    tickets = [company.complain() for _ in range(12)]
    company.run()
    assert all(company.events(ticket, "unassignable") for ticket in tickets)
    [told] = company.messages("tickets_unassignable")
    assert told["values"]["count"] == 12


def test_whoever_becomes_available_gets_the_backlog_at_once(company: Company, clock: FixedClock) -> None:
    agent = company.hire(presence="away")
    tickets = [company.complain() for _ in range(3)]
    assert company.run().assigned == 0
    clock.advance(seconds=10)
    assert company.run().assigned == 0
    company.set_person(agent, presence="available")
    clock.advance(seconds=5)
    assert company.run().assigned == 3
    assert {company.owner(ticket) for ticket in tickets} == {agent}


def test_who_comes_back_after_not_being_seen_gets_the_backlog_too(company: Company, clock: FixedClock) -> None:
    agent = company.hire()
    company.run()
    clock.advance(minutes=10)
    ticket = company.complain()
    company.run()
    assert company.owner(ticket) is None
    company.everyone_is_seen(agent)
    clock.advance(seconds=5)
    company.run()
    assert company.owner(ticket) == agent


@pytest.mark.parametrize("presence", ["busy", "away", "offline"])
def test_only_available_people_get_tickets(company: Company, presence: str) -> None:
    company.hire(presence=presence)
    ticket = company.complain()
    company.run()
    assert company.owner(ticket) is None


def test_outside_their_shift_people_get_no_tickets(company: Company, clock: FixedClock) -> None:
    agent = company.hire(shift_starts="13:00", shift_ends="21:00")
    ticket = company.complain()  # it is 10:00 in Shanghai
    company.run()
    assert company.owner(ticket) is None
    clock.advance(hours=3, minutes=1)
    company.everyone_is_seen(agent)
    company.run()
    assert company.owner(ticket) == agent


def test_in_a_team_that_claims_nothing_is_assigned_and_the_lead_hears_of_the_unclaimed_once(
    claiming: Company, clock: FixedClock
) -> None:
    claiming.hire()
    ticket = claiming.complain()
    claiming.run()
    assert (claiming.owner(ticket), claiming.messages("tickets_unassignable")) == (None, [])
    for _ in range(4):
        clock.advance(minutes=16)
        claiming.run()
    assert claiming.owner(ticket) is None
    [told] = claiming.messages("tickets_unassignable")
    assert "超过 30 分钟无人领取" in notify.compose(told)
    assert len(claiming.events(ticket, "unassignable")) == 1


def test_a_claimed_ticket_is_nobodys_worry(claiming: Company, clock: FixedClock) -> None:
    agent = claiming.hire()
    ticket = claiming.complain()
    with claiming.database.transaction() as session:
        actor = factories.actor_of(session.get_one(Staff, agent))
        service.claim(session, clock=clock, actor=actor, ticket=session.get_one(Ticket, ticket))
    clock.advance(hours=2)
    claiming.run()
    assert claiming.events(ticket, "unassignable") == []


def test_a_team_that_becomes_automatic_assigns_what_waits(claiming: Company, clock: FixedClock) -> None:
    ticket = claiming.complain()
    claiming.run()
    claiming.set_team(assignment="automatic")
    agent = claiming.hire()
    clock.advance(seconds=5)
    claiming.run()
    assert claiming.owner(ticket) == agent


def test_a_ticket_of_no_team_is_told_to_the_supervisor(claiming: Company, clock: FixedClock) -> None:
    with claiming.database.transaction() as session:
        supervisor = factories.staff(session, role="supervisor").id
    claiming.complain(category="policy_issue")
    clock.advance(minutes=31)
    claiming.run()
    [told] = claiming.messages("tickets_unassignable")
    assert told["address_of"] == ["staff", supervisor]
