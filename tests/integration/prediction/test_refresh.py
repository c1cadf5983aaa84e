"""Chances on the tickets' rows: renewed for what is due next, certain once late, and the queue ordered by them."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests import factories
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.platform.settings import Settings
from ticketing.prediction import service as prediction
from ticketing.tickets import service as tickets
from ticketing.tickets import worklist
from ticketing.tickets.models import Ticket
from ticketing.tickets.worklist import Wanted


@pytest.fixture
def owner(database: Database, clock: FixedClock) -> int:
    """Someone who works tickets in a company with the default promises."""
    with database.transaction() as session:
        factories.company(session, clock)
        return factories.staff(session).id


def complain(database: Database, clock: FixedClock, owner: int | None = None, count: int = 1) -> list[str]:
    """Complaints of now, claimed by the owner if one is given."""
    with database.transaction() as session:
        customer = factories.customer(session, clock)
        made = [factories.complaint(session, clock, of=customer) for _ in range(count)]
        for ticket in made if owner else []:
            ticket.owner_id, ticket.status = owner, "investigating"
        return [ticket.number for ticket in made]


def chances(database: Database, clock: FixedClock, settings: Settings) -> dict[str, float | None]:
    prediction.refresh(database, clock=clock, hours=prediction.service_hours(settings))
    with database.reading() as session:
        return dict(session.execute(select(Ticket.number, Ticket.breach_chance)).all())


def test_a_crowded_desk_is_foreseen_to_break_more_promises_than_an_empty_one(
    database: Database, clock: FixedClock, settings: Settings, owner: int
) -> None:
    numbers = complain(database, clock, owner, count=25)

    found = chances(database, clock, settings)

    assert found[numbers[-1]] > found[numbers[0]]  # type: ignore[operator]


def test_a_late_ticket_is_certain(database: Database, clock: FixedClock, settings: Settings, owner: int) -> None:
    (number,) = complain(database, clock, owner)
    clock.advance(hours=25)

    assert chances(database, clock, settings) == {number: 1.0}


def test_a_second_pass_writes_nothing(database: Database, clock: FixedClock, settings: Settings, owner: int) -> None:
    complain(database, clock, owner, count=3)
    hours = prediction.service_hours(settings)

    assert prediction.refresh(database, clock=clock, hours=hours) == 3
    assert prediction.refresh(database, clock=clock, hours=hours) == 0


def test_a_forecast_disturbs_nobodys_edit(
    database: Database, clock: FixedClock, settings: Settings, owner: int
) -> None:
    complain(database, clock, owner)
    with database.reading() as session:
        before = session.scalars(select(Ticket.version)).one()

    chances(database, clock, settings)

    with database.reading() as session:
        assert session.execute(select(Ticket.version, Ticket.breach_chance.is_not(None))).one() == (before, True)


def test_the_queue_by_risk_pages_through_every_ticket_once_the_likeliest_first(
    database: Database, clock: FixedClock, settings: Settings, owner: int
) -> None:
    complain(database, clock, owner, count=7)
    chances(database, clock, settings)
    complain(database, clock, owner, count=2)
    seen: list[worklist.Row] = []
    cursor = None
    with database.reading() as session:
        while True:
            page = worklist.queue(
                session, clock=clock, staff_id=owner, wanted=Wanted(order="chance"), cursor=cursor, limit=2
            )
            seen += page.items
            cursor = page.next_cursor
            if cursor is None:
                break

    foreseen = [row.chance for row in seen if row.chance is not None]
    assert foreseen == sorted(foreseen, reverse=True)
    assert len({row.number for row in seen}) == len(seen) == 9
    assert [row.chance for row in seen[-2:]] == [None, None]


def test_a_closed_ticket_is_not_foreseen(database: Database, clock: FixedClock, settings: Settings, owner: int) -> None:
    with database.transaction() as session:
        customer = factories.customer(session, clock)
        ticket = factories.complaint(session, clock, of=customer)
        tickets.withdraw(session, clock=clock, actor=factories.actor_of(customer), ticket=ticket, reason=None)

    assert list(chances(database, clock, settings).values()) == [None]
