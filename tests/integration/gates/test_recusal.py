"""Nobody with an interest in a case handles it (回避)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests import factories
from tests.integration.gates.conftest import Company, kinds, told
from ticketing.audit.models import AuditEntry
from ticketing.conversations.models import Conversation
from ticketing.platform.crypto import keyring
from ticketing.platform.errors import DomainError
from ticketing.tickets import letters, recusal, service
from ticketing.tickets.models import Ticket

SERIOUS = "再不处理我就去12378投诉"


def test_whoever_declares_an_interest_cannot_claim_the_case(company: Company) -> None:
    number = company.ticket(owner=None)
    with company.database.transaction() as session:
        ticket, wang = session.get_one(Ticket, number), company.actor(session, "wang")
        recusal.declare(session, clock=company.clock, actor=wang, ticket=ticket, reason="客户是我表哥")
        with pytest.raises(DomainError) as refusal:
            service.claim(session, clock=company.clock, actor=wang, ticket=ticket)
    assert refusal.value.code == "recused_self"
    assert "本人声明有利害关系" in refusal.value.text("zh")


def test_an_owner_with_an_interest_gives_ticket_and_chat_back_and_the_leads_are_told(company: Company) -> None:
    number = company.ticket(chat=True)
    with company.database.transaction() as session:
        ticket, chen = session.get_one(Ticket, number), company.actor(session, "chen")
        recusal.declare(session, clock=company.clock, actor=chen, ticket=ticket, reason="客户是我邻居")
        recusal.declare(session, clock=company.clock, actor=chen, ticket=ticket, reason="再点一次")
        assert ticket.owner_id is None
        assert session.get_one(Conversation, ticket.conversation_id).owner == "bot"
        assert kinds(session, ticket).count("recused") == 1
        assert "put_back" in kinds(session, ticket)
        message, *_ = told(session, "ticket_returned")
        assert message.payload["address_of"] == ["staff", company.staff(session, "li").id]
        assert ticket.next_due_at is not None


def test_a_reason_is_needed(company: Company) -> None:
    number = company.ticket()
    with company.database.transaction() as session:
        ticket, chen = session.get_one(Ticket, number), company.actor(session, "chen")
        with pytest.raises(DomainError, match="ticket_content_missing"):
            recusal.declare(session, clock=company.clock, actor=chen, ticket=ticket, reason="  ")


def test_a_lead_keeps_someone_out_and_an_agent_may_not(company: Company) -> None:
    number = company.ticket()
    with company.database.transaction() as session:
        ticket, chen = session.get_one(Ticket, number), company.staff(session, "chen")
        with pytest.raises(DomainError, match="permission_denied"):
            recusal.impose(
                session,
                clock=company.clock,
                actor=company.actor(session, "wang"),
                ticket=ticket,
                member=chen,
                reason="x",
            )
        lead = company.actor(session, "li")
        recusal.impose(session, clock=company.clock, actor=lead, ticket=ticket, member=chen, reason="与客户有纠纷")
        assert ticket.owner_id is None
        with pytest.raises(DomainError) as refusal:
            service.reassign(session, clock=company.clock, actor=lead, ticket=ticket, to=chen)
        assert refusal.value.code == "recused_other"
        recusal.lift(session, clock=company.clock, actor=lead, ticket=ticket, staff_id=chen.id)
        service.reassign(session, clock=company.clock, actor=lead, ticket=ticket, to=chen)
        assert ticket.owner_id == chen.id


def test_nobody_lifts_their_own_recusal(company: Company) -> None:
    number = company.ticket()
    with company.database.transaction() as session:
        ticket, lead = session.get_one(Ticket, number), company.actor(session, "li")
        recusal.declare(session, clock=company.clock, actor=lead, ticket=ticket, reason="我认识客户")
        with pytest.raises(DomainError, match="recusal_own"):
            recusal.lift(session, clock=company.clock, actor=lead, ticket=ticket, staff_id=lead.id)


def test_the_employee_complained_about_loses_the_case_and_cannot_take_their_name_out(company: Company) -> None:
    number = company.ticket()
    with company.database.transaction() as session:
        ticket, chen = session.get_one(Ticket, number), company.staff(session, "chen")
        recusal.name_about(
            session, clock=company.clock, actor=company.actor(session, "wang"), ticket=ticket, member=chen
        )
        assert ticket.owner_id is None
        for member in (None, company.staff(session, "wang")):
            with pytest.raises(DomainError):
                recusal.name_about(
                    session, clock=company.clock, actor=factories.actor_of(chen), ticket=ticket, member=member
                )
        refusal = recusal.may_handle(session, ticket, chen)
        assert refusal is not None
        assert refusal.text("en") == "the complaint is about them"


def test_an_employee_does_not_handle_their_own_complaint(company: Company) -> None:
    number = company.ticket(owner=None)
    with company.database.transaction() as session:
        ticket = session.get_one(Ticket, number)
        by_account, by_phone, by_mail = (company.staff(session, login) for login in ("chen", "wang", "li"))
        assert recusal.kept_out(session, ticket) == frozenset()
        customer = session.get_one(type(factories.customer(session, company.clock)), ticket.customer_id)
        customer.phone_index = by_phone.phone_index = keyring().index("+8613812345678")
        by_account.customer_id, by_mail.email = customer.id, customer.email.upper()
        session.flush()
        assert recusal.kept_out(session, ticket) == {by_account.id, by_phone.id, by_mail.id}


def test_after_a_complaint_about_the_handling_its_handler_is_out_and_the_case_waits_for_another(
    company: Company,
) -> None:
    number = company.ticket(decided=True)
    with company.database.transaction() as session:
        ticket = session.get_one(Ticket, number)
        company.close(session, ticket, "chen")
        service.reopen(
            session,
            clock=company.clock,
            actor=company.actor(session, "li"),
            ticket=ticket,
            reason="客户说坐席态度恶劣",
            about_handling=True,
        )
        assert ticket.owner_id is None
        with pytest.raises(DomainError, match="recused_self"):
            service.claim(session, clock=company.clock, actor=company.actor(session, "chen"), ticket=ticket)
        service.claim(session, clock=company.clock, actor=company.actor(session, "wang"), ticket=ticket)


def test_an_ordinary_reopening_stays_with_its_handler(company: Company) -> None:
    number = company.ticket(decided=True)
    with company.database.transaction() as session:
        ticket = session.get_one(Ticket, number)
        company.close(session, ticket, "chen")
        lead = company.actor(session, "li")
        service.reopen(session, clock=company.clock, actor=lead, ticket=ticket, reason="又没到账")
        assert ticket.owner_id == company.staff(session, "chen").id


def test_an_approver_with_an_interest_approves_nothing(company: Company) -> None:
    number = company.ticket(decided=True, description=SERIOUS)
    with company.database.transaction() as session:
        ticket, lead = session.get_one(Ticket, number), company.actor(session, "li")
        letters.draft(session, clock=company.clock, actor=company.actor(session, "chen"), ticket=ticket)
        recusal.declare(session, clock=company.clock, actor=lead, ticket=ticket, reason="我是当事人")
        with pytest.raises(DomainError, match="recused_self"):
            letters.approve(session, clock=company.clock, actor=lead, ticket=ticket)
        sun = company.actor(session, "sun")
        recusal.declare(session, clock=company.clock, actor=sun, ticket=ticket, reason="亲属")
        with pytest.raises(DomainError, match="recused_self"):
            letters.approve(session, clock=company.clock, actor=sun, ticket=ticket)
        zhou = company.actor(session, "zhou")
        assert letters.approve(session, clock=company.clock, actor=zhou, ticket=ticket).status == "approved"


def test_every_recusal_is_in_the_audit_log(company: Company) -> None:
    number = company.ticket()
    with company.database.transaction() as session:
        ticket, chen = session.get_one(Ticket, number), company.actor(session, "chen")
        recusal.declare(session, clock=company.clock, actor=chen, ticket=ticket, reason="亲属")
        lead = company.actor(session, "li")
        recusal.lift(session, clock=company.clock, actor=lead, ticket=ticket, staff_id=chen.id)
        actions = set(session.scalars(select(AuditEntry.action)))
    assert {"ticket.recused", "ticket.put_back", "ticket.recusal_lifted"} <= actions
