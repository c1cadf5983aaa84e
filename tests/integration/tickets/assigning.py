"""A small company for tests of assignment: people at work, tickets that wait, and what became of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from tests import factories
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.platform.outbox import OutboxMessage
from ticketing.platform.settings import Settings
from ticketing.staff.models import Staff, Team
from ticketing.tickets import assignment_pass
from ticketing.tickets.models import Ticket, TicketEvent


@dataclass
class Company:
    """One team with a lead; agents join as a test needs them."""

    database: Database
    clock: FixedClock
    settings: Settings
    team_id: int
    lead_id: int

    def hire(self, **changes: Any) -> int:
        """An agent of the team, seen just now, who speaks Chinese unless said otherwise."""
        with self.database.transaction() as session:
            member = factories.staff(session, team=session.get_one(Team, self.team_id))
            member.last_seen_at = member.presence_since = self.clock.now()
            for name, value in changes.items():
                setattr(member, name, value)
            return member.id

    def complain(self, **fields: Any) -> int:
        """A ticket that waits for someone."""
        with self.database.transaction() as session:
            customer = factories.customer(session, self.clock)
            return factories.complaint(session, self.clock, of=customer, **fields).id

    def set_team(self, **changes: Any) -> None:
        with self.database.transaction() as session:
            for name, value in changes.items():
                setattr(session.get_one(Team, self.team_id), name, value)

    def set_person(self, staff_id: int, **changes: Any) -> None:
        with self.database.transaction() as session:
            for name, value in changes.items():
                setattr(session.get_one(Staff, staff_id), name, value)

    def everyone_is_seen(self, *staff_ids: int) -> None:
        for staff_id in staff_ids:
            self.set_person(staff_id, last_seen_at=self.clock.now())

    def run(self) -> assignment_pass.Report:
        return assignment_pass.run(self.database, clock=self.clock, settings=self.settings)

    def owner(self, ticket_id: int) -> int | None:
        with self.database.reading() as session:
            return session.get_one(Ticket, ticket_id).owner_id

    def events(self, ticket_id: int, *kinds: str) -> list[TicketEvent]:
        with self.database.reading() as session:
            asked = select(TicketEvent).where(TicketEvent.ticket_id == ticket_id).order_by(TicketEvent.id)
            return [event for event in session.scalars(asked) if event.kind in kinds]

    def messages(self, code: str) -> list[dict[str, Any]]:
        """What colleagues are told, in order: the payloads."""
        with self.database.reading() as session:
            sent = session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()
            return [message.payload for message in sent if message.payload.get("code") == code]


def found(database: Database, clock: FixedClock, settings: Settings, **team: Any) -> Company:
    """Make the company."""
    with database.transaction() as session:
        factories.company(session, clock)
        made = factories.team(session)
        for name, value in team.items():
            setattr(made, name, value)
        lead = factories.staff(session, role="team_lead", team=made)
        return Company(database, clock, settings, made.id, lead.id)
