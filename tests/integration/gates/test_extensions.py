"""More of the law's time: 15 → 30 → 60 days, with another person's approval."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests import factories
from tests.integration.gates.conftest import Company, kinds, told
from ticketing.customers.models import Customer
from ticketing.platform.errors import DomainError
from ticketing.sla import queries as sla
from ticketing.tickets import extensions, service
from ticketing.tickets.gate_models import StatutoryExtension
from ticketing.tickets.models import Ticket


def ask(company: Company, number: int, login: str = "chen") -> int:
    with company.database.transaction() as session:
        ticket, actor = session.get_one(Ticket, number), company.actor(session, login)
        return extensions.request(
            session, clock=company.clock, actor=actor, ticket=ticket, reason="需向境外银行核实"
        ).id


def decide(company: Company, number: int, extension: int, login: str, *, grant: bool = True, why: str = "属实") -> None:
    with company.database.transaction() as session:
        decision = extensions.approve if grant else extensions.refuse
        decision(
            session,
            clock=company.clock,
            actor=company.actor(session, login),
            ticket=session.get_one(Ticket, number),
            extension_id=extension,
            reason=why,
        )


def limit(company: Company, number: int) -> timedelta:
    """The statutory limit, counted from the complaint."""
    with company.database.reading() as session:
        found = {item.clock: item for item in sla.clocks(session, ticket_id=number, round=1)}["statutory"]
        assert found.due_at is not None
        return found.due_at - found.started_at


def test_two_extensions_make_fifteen_days_thirty_and_then_sixty(company: Company) -> None:
    number = company.ticket()
    assert limit(company, number) == timedelta(days=15)
    decide(company, number, ask(company, number), "zhao")
    assert limit(company, number) == timedelta(days=30)
    decide(company, number, ask(company, number), "sun")
    assert limit(company, number) == timedelta(days=60)
    with pytest.raises(DomainError, match="extension_used_up"):
        ask(company, number)


def test_the_customer_is_told_the_new_date_and_why_and_the_48_hours_stay(company: Company) -> None:
    number = company.ticket()
    with company.database.reading() as session:
        before = session.get_one(Ticket, number).next_due_at
    extension = ask(company, number)
    for _ in range(2):
        decide(company, number, extension, "zhao")
    with company.database.reading() as session:
        ticket = session.get_one(Ticket, number)
        assert ticket.next_due_at == before
        (mail,) = told(session, "extended")
        assert mail.payload["values"]["due"] == "2026年12月23日"
        assert mail.payload["values"]["reason"] == "需向境外银行核实"
        assert kinds(session, ticket).count("extended") == 1


def test_who_may_decide(company: Company) -> None:
    number = company.ticket(owner="qian")
    first = ask(company, number, "qian")
    for login, code in (("qian", "extension_four_eyes"), ("li", "permission_denied")):
        with pytest.raises(DomainError, match=code):
            decide(company, number, first, login)
    decide(company, number, first, "sun")
    second = ask(company, number, "qian")
    for login, code in (("zhao", "extension_compliance_only"), ("sun", "extension_same_approver")):
        with pytest.raises(DomainError, match=code):
            decide(company, number, second, login)
    decide(company, number, second, "zhou")


def test_only_the_owner_asks_one_at_a_time_with_a_reason_and_before_the_limit(company: Company) -> None:
    number = company.ticket()
    with pytest.raises(DomainError, match="ticket_not_yours"):
        ask(company, number, "wang")
    extension = ask(company, number)
    with pytest.raises(DomainError, match="extension_pending"):
        ask(company, number)
    with pytest.raises(DomainError, match="ticket_content_missing"):
        decide(company, number, extension, "zhao", why=" ")
    company.clock.advance(days=15)
    with pytest.raises(DomainError, match="extension_too_late"):
        decide(company, number, extension, "zhao")
    with pytest.raises(DomainError, match="extension_too_late"):
        ask(company, number)


def test_a_refused_request_leaves_the_limit_and_may_be_made_again(company: Company) -> None:
    number = company.ticket()
    extension = ask(company, number)
    decide(company, number, extension, "zhao", grant=False, why="理由不充分")
    assert limit(company, number) == timedelta(days=15)
    with pytest.raises(DomainError, match="extension_decided"):
        decide(company, number, extension, "sun")
    decide(company, number, ask(company, number), "zhao")
    with company.database.reading() as session:
        assert told(session, "extension_refused")


def test_approvers_are_told_and_see_the_request_with_whether_it_is_theirs(company: Company) -> None:
    number = company.ticket()
    ask(company, number)
    with company.database.reading() as session:
        addressed = {row.payload["address_of"][1] for row in told(session, "extension_requested")}
        assert addressed == {company.staff(session, login).id for login in ("zhao", "qian", "sun", "zhou")}
        (waiting,) = extensions.pending(session, actor=company.actor(session, "zhao"))
        assert waiting.may_decide


def test_a_request_lapses_with_the_ticket(company: Company) -> None:
    number = company.ticket()
    extension = ask(company, number)
    with company.database.transaction() as session:
        ticket = session.get_one(Ticket, number)
        customer = factories.actor_of(session.get_one(Customer, ticket.customer_id))
        service.withdraw(session, clock=company.clock, actor=customer, ticket=ticket, reason=None)
        assert session.get_one(StatutoryExtension, extension).status == "lapsed"
