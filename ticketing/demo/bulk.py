"""Made-up tickets in bulk, for load tests and for looking at full pages; written past the services, but exactly as
they would have written them (a test re-arms some and finds nothing to change)."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from ticketing.customers.models import Customer
from ticketing.demo import copies
from ticketing.demo.company import COMPANY
from ticketing.demo.copies import FIRST_NUMBER
from ticketing.demo.rows import write
from ticketing.platform.clock import Clock
from ticketing.platform.db import Database
from ticketing.sla import rules as sla_rules
from ticketing.sla.calendar_store import load_calendars
from ticketing.sla.defaults import ALWAYS, CN_OFFICE, COMPLAINT, COMPLAINT_POLICY
from ticketing.sla.ledger import kinds_of
from ticketing.sla.models import ArmedLevel, ClockVerdict, PolicyAssignment, PromiseEntry, SlaPolicy
from ticketing.sla.timelines import ClockEvent
from ticketing.staff.models import Staff, Team
from ticketing.tickets import rules, severity
from ticketing.tickets.models import Ticket, TicketEvent, TicketRound
from ticketing.tickets.rules import Category, Status

CHUNK = 1_000
DISTINCT = 50_000
CUSTOMERS = 1_000
OPEN_SHARE = 0.3
DAYS = 90
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
    open_share: float = OPEN_SHARE,
    distinct: int = DISTINCT,
) -> None:
    """Add ``count`` complaints of the last 90 days, that share of them still open; says how far it is.

    ``distinct`` of them are made up; further ones are their copies, made by the database itself.
    """
    made = 0
    maker = _Maker(database, clock, open_share)
    first = maker.next_id
    while made < count:
        size = min(CHUNK, distinct, count - made)
        with database.transaction() as session:
            if made < distinct:
                maker.add(session, size)
            else:
                copies.add(session, first=first + made % distinct, size=size, by=maker.next_id)
                maker.next_id += size
            _next_number(session, maker.next_id)
        made += size
        say(f"\r{made:,} of {count:,} tickets")
    say("\n")


class _Maker:
    """Writes chunks of tickets; what stays the same is read once."""

    def __init__(self, database: Database, clock: Clock, open_share: float) -> None:
        self.random = random.Random(2026)
        self.open_share = open_share
        self.now = clock.now()
        with database.transaction() as session:
            self.next_id = (session.scalar(select(func.max(Ticket.id))) or 0) + 1
            self.random.seed(2026 + self.next_id)
            self.customers = _customers(session, self.now)
            self.agents = list(session.execute(select(Staff.id, Staff.team_id).where(Staff.role == "agent")))
            self.teams = list(session.scalars(select(Team)))
            self.calendars = dict(load_calendars(session, {ALWAYS, CN_OFFICE}))
            self.policy_id = session.scalars(
                select(SlaPolicy.id).where(SlaPolicy.code == COMPLAINT_POLICY).order_by(SlaPolicy.version)
            ).first()
        self.texts = [case["description"] for case in COMPANY["cases"]]

    def add(self, session: Session, size: int) -> None:
        """One chunk."""
        rows: dict[type[Any], list[Row]] = {
            model: []
            for model in (Ticket, TicketRound, TicketEvent, PolicyAssignment, ClockVerdict, ArmedLevel, PromiseEntry)
        }
        for _ in range(size):
            self._one(rows)
        for model, values in rows.items():
            write(session, model, values)

    def _one(self, rows: dict[type[Any], list[Row]]) -> None:
        pick, number = self.random, self.next_id
        self.next_id += 1
        is_open = pick.random() < self.open_share
        age = timedelta(hours=pick.uniform(0.1, 60) if is_open else pick.uniform(50, DAYS * 24))
        complained_at = self.now - age
        ticket = self._ticket(number, complained_at, is_open)
        events = list(self._events(ticket, complained_at))
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
        for deadline in deadlines:
            rows[ClockVerdict].append(_verdict(number, deadline))
            rows[ArmedLevel].extend(_levels(number, deadline, self.now))
            rows[PromiseEntry].extend(_entries(number, deadline, self.now))

    def _ticket(self, number: int, at: datetime, is_open: bool) -> Row:
        pick = self.random
        category = pick.choice(list(Category)).value
        status = pick.choice(sorted(rules.OPEN)) if is_open else Status.CLOSED
        agent = pick.choice(self.agents) if self.agents and status != Status.ACCEPTED else None
        text, amount = pick.choice(self.texts), Decimal(pick.randrange(10, 90_000))
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

    def _events(self, ticket: Row, at: datetime) -> Iterator[Row]:
        """The log up to the ticket's status; everything that happened lies before now."""
        steps = ["complained", "accepted"]
        later = {
            Status.INVESTIGATING: ["claimed"],
            Status.RESOLVING: ["claimed", "findings_recorded"],
            Status.FEEDBACK: ["claimed", "findings_recorded", "decided"],
            Status.CLOSED: ["claimed", "findings_recorded", "decided", "answer_delivered", "closed"],
        }.get(Status(ticket["status"]), [])
        span = min((self.now - at) * 0.9, timedelta(hours=self.random.choice((10, 20, 30, 50))))
        for index, kind in enumerate([*steps, *later]):
            when = at if index < 2 else at + span * (index - 1) / max(len(later), 1)
            if kind == "closed":
                ticket["closed_at"] = when
            yield {
                "ticket_id": ticket["id"],
                "round": 1,
                "kind": kind,
                "at": when,
                "actor": "system",
                "actor_name": "",
                "public": kind != "claimed",
                "data": {},
            }


