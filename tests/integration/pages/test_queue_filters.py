"""The queue narrowed in every way, and kept as views: one's own, and a lead's for the team."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from tests import factories
from tests.desk import person
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.tickets import queries, worklist
from ticketing.tickets.filters import Wanted


@pytest.fixture
def numbers(company: Database, clock: FixedClock) -> dict[str, str]:
    """Two tickets that differ in everything one may ask for."""
    with company.transaction() as session:
        plain = factories.complaint(session, clock, of=factories.customer(session, clock, tier="standard"))
        late = clock.now() - timedelta(hours=60)
        other = factories.complaint(
            session, clock, of=factories.customer(session, clock, tier="gold"), kind="enquiry", category="policy_issue",
            language="en", complained_at=late, description="I will complain to the regulator",
        )  # fmt: skip
        other.priority, other.severity, other.status, other.breached = "urgent", "critical", "resolving", True
        other.team_id, other.owner_id = factories.team(session).id, person(company, "wang").id
        other.repeat_of_id = plain.id
        plain.next_due_at = clock.now() + timedelta(hours=30)
        return {"plain": plain.number, "other": other.number, "team": str(other.team_id), "owner": str(other.owner_id)}


def shown(page: str) -> list[str]:
    return re.findall(r'id="row-(KS-[\d-]+)"', page)


@pytest.mark.parametrize(
    "query",
    [
        "kind=enquiry", "category=policy_issue", "severity=critical", "priority=urgent", "status=resolving", "language=en", "tier=gold",
        "team={team}", "owner={owner}", "within=1", "breached=1", "repeat=1", "within=24&tier=gold&status=resolving",
    ],
)  # fmt: skip
def test_each_filter_shows_only_what_it_asks_for(signed_in: Any, numbers: dict[str, str], query: str) -> None:
    browser = signed_in("chen")
    browser.get(f"/desk?view=open&{query.format(**numbers)}")
    assert shown(browser.page) == [numbers["other"]]
    browser.get(f"/desk/queue?view=open&{query.format(**numbers)}&order=chance")
    assert shown(browser.page) == [numbers["other"]]


def test_filters_that_are_on_are_named_and_can_be_taken_away(signed_in: Any, numbers: dict[str, str]) -> None:
    browser = signed_in("chen")
    browser.get("/desk?view=open&tier=gold&within=8")
    assert "金卡客户" in browser.words
    assert "8 小时内到期" in browser.words
    assert 'href="/desk?view=open&amp;within=8"' in browser.page
    browser.get("/desk?view=open&tier=silver")
    assert "没有符合条件的工单" in browser.words


def test_a_saved_view_is_a_tab_and_may_be_what_the_queue_opens_with(signed_in: Any, numbers: dict[str, str]) -> None:
    browser = signed_in("chen")
    browser.get("/desk?view=open&tier=gold")
    answer = browser.submit("/desk/views", name="  金卡  客户 ", start="1")
    browser.get(answer.location)
    assert "金卡 客户" in browser.words
    assert shown(browser.page) == [numbers["other"]]
    browser.get("/desk")
    assert shown(browser.page) == [numbers["other"]]
    browser.get("/desk?view=open")
    assert len(shown(browser.page)) == 2


def test_a_view_is_renamed_and_deleted_by_its_owner_alone(signed_in: Any, numbers: dict[str, str]) -> None:
    browser, other = signed_in("chen"), signed_in("wang")
    browser.get("/desk?view=open&tier=gold")
    address = browser.submit("/desk/views", name="盯办").location
    view = address.rpartition("=")[2]
    browser.get(address)
    other.get("/desk")
    assert "盯办" not in other.words
    assert other.post(f"/desk/views/{view}", do="rename", name="我的").status_code == 404
    assert browser.post(f"/desk/views/{view}", do="rename", name="盯办优先").status_code == 303
    browser.get(address)
    assert "盯办优先" in browser.words
    browser.post(f"/desk/views/{view}", do="delete")
    browser.get(address)
    assert "盯办优先" not in browser.words


def test_a_lead_shares_a_view_with_the_team_and_an_agent_may_not(signed_in: Any, numbers: dict[str, str]) -> None:
    lead, agent = signed_in("li"), signed_in("chen")
    lead.get("/desk?view=open&breached=1")
    lead.submit("/desk/views", name="超时要盯", shared="1")
    agent.get("/desk")
    assert "超时要盯" in agent.words
    agent.get("/desk?view=open&repeat=1")
    assert 'name="shared"' not in agent.page
    assert agent.submit("/desk/views", name="重复", shared="1").status_code == 403


def test_a_nameless_view_is_refused(signed_in: Any) -> None:
    browser = signed_in("chen")
    browser.get("/desk?view=open")
    assert browser.submit("/desk/views", name="  ").status_code == 422


@pytest.mark.parametrize("order", ["due", "chance"])
def test_narrowed_pages_follow_each_other_too(company: Database, clock: FixedClock, order: str) -> None:
    with company.transaction() as session:
        customer = factories.customer(session, clock, tier="gold")
        made = [factories.complaint(session, clock, of=customer).number for _ in range(7)]
        for number in made[:3]:
            queries.by_number(session, number=number).breach_chance = 0.5
    seen: list[str] = []
    cursor = None
    wanted = Wanted.of({"view": "open", "tier": "gold", "order": order})
    with company.reading() as session:
        while True:
            page = worklist.queue(session, clock=clock, staff_id=0, wanted=wanted, cursor=cursor, limit=2)
            seen += [row.number for row in page.items]
            if (cursor := page.next_cursor) is None:
                break
    assert sorted(seen) == sorted(made)
