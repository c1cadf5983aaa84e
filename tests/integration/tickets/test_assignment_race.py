"""Several workers assign at once on PostgreSQL: one ticket has one owner, and nobody gets more than their caps."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select

from tests.conftest import empty
from tests.integration.tickets.assigning import Company, found
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.platform.settings import Settings
from ticketing.tickets import assignment_pass
from ticketing.tickets.models import Ticket, TicketEvent

WORKERS = 4


@pytest.fixture
def company(postgresql_database: Database, clock: FixedClock, settings: Settings) -> Company:
    empty(postgresql_database)
    return found(postgresql_database, clock, settings, assignment="automatic")


def together(company: Company) -> list[assignment_pass.Report]:
    """The same pass in every worker at the same moment."""
    start = Barrier(WORKERS)

    def work(_number: int) -> assignment_pass.Report:
        start.wait()
        return company.run()

    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(work, range(WORKERS)))


def test_each_ticket_is_given_once_and_no_cap_is_overshot(company: Company) -> None:
    people = [company.hire(open_cap=5) for _ in range(4)]
    tickets = [company.complain() for _ in range(30)]
    reports = together(company)
    with company.database.reading() as session:
        owned = dict(
            session.execute(
                select(Ticket.owner_id, func.count()).where(Ticket.owner_id.is_not(None)).group_by(Ticket.owner_id)
            ).all()
        )
        given = session.scalars(select(TicketEvent.ticket_id).where(TicketEvent.kind == "assigned")).all()
        told = session.scalars(select(TicketEvent.ticket_id).where(TicketEvent.kind == "unassignable")).all()
    assert owned == dict.fromkeys(people, 5)
    assert len(given) == len(set(given)) == 20 == sum(report.assigned for report in reports)
    company.run()
    assert len(told) == len(set(told))
    assert set(given).isdisjoint(told)
    assert set(given) | set(told) <= set(tickets)


def test_the_weighted_cap_holds_too(company: Company) -> None:
    company.hire(load_cap=2)
    for _ in range(8):
        company.complain()
    together(company)
    with company.database.reading() as session:
        owned = session.scalar(select(func.count()).where(Ticket.owner_id.is_not(None)))
    # first replies are due within hours, so each weighs nearly two
    assert owned == 1
