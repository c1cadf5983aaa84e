"""Random rows for the board: every state a ticket, a promise, a chat and a survey can be in, as of one instant."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from ticketing.conversations.models import Conversation
from ticketing.customers.models import Customer
from ticketing.platform.clock import FixedClock
from ticketing.sla.models import ArmedLevel, ClockVerdict
from ticketing.staff.models import Staff, Team
from ticketing.surveys.models import Survey
from ticketing.tickets.models import Ticket
from ticketing.tickets.rules import ENDED, WAYS_IN, Category, Status

CLOCKS = ("investigation", "resolution", "statutory", "first_reply")
CHANNELS = ("chat", "chat", "phone", "email")
PRODUCTS = ("transfer", "wealth", None)
EDGES = [timedelta(0), *(timedelta(hours=hours) for hours in (1, 4, 8))]


class RandomCompany:
    """Fills a database; one seed always gives the same rows."""

    def __init__(self, session: Session, clock: FixedClock, seed: int) -> None:
        self.session, self.now, self.random = session, clock.now(), random.Random(seed)
        self.teams = [factories.team(session) for _ in range(3)]
        self.staff = [factories.staff(session, team=team) for team in self.teams]
        self.customer = factories.customer(session, clock)

    def fill(self, tickets: int) -> None:
        """Tickets with promises, levels and surveys; chats beside them."""
        for number in range(tickets):
            self._ticket(number)
        self._repeats()
        for number in range(tickets // 4):
            self.session.add(self._chat(number, self.customer))
        self.session.flush()

    def around(self, span_hours: int) -> datetime:
        """An instant before or after now; now and then exactly on an edge of the board's windows."""
        if self.random.random() < 0.15:
            return self.now + self.random.choice(EDGES)
        return self.now + timedelta(seconds=self.random.randint(-span_hours * 3600, span_hours * 3600))

    def before(self, span_hours: int) -> datetime:
        """An instant up to now."""
        return self.now - timedelta(seconds=self.random.randint(0, span_hours * 3600))

    def _ticket(self, number: int) -> None:
        pick = self.random.choice
        status = pick(list(Status))
        team: Team | None = pick([*self.teams, None])
        owner: Staff | None = pick([*self.staff, None])
        created_at = self.before(72)
        ticket = Ticket(
            number=f"KS-{number:05d}", kind="complaint", status=status, category=pick(list(Category)), priority="normal",
            severity=pick(["normal", "serious"]), severity_reasons=[], language="zh", customer_id=self.customer.id,
            description="…", contact_channel=pick(CHANNELS), came_by=pick(WAYS_IN), product=pick(PRODUCTS),
            consented_at=created_at, complained_at=created_at,
            created_at=created_at, updated_at=created_at, round=1, team_id=team.id if team else None,
            owner_id=owner.id if owner else None, closed_at=self.before(48) if status in ENDED else None,
        )  # fmt: skip
        self.session.add(ticket)
        self.session.flush()
        for clock in self.random.sample(CLOCKS, k=self.random.randint(0, 4)):
            self._promise(ticket, clock)
        if status == Status.CLOSED and self.random.random() < 0.7:
            self._survey(ticket)

    def _repeats(self) -> None:
        """Some tickets repeat an earlier one."""
        found = self.session.scalars(select(Ticket).order_by(Ticket.id)).all()
        for ticket in self.random.sample(found[1:], k=len(found) // 6):
            ticket.repeat_of_id = found[0].id

    def _promise(self, ticket: Ticket, clock: str) -> None:
        verdict = (
            "cancelled" if ticket.status in ENDED else self.random.choice(["running", "paused", "met", "breached"])
        )
        target = self.around(12)
        if verdict == "breached":
            target = self.before(40)
        stopped = verdict == "met" or (verdict == "breached" and self.random.random() < 0.5)
        self.session.add(
            ClockVerdict(
                ticket_id=ticket.id, clock=clock, round=1, policy="p", policy_version=1, calendar="always",
                target_seconds=3600, started_at=ticket.created_at, target_at=None if verdict == "paused" else target,
                stopped_at=self.now if stopped else None, ended_at=ticket.closed_at, verdict=verdict,
                breached_at=target if verdict == "breached" else None,
            )
        )  # fmt: skip
        self.session.add(
            ArmedLevel(
                ticket_id=ticket.id, clock=clock, round=1, level="breach", kind="breach", due_at=target, actions=[],
                state=self.random.choice(["armed", "fired", "cancelled"]), attempts=0,
            )
        )  # fmt: skip

    def _survey(self, ticket: Ticket) -> None:
        answered = self.random.random() < 0.7
        marks = [self.random.randint(1, 5) if answered else None for _ in range(3)]
        self.session.add(
            Survey(
                ticket_id=ticket.id, ticket_number=ticket.number, round=1, customer_id=ticket.customer_id, language="zh",
                token_hash=ticket.number, sent_at=ticket.created_at, expires_at=self.now,
                answered_at=self.before(24 * 45) if answered else None,
                speed=marks[0], completeness=marks[1], solution=marks[2],
            )
        )  # fmt: skip

    def _chat(self, number: int, customer: Customer) -> Conversation:
        owner = self.random.choice(["bot", "queued", "agent", "closed"])
        return Conversation(
            public_id=f"chat-{number}", customer_id=customer.id, owner=owner, language="zh", created_at=self.before(24 * 40),
            last_message_at=self.now, changed_at=self.now,
            agent_id=self.random.choice(self.staff).id if owner == "agent" else None, queued_at=None if owner == "bot" else self.before(3),
        )  # fmt: skip
