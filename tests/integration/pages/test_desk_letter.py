"""The letter's page at the desk."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import update

from tests import factories
from tests.desk import Browser, reload
from ticketing.customers.models import Customer
from ticketing.platform.actor import Actor
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.platform.settings import Settings
from ticketing.tasks import Worker
from ticketing.tickets import deliveries, letters, queries

DECISION = {"cause": "银行维护", "measures": "已催促到账", "follow_up_plan": "三日内回访"}


def at(number: str, *rest: str) -> str:
    return "/".join(["/desk/tickets", number, *rest])


def opened(browser: Browser, path: str) -> Browser:
    assert browser.get(path).status_code == 200
    return browser


def drafted(browser: Browser, number: str) -> Browser:
    for step, fields in (
        ("claim", {}),
        ("findings", {"findings": "银行侧排队"}),
        ("decision", DECISION),
        ("letter", {}),
    ):
        assert opened(browser, at(number)).submit(at(number, step), **fields).status_code == 303, step
    return opened(browser, at(number, "letter"))


def typed(database: Database, number: str, **changed: str) -> dict[str, str]:
    with database.reading() as session:
        letter = letters.latest(session, ticket=queries.by_number(session, number=number))
        assert letter is not None
        return {"language": letter.language, "then": "save"} | letter.body | changed


def revision(database: Database, number: str) -> int:
    with database.reading() as session:
        letter = letters.latest(session, ticket=queries.by_number(session, number=number))
        return letter.revision if letter else 0


@pytest.fixture
def serious(company: Database, clock: FixedClock) -> str:
    with company.transaction() as session:
        of = factories.customer(session, clock)
        return factories.complaint(session, clock, of=of, description="不解决我就去 12378 投诉").number


def test_the_page_shows_versions_with_who_wrote_them_and_what_changed(
    signed_in: Any, company: Database, ticket: str
) -> None:
    browser = drafted(signed_in("chen"), ticket)
    answer = browser.submit(at(ticket, "letter/revisions"), **typed(company, ticket, done="已退款到账"))
    assert (answer.status_code, answer.location) == (303, at(ticket, "letter"))
    opened(browser, at(ticket, "letter"))
    assert "第 2 版 · Chen" in browser.words
    assert "<ins>" in browser.page
    assert "已退款到账" in browser.words


def test_save_and_send_with_a_forbidden_promise_saves_nothing_and_keeps_what_was_typed(
    signed_in: Any, company: Database, ticket: str
) -> None:
    browser = drafted(signed_in("chen"), ticket)
    fields = typed(company, ticket, next="今后稳赚，三日内回访", then="send")
    answer = browser.submit(at(ticket, "letter/revisions"), **fields)
    assert answer.status_code == 422
    assert "不得作出这样的承诺“稳赚”" in browser.words
    assert "今后稳赚，三日内回访</textarea>" in browser.page
    assert revision(company, ticket) == 1


def test_a_warning_is_ticked_and_then_the_letter_goes_out(signed_in: Any, company: Database, ticket: str) -> None:
    browser = drafted(signed_in("chen"), ticket)
    browser.submit(at(ticket, "letter/revisions"), **typed(company, ticket, found="由于您的疏忽填错了账号"))
    opened(browser, at(ticket))
    assert "像是在责怪客户" in browser.words
    assert browser.submit(at(ticket, "letter/dispatch")).status_code == 422
    key = browser.page.split('name="confirm" value="')[1].split('"')[0]
    assert opened(browser, at(ticket)).submit(at(ticket, "letter/dispatch"), confirm=key).status_code == 303


def test_a_returned_letter_shows_its_author_the_comment(signed_in: Any, company: Database, serious: str) -> None:
    author, lead = signed_in("chen"), signed_in("li")
    drafted(author, serious)
    assert opened(lead, at(serious)).submit(at(serious, "letter/return"), comment=" ").status_code == 422
    assert opened(lead, at(serious)).submit(at(serious, "letter/return"), comment="请写明退款时间").status_code == 303
    opened(author, at(serious))
    assert "请写明退款时间" in author.words
    opened(author, at(serious, "letter"))
    author.submit(at(serious, "letter/revisions"), **typed(company, serious, done="今日退款"))
    assert opened(lead, at(serious)).submit(at(serious, "letter/approval")).status_code == 303
    assert at(serious, "letter/dispatch") in opened(author, at(serious)).page


def test_an_approval_is_of_the_version_that_was_read(signed_in: Any, company: Database, serious: str) -> None:
    author, lead = signed_in("chen"), signed_in("li")
    drafted(author, serious)
    opened(lead, at(serious))
    author.submit(at(serious, "letter/revisions"), **typed(company, serious, done="今日退款"))
    assert lead.submit(at(serious, "letter/approval")).status_code == 412


def test_a_task_to_deliver_by_hand_is_shown_counted_and_done_with_evidence(
    signed_in: Any, company: Database, clock: FixedClock, settings: Settings, ticket: str
) -> None:
    with company.transaction() as session:
        session.execute(update(Customer).values(email=None))
    browser = drafted(signed_in("chen"), ticket)
    opened(browser, at(ticket)).submit(at(ticket, "letter/dispatch"))
    Worker(settings, company, clock).deliver()
    assert ticket in opened(browser, "/desk?view=todos").words
    assert "人工送达答复函" in browser.words
    opened(browser, at(ticket))
    action = browser.page.split(f'action="{at(ticket, "todos")}/')[1].split('"')[0]
    done = browser.submit(at(ticket, "todos", action), how="called", note="")
    assert done.status_code == 422
    opened(browser, at(ticket)).submit(at(ticket, "todos", action), how="called", note="10:05 致电宣读")
    assert reload(company, ticket).current.delivered_at == clock.now()
    assert "10:05 致电宣读" in opened(browser, at(ticket)).words
    pdf = browser.http.get(at(ticket, "letter.pdf"))
    assert pdf.data.startswith(b"%PDF-")


def test_the_customers_reading_does_not_get_in_the_way_of_closing(
    signed_in: Any, company: Database, clock: FixedClock, ticket: str
) -> None:
    browser = drafted(signed_in("chen"), ticket)
    opened(browser, at(ticket)).submit(at(ticket, "letter/dispatch"))
    with company.transaction() as session:
        found = queries.by_number(session, number=ticket)
        letter = letters.latest(session, ticket=found)
        assert letter is not None
        deliveries.by_person(
            session, clock=clock, actor=Actor(kind="system"), letter=letter, how="called", note="10:05 致电"
        )
    opened(browser, at(ticket))
    with company.transaction() as session:
        found = queries.by_number(session, number=ticket)
        reader = factories.actor_of(session.get_one(Customer, found.customer_id))
        letter = letters.latest(session, ticket=found)
        assert letter is not None
        deliveries.opened(session, clock=clock, actor=reader, letter=letter)
    assert browser.submit(at(ticket, "close")).status_code == 303
