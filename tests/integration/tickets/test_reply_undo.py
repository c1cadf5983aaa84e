"""An agent's chat reply waits some seconds, can be taken back, and is said exactly once whatever happens meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests import factories
from ticketing.audit.models import AuditEntry
from ticketing.conversations import handoff, inbox, long_waits, queries, replies
from ticketing.conversations import service as conversing
from ticketing.conversations.models import Conversation, HeldReply, Message
from ticketing.conversations.rules import ServiceHours
from ticketing.platform.actor import Actor
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.platform.errors import DomainError
from ticketing.search.models import SearchEntry
from ticketing.search.service import index_changes
from ticketing.sla import queries as sla
from ticketing.staff.models import Staff
from ticketing.tickets import claiming, following, outgoing, service
from ticketing.tickets.models import Ticket, TicketEvent

HOURS = ServiceHours.parse("00:00-00:00", "Asia/Shanghai")
GRACE = 5


class Chat:
    """A complaint whose customer is with an agent."""

    def __init__(self, database: Database, clock: FixedClock) -> None:
        self.database, self.clock = database, clock
        with database.transaction() as session:
            factories.company(session, clock)
            team = factories.team(session)
            self.agent, self.other = (
                factories.actor_of(factories.staff(session, role="agent", team=team)) for _ in range(2)
            )
            customer = factories.customer(session, clock)
            chat = conversing.open_conversation(session, clock=clock, customer=customer, language="zh")
            self.id, self.ticket_id = (
                chat.id,
                factories.complaint(session, clock, of=customer, conversation_id=chat.id).id,
            )
        self.do(
            lambda session: claiming.claim(
                session, clock=clock, actor=self.agent, ticket=session.get_one(Ticket, self.ticket_id)
            )
        )

    def do(self, deed: Callable[[Session], Any]) -> Any:
        with self.database.transaction() as session:
            return deed(session)

    def say(self, text: str, key: str = "", actor: Actor | None = None) -> None:
        self.do(
            lambda session: replies.say(
                session,
                clock=self.clock,
                actor=actor or self.agent,
                conversation_id=self.id,
                text=text,
                client_id=key or text,
                seconds=GRACE,
            )
        )

    def held(self) -> HeldReply | None:
        with self.database.reading() as session:
            return replies.waiting(session, conversation_id=self.id, staff_id=self.agent.id)

    def take_back(self, held_id: int, actor: Actor | None = None) -> None:
        self.do(
            lambda session: replies.take_back(
                session, clock=self.clock, actor=actor or self.agent, conversation_id=self.id, held_id=held_id
            )
        )

    def customer_says(self, text: str) -> None:
        self.do(
            lambda session: conversing.append(
                session,
                clock=self.clock,
                conversation=session.get_one(Conversation, self.id),
                author="customer",
                text=text,
            )
        )

    def lines(self) -> Sequence[Message]:
        with self.database.reading() as session:
            return queries.messages(session, conversation_id=self.id)

    def said(self, *authors: str) -> list[str]:
        return [line.text for line in self.lines() if line.author in (authors or ("agent", "customer"))]

    def release(self) -> int:
        return replies.release_due(self.database, clock=self.clock)

    def answered(self) -> list[TicketEvent]:
        with self.database.reading() as session:
            found = select(TicketEvent).where(
                TicketEvent.ticket_id == self.ticket_id, TicketEvent.kind == "agent_reply"
            )
            return list(session.scalars(found))


@pytest.fixture
def chat(database: Database, clock: FixedClock) -> Chat:
    made = Chat(database, clock)
    clock.advance(minutes=1)
    return made


def refused(deed: Callable[[], object]) -> str:
    with pytest.raises(DomainError) as caught:
        deed()
    return caught.value.code


def test_a_reply_is_stored_at_once_and_said_when_its_time_comes(chat: Chat, clock: FixedClock) -> None:
    chat.say("您好")
    assert (chat.said("agent"), chat.release()) == ([], 0)
    held = chat.held()
    assert held is not None
    assert held.text == "您好"
    clock.advance(seconds=GRACE)
    assert (chat.release(), chat.release()) == (1, 0)
    (line,) = (line for line in chat.lines() if line.author == "agent")
    assert (line.text, line.staff_id, line.created_at) == ("您好", chat.agent.id, clock.now())
    assert chat.held() is None


def test_the_same_request_twice_is_one_reply_before_and_after_it_is_said(chat: Chat, clock: FixedClock) -> None:
    chat.say("您好", "k")
    chat.say("您好", "k")
    clock.advance(seconds=GRACE)
    chat.release()
    chat.say("您好", "k")
    assert (chat.said("agent"), chat.held()) == (["您好"], None)


def test_what_was_taken_back_is_never_said_counts_as_nothing_and_leaves_an_audit_entry(
    chat: Chat, clock: FixedClock, database: Database
) -> None:
    chat.say("发错人了", "k")
    held = chat.held()
    assert held is not None
    clock.advance(seconds=2)
    chat.take_back(held.id)
    chat.take_back(held.id)
    chat.say("发错人了", "k")  # the browser's own repetition of the first request
    clock.advance(seconds=GRACE)
    assert (chat.release(), chat.said("agent"), chat.answered()) == (0, [], [])
    with database.reading() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "chat_reply.taken_back")).one()
        assert (entry.actor, entry.subject_id) == (chat.agent.label, str(chat.id))
        assert entry.detail == {"characters": 4, "after_seconds": 2.0}
        assert session.scalars(select(HeldReply.text)).all() == [""]
        assert session.get_one(Conversation, chat.id).agent_typing_until is None


def test_a_reply_that_the_customer_has_cannot_be_taken_back(chat: Chat, clock: FixedClock) -> None:
    chat.say("您好")
    held = chat.held()
    assert held is not None
    clock.advance(seconds=GRACE)
    chat.release()
    assert refused(lambda: chat.take_back(held.id)) == "reply_gone"


def test_only_its_writer_takes_it_back(chat: Chat) -> None:
    chat.say("您好")
    held = chat.held()
    assert held is not None
    assert refused(lambda: chat.take_back(held.id, chat.other)) == "reply_gone"
    assert refused(lambda: chat.say("我来", actor=chat.other)) == "conversation_not_yours"
    assert chat.held() is not None


def test_a_second_reply_lets_the_first_go_and_keeps_their_order(chat: Chat, clock: FixedClock) -> None:
    chat.say("第一句")
    clock.advance(seconds=1)
    chat.say("第二句")
    assert chat.said("agent") == ["第一句"]
    clock.advance(seconds=GRACE)
    chat.release()
    assert chat.said("agent") == ["第一句", "第二句"]


def test_what_the_customer_writes_meanwhile_comes_before_it_and_stays_unread(
    chat: Chat, clock: FixedClock, database: Database
) -> None:
    chat.say("您好")
    clock.advance(seconds=1)
    chat.customer_says("在吗")
    clock.advance(seconds=GRACE)
    chat.release()
    assert chat.said() == ["在吗", "您好"]
    with database.reading() as session:
        assert inbox.unread(session, staff_id=chat.agent.id or 0) == 1


def test_the_customer_sees_someone_write_until_it_comes(chat: Chat, clock: FixedClock, database: Database) -> None:
    chat.say("您好")
    with database.reading() as session:
        assert session.get_one(Conversation, chat.id).agent_typing_until == clock.now() + timedelta(seconds=GRACE)
    clock.advance(seconds=GRACE)
    chat.release()
    with database.reading() as session:
        assert session.get_one(Conversation, chat.id).agent_typing_until is None


def hand_back(chat: Chat, session: Session) -> None:
    handoff.hand_back(session, clock=chat.clock, actor=chat.agent, conversation_id=chat.id)


def close(chat: Chat, session: Session) -> None:
    handoff.close(session, clock=chat.clock, actor=chat.agent, conversation_id=chat.id)


def hand_on(chat: Chat, session: Session) -> None:
    to = session.get_one(Staff, chat.other.id)
    ticket = session.get_one(Ticket, chat.ticket_id)
    following.move_chat(session, clock=chat.clock, ticket=ticket, from_id=chat.agent.id, to=to)


def withdraw(chat: Chat, session: Session) -> None:
    ticket = session.get_one(Ticket, chat.ticket_id)
    service.withdraw(
        session, clock=chat.clock, actor=chat.agent, ticket=ticket, reason="客户来电撤诉", evidence="录音 3 号"
    )


def system_line(chat: Chat, session: Session) -> None:
    there = session.get_one(Conversation, chat.id)
    conversing.append(session, clock=chat.clock, conversation=there, author="system", kind="letter", text="答复函")


@pytest.mark.parametrize("deed", [hand_back, close, hand_on, withdraw, system_line], ids=lambda deed: deed.__name__)
def test_it_is_said_before_anything_that_follows_it(chat: Chat, deed: Callable[[Chat, Session], None]) -> None:
    chat.say("再见")
    chat.do(lambda session: deed(chat, session))
    assert [line.author for line in chat.lines()][-2:] == ["agent", "system"]
    assert (chat.said("agent"), chat.held()) == (["再见"], None)


def test_an_agent_who_has_gone_has_answered_all_the_same(chat: Chat, clock: FixedClock, database: Database) -> None:
    chat.customer_says("在吗")
    chat.say("在的")

    def leave(session: Session) -> None:
        member = session.get_one(Staff, chat.agent.id)
        member.presence, member.last_seen_at = "offline", clock.now()

    chat.do(leave)
    clock.advance(minutes=10)  # nothing ran meanwhile
    moved = chat.do(lambda session: long_waits.requeue(session, clock=clock, hours=HOURS, conversation_id=chat.id))
    assert (moved, chat.said()) == (False, ["在吗", "在的"])


def test_a_claim_cannot_be_undone_over_a_reply_that_waits(chat: Chat, database: Database, clock: FixedClock) -> None:
    clock.advance(seconds=-50)
    chat.say("您好")

    def undo(session: Session) -> None:
        claiming.undo(session, clock=clock, actor=chat.agent, ticket=session.get_one(Ticket, chat.ticket_id))

    assert refused(lambda: chat.do(undo)) == "claim_undo_overtaken"


def first_reply(chat: Chat) -> object:
    with chat.database.reading() as session:
        clocks = sla.clocks(session, ticket_id=chat.ticket_id, round=1)
        return next(each.stopped_at for each in clocks if each.clock == "first_reply")


def test_the_first_reply_counts_when_the_customer_has_it(chat: Chat, clock: FixedClock) -> None:
    chat.say("发错了")
    held = chat.held()
    assert held is not None
    chat.take_back(held.id)
    assert (first_reply(chat), chat.answered()) == (None, [])
    chat.say("您好")
    assert first_reply(chat) is None
    clock.advance(seconds=GRACE)
    chat.release()
    assert first_reply(chat) == clock.now()
    (event,) = chat.answered()
    assert (event.at, event.actor) == (clock.now(), chat.agent.label)


@pytest.mark.parametrize(("before_due", "seconds"), [(timedelta(seconds=3), 0), (timedelta(minutes=3), GRACE)])
def test_it_does_not_wait_where_a_promise_would_be_broken_meanwhile(
    chat: Chat, clock: FixedClock, before_due: timedelta, seconds: int
) -> None:
    def look(session: Session) -> int:
        ticket = session.get_one(Ticket, chat.ticket_id)
        assert ticket.next_due_at is not None
        clock.advance(seconds=(ticket.next_due_at - before_due - clock.now()).total_seconds())
        return outgoing.reply_seconds(session, clock=clock, conversation_id=chat.id, seconds=GRACE)

    assert chat.do(look) == seconds


def test_only_what_was_said_can_be_searched(chat: Chat, clock: FixedClock, database: Database) -> None:
    def found() -> int:
        index_changes(database)
        with database.reading() as session:
            return (
                session.scalar(select(func.count()).select_from(SearchEntry).where(SearchEntry.kind == "message")) or 0
            )

    before = found()
    chat.say("量子纠缠理财")
    assert found() == before
    clock.advance(seconds=GRACE)
    chat.release()
    assert found() > before


def test_what_was_taken_back_is_forgotten_after_a_day(chat: Chat, clock: FixedClock) -> None:
    chat.say("您好")
    held = chat.held()
    assert held is not None
    chat.take_back(held.id)
    forgotten = [chat.do(lambda session: replies.forget_taken_back(session, clock=clock))]
    clock.advance(days=1)
    forgotten.append(chat.do(lambda session: replies.forget_taken_back(session, clock=clock)))
    assert forgotten == [0, 1]


def test_two_replies_cannot_wait_in_one_chat(chat: Chat, clock: FixedClock) -> None:
    def insert(session: Session) -> None:
        for key in "ab":
            session.add(
                HeldReply(
                    conversation_id=chat.id,
                    staff_id=chat.agent.staff_id,
                    client_id=key,
                    text=key,
                    written_at=clock.now(),
                    send_at=clock.now(),
                )
            )

    with pytest.raises(IntegrityError):
        chat.do(insert)


@pytest.mark.parametrize("attempt", range(5))
def test_of_taking_back_and_saying_at_the_same_moment_one_happens(chat: Chat, clock: FixedClock, attempt: int) -> None:
    chat.say("您好")
    held = chat.held()
    assert held is not None
    clock.advance(seconds=GRACE)
    start = Barrier(4)

    def release() -> int:
        start.wait()
        return chat.release()

    def undo() -> bool:
        start.wait()
        try:
            chat.take_back(held.id)
        except DomainError:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        released = [pool.submit(release) for _ in range(3)]
        back = pool.submit(undo)
        said = sum(each.result() for each in released)
        assert said + back.result() == 1
    assert len(chat.said("agent")) == len(chat.answered()) == said
