"""Load the demo company: its people and customers, and cases at every stage, made by the product's own services."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.conversations import service as conversations
from ticketing.conversations.models import Macro
from ticketing.customers.models import Customer
from ticketing.customers.service import comparable_phone
from ticketing.demo import records, rectification, unanswered
from ticketing.platform import yaml_files
from ticketing.platform.actor import SYSTEM, Actor
from ticketing.platform.clock import Clock, FixedClock
from ticketing.platform.crypto import keyring
from ticketing.platform.db import Database
from ticketing.platform.settings import Settings
from ticketing.reports.periodic import archive
from ticketing.reports.periodic.periods import Rhythm, finished
from ticketing.sla import service as sla
from ticketing.staff import service as staff_service
from ticketing.staff.models import Staff, Team
from ticketing.surveys import service as surveys
from ticketing.tasks import Worker
from ticketing.tickets import letters, service
from ticketing.tickets.models import Ticket
from ticketing.tickets.service import Intake

COMPANY: dict[str, Any] = yaml_files.read(Path(__file__).with_name("company.yml"))
STAGES = ("accepted", "investigating", "resolving", "feedback", "closed")


def load(database: Database, *, settings: Settings, clock: Clock) -> int:
    """Load people and cases once; gives the number of tickets made, 0 when the company is there already."""
    with database.transaction() as session:
        sla.seed_defaults(session, clock=clock)
        if session.scalar(select(Staff.id).limit(1)) is not None:
            return 0
        _load_people(session, clock)
    for case in sorted(COMPANY["cases"], key=lambda item: -item["hours_ago"]):
        _play(database, settings=settings, case=case, now=clock)
    rectification.load(database, now=clock, records=COMPANY["root_causes"])
    unanswered.load(database, now=clock, questions=COMPANY["unanswered"])
    records.load(database, clock=clock, zone=settings.time_zone)
    _report(database, settings=settings, clock=clock)
    return len(COMPANY["cases"])


def _load_people(session: Session, clock: Clock) -> None:
    teams = {item["code"]: Team(**item) for item in COMPANY["teams"]}
    session.add_all(teams.values())
    session.flush()
    for item in COMPANY["staff"]:
        session.add(
            Staff(
                login=item["login"],
                name=item["name"],
                role=item["role"],
                email=f"{item['login']}@example.com",
                language=item["language"],
                languages=item.get("languages", []),
                skills=item.get("skills", {}),
                open_cap=item.get("open_cap", 15),
                load_cap=item.get("load_cap", 12),
                team_id=teams[item["team"]].id if item["team"] else None,
                password_hash=staff_service.hash_password(COMPANY["password"]),
            )
        )
    session.add_all(
        Macro(**item, updated_at=clock.now(), updated_by=COMPANY["staff"][3]["name"]) for item in COMPANY["macros"]
    )
    for item in COMPANY["customers"]:
        session.add(
            Customer(
                external_id=item["id"],
                name=item["name"],
                phone=item["phone"],
                phone_index=keyring().index(comparable_phone(item["phone"])) if item["phone"] else None,
                email=item["email"],
                email_index=keyring().index(item["email"]) if item["email"] else None,
                language=item["language"],
                tier=item["tier"],
                source="demo",
                created_at=clock.now(),
            )
        )


def _play(database: Database, *, settings: Settings, case: dict[str, Any], now: Clock) -> None:
    """Live one case through, on a clock of its own that starts when the customer complained."""
    clock = FixedClock(now.now() - timedelta(hours=case["hours_ago"]))
    with database.transaction() as session:
        ticket_id = _complain(session, clock=clock, case=case).id
    if case["until"] == "withdrawn":
        clock.advance(hours=2)
        with database.transaction() as session:
            ticket = session.get_one(Ticket, ticket_id)
            service.withdraw(session, clock=clock, actor=_customer_actor(ticket), ticket=ticket, reason=case["reason"])
        return
    for stage in STAGES[1 : STAGES.index(case["until"]) + 1]:
        clock.advance(hours=case["hours_ago"] / 12)
        _advance(database, settings=settings, clock=clock, case=case, stage=stage, ticket_id=ticket_id)


def _complain(session: Session, *, clock: Clock, case: dict[str, Any]) -> Ticket:
    customer = session.scalars(select(Customer).where(Customer.external_id == case["customer"])).one()
    conversation = conversations.open_conversation(session, clock=clock, customer=customer, language=customer.language)
    conversations.append(session, clock=clock, conversation=conversation, author="customer", text=case["description"])
    return service.open_ticket(
        session,
        clock=clock,
        actor=Actor(kind="customer", id=customer.id, conversation_id=conversation.id, language=customer.language),
        customer=customer,
        conversation_id=conversation.id,
        intake=Intake(
            kind="complaint",
            category=case["category"],
            category_predicted=case["category"],
            description=case["description"],
            language=customer.language,
            contact_channel="chat",
            complained_at=clock.now(),
            product=case["product"],
            amount=Decimal(case["amount"]) if "amount" in case else None,
            order_number=case.get("order_number"),
            wish=case["wish"],
        ),
    )


def _advance(
    database: Database, *, settings: Settings, clock: FixedClock, case: dict[str, Any], stage: str, ticket_id: int
) -> None:
    with database.transaction() as session:
        ticket = session.get_one(Ticket, ticket_id)
        actor = _staff_actor(session, case["agent"])
        if stage == "investigating":
            service.claim(session, clock=clock, actor=actor, ticket=ticket)
            _reply_first(session, clock=clock, actor=actor, ticket=ticket)
        elif stage == "resolving":
            service.record_findings(session, clock=clock, actor=actor, ticket=ticket, findings=case["findings"])
        elif stage == "feedback":
            decision = {key: case[key] for key in ("cause", "measures", "follow_up_plan")}
            service.decide(session, clock=clock, actor=actor, ticket=ticket, **decision)
            letters.draft(session, clock=clock, actor=actor, ticket=ticket)
    if stage == "closed":
        _close(database, settings=settings, clock=clock, case=case, ticket_id=ticket_id)


def _reply_first(session: Session, *, clock: Clock, actor: Actor, ticket: Ticket) -> None:
    assert ticket.conversation_id is not None
    text = COMPANY["first_reply"][ticket.language].format(name=actor.name)
    conversations.claim_by_agent(session, clock=clock, actor=actor, conversation_id=ticket.conversation_id)
    conversations.reply_as_agent(session, clock=clock, actor=actor, conversation_id=ticket.conversation_id, text=text)


def _close(database: Database, *, settings: Settings, clock: FixedClock, case: dict[str, Any], ticket_id: int) -> None:
    with database.transaction() as session:
        ticket = session.get_one(Ticket, ticket_id)
        letters.approve(session, clock=clock, actor=_staff_actor(session, "zhou.kai"), ticket=ticket)
        letters.send(session, clock=clock, actor=_staff_actor(session, case["agent"]), ticket=ticket)
    _deliver(database, settings, clock)
    clock.advance(minutes=20)
    with database.transaction() as session:
        ticket = session.get_one(Ticket, ticket_id)
        actor = _staff_actor(session, case["agent"])
        service.close(session, clock=clock, actor=actor, ticket=ticket)
        assert ticket.conversation_id is not None
        conversations.hand_back(session, clock=clock, actor=actor, conversation_id=ticket.conversation_id)
    _deliver(database, settings, clock)
    with database.transaction() as session:
        ticket = session.get_one(Ticket, ticket_id)
        for survey in surveys.pending(session, clock=clock, customer_id=ticket.customer_id)[:1]:
            surveys.answer(session, clock=clock, actor=_customer_actor(ticket), survey=survey, **case["marks"])


def _report(database: Database, *, settings: Settings, clock: Clock) -> None:
    """Last week's report, of what really happened in these cases."""
    zone = ZoneInfo(settings.time_zone)
    (week,) = finished(Rhythm.WEEKLY, clock.now(), zone, 1)
    archive.make(database, clock=clock, settings=settings, period=week, until=week.ends_at, language="zh", actor=SYSTEM)


def _deliver(database: Database, settings: Settings, clock: Clock) -> None:
    Worker(settings, database, clock).deliver()


def _staff_actor(session: Session, login: str) -> Actor:
    return staff_service.actor_of(session.scalars(select(Staff).where(Staff.login == login)).one())


def _customer_actor(ticket: Ticket) -> Actor:
    return Actor(
        kind="customer", id=ticket.customer_id, conversation_id=ticket.conversation_id, language=ticket.language
    )
