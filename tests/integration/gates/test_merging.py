"""Merging, splitting and linking tickets."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests import factories
from tests.integration.gates.conftest import Company, kinds, told
from ticketing.conversations.models import Conversation
from ticketing.customers.models import Customer
from ticketing.platform.errors import DomainError
from ticketing.sla import queries as sla
from ticketing.tickets import links, merging, recusal, service, splitting
from ticketing.tickets.gate_models import TicketLink
from ticketing.tickets.holding import survivor
from ticketing.tickets.models import Ticket


def pair(company: Company, **of_second: object) -> tuple[int, int]:
    """Two complaints of one customer, the first an hour older; both are chen's."""
    with company.database.transaction() as session:
        of = factories.customer(session, company.clock)
        first = company.ticket_of(session, of, chat=True)
        company.clock.advance(hours=1)
        second = company.ticket_of(session, of, **of_second)
        return first.id, second.id


def merge(company: Company, source: int, target: int, login: str = "chen") -> None:
    with company.database.transaction() as session:
        merging.merge(
            session,
            clock=company.clock,
            actor=company.actor(session, login),
            ticket=session.get_one(Ticket, source),
            into=session.get_one(Ticket, target),
            reason="同一件事",
        )


def test_the_merged_ticket_has_no_clock_and_the_earlier_intake_survives(company: Company) -> None:
    older, newer = pair(company)
    merge(company, older, newer)
    with company.database.reading() as session:
        gone, stays = session.get_one(Ticket, older), session.get_one(Ticket, newer)
        assert (gone.status, gone.merged_into_id, gone.next_due_at) == ("merged", newer, None)
        assert not any(item.owed for item in sla.clocks(session, ticket_id=older))
        due = {item.clock: item.due_at for item in sla.clocks(session, ticket_id=newer, round=1)}
        assert due["resolution"] == gone.complained_at + timedelta(hours=48)
        assert stays.complained_at == gone.complained_at


def test_a_later_intake_changes_nothing_for_the_survivor(company: Company) -> None:
    older, newer = pair(company)
    with company.database.reading() as session:
        before = session.get_one(Ticket, older).next_due_at
    merge(company, newer, older)
    with company.database.reading() as session:
        assert session.get_one(Ticket, older).next_due_at == before


def test_the_customer_is_told_once_where_the_old_number_leads(company: Company) -> None:
    older, newer = pair(company)
    for _ in range(2):
        merge(company, older, newer)
    with company.database.reading() as session:
        stays = session.get_one(Ticket, newer)
        messages = told(session, "merged")
        assert {row.channel for row in messages} == {"chat", "email"}
        assert {row.payload["values"]["survivor"] for row in messages} == {stays.number}
        assert kinds(session, stays).count("absorbed") == 1


def test_the_chat_of_a_merged_ticket_goes_back_to_the_assistant(company: Company) -> None:
    older, newer = pair(company)
    merge(company, older, newer)
    with company.database.reading() as session:
        chat = session.get_one(Conversation, session.get_one(Ticket, older).conversation_id)
        assert chat.owner == "bot"


def test_a_chain_of_merges_leads_to_the_last_one(company: Company) -> None:
    first, second = pair(company)
    with company.database.transaction() as session:
        of = session.get_one(Customer, session.get_one(Ticket, first).customer_id)
        third = company.ticket_of(session, of).id
    merge(company, first, second)
    merge(company, second, third)
    with company.database.reading() as session:
        last = session.get_one(Ticket, third)
        assert survivor(session.get_one(Ticket, first)).id == third
        assert [row.id for row in merging.absorbed(session, ticket=last)] == [first, second]


def test_what_cannot_be_merged_is_refused(company: Company) -> None:
    first, second = pair(company)
    stranger = company.ticket()
    cases = [(first, first, "merge_itself"), (first, stranger, "merge_other_customer")]
    for source, target, code in cases:
        with pytest.raises(DomainError, match=code):
            merge(company, source, target)
    merge(company, first, second)
    with pytest.raises(DomainError, match="ticket_merged"):
        merge(company, second, first)
    with company.database.transaction() as session, pytest.raises(DomainError, match="ticket_merged"):
        service.reopen(
            session,
            clock=company.clock,
            actor=company.actor(session, "li"),
            ticket=session.get_one(Ticket, first),
            reason="还要处理",
        )


def test_nothing_goes_into_an_ended_ticket_nor_a_complaint_into_an_enquiry(company: Company) -> None:
    first, second = pair(company, kind="enquiry")
    with pytest.raises(DomainError, match="merge_kind"):
        merge(company, first, second)
    with company.database.transaction() as session:
        ticket = session.get_one(Ticket, second)
        customer = factories.actor_of(session.get_one(Customer, ticket.customer_id))
        service.withdraw(session, clock=company.clock, actor=customer, ticket=ticket, reason=None)
    with pytest.raises(DomainError, match="merge_target_ended"):
        merge(company, first, second)


