"""What is committed can be found after the next look of the worker, and only that."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select, update

from tests import factories
from ticketing.conversations import service as conversations
from ticketing.conversations.models import Message
from ticketing.customers.models import Customer
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.search import queries, rules, service
from ticketing.search.models import KINDS, SearchEntry, SearchPending
from ticketing.search.queries import Reader
from ticketing.tickets import notes
from ticketing.tickets import queries as queue
from ticketing.tickets import service as tickets

NOBODY = Reader(0)


def found(database: Database, text: str, reader: Reader = NOBODY) -> dict[str, list[str]]:
    """Keys of what a search gives, by kind."""
    with database.reading() as session:
        groups = queries.groups(session, reader=reader, asked=rules.parse(text))
    return {group.kind: [hit.key for hit in group.hits] for group in groups if group.hits}


def complain(database: Database, clock: FixedClock, text: str, **fields: object) -> str:
    with database.transaction() as session:
        customer = factories.customer(session, clock)
        number = factories.complaint(session, clock, of=customer, description=text, **fields).number
    service.index_changes(database)
    return number


@pytest.fixture
def office(database: Database, clock: FixedClock) -> Database:
    with database.transaction() as session:
        factories.company(session, clock)
    return database


@pytest.mark.parametrize(
    "text", ["转账", "轉賬", "账", "两千块", "Refun", "refund", "ＲＥＦＵＮＤ", "转账 refund", "微信两千"]
)
def test_a_ticket_is_found_by_its_words(office: Database, clock: FixedClock, text: str) -> None:
    number = complain(office, clock, "用微信转账两千块没到，where is my refund?")
    assert found(office, text) == {"ticket": [number]}


@pytest.mark.parametrize("text", ["块两千", "efund", "账转", "信用卡", "微信refundx"])
def test_other_words_find_nothing(office: Database, clock: FixedClock, text: str) -> None:
    complain(office, clock, "用微信转账两千块没到，where is my refund?")
    assert found(office, text) == {}


def test_numbers_are_found_whole_and_by_their_end(office: Database, clock: FixedClock) -> None:
    number = complain(office, clock, "没到账", order_number="TR2611220871")
    for typed in (number, number.lower(), number[-4:], "TR2611220871", "0871", "tr2611"):
        assert found(office, typed)["ticket"] == [number], typed


def test_a_note_and_an_addition_are_found_with_their_ticket(office: Database, clock: FixedClock) -> None:
    number = complain(office, clock, "没到账")
    with office.transaction() as session:
        ticket = queue.by_number(session, number=number)
        agent = factories.actor_of(factories.staff(session))
        notes.add(session, clock=clock, actor=agent, ticket=ticket, text="已致电结算中心核对")
        customer = session.get_one(Customer, ticket.customer_id)
        tickets.add_to(
            session, clock=clock, actor=factories.actor_of(customer), ticket=ticket, text="补充：对方是蜀九香"
        )
    service.index_changes(office)
    for typed in ("结算中心", "蜀九香"):
        assert found(office, typed) == {"ticket": [number]}


def test_customers_are_found_and_nothing_of_them_can_be_read(office: Database, clock: FixedClock) -> None:
    with office.transaction() as session:
        key = str(factories.customer(session, clock, name="欧阳建国", phone="13812345678", email="Lin@Example.com").id)
    service.index_changes(office)
    for typed in ("欧阳建国", "建国", "5678", "138-1234-5678", "lin@example.com", "12345678"):
        assert found(office, typed) == {"customer": [key]}, typed
    for typed in ("国欧", "1234", "567", "ouyang"):
        assert found(office, typed) == {}, typed
    with office.reading() as session:
        stored = session.connection().exec_driver_sql("SELECT words FROM search_entry").scalar()
    assert not any(secret in str(stored) for secret in ("欧阳", "建国", "5678", "lin", "example"))


def test_a_renamed_customer_is_no_longer_found_by_the_old_name(office: Database, clock: FixedClock) -> None:
    with office.transaction() as session:
        customer = factories.customer(session, clock, name="欧阳建国")
    service.index_changes(office)
    with office.transaction() as session:
        session.execute(
            update(Customer).where(Customer.id == customer.id).values(name=None, email=None, external_id=None)
        )
    service.index_changes(office)
    assert found(office, "建国") == {}


def test_what_people_say_in_a_chat_is_found_and_what_the_assistant_says_is_not(
    office: Database, clock: FixedClock
) -> None:
    with office.transaction() as session:
        chat = conversations.open_conversation(
            session, clock=clock, customer=factories.customer(session, clock), language="zh"
        )
        for author, text in (
            ("customer", "基金赎回没到账"),
            ("bot", "基金赎回一般两天到账"),
            ("agent", "基金赎回已加急"),
        ):
            conversations.append(session, clock=clock, conversation=chat, author=author, text=text)
    service.index_changes(office)
    assert found(office, "基金赎回") == {"message": [chat.public_id, chat.public_id]}
    with office.transaction() as session:
        session.execute(delete(Message).where(Message.conversation_id == chat.id))
    service.index_changes(office)
    assert found(office, "基金赎回") == {}


def test_a_worker_that_dies_half_way_has_lost_nothing(office: Database, clock: FixedClock) -> None:
    with office.transaction() as session:
        factories.complaint(session, clock, of=factories.customer(session, clock), description="转账没到")
    with office.transaction() as session:
        assert service.take_batch(session)
        session.rollback()
    assert found(office, "转账没到") == {}
    assert service.index_changes(office)
    assert list(found(office, "转账没到")) == ["ticket"]
    assert service.index_changes(office) == 0


def test_rebuilding_gives_the_same_and_removes_what_is_gone(office: Database, clock: FixedClock) -> None:
    number = complain(office, clock, "转账没到")
    with office.transaction() as session:
        session.execute(delete(SearchEntry).where(SearchEntry.kind == "ticket"))
        session.add(SearchEntry(kind="ticket", ref_id=10**6, rank=1, words=["转账"]))
    assert service.rebuild(office, kinds=KINDS, quickly=True) >= 2
    assert found(office, "转账没到") == {"ticket": [number]}
    with office.reading() as session:
        assert session.scalar(select(SearchEntry.id).where(SearchEntry.ref_id == 10**6)) is None
        assert session.scalar(select(SearchPending.id)) is None
