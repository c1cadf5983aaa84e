"""The page that shows the proof: the auditor's last run with what it found, and the sealed days."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select

from tests import factories
from tests.desk import person
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.platform.settings import Settings
from ticketing.sla.models import ArmedLevel
from ticketing.tasks import Worker
from ticketing.tickets import rectify
from ticketing.tickets.models import Ticket

PAGE = "/promises/integrity"


def audit(worker: Worker, clock: FixedClock) -> None:
    """One whole run: each look is a slice, and a finding must show twice."""
    clock.advance(hours=1)
    for _ in range(6):
        worker.audit()
        clock.advance(seconds=30)


def test_before_the_first_run_the_page_says_when_to_expect_it(signed_in: Any) -> None:
    browser = signed_in("li")

    browser.get(PAGE)
    assert "还没有完成过核验" in browser.words
    assert "还没有日结报告" in browser.words

    browser.get(f"{PAGE}?lang=en")
    assert "No audit has finished yet" in browser.words


def test_a_level_that_vanished_is_shown_with_its_ticket(
    signed_in: Any, ticket: Any, database: Database, settings: Settings, clock: FixedClock
) -> None:
    with database.transaction() as session:
        number = session.scalars(select(Ticket.number)).first()
        session.execute(delete(ArmedLevel).where(ArmedLevel.clock == "resolution", ArmedLevel.level == "breach"))
    browser = signed_in("li")

    audit(Worker(settings, database, clock), clock)
    browser.get(PAGE)

    assert number in browser.words
    assert "缺少触发" in browser.words


def test_a_level_of_a_root_cause_record_is_shown_with_a_link_to_it(
    signed_in: Any, ticket: Any, database: Database, settings: Settings, clock: FixedClock
) -> None:
    with database.transaction() as session:
        complaint = session.scalars(select(Ticket)).one()
        lead = factories.actor_of(person(database, "li"))
        number = rectify.open_by_hand(session, clock=clock, actor=lead, ticket=complaint).number
    with database.transaction() as session:
        session.execute(delete(ArmedLevel).where(ArmedLevel.clock == "analysis", ArmedLevel.level == "breach"))
    browser = signed_in("li")

    audit(Worker(settings, database, clock), clock)
    browser.get(PAGE)

    assert "根因分析" in browser.words
    assert f'href="/rectification/{number}"' in browser.page


def test_a_day_that_is_over_is_sealed_and_verified(
    signed_in: Any, ticket: Any, database: Database, settings: Settings, clock: FixedClock
) -> None:
    clock.advance(hours=20)
    Worker(settings, database, clock).state()

    browser = signed_in("li")
    browser.get(PAGE)

    assert "2026-11-23" in browser.words
    assert "已复核" in browser.words
