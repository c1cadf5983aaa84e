"""A deadline passes while a supervisor looks at the board: the breach appears there and under the bell, without reload."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select, update

from tests.e2e.people import People
from tests.stack import Stack
from ticketing.platform.db import Database
from ticketing.sla.models import ArmedLevel
from ticketing.tickets.models import Ticket

WORDS = {
    "zh": ("处理结果", "新的超时", "【已超时】", "尚无人确认", "确认收到", "周凯 已于"),
    "en": ("Result", "New breach", "[Breached]", "Not acknowledged", "Acknowledge", "Acknowledged by 周凯"),
}


def falls_due_soon(stack: Stack, number: str) -> None:
    """Bring the deadline of the result so near that it passes while one looks."""
    database = Database(stack.environ["KESU_DATABASE_URL"])
    with database.transaction() as session:
        ticket_id = session.scalars(select(Ticket.id).where(Ticket.number == number)).one()
        session.execute(
            update(ArmedLevel)
            .where(ArmedLevel.ticket_id == ticket_id, ArmedLevel.clock == "resolution", ArmedLevel.level == "breach")
            .values(due_at=datetime.now(UTC) + timedelta(seconds=3))
        )
    database.dispose()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_breach_appears_on_the_open_board_and_is_acknowledged(people: People, stack: Stack, language: str) -> None:
    clock, said, urgent, nobody, acknowledge, done = WORDS[language]
    customer = people.own_pages(people.profile("zh").new_page())
    number = customer.complain("转账800元三天没有到账，客服一直没有回复", "transaction_dispute")
    page = people.supervisor("zhou.kai", language).page
    page.evaluate("window.notReloaded = true")
    falls_due_soon(stack, number)
    row = page.locator(".breaches li", has_text=number)
    expect(row).to_contain_text(clock, timeout=20_000)
    expect(row).to_contain_text(nobody)
    expect(page.locator("#board-said")).to_contain_text(f"{said}")
    expect(page.locator("#bell-alarm")).to_contain_text(re.compile(re.escape(urgent) + r".*" + re.escape(number)))
    page.locator(".bell summary").click()
    expect(page.locator("#bell-list .is-urgent", has_text=number).first).to_be_visible()
    assert page.evaluate("window.notReloaded") is True
    page.locator("#bell-list .is-urgent", has_text=number).first.click()
    page.get_by_role("button", name=acknowledge, exact=True).click()
    expect(page.locator("#escalation")).to_contain_text(done)
    page.goto(f"{people.base}/board")
    expect(page.locator(".breaches li", has_text=number)).to_contain_text(done)
