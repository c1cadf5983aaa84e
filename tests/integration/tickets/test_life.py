"""A complaint's life through the services, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from ticketing.audit.models import AuditEntry
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.platform.errors import DomainError
from ticketing.platform.outbox import OutboxMessage
from ticketing.platform.settings import Settings
from ticketing.sla import queries as sla_queries
from ticketing.surveys.models import Survey
from ticketing.tasks import Worker
from ticketing.tickets import letters, service
from ticketing.tickets.models import Ticket, TicketEvent


@pytest.fixture
def desk(database: Database, clock: FixedClock) -> Database:
    with database.transaction() as session:
        factories.company(session, clock)
        team = factories.team(session)
        factories.staff(session, team=team)
        factories.staff(session, team=team)
        factories.staff(session, role="team_lead", team=team)
    return database


def people(session: Session) -> list:
    from ticketing.staff.models import Staff

    return [factories.actor_of(person) for person in session.scalars(select(Staff).order_by(Staff.id))]


def decided(session: Session, clock: FixedClock, **fields: object) -> Ticket:
    agent = people(session)[0]
    ticket = factories.complaint(session, clock, of=factories.customer(session, clock), **fields)
    service.claim(session, clock=clock, actor=agent, ticket=ticket)
    service.record_findings(session, clock=clock, actor=agent, ticket=ticket, findings="银行侧排队")
    service.decide(
        session,
        clock=clock,
        actor=agent,
        ticket=ticket,
        cause="银行维护",
        measures="已催促到账",
        follow_up_plan="三日内回访",
    )
    return ticket


def test_a_complaint_gets_a_number_a_team_and_both_promises(desk: Database, clock: FixedClock) -> None:
    with desk.transaction() as session:
        said_at = clock.now() - timedelta(minutes=7)
        ticket = factories.complaint(session, clock, of=factories.customer(session, clock), complained_at=said_at)
        assert ticket.number == "KS-20261123-00001"
        assert ticket.team_id is not None
        due = {row.clock: row.due_at for row in sla_queries.clocks(session, ticket_id=ticket.id, round=1)}
        assert due["investigation"] == said_at + timedelta(hours=24)
        assert due["resolution"] == said_at + timedelta(hours=48)
        assert ticket.next_due_at is not None


def test_the_customer_is_told_the_findings_and_when_the_answer_is_due(desk: Database, clock: FixedClock) -> None:
    with desk.transaction() as session:
        decided(session, clock)
        sent = [message.payload for message in session.scalars(select(OutboxMessage))]
        (told,) = [payload for payload in sent if payload.get("code") == "findings"]
        assert told["values"]["findings"] == "银行侧排队"
        assert told["values"]["due"] == "11月25日 10:00 前（北京时间）"


def test_the_whole_life_from_complaint_to_survey(desk: Database, clock: FixedClock, settings: Settings) -> None:
    with desk.transaction() as session:
        ticket = decided(session, clock)
        agent = people(session)[0]
        letter = letters.draft(session, clock=clock, actor=agent, ticket=ticket)
        assert letter.status == "approved"
        letters.send(session, clock=clock, actor=agent, ticket=ticket)
        with pytest.raises(DomainError, match="ticket_content_missing"):
            service.close(session, clock=clock, actor=agent, ticket=ticket)
        ticket_id = ticket.id
    Worker(settings, desk, clock).deliver()
    with desk.transaction() as session:
        ticket = session.get_one(Ticket, ticket_id)
        states = {row.clock: row.state for row in sla_queries.clocks(session, ticket_id=ticket.id, round=1)}
        assert states["investigation"] == states["resolution"] == "met"
        service.close(session, clock=clock, actor=people(session)[0], ticket=ticket)
        assert ticket.next_due_at is None
        assert len(session.scalars(select(Survey)).all()) == 1
        kinds = list(session.scalars(select(TicketEvent.kind).order_by(TicketEvent.id)))
        assert kinds == [
            "complained", "accepted", "claimed", "findings_recorded", "decided", "letter_drafted", "answer_sent",
            "answer_delivered", "closed",
        ]  # fmt: skip
        assert session.scalar(select(AuditEntry).where(AuditEntry.action == "ticket.closed")) is not None


def test_sending_twice_delivers_one_answer(desk: Database, clock: FixedClock, settings: Settings) -> None:
    with desk.transaction() as session:
        ticket = decided(session, clock)
        agent = people(session)[0]
        letters.draft(session, clock=clock, actor=agent, ticket=ticket)
        letters.send(session, clock=clock, actor=agent, ticket=ticket)
        letters.send(session, clock=clock, actor=agent, ticket=ticket)
        mails = session.scalars(select(OutboxMessage).where(OutboxMessage.subject_type == "letter")).all()
        assert len(mails) == 1


def test_a_serious_case_needs_another_persons_approval(desk: Database, clock: FixedClock) -> None:
    with desk.transaction() as session:
        ticket = decided(session, clock, description="再不处理我就去12378投诉")
        agent, _, lead = people(session)
        assert letters.draft(session, clock=clock, actor=agent, ticket=ticket).status == "waiting"
        with pytest.raises(DomainError, match="letter_not_approved"):
            letters.send(session, clock=clock, actor=agent, ticket=ticket)
        with pytest.raises(DomainError, match="permission_denied"):
            letters.approve(session, clock=clock, actor=agent, ticket=ticket)
        assert letters.approve(session, clock=clock, actor=lead, ticket=ticket).status == "approved"
        assert letters.send(session, clock=clock, actor=agent, ticket=ticket).status == "sent"


def test_a_letter_drafted_before_the_decision_changed_cannot_be_sent(desk: Database, clock: FixedClock) -> None:
    with desk.transaction() as session:
        ticket = decided(session, clock)
        agent = people(session)[0]
        letters.draft(session, clock=clock, actor=agent, ticket=ticket)
        service.decide(
            session, clock=clock, actor=agent, ticket=ticket, cause="另有原因", measures="退款", follow_up_plan="回访"
        )
        with pytest.raises(DomainError, match="letter_outdated"):
            letters.send(session, clock=clock, actor=agent, ticket=ticket)


def test_the_second_claim_is_told_who_was_quicker(desk: Database, clock: FixedClock) -> None:
    with desk.transaction() as session:
        ticket = factories.complaint(session, clock, of=factories.customer(session, clock))
        first, second, _ = people(session)
        service.claim(session, clock=clock, actor=first, ticket=ticket)
        service.claim(session, clock=clock, actor=first, ticket=ticket)
        with pytest.raises(DomainError) as refusal:
            service.claim(session, clock=clock, actor=second, ticket=ticket)
        assert refusal.value.context["owner"] == first.name
        with pytest.raises(DomainError, match="ticket_not_yours"):
            service.record_findings(session, clock=clock, actor=second, ticket=ticket, findings="x")


def test_reopening_starts_a_new_round_and_keeps_the_old_verdict(
    desk: Database, clock: FixedClock, settings: Settings
) -> None:
    with desk.transaction() as session:
        ticket = decided(session, clock)
        agent = people(session)[0]
        letters.draft(session, clock=clock, actor=agent, ticket=ticket)
        letters.send(session, clock=clock, actor=agent, ticket=ticket)
        ticket_id = ticket.id
    Worker(settings, desk, clock).deliver()
    with desk.transaction() as session:
        ticket = session.get_one(Ticket, ticket_id)
        service.close(session, clock=clock, actor=people(session)[0], ticket=ticket)
    clock.advance(days=3)
    with desk.transaction() as session:
        ticket = session.get_one(Ticket, ticket_id)
        customer = factories.actor_of(session.get_one(factories.Customer, ticket.customer_id))
        service.reopen(session, clock=clock, actor=customer, ticket=ticket, reason="钱还是没到")
        assert (ticket.round, ticket.status, ticket.current.findings) == (2, "investigating", None)
        old = {row.clock: row.state for row in sla_queries.clocks(session, ticket_id=ticket.id, round=1)}
        new = {row.clock: row for row in sla_queries.clocks(session, ticket_id=ticket.id, round=2)}
        assert old["resolution"] == "met"
        assert new["resolution"].due_at == clock.now() + timedelta(hours=48)


def test_a_withdrawn_complaint_has_no_deadline_any_more(desk: Database, clock: FixedClock) -> None:
    with desk.transaction() as session:
        someone = factories.customer(session, clock)
        ticket = factories.complaint(session, clock, of=someone)
        for _ in range(2):
            service.withdraw(session, clock=clock, actor=factories.actor_of(someone), ticket=ticket, reason=None)
        assert (ticket.status, ticket.next_due_at) == ("withdrawn", None)
    with desk.reading() as session:
        assert session.scalars(select(TicketEvent.kind)).all().count("withdrawn") == 1


def test_a_second_complaint_of_the_same_class_within_30_days_is_a_repeat(desk: Database, clock: FixedClock) -> None:
    with desk.transaction() as session:
        someone = factories.customer(session, clock)
        first = factories.complaint(session, clock, of=someone)
        clock.advance(days=29)
        second = factories.complaint(session, clock, of=someone)
        assert second.repeat_of_id == first.id
        assert "repeat" in second.severity_reasons
        clock.advance(days=31)
        assert factories.complaint(session, clock, of=someone).repeat_of_id is None


def test_a_breach_is_recorded_at_the_due_time_and_told_to_the_team_lead(
    desk: Database, clock: FixedClock, settings: Settings
) -> None:
    with desk.transaction() as session:
        ticket = factories.complaint(session, clock, of=factories.customer(session, clock))
        ticket_id, complained_at = ticket.id, ticket.complained_at
    clock.advance(hours=26)
    worker = Worker(settings, desk, clock)
    assert worker.sweep() > 0
    assert worker.sweep() == 0
    with desk.reading() as session:
        ticket = session.get_one(Ticket, ticket_id)
        assert ticket.breached
        events = session.scalars(
            select(TicketEvent).where(TicketEvent.ticket_id == ticket_id, TicketEvent.kind == "sla_breached")
        )
        breached_at = {event.data["clock"]: event.at for event in events}
        assert breached_at["investigation"] == complained_at + timedelta(hours=24)
        assert "resolution" not in breached_at
        told = session.scalars(select(OutboxMessage.payload).where(OutboxMessage.channel == "email")).all()
        assert any(payload["code"] == "sla_breached" for payload in told)


def test_a_breach_noticed_after_the_case_was_reopened_is_one_of_the_round_it_was_promised_in(
    desk: Database, clock: FixedClock, settings: Settings
) -> None:
    with desk.transaction() as session:
        ticket = decided(session, clock)
        ticket_id, agent = ticket.id, people(session)[0]
        letters.draft(session, clock=clock, actor=agent, ticket=ticket)
        letters.send(session, clock=clock, actor=agent, ticket=ticket)
    clock.advance(hours=50)
    worker = Worker(settings, desk, clock)
    worker.deliver()
    with desk.transaction() as session:
        ticket = session.get_one(Ticket, ticket_id)
        customer = factories.actor_of(session.get_one(factories.Customer, ticket.customer_id))
        service.close(session, clock=clock, actor=people(session)[0], ticket=ticket)
        service.reopen(session, clock=clock, actor=customer, ticket=ticket, reason="钱还是没到")
    worker.sweep()
    with desk.reading() as session:
        told = session.scalars(select(TicketEvent).where(TicketEvent.kind == "sla_breached")).all()
        assert ("resolution", 1) in {(event.data["clock"], event.round) for event in told}
        assert {event.round for event in told} == {1}
