"""Rows for tests: real ones, made by the product's own services where there is one."""

from __future__ import annotations

import itertools
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Table, exists, func, insert, or_, select
from sqlalchemy.orm import Session

from ticketing import tables
from ticketing.customers.models import Customer
from ticketing.platform.actor import Actor
from ticketing.platform.clock import Clock, FixedClock
from ticketing.sla import service as sla
from ticketing.staff.models import Staff, Team
from ticketing.tickets import service
from ticketing.tickets.models import Ticket
from ticketing.tickets.service import Intake

_count = itertools.count(1)
SEEDED = [tables.metadata.tables[name] for name in ("calendar", "calendar_day", "sla_policy", "audit_entry")]
_seeded: dict[datetime, dict[str, list[dict[str, Any]]]] = {}


def company(session: Session, clock: Clock) -> None:
    """Default policies and calendars. The product makes them once for an instant; other empty databases get the same rows."""
    if not isinstance(clock, FixedClock) or session.scalar(
        select(or_(*(exists().select_from(each) for each in SEEDED)))
    ):
        sla.seed_defaults(session, clock=clock)
    elif (rows := _seeded.get(clock.now())) is not None:
        for table in SEEDED:
            session.execute(insert(table), rows[table.name])
            _count_on(session, table)
    else:
        before = _sizes(session)
        sla.seed_defaults(session, clock=clock)
        assert {name for name, size in _sizes(session).items() if size != before[name]} == {
            each.name for each in SEEDED
        }
        _seeded[clock.now()] = {
            each.name: [dict(row) for row in session.execute(select(each).order_by(each.c.id)).mappings()]
            for each in SEEDED
        }


def _sizes(session: Session) -> dict[str, int]:
    return {
        each.name: session.scalar(select(func.count()).select_from(each)) or 0 for each in tables.metadata.sorted_tables
    }


def _count_on(session: Session, table: Table) -> None:
    """The next row's number follows the last one's; SQLite does so by itself."""
    if session.get_bind().dialect.name == "postgresql":
        last = select(func.max(table.c.id)).scalar_subquery()
        session.execute(select(func.setval(func.pg_get_serial_sequence(table.name, "id"), last)))


def team(session: Session, *, categories: list[str] | None = None) -> Team:
    """A team for the given categories (all payments ones by default)."""
    number = next(_count)
    made = Team(
        code=f"team-{number}",
        name_zh=f"第{number}组",
        name_en=f"Team {number}",
        categories=categories or ["transaction_dispute", "system_failure"],
    )
    session.add(made)
    session.flush()
    return made


def staff(session: Session, *, role: str = "agent", team: Team | None = None, language: str = "zh") -> Staff:
    """A member of staff who cannot sign in (no password)."""
    number = next(_count)
    made = Staff(
        login=f"staff-{number}",
        name=f"坐席{number}",
        role=role,
        email=f"staff-{number}@example.com",
        language=language,
        team_id=team.id if team else None,
        password_hash="!",
    )
    session.add(made)
    session.flush()
    return made


def customer(session: Session, clock: Clock, **fields: Any) -> Customer:
    """A customer with an e-mail address."""
    number = next(_count)
    values: dict[str, Any] = {"external_id": f"c-{number}", "name": "王建国", "email": f"c{number}@example.com"}
    made = Customer(
        **(values | {"language": "zh", "tier": "standard", "source": "test", "created_at": clock.now()} | fields)
    )
    session.add(made)
    session.flush()
    return made


def complaint(
    session: Session, clock: Clock, *, of: Customer, conversation_id: int | None = None, **fields: Any
) -> Ticket:
    """A complaint opened now; ``fields`` override the intake."""
    values: dict[str, Any] = {
        "kind": "complaint",
        "category": "transaction_dispute",
        "description": "转账两千块没到账",
        "language": "zh",
        "contact_channel": "chat",
        "complained_at": clock.now(),
        "amount": Decimal("2000"),
    }
    return service.open_ticket(
        session,
        clock=clock,
        actor=actor_of(of, conversation_id),
        customer=of,
        conversation_id=conversation_id,
        intake=Intake(**(values | fields)),
    )


def actor_of(person: Staff | Customer, conversation_id: int | None = None) -> Actor:
    """The actor that a person is."""
    if isinstance(person, Staff):
        return Actor(
            kind="staff",
            id=person.id,
            name=person.name,
            role=person.role,
            team_id=person.team_id,
            language=person.language,
        )
    return Actor(kind="customer", id=person.id, conversation_id=conversation_id, language=person.language)
