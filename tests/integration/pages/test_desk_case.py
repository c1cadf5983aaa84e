"""A case at the desk, from claiming to closing."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from tests import factories
from tests.desk import Browser, person, reload
from ticketing.audit.models import AuditEntry
from ticketing.conversations import service as conversing
from ticketing.conversations.models import Conversation
from ticketing.customers.models import Customer
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.platform.outbox import OutboxMessage
from ticketing.tickets import deliveries, queries, service
from ticketing.tickets.models import TicketEvent

DECISION = {"cause": "银行维护", "measures": "已催促到账", "follow_up_plan": "三日内回访"}


def at(number: str, *rest: str) -> str:
    return "/".join(["/desk/tickets", number, *rest])


def opened(browser: Browser, number: str) -> Browser:
    assert browser.get(at(number)).status_code == 200
    return browser


def kinds(database: Database, number: str) -> list[str]:
    with database.reading() as session:
        ticket = queries.by_number(session, number=number)
        return list(
            session.scalars(select(TicketEvent.kind).where(TicketEvent.ticket_id == ticket.id).order_by(TicketEvent.id))
        )


def with_chat(database: Database, clock: FixedClock) -> str:
    """A complaint whose customer is still in the chat."""
    with database.transaction() as session:
        customer = factories.customer(session, clock)
        chat = conversing.open_conversation(session, clock=clock, customer=customer, language="zh")
        return factories.complaint(session, clock, of=customer, conversation_id=chat.id).number


def chat_of(database: Database, number: str) -> Conversation:
    with database.reading() as session:
        ticket = queries.by_number(session, number=number)
        return session.get_one(Conversation, ticket.conversation_id)


def test_a_normal_case_goes_from_claim_to_close(
    signed_in: Any, company: Database, clock: FixedClock, ticket: str
) -> None:
    browser = signed_in("chen")
    for step, fields in (
        ("claim", {}),
        ("findings", {"findings": "银行侧排队"}),
        ("decision", DECISION),
        ("letter", {}),
        ("letter/dispatch", {}),
    ):
        assert opened(browser, ticket).submit(at(ticket, step), **fields).status_code == 303, step
    with company.transaction() as session:
        message = session.scalars(select(OutboxMessage).where(OutboxMessage.subject_type == "letter")).first()
        message.status = "delivered"
        deliveries.settle(session, clock=clock, message=message)
    assert opened(browser, ticket).submit(at(ticket, "close")).status_code == 303
    assert reload(company, ticket).status == "closed"
    assert opened(browser, ticket).submit(at(ticket, "reopen"), reason="客户不满意").status_code == 303
    assert reload(company, ticket).round == 2


def test_what_a_customer_wrote_is_shown_as_text(signed_in: Any, ticket: str) -> None:
    browser = opened(signed_in("chen"), ticket)
    assert "转账两千块没到账<script>" in browser.words
    assert "没到账<script>" not in browser.page


def test_claiming_takes_the_open_chat_along(signed_in: Any, company: Database, clock: FixedClock) -> None:
    number = with_chat(company, clock)
    opened(signed_in("chen"), number).submit(at(number, "claim"))
    chat = chat_of(company, number)
    assert (chat.owner, chat.agent_id) == ("agent", person(company, "chen").id)


def test_the_slower_of_two_is_told_who_was_quicker(signed_in: Any, ticket: str) -> None:
    quick, slow = opened(signed_in("chen"), ticket), opened(signed_in("wang"), ticket)
    quick.submit(at(ticket, "claim"))
    answer = slow.submit(at(ticket, "claim"))
    assert answer.status_code == 409
    assert "该工单已由Chen领取" in slow.words


def test_only_the_possible_step_is_offered_and_the_rest_explained(signed_in: Any, ticket: str) -> None:
    owner, other = signed_in("chen"), signed_in("wang")
    opened(owner, ticket).submit(at(ticket, "claim"))
    assert at(ticket, "findings") in opened(owner, ticket).page
    assert at(ticket, "decision") not in owner.page
    assert at(ticket, "findings") not in opened(other, ticket).page
    assert "工单由Chen负责" in other.words


def test_a_double_click_records_once(signed_in: Any, company: Database, ticket: str) -> None:
    browser = signed_in("chen")
    opened(browser, ticket).submit(at(ticket, "claim"))
    opened(browser, ticket)
    page = browser.page
    for _ in range(2):
        browser.page = page
        assert browser.submit(at(ticket, "findings"), findings="银行侧排队").status_code == 303
    assert kinds(company, ticket).count("findings_recorded") == 1


def test_a_note_sent_twice_is_one_note_and_two_notes_are_two(signed_in: Any, company: Database, ticket: str) -> None:
    browser = opened(signed_in("chen"), ticket)
    page = browser.page
    for text in ("回电无人接听", "回电无人接听", "再次回电"):
        browser.page = page
        browser.submit(at(ticket, "notes"), note=text)
    assert kinds(company, ticket).count("noted") == 2


def test_someone_elses_change_is_shown_and_my_text_is_kept(
    signed_in: Any, company: Database, clock: FixedClock, ticket: str
) -> None:
    browser = signed_in("chen")
    opened(browser, ticket).submit(at(ticket, "claim"))
    opened(browser, ticket)
    with company.transaction() as session:
        found = queries.by_number(session, number=ticket)
        customer = session.get_one(Customer, found.customer_id)
        service.add_to(session, clock=clock, actor=factories.actor_of(customer), ticket=found, text="对方说还是没收到")
    answer = browser.submit(at(ticket, "findings"), findings="我写了很久的结论")
    assert answer.status_code == 412
    assert "客户补充说明" in browser.words
    assert "对方说还是没收到" in browser.words
    assert "我写了很久的结论</textarea>" in browser.page
    assert browser.submit(at(ticket, "findings"), findings="我写了很久的结论").status_code == 303


def test_a_colleagues_note_does_not_get_in_the_way(signed_in: Any, ticket: str) -> None:
    browser, lead = signed_in("chen"), signed_in("li")
    opened(browser, ticket).submit(at(ticket, "claim"))
    opened(browser, ticket)
    opened(lead, ticket).submit(at(ticket, "notes"), note="请优先")
    assert browser.submit(at(ticket, "findings"), findings="结论").status_code == 303


def test_text_for_a_step_that_went_to_someone_else_can_still_be_copied(
    signed_in: Any, company: Database, ticket: str
) -> None:
    browser, lead = signed_in("chen"), signed_in("li")
    opened(browser, ticket).submit(at(ticket, "claim"))
    opened(browser, ticket)
    lead.get(at(ticket, "colleagues"))
    lead.submit(at(ticket, "owner"), to=str(person(company, "wang").id), note="请尽快回电")
    assert browser.submit(at(ticket, "findings"), findings="我写了很久的结论").status_code == 412
    assert "我写了很久的结论</textarea>" in browser.page
    assert "可以复制" in browser.words


def test_a_serious_answer_is_approved_by_someone_else(signed_in: Any, company: Database, clock: FixedClock) -> None:
    with company.transaction() as session:
        of = factories.customer(session, clock)
        number = factories.complaint(session, clock, of=of, description="不解决我就去 12378 投诉").number
    owner, lead = signed_in("chen"), signed_in("li")
    for step, fields in (("claim", {}), ("findings", {"findings": "属实"}), ("decision", DECISION), ("letter", {})):
        opened(owner, number).submit(at(number, step), **fields)
    assert at(number, "letter/dispatch") not in opened(owner, number).page
    assert "另一位" in owner.words
    assert opened(lead, number).submit(at(number, "letter/approval")).status_code == 303
    assert opened(owner, number).submit(at(number, "letter/dispatch")).status_code == 303


def test_details_are_masked_until_revealed_with_a_reason(signed_in: Any, company: Database, ticket: str) -> None:
    browser = opened(signed_in("chen"), ticket)
    assert "138****5678" in browser.words
    assert "13812345678" not in browser.page
    assert browser.submit(at(ticket, "customer"), reason="").status_code == 422
    assert opened(browser, ticket).submit(at(ticket, "customer"), reason="call_back").status_code == 200
    assert "13812345678" in browser.words
    with company.reading() as session:
        row = session.scalars(select(AuditEntry).where(AuditEntry.action == "customer.revealed")).one()
    assert row.detail == {"ticket": ticket, "reason": "call_back"}
    assert row.actor == f"staff:{person(company, 'chen').id}"


def test_a_live_page_hears_of_changes_and_of_nothing_else(signed_in: Any, company: Database, ticket: str) -> None:
    browser, other = opened(signed_in("chen"), ticket), opened(signed_in("li"), ticket)
    before = reload(company, ticket)
    live = at(ticket, f"live?version={before.version}&seen=2")
    assert browser.http.get(live).status_code == 204
    other.submit(at(ticket, "claim"))
    assert "已领取 (Li)" in browser.http.get(live).text


def test_an_unknown_ticket_is_a_kind_404(signed_in: Any) -> None:
    answer = signed_in("chen").get(at("KS-20000101-00001"))
    assert answer.status_code == 404
    assert "KS-20000101-00001" in answer.text
