"""Searches put what matters first, go page by page, and leave out what a reader must keep out of."""

from __future__ import annotations

import pytest

from tests import factories
from ticketing.conversations import service as conversations
from ticketing.customers.models import Customer
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.platform.errors import DomainError
from ticketing.search import queries, rules, service
from ticketing.search.queries import Reader
from ticketing.staff.models import Staff
from ticketing.tickets import queries as cases
from ticketing.tickets import recusal
from ticketing.tickets import service as tickets

SOMEONE = Reader(0)


@pytest.fixture
def office(database: Database, clock: FixedClock) -> Database:
    with database.transaction() as session:
        factories.company(session, clock)
    return database


def complaints(database: Database, clock: FixedClock, texts: list[str], **fields: object) -> list[str]:
    """One complaint after the other."""
    numbers = []
    for text in texts:
        clock.advance(minutes=1)
        with database.transaction() as session:
            customer = factories.customer(session, clock)
            numbers.append(factories.complaint(session, clock, of=customer, description=text, **fields).number)
    service.index_changes(database)
    return numbers


def listed(
    database: Database, text: str, *, kind: str = "ticket", limit: int = 20, reader: Reader = SOMEONE
) -> list[str]:
    """Keys of all pages."""
    keys: list[str] = []
    cursor = None
    while True:
        with database.reading() as session:
            page = queries.page(session, reader=reader, asked=rules.parse(text), kind=kind, cursor=cursor, limit=limit)
        keys += [hit.key for hit in page.items]
        cursor = page.next_cursor
        if cursor is None:
            return keys


def test_open_tickets_come_before_ended_ones_and_newer_before_older(office: Database, clock: FixedClock) -> None:
    first, second, third = complaints(office, clock, ["转账没到"] * 3)
    with office.transaction() as session:
        ticket = cases.by_number(session, number=third)
        customer = session.get_one(Customer, ticket.customer_id)
        tickets.withdraw(session, clock=clock, actor=factories.actor_of(customer), ticket=ticket, reason=None)
    service.index_changes(office)
    assert listed(office, "转账") == [second, first, third]


def test_an_exact_number_comes_first_even_before_it_is_indexed(office: Database, clock: FixedClock) -> None:
    old, _new = complaints(office, clock, ["转账没到", "见工单"])
    complaints(office, clock, [f"请看 {old} 那一单"])
    assert listed(office, old)[0] == old
    with office.transaction() as session:
        fresh = factories.complaint(session, clock, of=factories.customer(session, clock)).number
    with office.reading() as session:
        groups = queries.groups(session, reader=SOMEONE, asked=rules.parse(fresh))
    assert [(hit.key, hit.exact) for hit in groups[0].hits] == [(fresh, True)]


@pytest.mark.parametrize("limit", [1, 3, 7])
def test_pages_follow_each_other_without_gap_or_repeat(office: Database, clock: FixedClock, limit: int) -> None:
    numbers = complaints(office, clock, ["退款没到"] * 8)
    assert listed(office, "退款", limit=limit) == numbers[::-1]


@pytest.mark.parametrize("walked", [0, 1, 2, 5, 100])
@pytest.mark.parametrize("limit", [1, 2, 20])
def test_what_is_found_does_not_depend_on_how_far_the_newest_are_looked_through(
    office: Database, clock: FixedClock, monkeypatch: pytest.MonkeyPatch, walked: int, limit: int
) -> None:
    texts = ["退款没到"] * 2 + ["手续费太高"] * 3 + ["退款没到", "手续费太高", "退款没到"]
    numbers = complaints(office, clock, texts)
    monkeypatch.setattr(queries, "WALKED", {"ticket": walked})
    for word in ("退款", "手续费", "refund"):
        assert listed(office, word, limit=limit) == [
            number for number, text in reversed(list(zip(numbers, texts, strict=True))) if word in text
        ]


def test_pieces_that_stand_apart_are_found_where_nothing_holds_the_whole(office: Database, clock: FixedClock) -> None:
    numbers = complaints(office, clock, ["银行卡一直没收到退款", "银行卡丢了", "信用卡退款"])
    assert listed(office, "退款银行卡", limit=1) == numbers[:1]


@pytest.mark.parametrize("cursor", ["rubbish", "W10", "WyJhIiwxLDBd", "Wy0xLDEsMF0"])
def test_a_broken_page_position_is_refused(office: Database, cursor: str) -> None:
    with pytest.raises(DomainError, match="cursor_invalid"), office.reading() as session:
        queries.page(session, reader=SOMEONE, asked=rules.parse("转账"), kind="ticket", cursor=cursor)


def test_nobody_finds_what_they_must_keep_out_of(office: Database, clock: FixedClock) -> None:
    numbers = complaints(office, clock, ["基金赎回"] * 4)
    with office.transaction() as session:
        me, lead = factories.staff(session), factories.staff(session, role="team_lead")
        declared, about, own, _free = (cases.by_number(session, number=number) for number in numbers)
        recusal.impose(session, clock=clock, actor=factories.actor_of(lead), ticket=declared, member=me, reason="亲属")
        about.about_staff_id, me.customer_id = me.id, own.customer_id
        reader = Reader(me.id)
    service.index_changes(office)
    assert listed(office, "基金赎回", reader=reader) == [numbers[3]]
    assert listed(office, numbers[1], reader=reader) == []
    assert len(listed(office, "基金赎回", reader=Reader(lead.id))) == 4


def test_nor_the_chats_of_such_cases_nor_oneself(office: Database, clock: FixedClock) -> None:
    with office.transaction() as session:
        me = factories.staff(session)
        session.get_one(Staff, me.id).customer_id = (myself := factories.customer(session, clock, name="欧阳建国")).id
        for customer in (myself, factories.customer(session, clock)):
            chat = conversations.open_conversation(session, clock=clock, customer=customer, language="zh")
            conversations.append(session, clock=clock, conversation=chat, author="customer", text="基金赎回")
    service.index_changes(office)
    assert listed(office, "基金赎回", kind="message", reader=Reader(me.id)) == [chat.public_id]
    assert listed(office, "欧阳建国", kind="customer", reader=Reader(me.id)) == []
