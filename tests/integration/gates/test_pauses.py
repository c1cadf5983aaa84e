"""Pauses, hand-overs, withdrawals by staff, and the chat that follows its ticket."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests import factories
from tests.integration.gates.conftest import Company, kinds, told
from ticketing.conversations.models import Conversation
from ticketing.customers.models import Customer
from ticketing.platform.errors import DomainError
from ticketing.sla import queries as sla
from ticketing.tickets import handover, pausing, queries, service
from ticketing.tickets.gate_models import TicketPause
from ticketing.tickets.models import Ticket


def pause(company: Company, number: int, reason: str = "customer") -> None:
    with company.database.transaction() as session:
        ticket, chen = session.get_one(Ticket, number), company.actor(session, "chen")
        pausing.pause(session, clock=company.clock, actor=chen, ticket=ticket, reason=reason, note="等回执")


def states(company: Company, number: int) -> dict[str, tuple[str, object]]:
    with company.database.reading() as session:
        return {item.clock: (item.state, item.due_at) for item in sla.clocks(session, ticket_id=number, round=1)}


def test_a_pause_holds_the_pausable_clock_and_never_the_24_and_48_hours(company: Company) -> None:
    number = company.ticket()
    before = states(company, number)
    pause(company, number)
    during = states(company, number)
    assert during["first_reply"] == ("paused", None)
    assert {name: during[name] for name in ("investigation", "resolution", "statutory")} == {
        name: before[name] for name in ("investigation", "resolution", "statutory")
    }
    company.clock.advance(minutes=10)
    with company.database.transaction() as session:
        ticket, chen = session.get_one(Ticket, number), company.actor(session, "chen")
        pausing.resume(session, clock=company.clock, actor=chen, ticket=ticket)
    assert states(company, number)["first_reply"][1] == before["first_reply"][1] + timedelta(minutes=10)


def test_only_one_pause_lasts(company: Company) -> None:
    number = company.ticket()
    pause(company, number)
    with pytest.raises(DomainError, match="pause_lasting"):
        pause(company, number, "regulator")
    with pytest.raises(DomainError, match="pause_reason_unknown"):
        pause(company, company.ticket(), "lunch")


@pytest.mark.parametrize(("reason", "lasts"), [("customer", False), ("third_party", True)])
def test_the_customers_word_ends_only_the_waiting_for_them(company: Company, reason: str, lasts: bool) -> None:
    number = company.ticket(chat=True)
    pause(company, number, reason)
    with company.database.transaction() as session:
        ticket = session.get_one(Ticket, number)
        customer = factories.actor_of(session.get_one(Customer, ticket.customer_id))
        assert ticket.conversation_id is not None
        assert pausing.waits_for_customer(session, conversation_id=ticket.conversation_id) is not lasts
        pausing.customer_wrote(session, clock=company.clock, actor=customer, conversation_id=ticket.conversation_id)
        assert (pausing.lasting(session, ticket=ticket) is not None) is lasts


def test_an_addition_ends_the_waiting_too_and_an_ended_ticket_is_not_paused(company: Company) -> None:
    added, withdrawn = company.ticket(), company.ticket()
    for number in (added, withdrawn):
        pause(company, number)
    with company.database.transaction() as session:
        for number in (added, withdrawn):
            ticket = session.get_one(Ticket, number)
            customer = factories.actor_of(session.get_one(Customer, ticket.customer_id))
            if number == added:
                service.add_to(session, clock=company.clock, actor=customer, ticket=ticket, text="回执在这里")
            else:
                service.withdraw(session, clock=company.clock, actor=customer, ticket=ticket, reason=None)
        assert session.scalars(select(TicketPause).where(TicketPause.ended_at.is_(None))).all() == []


def test_a_forgotten_pause_asks_the_owner_once_a_week(company: Company) -> None:
    number = company.ticket()
    pause(company, number)
    company.clock.advance(days=6)
    assert pausing.remind_of_forgotten(company.database, clock=company.clock) == 0
    company.clock.advance(days=1)
    for _ in range(2):
        assert pausing.remind_of_forgotten(company.database, clock=company.clock) == 1
    with company.database.reading() as session:
        assert len(told(session, "pause_forgotten")) == 1
    company.clock.advance(days=7)
    pausing.remind_of_forgotten(company.database, clock=company.clock)
    with company.database.reading() as session:
        assert len(told(session, "pause_forgotten")) == 2


def test_a_ticket_goes_on_only_with_a_note_which_the_new_owner_sees_until_it_is_read(company: Company) -> None:
    number = company.ticket(chat=True)
    with company.database.transaction() as session:
        ticket, chen = session.get_one(Ticket, number), company.actor(session, "chen")
        wang = company.staff(session, "wang")
        with pytest.raises(DomainError, match="ticket_content_missing"):
            service.reassign(session, clock=company.clock, actor=chen, ticket=ticket, to=wang)
        service.reassign(session, clock=company.clock, actor=chen, ticket=ticket, to=wang, note="银行周三回复")
        chat = session.get_one(Conversation, ticket.conversation_id)
        assert (chat.owner, chat.agent_id) == ("agent", wang.id)
        found = handover.unread(queries.timeline(session, ticket_id=number), wang.id)
        assert found is not None
        assert found.text == "银行周三回复"
        handover.acknowledge(session, clock=company.clock, actor=factories.actor_of(wang), ticket=ticket)
        assert handover.unread(queries.timeline(session, ticket_id=number), wang.id) is None


def test_after_closing_the_chat_is_the_assistants_unless_the_agent_has_another_case_of_it(company: Company) -> None:
    number = company.ticket(chat=True, decided=True)
    with company.database.transaction() as session:
        ticket = session.get_one(Ticket, number)
        of = session.get_one(Customer, ticket.customer_id)
        other = company.ticket_of(session, of, conversation_id=ticket.conversation_id)
        company.close(session, ticket, "chen")
        chat = session.get_one(Conversation, ticket.conversation_id)
        assert chat.owner == "agent"
        service.withdraw(session, clock=company.clock, actor=factories.actor_of(of), ticket=other, reason=None)
        assert (chat.owner, chat.agent_id) == ("bot", None)


def test_staff_withdraw_only_with_evidence_which_the_customer_does_not_see(company: Company) -> None:
    number = company.ticket()
    with company.database.transaction() as session:
        ticket, chen = session.get_one(Ticket, number), company.actor(session, "chen")
        with pytest.raises(DomainError, match="ticket_content_missing"):
            service.withdraw(session, clock=company.clock, actor=chen, ticket=ticket, reason=None)
        wang = company.actor(session, "wang")
        with pytest.raises(DomainError, match="ticket_not_yours"):
            service.withdraw(session, clock=company.clock, actor=wang, ticket=ticket, reason=None, evidence="来电")
        service.withdraw(session, clock=company.clock, actor=chen, ticket=ticket, reason=None, evidence="录音 8812")
        assert ticket.status == "withdrawn"
        assert kinds(session, ticket)[-2:] == ["withdrawn", "noted"]
        assert told(session, "withdrawn_for_you")
        assert not any("8812" in str(row.payload) for row in told(session, "withdrawn_for_you"))
