"""The ledger never goes below zero and moves nothing twice; goodwill needs two people."""

from __future__ import annotations

import threading
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from tests import factories
from tests.desk import person
from ticketing.platform.actor import SYSTEM
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.platform.errors import DomainError
from ticketing.platform.outbox import OutboxMessage
from ticketing.points import grants, service
from ticketing.points.models import PointEntry, PointGrant
from ticketing.tickets.models import Ticket


def grant(database: Database, clock: FixedClock, customer_id: int, amount: int, key: str) -> PointEntry:
    with database.transaction() as session:
        return service.grant(session, clock=clock, actor=SYSTEM, customer_id=customer_id, amount=amount, key=key)


def spend(database: Database, clock: FixedClock, customer_id: int, amount: int, key: str) -> PointEntry:
    with database.transaction() as session:
        return service.spend(session, clock=clock, actor=SYSTEM, customer_id=customer_id, amount=amount, key=key)


def balance(database: Database, customer_id: int) -> int:
    with database.reading() as session:
        return service.balance(session, customer_id)


@pytest.fixture
def customer_id(database: Database, clock: FixedClock) -> int:
    with database.transaction() as session:
        return factories.customer(session, clock).id


def test_the_same_key_moves_points_once(database: Database, clock: FixedClock, customer_id: int) -> None:
    first, again = (grant(database, clock, customer_id, 100, "a").id for _ in range(2))
    assert (first, balance(database, customer_id)) == (again, 100)


def test_more_than_there_is_cannot_be_spent(database: Database, clock: FixedClock, customer_id: int) -> None:
    grant(database, clock, customer_id, 100, "a")
    with pytest.raises(DomainError, match="points_too_few"):
        spend(database, clock, customer_id, 101, "b")
    with pytest.raises(IntegrityError), database.transaction() as session:
        session.add(
            PointEntry(customer_id=customer_id, position=9, kind="spend", amount=-200, balance=-100, key="c", at=clock.now(), actor="x")
        )  # fmt: skip


def test_of_many_spending_at_once_only_those_with_cover_succeed(
    database: Database, clock: FixedClock, customer_id: int
) -> None:
    grant(database, clock, customer_id, 100, "a")
    refused: list[str] = []

    def buy(number: int) -> None:
        try:
            spend(database, clock, customer_id, 40, f"s{number}")
        except DomainError as error:
            refused.append(error.code)

    buyers = [threading.Thread(target=buy, args=(number,)) for number in range(5)]
    for buyer in buyers:
        buyer.start()
    for buyer in buyers:
        buyer.join()
    assert (balance(database, customer_id), refused) == (20, ["points_too_few"] * 3)


def test_a_spending_reversed_comes_back_once(database: Database, clock: FixedClock, customer_id: int) -> None:
    grant(database, clock, customer_id, 100, "a")
    spent = spend(database, clock, customer_id, 60, "b")
    for _ in range(2):
        with database.transaction() as session:
            service.reverse(session, clock=clock, actor=SYSTEM, entry_id=spent.id)
    assert balance(database, customer_id) == 100


def test_what_is_left_after_two_years_expires_once(database: Database, clock: FixedClock, customer_id: int) -> None:
    grant(database, clock, customer_id, 100, "a")
    spend(database, clock, customer_id, 30, "b")
    clock.advance(days=400)
    grant(database, clock, customer_id, 5, "c")
    found = [service.expire(database, clock=clock, today=day) for day in (date(2028, 11, 22), date(2028, 11, 23), date(2028, 11, 24))]  # fmt: skip
    assert (found, balance(database, customer_id)) == ([0, 1, 0], 5)


def propose(database: Database, clock: FixedClock, number: str, login: str = "chen", amount: int = 200) -> PointGrant:
    actor = factories.actor_of(person(database, login))
    with database.transaction() as session:
        ticket = session.scalars(select(Ticket).where(Ticket.number == number)).one()
        if ticket.owner_id is None:
            ticket.owner_id = person(database, "chen").id
        return grants.propose(
            session, clock=clock, actor=actor, ticket=ticket, amount=amount, reason="转账延迟，客户多次来电"
        )


def decide(
    database: Database, clock: FixedClock, grant_id: int, login: str, approve: bool = True, comment: str = ""
) -> str:
    actor = factories.actor_of(person(database, login))
    with database.transaction() as session:
        return grants.decide(
            session, clock=clock, actor=actor, grant_id=grant_id, approve=approve, comment=comment
        ).state


def code_of(deed: Any, *given: Any, **named: Any) -> str:
    with pytest.raises(DomainError) as refused:
        deed(*given, **named)
    return refused.value.code


def test_a_supervisor_approves_and_the_customer_is_told_once(company: Database, clock: FixedClock, ticket: str) -> None:
    proposed = propose(company, clock, ticket)
    assert [decide(company, clock, proposed.id, "zhao") for _ in range(2)] == ["approved", "approved"]
    assert balance(company, proposed.customer_id) == 200
    with company.reading() as session:
        told = select(func.count()).where(OutboxMessage.subject_type == "point_grant")
        assert session.scalar(told) == 1


def test_limits_hold_by_role_and_case(company: Database, clock: FixedClock, ticket: str) -> None:
    assert code_of(propose, company, clock, ticket, amount=501) == "points_over_limit"
    assert code_of(propose, company, clock, ticket, login="wang") == "ticket_not_yours"
    propose(company, clock, ticket)
    assert code_of(propose, company, clock, ticket) == "points_pending"


def test_nobody_decides_their_own_proposal_and_a_refusal_says_why(
    company: Database, clock: FixedClock, ticket: str
) -> None:
    propose(company, clock, ticket)
    own = propose_as_supervisor(company, clock, ticket)
    assert code_of(decide, company, clock, own, "zhao") == "points_own_grant"
    assert code_of(decide, company, clock, own, "li") == "permission_denied"


def propose_as_supervisor(company: Database, clock: FixedClock, number: str) -> int:
    with company.transaction() as session:
        waiting = session.scalars(select(PointGrant)).one()
    assert code_of(decide, company, clock, waiting.id, "zhao", approve=False) == "points_comment_missing"
    assert decide(company, clock, waiting.id, "zhao", approve=False, comment="已另行赔付") == "refused"
    assert code_of(decide, company, clock, waiting.id, "zhao") == "points_decided"
    return propose(company, clock, number, login="zhao", amount=3000).id
