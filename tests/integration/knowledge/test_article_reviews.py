"""Articles are looked through in time: owners are reminded before and after, once each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from tests.desk import person
from tests.integration.knowledge.library import held
from ticketing.notify.models import StaffNotice
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.platform.outbox import OutboxMessage
from ticketing.platform.settings import Settings
from ticketing.tasks import Worker

LIMIT = "/knowledge/articles/transfer-limit"


@pytest.fixture
def worker(settings: Settings, shelf: Database, clock: FixedClock) -> Worker:
    return Worker(settings, shelf, clock)


@pytest.fixture
def told(shelf: Database, worker: Worker) -> Callable[[], list[tuple[str, int | None]]]:
    """Run the reminders twice and give all notices there are."""

    def remind() -> list[tuple[str, int | None]]:
        worker.review()
        worker.review()
        with shelf.reading() as session:
            rows = session.execute(select(StaffNotice.code, StaffNotice.staff_id).order_by(StaffNotice.id))
            return [(row.code, row.staff_id) for row in rows]

    return remind


def plan(browser: Any, on: str, owner: int | None) -> int:
    browser.get(LIMIT)
    answer = browser.submit(f"{LIMIT}/review", review_on=on, owner=str(owner or ""))
    return int(answer.status_code)


def test_the_owner_is_reminded_once_before_and_once_after(
    signed_in: Any, shelf: Database, clock: FixedClock, told: Callable[[], Any]
) -> None:
    chen = person(shelf, "chen").id
    assert plan(signed_in("li"), "2026-12-20", chen) == 303
    assert told() == []
    clock.advance(days=14)
    assert told() == [("article_review_soon", chen)]
    clock.advance(days=14)
    assert told() == [("article_review_soon", chen), ("article_review_due", chen)]
    with shelf.reading() as session:
        mail = session.scalars(select(OutboxMessage).where(OutboxMessage.channel == "email")).all()
        assert [row.payload["values"]["due"] for row in mail] == ["2026年12月20日"] * 2
        assert mail[0].payload["path"] == LIMIT


def test_confirming_that_it_is_right_plans_the_next_review(
    signed_in: Any, shelf: Database, clock: FixedClock, told: Callable[[], Any]
) -> None:
    lead = signed_in("li")
    plan(lead, "2026-11-30", None)
    lead.get(LIMIT)
    assert "即将复核" in lead.words
    lead.submit(f"{LIMIT}/reviewed")
    with shelf.reading() as session:
        article = held(session, "transfer-limit")
        assert (article.reviewed_on, article.review_on) == (date(2026, 11, 23), date(2027, 11, 23))
    assert told() == []


def test_an_article_without_an_owner_is_a_supervisors_matter(
    signed_in: Any, shelf: Database, told: Callable[[], Any]
) -> None:
    plan(signed_in("li"), "2026-11-30", None)
    assert told() == [("article_review_soon", person(shelf, "zhao").id)]


@pytest.mark.parametrize(("on", "owner"), [("2026-11-01", None), ("2026-12-01", 999)])
def test_a_review_in_the_past_or_by_nobody_we_know_is_refused(
    signed_in: Any, shelf: Database, on: str, owner: int | None
) -> None:
    assert plan(signed_in("li"), on, owner) == 422


def test_a_retired_article_reminds_nobody(signed_in: Any, shelf: Database, told: Callable[[], Any]) -> None:
    lead = signed_in("li")
    plan(lead, "2026-11-30", None)
    lead.get(LIMIT)
    lead.submit(f"{LIMIT}/retire")
    assert told() == []


def test_due_reviews_are_found_in_the_list(signed_in: Any, shelf: Database, clock: FixedClock) -> None:
    lead = signed_in("li")
    plan(lead, "2026-11-30", None)
    lead.get("/knowledge?review=soon")
    assert "共 1 篇" in lead.words
    lead.get("/knowledge?review=due")
    assert "共 0 篇" in lead.words
    clock.advance(days=8)
    lead = signed_in("li")
    lead.get("/knowledge?review=due")
    assert "复核逾期" in lead.words
