"""Rating a closed ticket, on the own page and by the e-mail's link."""

from __future__ import annotations

import pytest

from tests.integration.customer_pages.conftest import Browser, Desk
from ticketing.surveys import service
from ticketing.surveys.models import Survey

GOOD = {"speed": "5", "completeness": "4", "solution": "5"}


@pytest.fixture
def link(desk: Desk) -> str:
    number = desk.complaint()
    desk.close(number)
    return f"/s/{service.token_of(number, 1)}"


def answers(desk: Desk) -> list[tuple[int | None, int | None, int | None, str | None]]:
    with desk.database.reading() as session:
        return [(row.speed, row.completeness, row.solution, row.comment) for row in session.query(Survey)]


def test_opening_the_link_records_nothing(visitor: Browser, desk: Desk, link: str) -> None:
    for _ in range(3):
        assert "请为我们的处理打分" in visitor.get(f"{link}?speed=5&completeness=5&solution=5").text
    assert visitor.client.head(link).status_code == 200
    assert answers(desk) == [(None, None, None, None)]


def test_the_link_records_one_answer(visitor: Browser, desk: Desk, link: str) -> None:
    fields = visitor.hidden(link) | GOOD
    assert "谢谢您的评价" in visitor.client.post(link, data=fields).text
    again = visitor.client.post(link, data=fields | {"speed": "1", "comment": "改主意了"})
    assert again.status_code == 409
    assert answers(desk) == [(5, 4, 5, None)]
    assert "已经评价过了" in visitor.get(link).text


def test_a_low_mark_needs_a_reason_and_keeps_the_marks(visitor: Browser, desk: Desk, link: str) -> None:
    answer = visitor.fill_in(link, GOOD | {"speed": "2"})
    assert answer.status_code == 422
    assert 'id="p-comment"' in answer.text
    assert 'name="speed" value="2" checked' in answer.text
    visitor.fill_in(link, GOOD | {"speed": "2", "comment": "等了太久"})
    assert answers(desk) == [(2, 4, 5, "等了太久")]


def test_a_missing_or_strange_mark_is_refused_at_its_row(visitor: Browser, desk: Desk, link: str) -> None:
    answer = visitor.fill_in(link, {"speed": "9", "solution": "3"})
    assert answer.status_code == 422
    assert 'id="p-speed"' in answer.text
    assert 'id="p-completeness"' in answer.text
    assert 'id="p-solution"' not in answer.text
    assert answers(desk) == [(None, None, None, None)]


def test_an_expired_link_says_so(visitor: Browser, desk: Desk, link: str) -> None:
    desk.clock.advance(days=14)
    answer = visitor.get(link)
    assert answer.status_code == 410
    assert "评价已过期" in answer.text


def test_an_unknown_link_tells_nothing(visitor: Browser) -> None:
    answer = visitor.get("/s/" + "0" * 64)
    assert answer.status_code == 404
    assert "KS-" not in answer.text


def test_the_customer_finds_the_survey_at_the_ticket(browser: Browser, desk: Desk, link: str) -> None:
    number = desk.tickets()[0].number
    assert "/my/surveys/1" in browser.get(f"/my/tickets/{number}").text
    browser.fill_in("/my/surveys/1", GOOD)
    assert answers(desk) == [(5, 4, 5, None)]
    assert "/my/surveys/1" not in browser.get(f"/my/tickets/{number}").text


def test_another_customers_survey_is_not_found(browser: Browser, desk: Desk, link: str) -> None:
    assert browser.get("/my/surveys/2").status_code == 404