def _next_number(session: Session, number: int) -> None:
    """Tickets opened afterwards are numbered behind these."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.setval(func.pg_get_serial_sequence("ticket", "id"), number - 1)))


def _customers(session: Session, now: datetime) -> list[int]:
    known = list(session.scalars(select(Customer.id).where(Customer.source == "bulk")))
    missing = CUSTOMERS - len(known)
    if missing > 0:
        fresh = [{"language": "zh", "tier": "standard", "source": "bulk", "created_at": now} for _ in range(missing)]
        known.extend(session.scalars(insert(Customer).returning(Customer.id), fresh))
    return known


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


def _verdict(ticket_id: int, deadline: sla_rules.Deadline) -> Row:
    return {
        "ticket_id": ticket_id,
        "clock": deadline.clock,
        "round": deadline.round,
        "policy": deadline.policy,
        "policy_version": deadline.policy_version,
        "calendar": deadline.rule.calendar,
        "target_seconds": deadline.target_seconds,
        "started_at": deadline.started_at,
        "target_at": deadline.due_at,
        "stopped_at": deadline.stopped_at,
        "ended_at": deadline.ended_at,
        "verdict": deadline.verdict.value,
        "breached_at": deadline.breached_at,
    }


def _levels(ticket_id: int, deadline: sla_rules.Deadline, now: datetime) -> Iterator[Row]:
    """Levels in the past count as fired, so that loading a year of tickets does not send a year of warnings."""
    for level in deadline.levels:
        fired = level.due_at <= now
        yield {
            "ticket_id": ticket_id,
            "clock": deadline.clock,
            "round": deadline.round,
            "level": level.name,
            "kind": level.kind.value,
            "due_at": level.due_at,
            "actions": [{"do": action.do, "to": action.to} for action in level.actions],
            "state": "fired" if fired else "armed",
            "fired_at": level.due_at if fired else None,
            "attempts": 0,
        }


def _entries(ticket_id: int, deadline: sla_rules.Deadline, now: datetime) -> Iterator[Row]:
    """The book of promises, as if each thing had been noticed when it happened."""
    instants = {"made": deadline.started_at, "met": deadline.stopped_at, "breached": deadline.breached_at}
    happened = [(kind, "", instants.get(kind) or deadline.ended_at) for kind in kinds_of(None, deadline.verdict.value)]
    happened += [(level.kind.value, level.name, level.due_at) for level in deadline.levels if level.due_at <= now]
    for kind, level, at in happened:
        yield {
            "ticket_id": ticket_id,
            "clock": deadline.clock,
            "round": deadline.round,
            "level": level,
            "kind": kind,
            "at": at,
            "recorded_at": at,
        }
