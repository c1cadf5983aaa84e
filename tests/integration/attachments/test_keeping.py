"""Files in the database: stored once, sealed for their row, filed from the chat, forgotten with their customer."""

from __future__ import annotations

import pytest
from cryptography.exceptions import InvalidTag

from tests import factories
from tests.evidence import picture
from ticketing.attachments import adopting, chatting, queries, service
from ticketing.attachments.models import Attachment, AttachmentContent
from ticketing.conversations import service as conversations
from ticketing.conversations.models import Conversation, Message
from ticketing.customers.models import Customer
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.platform.errors import DomainError
from ticketing.tickets.models import Ticket, TicketEvent

PREPARED = service.prepare(picture(), name="截图.png", scanner="")


@pytest.fixture
def chat(database: Database, clock: FixedClock) -> int:
    with database.transaction() as session:
        factories.company(session, clock)
        factories.team(session)
        customer = factories.customer(session, clock)
        return conversations.open_conversation(session, clock=clock, customer=customer, language="zh").id


def send(database: Database, clock: FixedClock, chat: int, client_id: str = "c1") -> int:
    with database.transaction() as session:
        conversation = session.get_one(Conversation, chat)
        return chatting.send(
            session, clock=clock, conversation=conversation, client_id=client_id, prepared=PREPARED
        ).seq


def complain(database: Database, clock: FixedClock, chat: int) -> None:
    with database.transaction() as session:
        customer = session.get_one(Customer, session.get_one(Conversation, chat).customer_id)
        factories.complaint(session, clock, of=customer, conversation_id=chat)


def test_a_file_sent_twice_is_one_line_and_one_file(database: Database, clock: FixedClock, chat: int) -> None:
    assert send(database, clock, chat) == send(database, clock, chat)
    with database.reading() as session:
        assert session.query(Attachment).count() == 1
        texts = [line.text for line in session.query(Message).order_by(Message.seq)]
    assert texts[1] == "[图片] 截图.png"
    assert texts[2].startswith("文件已收到。请用一两句话说明")
    assert len(texts) == 3


def test_what_was_shown_before_the_complaint_goes_with_it(database: Database, clock: FixedClock, chat: int) -> None:
    send(database, clock, chat)
    assert adopting.run(database, clock=clock) == 0
    complain(database, clock, chat)
    assert [adopting.run(database, clock=clock) for _ in range(2)] == [1, 0]
    with database.reading() as session:
        ticket = session.query(Ticket).one()
        assert [each.name for each in queries.of_ticket(session, ticket.id)] == ["截图.png"]
        assert session.query(TicketEvent).filter_by(kind="evidence_added", public=True).count() == 1


def test_what_is_shown_after_it_goes_there_at_once(database: Database, clock: FixedClock, chat: int) -> None:
    complain(database, clock, chat)
    send(database, clock, chat)
    with database.reading() as session:
        ticket = session.query(Ticket).one()
        assert len(queries.of_ticket(session, ticket.id)) == 1
        assert ticket.number in session.query(Message).order_by(Message.seq.desc()).first().text


def test_a_closed_conversation_takes_no_file(database: Database, clock: FixedClock, chat: int) -> None:
    with database.transaction() as session:
        session.get_one(Conversation, chat).owner = "closed"
    with pytest.raises(DomainError, match="conversation_closed"):
        send(database, clock, chat)
    with database.reading() as session:
        assert session.query(Attachment).count() == 0


def test_one_files_content_does_not_open_as_anothers(database: Database, clock: FixedClock, chat: int) -> None:
    for client_id in ("c1", "c2"):
        send(database, clock, chat, client_id)
    with database.transaction() as session:
        first, second = session.query(AttachmentContent).order_by(AttachmentContent.attachment_id)
        first.sealed = second.sealed
        session.flush()
        attachment = session.get_one(Attachment, first.attachment_id)
        with pytest.raises(InvalidTag):
            service.content_of(session, attachment)


def test_erasing_a_customer_erases_their_files(database: Database, clock: FixedClock, chat: int) -> None:
    send(database, clock, chat)
    with database.transaction() as session:
        assert service.erase(session, customer_id=session.get_one(Conversation, chat).customer_id) == 1
        assert session.query(AttachmentContent).count() == 0
