"""Tickets of people who are not there: handed over, put back or offered to the lead, never silently."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests import factories
from tests.integration.tickets.assigning import Company, found
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.platform.settings import Settings
from ticketing.staff.models import Staff
from ticketing.tickets import service
from ticketing.tickets.journal import note_event
from ticketing.tickets.models import Ticket


@pytest.fixture
def company(database: Database, clock: FixedClock, settings: Settings) -> Company:
    return found(database, clock, settings, assignment="automatic")


@pytest.fixture
def claiming(database: Database, clock: FixedClock, settings: Settings) -> Company:
    return found(database, clock, settings)


def owned(company: Company, staff_id: int, *, hours_left: float) -> int:
    """A ticket of theirs, its customer answered, whose next deadline (24 h) is so far away."""
    at = company.clock.now() - timedelta(hours=24 - hours_left)
    ticket_id = company.complain(complained_at=at)
    with company.database.transaction() as session:
        ticket, actor = session.get_one(Ticket, ticket_id), factories.actor_of(session.get_one(Staff, staff_id))
        service.claim(session, clock=company.clock, actor=actor, ticket=ticket)
        note_event(session, clock=company.clock, actor=actor, ticket=ticket, kind="agent_reply")
    return ticket_id


def test_what_is_due_soon_goes_to_a_colleague_and_what_can_wait_stays(company: Company, clock: FixedClock) -> None:
    gone, here = company.hire(), company.hire()
    soon = owned(company, gone, hours_left=4)
    waits = owned(company, gone, hours_left=23)
    clock.advance(minutes=61)
    company.everyone_is_seen(here)
    assert company.run().moved.handed_over == 1
    assert (company.owner(soon), company.owner(waits)) == (here, gone)
    [event] = company.events(soon, "assigned")
    assert event.data["before"] == gone


def test_a_short_absence_moves_nothing(company: Company, clock: FixedClock) -> None:
    gone, here = company.hire(), company.hire()
    soon = owned(company, gone, hours_left=4)
    clock.advance(minutes=50)
    company.everyone_is_seen(here)
    company.run()
    assert company.owner(soon) == gone


def test_with_nobody_to_take_it_the_owner_keeps_it_and_the_lead_is_told_once(
    company: Company, clock: FixedClock
) -> None:
    gone = company.hire()
    soon = owned(company, gone, hours_left=4)
    clock.advance(minutes=61)
    company.run()
    clock.advance(minutes=5)
    company.run()
    assert company.owner(soon) == gone
    assert len(company.events(soon, "owner_absent")) == 1
    [told] = company.messages("owner_absent")
    assert told["address_of"] == ["staff", company.lead_id]


def test_later_someone_who_comes_gets_it_all_the_same(company: Company, clock: FixedClock) -> None:
    gone = company.hire()
    soon = owned(company, gone, hours_left=4)
    clock.advance(minutes=61)
    company.run()
    here = company.hire()
    clock.advance(seconds=5)
    company.run()
    assert company.owner(soon) == here


def test_another_absence_is_told_again(claiming: Company, clock: FixedClock) -> None:
    gone = claiming.hire()
    owned(claiming, gone, hours_left=3)
    clock.advance(minutes=61)
    claiming.run()
    claiming.everyone_is_seen(gone)
    clock.advance(minutes=61)
    claiming.run()
    assert len(claiming.messages("owner_absent")) == 2


def test_where_agents_claim_the_lead_is_offered_it(claiming: Company, clock: FixedClock) -> None:
    gone, here = claiming.hire(), claiming.hire()
    soon = owned(claiming, gone, hours_left=4)
    clock.advance(minutes=61)
    claiming.everyone_is_seen(here)
    claiming.run()
    assert claiming.owner(soon) == gone
    assert len(claiming.messages("owner_absent")) == 1


def test_whoever_left_loses_all_their_tickets(company: Company) -> None:
    gone, here = company.hire(), company.hire()
    tickets = [owned(company, gone, hours_left=hours) for hours in (2, 23)]
    company.set_person(gone, active=False)
    company.run()
    assert {company.owner(ticket) for ticket in tickets} == {here}


def test_with_nobody_there_the_tickets_of_who_left_are_put_back_and_the_lead_is_told(claiming: Company) -> None:
    gone = claiming.hire()
    ticket = owned(claiming, gone, hours_left=23)
    claiming.set_person(gone, active=False)
    claiming.run()
    assert claiming.owner(ticket) is None
    [event] = claiming.events(ticket, "put_back")
    assert (event.data["reason"], event.data["before"]) == ("owner_left", gone)
    [told] = claiming.messages("ticket_put_back")
    assert told["address_of"] == ["staff", claiming.lead_id]


def reopened(company: Company, ticket_id: int) -> None:
    with company.database.transaction() as session:
        ticket = session.get_one(Ticket, ticket_id)
        ticket.status = "closed"
        actor = factories.actor_of(factories.customer(session, company.clock))
        service.reopen(session, clock=company.clock, actor=actor, ticket=ticket, reason="还是没到账")


def test_a_reopened_ticket_stays_with_its_former_owner_who_is_at_work(company: Company) -> None:
    agent = company.hire(presence="busy")
    company.hire()
    ticket = owned(company, agent, hours_left=20)
    reopened(company, ticket)
    company.run()
    assert company.owner(ticket) == agent


def test_a_reopened_ticket_whose_owner_is_away_goes_to_someone_else(company: Company, clock: FixedClock) -> None:
    agent = company.hire(presence="away")
    ticket = owned(company, agent, hours_left=20)
    here = company.hire()
    reopened(company, ticket)
    assert company.owner(ticket) is None
    company.run()
    assert company.owner(ticket) == here
