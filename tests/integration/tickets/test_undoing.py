"""Taking back a claim or an answer, mentions, and who else has a case open."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from ticketing.conversations import service as conversing
from ticketing.conversations.models import Conversation, Handover, Message
from ticketing.conversations.rules import ServiceHours
from ticketing.notify.models import StaffNotice
from ticketing.platform.actor import Actor
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.platform.errors import DomainError
from ticketing.platform.outbox import OutboxMessage
from ticketing.staff.models import Staff
from ticketing.tickets import claiming, letters, notes, outgoing, queries, service, watching
from ticketing.tickets.models import Letter, Ticket, TicketEvent
from ticketing.tickets.watching import Place

HOURS = ServiceHours.parse("00:00-00:00", "Asia/Shanghai")
DECISION = {"cause": "银行维护", "measures": "已催促到账", "follow_up_plan": "三日内回访"}


@pytest.fixture
def people(database: Database, clock: FixedClock) -> dict[str, Actor]:
    """An agent, a colleague, and compliance, who only read."""
    with database.transaction() as session:
        factories.company(session, clock)
        team = factories.team(session)
        roles = {"agent": "agent", "other": "agent", "reader": "compliance"}
        return {
            name: factories.actor_of(factories.staff(session, role=role, team=team)) for name, role in roles.items()
        }


@pytest.fixture
def number(database: Database, clock: FixedClock, people: dict[str, Actor]) -> str:
    """An unclaimed complaint whose customer waits in the chat."""
    with database.transaction() as session:
        customer = factories.customer(session, clock)
        chat = conversing.open_conversation(session, clock=clock, customer=customer, language="zh")
        conversing.request_handoff(session, clock=clock, hours=HOURS, conversation_id=chat.id, reason="asked")
        made = factories.complaint(session, clock, of=customer, conversation_id=chat.id).number
    clock.advance(seconds=30)
    return made


def do(database: Database, number: str, deed: Callable[[Session, Ticket], object]) -> None:
    with database.transaction() as session:
        deed(session, queries.by_number(session, number=number))


def claim(database: Database, clock: FixedClock, number: str, actor: Actor) -> None:
    do(database, number, lambda session, ticket: claiming.claim(session, clock=clock, actor=actor, ticket=ticket))


def undo(database: Database, clock: FixedClock, number: str, actor: Actor) -> None:
    do(database, number, lambda session, ticket: claiming.undo(session, clock=clock, actor=actor, ticket=ticket))


def refused(deed: Callable[[], object]) -> str:
    with pytest.raises(DomainError) as caught:
        deed()
    return caught.value.code


def chat_of(session: Session, number: str) -> Conversation:
    return session.get_one(Conversation, queries.by_number(session, number=number).conversation_id)


def kinds(session: Session, number: str) -> list[str]:
    ticket = queries.by_number(session, number=number)
    return list(session.scalars(select(TicketEvent.kind).where(TicketEvent.ticket_id == ticket.id)))


def test_an_undone_claim_leaves_ticket_and_queue_as_they_were(
    database: Database, clock: FixedClock, people: dict[str, Actor], number: str
) -> None:
    with database.reading() as session:
        before = chat_of(session, number)
        waited = session.scalars(select(Handover.waits_since)).one()
    claim(database, clock, number, people["agent"])
    clock.advance(seconds=5)
    undo(database, clock, number, people["agent"])
    with database.reading() as session:
        ticket, chat = queries.by_number(session, number=number), chat_of(session, number)
        round = session.scalars(select(Handover)).one()
        shown = session.scalars(select(TicketEvent.kind).where(TicketEvent.public)).all()
    assert (ticket.status, ticket.owner_id) == ("accepted", None)
    assert (chat.owner, chat.agent_id, chat.queued_at) == ("queued", None, before.queued_at)
    assert (round.claimed_at, round.staff_id, round.waits_since, round.ended_at) == (None, None, waited, None)
    assert "claimed" not in shown
    claim(database, clock, number, people["other"])


def test_a_chat_taken_from_the_assistant_goes_back_with_its_question(
    database: Database, clock: FixedClock, people: dict[str, Actor], number: str
) -> None:
    with database.transaction() as session:
        chat = chat_of(session, number)
        conversing.cancel_handoff(session, clock=clock, conversation_id=chat.id)
        line = conversing.append(session, clock=clock, conversation=chat, author="customer", text="提现要多久")
        line.needs_turn = True
    claim(database, clock, number, people["agent"])
    undo(database, clock, number, people["agent"])
    with database.reading() as session:
        chat = chat_of(session, number)
        open_rounds = session.scalars(select(Handover).where(Handover.ended_at.is_(None))).all()
        waiting = unanswered(session, chat)
    assert (chat.owner, chat.agent_id, open_rounds, waiting) == ("bot", None, [], ["提现要多久"])


def unanswered(session: Session, chat: Conversation) -> list[str]:
    return list(session.scalars(select(Message.text).where(Message.conversation_id == chat.id, Message.needs_turn)))


def test_a_claim_stands_once_it_is_old_or_anything_has_happened(
    database: Database, clock: FixedClock, people: dict[str, Actor], number: str
) -> None:
    agent = people["agent"]
    claim(database, clock, number, agent)
    assert refused(lambda: undo(database, clock, number, people["other"])) == "ticket_not_yours"
    with database.transaction() as session:
        conversing.append(session, clock=clock, conversation=chat_of(session, number), author="customer", text="在吗")
    assert refused(lambda: undo(database, clock, number, agent)) == "claim_undo_overtaken"
    clock.advance(seconds=21)
    assert refused(lambda: undo(database, clock, number, agent)) == "claim_undo_late"
    do(
        database,
        number,
        lambda session, ticket: service.record_findings(
            session, clock=clock, actor=agent, ticket=ticket, findings="排队"
        ),
    )
    assert refused(lambda: undo(database, clock, number, agent)) == "claim_undo_overtaken"


@pytest.fixture
def held(database: Database, clock: FixedClock, people: dict[str, Actor], number: str) -> str:
    """A case whose answer goes out in five seconds."""
    agent = people["agent"]
    claim(database, clock, number, agent)
    with database.transaction() as session:
        ticket = queries.by_number(session, number=number)
        service.record_findings(session, clock=clock, actor=agent, ticket=ticket, findings="排队")
        service.decide(session, clock=clock, actor=agent, ticket=ticket, **DECISION)
        letters.draft(session, clock=clock, actor=agent, ticket=ticket)
    do(
        database,
        number,
        lambda session, ticket: outgoing.hold(session, clock=clock, actor=agent, ticket=ticket, seconds=5),
    )
    return number


def mails(session: Session) -> int:
    return len(session.scalars(select(OutboxMessage).where(OutboxMessage.subject_type == "letter")).all())


def test_a_held_answer_goes_out_once_when_its_time_has_come(database: Database, clock: FixedClock, held: str) -> None:
    assert outgoing.release_due(database, clock=clock) == 0
    with database.reading() as session:
        assert (session.scalars(select(Letter.sent_at)).one(), mails(session)) == (None, 0)
    clock.advance(seconds=5)
    assert [outgoing.release_due(database, clock=clock) for _ in range(2)] == [1, 0]
    with database.reading() as session:
        assert session.scalars(select(Letter.sent_at)).one() == clock.now()
        assert mails(session) == 2
        assert kinds(session, held).count("answer_sent") == 1


def test_an_answer_taken_back_never_goes_out_and_one_on_its_way_cannot_be_taken_back(
    database: Database, clock: FixedClock, people: dict[str, Actor], held: str
) -> None:
    def back() -> None:
        do(
            database,
            held,
            lambda session, ticket: outgoing.take_back(session, clock=clock, actor=people["agent"], ticket=ticket),
        )

    back()
    clock.advance(seconds=60)
    assert outgoing.release_due(database, clock=clock) == 0
    assert refused(back) == "letter_gone"
    do(
        database,
        held,
        lambda session, ticket: outgoing.hold(session, clock=clock, actor=people["agent"], ticket=ticket, seconds=5),
    )
    clock.advance(seconds=5)
    assert outgoing.release_due(database, clock=clock) == 1
    assert refused(back) == "letter_gone"


def test_what_an_answer_says_cannot_change_while_it_is_held(
    database: Database, clock: FixedClock, people: dict[str, Actor], held: str
) -> None:
    def decide() -> None:
        do(
            database,
            held,
            lambda session, ticket: service.decide(
                session, clock=clock, actor=people["agent"], ticket=ticket, **DECISION
            ),
        )

    assert refused(decide) == "letter_held"


def test_an_answer_stays_when_its_case_has_gone_to_someone_else(
    database: Database, clock: FixedClock, people: dict[str, Actor], held: str
) -> None:
    with database.transaction() as session:
        other, ticket = session.get_one(Staff, people["other"].id), queries.by_number(session, number=held)
        service.reassign(session, clock=clock, actor=people["agent"], ticket=ticket, to=other, note="请接手")
    clock.advance(seconds=5)
    assert outgoing.release_due(database, clock=clock) == 1
    with database.reading() as session:
        told = session.scalars(select(StaffNotice).where(StaffNotice.code == "answer_kept")).one()
        assert told.staff_id == people["agent"].id
        assert mails(session) == 0
        assert "answer_kept" in kinds(session, held)


def test_an_answer_that_would_be_late_is_not_held(
    database: Database, clock: FixedClock, people: dict[str, Actor], held: str
) -> None:
    agent = people["agent"]
    do(database, held, lambda session, ticket: outgoing.take_back(session, clock=clock, actor=agent, ticket=ticket))
    with database.reading() as session:
        due = queries.by_number(session, number=held).next_due_at
    assert due is not None
    clock.advance(seconds=(due - timedelta(seconds=3) - clock.now()).total_seconds())
    do(
        database,
        held,
        lambda session, ticket: outgoing.hold(session, clock=clock, actor=agent, ticket=ticket, seconds=5),
    )
    with database.reading() as session:
        assert session.scalars(select(Letter.sent_at)).one() == clock.now()


def test_who_is_named_in_a_note_is_told_once_and_its_author_never(
    database: Database, clock: FixedClock, people: dict[str, Actor], number: str
) -> None:
    agent, other, reader = people["agent"], people["other"], people["reader"]
    text = f"@{other.name} @{reader.name} @{other.name} @{agent.name} 请看，电话 13812345678"
    do(database, number, lambda session, ticket: notes.add(session, clock=clock, actor=agent, ticket=ticket, text=text))
    with database.reading() as session:
        told = session.scalars(
            select(StaffNotice).where(StaffNotice.code == "mentioned").order_by(StaffNotice.id)
        ).all()
    assert sorted(notice.staff_id for notice in told) == sorted([other.id, reader.id])
    assert all("13812345678" not in notice.words["zh"]["note"] for notice in told)


def test_colleagues_on_a_case_come_write_and_go(
    database: Database, clock: FixedClock, people: dict[str, Actor], number: str
) -> None:
    agent, other = people["agent"].id or 0, people["other"].id or 0
    with database.transaction() as session:
        case = Place(ticket_id=queries.by_number(session, number=number).id)
        watching.look(session, clock=clock, place=case, staff_id=agent)
        watching.look(session, clock=clock, place=case, staff_id=other, writing="note")
        seen = watching.others(session, clock=clock, place=case, staff_id=agent)
        assert [(each.name, each.writing) for each in seen] == [(people["other"].name, "note")]
        clock.advance(seconds=9)
        watching.look(session, clock=clock, place=case, staff_id=other)
        assert [each.writing for each in watching.others(session, clock=clock, place=case, staff_id=agent)] == [None]
        watching.leave(session, place=case, staff_id=other)
        assert watching.others(session, clock=clock, place=case, staff_id=agent) == []
        clock.advance(seconds=13)
        assert watching.others(session, clock=clock, place=case, staff_id=other) == []
        assert watching.forget_gone(session, clock=clock) == 1
