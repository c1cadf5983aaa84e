"""Made-up tickets in bulk, for load tests and for looking at full pages; written past the services, but exactly as
they would have written them (a test re-arms some and finds nothing to change)."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, func, select, text
from sqlalchemy.orm import Session

from ticketing.conversations.models import Conversation, Message
from ticketing.demo import clients, copies, promised, stories, talks
from ticketing.demo.copies import FIRST_NUMBER
from ticketing.demo.lives import Life, Lives
from ticketing.demo.rows import write
from ticketing.platform.clock import Clock
from ticketing.platform.db import Database
from ticketing.search import service as search
from ticketing.search import storage
from ticketing.search.models import MESSAGE, TICKET, SearchPending
from ticketing.sla import rules as sla_rules
from ticketing.sla.calendar_store import load_calendars
from ticketing.sla.defaults import ALWAYS, CN_OFFICE, COMPLAINT, COMPLAINT_POLICY
from ticketing.sla.models import ArmedLevel, ClockVerdict, PolicyAssignment, PromiseEntry, SlaPolicy
from ticketing.sla.timelines import ClockEvent
from ticketing.staff.models import Staff, Team
from ticketing.surveys.models import Survey
from ticketing.tickets import rules, severity
from ticketing.tickets.models import Ticket, TicketEvent, TicketRound
from ticketing.tickets.rules import Category, Status

CHUNK = 1_000
COPIED_AT_ONCE = 5_000
DISTINCT = 50_000
TICKETS_OF_A_CUSTOMER = 40
OPEN_SHARE = 0.3
MANY = 40_000
"""From here on the tickets are a company's whole history, with what of it is still open."""
DAYS, DAYS_OF_MANY = 90, 365
ORDER_SHARE = 0.4
PRODUCTS = (
    "balance",
    "bank_card",
    "credit_card",
    "fund",
    "wealth",
    "insurance",
    "consumer_loan",
    "transfer",
    "payment",
)
Row = dict[str, Any]


def load(
    database: Database,
    *,
    clock: Clock,
    count: int,
    say: Callable[[str], object],
    open_share: float | None = None,
    distinct: int = DISTINCT,
    findable: bool = True,
) -> None:
    """Add ``count`` complaints of the last months, that share of them still open; says how far it is.

    ``distinct`` of them are made up; further ones are their copies, made by the database itself. Unless they need not be
    ``findable``, they are indexed at the end, which is quicker than by and by.
    """
    made = 0
    maker = _Maker(database, clock, open_share, count)
    first, first_chat = maker.next_id, maker.next_chat
    before = noted(database)
    while made < count:
        left = min(distinct - made % distinct, count - made)
        with database.transaction() as session:
            quietly(session)
            if made < distinct:
                size = min(CHUNK, left)
                maker.add(session, size)
            else:
                size = min(COPIED_AT_ONCE, left)
                original, turn = first + made % distinct, made // distinct
                by = copies.By(maker.next_id - original, (maker.next_chat - first_chat) * turn)
                copies.add(session, first=original, size=size, by=by)
                maker.next_id, maker.last_chat = maker.next_id + size, maker.next_chat - 1 + by.chats
            _go_on(session, maker)
        made += size
        say(f"\r{made:,} of {count:,} tickets")
    say("\n")
    with database.transaction() as session:
        session.execute(delete(SearchPending).where(SearchPending.id > before.pending))
    if findable:
        search.rebuild(database, say=say, after={TICKET: before.ticket, MESSAGE: before.message}, quickly=True)


