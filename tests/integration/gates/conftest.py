"""A small company whose tickets go through every gate."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from ticketing.conversations import service as conversing
from ticketing.conversations.models import Conversation
from ticketing.platform.actor import Actor
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.platform.outbox import OutboxMessage
from ticketing.staff.models import Staff
from ticketing.tickets import deliveries, letters, service
from ticketing.tickets.models import Ticket, TicketEvent

PEOPLE = {
    "chen": "agent", "wang": "agent", "li": "team_lead", "zhao": "supervisor", "qian": "supervisor", "sun": "compliance",
    "zhou": "compliance",
}  # fmt: skip


@dataclass
class Company:
    """Opens transactions and knows everybody by name."""

    database: Database
    clock: FixedClock

    def staff(self, session: Session, login: str) -> Staff:
        return session.scalars(select(Staff).where(Staff.login == login)).one()

    def actor(self, session: Session, login: str) -> Actor:
        return factories.actor_of(self.staff(session, login))

    def ticket(self, *, owner: str | None = "chen", chat: bool = False, decided: bool = False, **fields: object) -> int:
        """A complaint of a customer of its own, claimed by its owner."""
        with self.database.transaction() as session:
            of = factories.customer(session, self.clock)
            return self.ticket_of(session, of, owner=owner, chat=chat, decided=decided, **fields).id

    def ticket_of(
        self,
        session: Session,
        of: object,
        *,
        owner: str | None = "chen",
        chat: bool = False,
        decided: bool = False,
        **fields: object,
    ) -> Ticket:
        if chat:
            opened = conversing.open_conversation(session, clock=self.clock, customer=of, language="zh")
            fields["conversation_id"] = opened.id
        ticket = factories.complaint(session, self.clock, of=of, **fields)
        if owner is not None:
            actor = self.actor(session, owner)
            service.claim(session, clock=self.clock, actor=actor, ticket=ticket)
            if ticket.conversation_id is not None:
                talk = session.get_one(Conversation, ticket.conversation_id)
                if talk.owner != "agent":
                    conversing.claim_by_agent(session, clock=self.clock, actor=actor, conversation_id=talk.id)
            if decided:
                service.record_findings(session, clock=self.clock, actor=actor, ticket=ticket, findings="银行侧排队")
                service.decide(
                    session,
                    clock=self.clock,
                    actor=actor,
                    ticket=ticket,
                    cause="银行维护",
                    measures="已催促到账",
                    follow_up_plan="三日内回访",
                )
        return ticket

    def close(self, session: Session, ticket: Ticket, login: str) -> None:
        """From the decision to the end."""
        actor = self.actor(session, login)
        letters.draft(session, clock=self.clock, actor=actor, ticket=ticket)
        letters.send(session, clock=self.clock, actor=actor, ticket=ticket)
        message = session.scalars(select(OutboxMessage).where(OutboxMessage.subject_type == "letter")).first()
        message.status = "delivered"
        deliveries.settle(session, clock=self.clock, message=message)
        service.close(session, clock=self.clock, actor=actor, ticket=ticket)


@pytest.fixture
def company(database: Database, clock: FixedClock) -> Company:
    with database.transaction() as session:
        factories.company(session, clock)
        team = factories.team(session)
        for login, role in PEOPLE.items():
            member = factories.staff(session, role=role, team=team)
            member.login = member.name = login
    return Company(database, clock)


def told(session: Session, code: str) -> list[OutboxMessage]:
    """What was promised to be sent under this code."""
    return [row for row in session.scalars(select(OutboxMessage)) if row.payload.get("code") == code]


def kinds(session: Session, ticket: Ticket) -> list[str]:
    """The ticket's log."""
    asked = select(TicketEvent.kind).where(TicketEvent.ticket_id == ticket.id).order_by(TicketEvent.id)
    return list(session.scalars(asked))