def test_the_owner_of_only_one_may_not_merge_and_a_lead_may(company: Company) -> None:
    with company.database.transaction() as session:
        of = factories.customer(session, company.clock)
        mine = company.ticket_of(session, of).id
        theirs = company.ticket_of(session, of, owner="wang").id
    with pytest.raises(DomainError, match="ticket_not_yours"):
        merge(company, mine, theirs)
    merge(company, mine, theirs, "li")


def test_a_serious_case_does_not_lose_its_second_pair_of_eyes_by_merging(company: Company) -> None:
    first, second = pair(company)
    with company.database.transaction() as session:
        of = session.get_one(Customer, session.get_one(Ticket, first).customer_id)
        serious = company.ticket_of(session, of, description="再不处理我就去12378投诉").id
        assert session.get_one(Ticket, serious).severity != "normal"
    merge(company, serious, second)
    with company.database.reading() as session:
        assert session.get_one(Ticket, second).severity == session.get_one(Ticket, serious).severity


def test_whoever_kept_out_of_the_merged_one_keeps_out_of_the_survivor(company: Company) -> None:
    first, second = pair(company)
    with company.database.transaction() as session:
        recusal.impose(
            session,
            clock=company.clock,
            actor=company.actor(session, "li"),
            ticket=session.get_one(Ticket, first),
            member=company.staff(session, "chen"),
            reason="利害关系",
        )
    merge(company, first, second, "li")
    with company.database.reading() as session:
        stays = session.get_one(Ticket, second)
        assert stays.owner_id is None
        assert company.staff(session, "chen").id in recusal.kept_out(session, stays)


def test_two_cross_merges_at_once_end_in_one_merge_and_no_circle(company: Company) -> None:
    first, second = pair(company)

    def attempt(ids: tuple[int, int]) -> str:
        try:
            merge(company, *ids, "li")
        except DomainError as refusal:
            return refusal.code
        return "merged"

    with ThreadPoolExecutor(2) as both:
        outcomes = sorted(both.map(attempt, [(first, second), (second, first)]))
    assert outcomes == ["merged", "ticket_merged"]
    with company.database.reading() as session:
        statuses = sorted(session.get_one(Ticket, number).status for number in (first, second))
    assert statuses == ["investigating", "merged"]


def test_a_split_part_keeps_the_intake_time_and_both_keep_their_promises(company: Company) -> None:
    number = company.ticket()
    company.clock.advance(hours=3)
    with company.database.transaction() as session:
        ticket = session.get_one(Ticket, number)
        before = ticket.next_due_at
        part = splitting.split(
            session,
            clock=company.clock,
            actor=company.actor(session, "chen"),
            ticket=ticket,
            description="另外还收了手续费",
            category="product_service",
        )
        assert part.complained_at == ticket.complained_at
        assert part.number != ticket.number
        assert part.repeat_of_id is None
        assert ticket.next_due_at == before
        due = {item.clock: item.due_at for item in sla.clocks(session, ticket_id=part.id, round=1)}
        assert due["resolution"] == ticket.complained_at + timedelta(hours=48)
        (shown,) = links.of(session, ticket=part)
        assert (shown.kind, shown.other.id, shown.removable) == ("split_from", ticket.id, False)
        assert told(session, "split")[0].payload["values"]["part"] == part.number


def test_a_link_reads_from_both_sides_is_made_once_and_can_be_removed(company: Company) -> None:
    first, second = company.ticket(), company.ticket()
    with company.database.transaction() as session:
        chen = company.actor(session, "chen")
        one, other = session.get_one(Ticket, first), session.get_one(Ticket, second)
        for _ in range(2):
            links.add(session, clock=company.clock, actor=chen, ticket=one, other=other, kind="caused_by")
        links.add(session, clock=company.clock, actor=chen, ticket=other, other=one, kind="related")
        links.add(session, clock=company.clock, actor=chen, ticket=one, other=other, kind="related")
        assert [item.kind for item in links.of(session, ticket=one)] == ["caused_by", "related"]
        assert [item.kind for item in links.of(session, ticket=other)] == ["cause_of", "related"]
        with pytest.raises(DomainError, match="link_itself"):
            links.add(session, clock=company.clock, actor=chen, ticket=one, other=one, kind="related")
        links.remove(
            session, clock=company.clock, actor=chen, ticket=other, link_id=links.of(session, ticket=one)[0].id
        )
        assert len(session.scalars(select(TicketLink)).all()) == 1
        assert kinds(session, one).count("unlinked") == kinds(session, other).count("unlinked") == 1