class _Maker:
    """Writes chunks of tickets; what stays the same is read once."""

    def __init__(self, database: Database, clock: Clock, open_share: float | None, count: int) -> None:
        self.random = random.Random(2026)
        self.now = clock.now()
        days = DAYS if count < MANY else DAYS_OF_MANY
        share = OPEN_SHARE if open_share is None and count < MANY else open_share
        self.lives = Lives(self.random, self.now, timedelta(days=days), share)
        with database.transaction() as session:
            self.next_id = (session.scalar(select(func.max(Ticket.id))) or 0) + 1
            self.last_chat = session.scalar(select(func.max(Conversation.id))) or 0
            self.next_chat = self.last_chat + 1
            self.random.seed(2026 + self.next_id)
            quietly(session)
            self.customers = clients.some(
                session, self.now, self.random, max(clients.FEWEST, count // TICKETS_OF_A_CUSTOMER)
            )
            self.agents = list(session.execute(select(Staff.id, Staff.team_id).where(Staff.role == "agent")))
            self.teams = list(session.scalars(select(Team)))
            self.calendars = dict(load_calendars(session, {ALWAYS, CN_OFFICE}))
            self.policy_id = session.scalars(
                select(SlaPolicy.id).where(SlaPolicy.code == COMPLAINT_POLICY).order_by(SlaPolicy.version)
            ).first()

    def add(self, session: Session, size: int) -> None:
        """One chunk."""
        models: tuple[type[Any], ...] = (Conversation, Message, Ticket, *copies.OF_A_TICKET, PromiseEntry)
        rows: dict[type[Any], list[Row]] = {model: [] for model in models}
        for _ in range(size):
            self._one(rows)
        for model, values in rows.items():
            write(session, model, values)

    def _one(self, rows: dict[type[Any], list[Row]]) -> None:
        number, life = self.next_id, self.lives.one()
        self.next_id += 1
        complained_at = life.opened_at
        ticket = self._ticket(number, complained_at, life.is_open)
        ticket["conversation_id"] = self.next_chat if self.random.random() < talks.CHAT_SHARE else None
        events = list(_events(ticket, life))
        priority = str(ticket["priority"])
        rows[PolicyAssignment].append(
            {
                "ticket_id": number,
                "since": complained_at,
                "policy_id": self.policy_id,
                "attributes": {
                    "kind": "complaint",
                    "category": ticket["category"],
                    "severity": ticket["severity"],
                    "priority": priority,
                    "tier": "standard",
                },
            }
        )
        rows[TicketEvent].extend(events)
        rows[TicketRound].append(_round(ticket, events))
        deadlines = sla_rules.clock(
            [ClockEvent(kind=event["kind"], at=event["at"]) for event in events],
            COMPLAINT,
            self.calendars,
            now=self.now,
        )
        owed = [deadline for deadline in deadlines if deadline.is_live and deadline.due_at is not None]
        ticket["next_due_at"] = min((deadline.due_at for deadline in owed if deadline.due_at), default=None)
        ticket["next_due_clock"] = next((d.clock for d in owed if d.due_at == ticket["next_due_at"]), None)
        ticket["breached"] = any(deadline.verdict == "breached" for deadline in deadlines)
        rows[Ticket].append(ticket)
        self._talk(rows, ticket)
        for deadline in deadlines:
            rows[ClockVerdict].append(promised.verdict(number, deadline))
            rows[ArmedLevel].extend(promised.levels(number, deadline, self.now))
            rows[PromiseEntry].extend(promised.entries(number, deadline, self.now))

    def _talk(self, rows: dict[type[Any], list[Row]], ticket: Row) -> None:
        """The chat in which the ticket came in, and how it was rated."""
        if ticket["conversation_id"] is not None:
            conversation, lines = talks.chat(self.random, ticket, self.next_chat)
            rows[Conversation].append(conversation)
            rows[Message].extend(lines)
            self.last_chat, self.next_chat = self.next_chat, self.next_chat + 1
        rated = talks.survey(self.random, ticket)
        if rated is not None:
            rows[Survey].append(rated)

    def _ticket(self, number: int, at: datetime, is_open: bool) -> Row:
        pick = self.random
        category = pick.choice(list(Category)).value
        status = pick.choice(sorted(rules.OPEN)) if is_open else Status.CLOSED
        agent = pick.choice(self.agents) if self.agents and status != Status.ACCEPTED else None
        text, amount = stories.story(pick, Category(category)), Decimal(pick.randrange(10, 90_000))
        judged = severity.judge(text, amount=amount, tier="standard")
        team = next((item.id for item in self.teams if category in item.categories), None)
        return {
            "id": number,
            "number": f"KS-{at:%Y%m%d}-{FIRST_NUMBER + number}",
            "kind": "complaint",
            "status": str(status),
            "category": category,
            "category_predicted": category,
            "product": pick.choice(PRODUCTS),
            "priority": judged.priority,
            "severity": judged.level,
            "severity_reasons": list(judged.reasons),
            "severity_evidence": [finding.as_json() for finding in judged.findings],
            "language": "zh" if "\u4e00" <= text[0] <= "\u9fff" else "en",
            "customer_id": pick.choice(self.customers),
            "description": text,
            "amount": amount,
            "currency": "CNY",
            "order_number": f"TR{at:%y%m%d}{pick.randrange(10_000):04d}" if pick.random() < ORDER_SHARE else None,
            "contact_channel": "chat",
            "consented_at": at,
            "complained_at": at,
            "created_at": at,
            "compared_at": at,
            "updated_at": self.now,
            "closed_at": None,
            "round": 1,
            "owner_id": agent.id if agent else None,
            "team_id": team,
            "version": 1,
        }


@dataclass(frozen=True)
class _Before:
    """The last rows there were."""

    ticket: int
    message: int
    pending: int


def noted(database: Database) -> _Before:
    """Where the tables end."""
    with database.reading() as session:
        last = [session.scalar(select(func.max(model.id))) or 0 for model in (Ticket, Message, SearchPending)]
    return _Before(*last)


def quietly(session: Session) -> None:
    """On PostgreSQL do not even note what is written for being indexed; on SQLite the notes are thrown away."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(storage.QUIET))


def _go_on(session: Session, maker: _Maker) -> None:
    """Tickets and conversations opened afterwards are numbered behind these."""
    if session.get_bind().dialect.name == "postgresql":
        for table, last in (("ticket", maker.next_id - 1), ("conversation", maker.last_chat)):
            session.execute(select(func.setval(func.pg_get_serial_sequence(table, "id"), max(last, 1))))


def _events(ticket: Row, life: Life) -> Iterator[Row]:
    """The log up to the ticket's status; everything that happened lies before now."""
    later = {
        Status.INVESTIGATING: ["claimed"],
        Status.RESOLVING: ["claimed", "findings_recorded"],
        Status.FEEDBACK: ["claimed", "findings_recorded", "decided"],
        Status.CLOSED: ["claimed", "findings_recorded", "decided", "answer_delivered", "closed"],
    }.get(Status(ticket["status"]), [])
    steps = [("complained", life.opened_at), ("accepted", life.opened_at)]
    if ticket["conversation_id"] is not None:
        steps.append(("agent_reply", life.opened_at + talks.PAUSE))
    steps += [(kind, life.opened_at + life.span * place / len(later)) for place, kind in enumerate(later, start=1)]
    for kind, at in steps:
        if kind == "closed":
            ticket["closed_at"] = at
        yield {
            "ticket_id": ticket["id"],
            "round": 1,
            "kind": kind,
            "at": at,
            "actor": "system",
            "actor_name": "",
            "public": kind not in {"claimed", "agent_reply"},
            "data": {},
        }


def _round(ticket: Row, events: list[Row]) -> Row:
    at = {event["kind"]: event["at"] for event in events}
    decided = "decided" in at
    return {
        "ticket_id": ticket["id"],
        "round": 1,
        "started_at": ticket["complained_at"],
        "findings": "已核查" if "findings_recorded" in at else None,
        "findings_at": at.get("findings_recorded"),
        "cause": "已查明" if decided else None,
        "measures": "已处理" if decided else None,
        "follow_up_plan": "三日内回访" if decided else None,
        "decided_at": at.get("decided"),
        "delivered_at": at.get("answer_delivered"),
    }
