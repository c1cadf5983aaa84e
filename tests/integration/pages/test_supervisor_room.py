"""The pages of the supervisor room: each figure's link opens a list of as many, forms do what they say."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from sqlalchemy import select

from tests.integration.reports.random_company import RandomCompany
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.reports.board_models import VolumeAlert
from ticketing.surveys.models import Survey
from ticketing.tickets.models import Ticket

PAGES = ("/board", "/board?by=channel", "/board/load", "/board/people", "/board/quality", "/board/quality?days=90")
FIGURE = re.compile(r'<a class="figure[^"]*" href="(/board/tickets[^"]+)">(\d+)</a>')


@pytest.fixture
def filled(company: Database, clock: FixedClock) -> Database:
    """The company with random tickets and an alert."""
    now = clock.now()
    with company.transaction() as session:
        RandomCompany(session, clock, 9).fill(tickets=40)
        session.add(
            VolumeAlert(
                measure="volume", dimension="product", code="transfer", direction="high", began_at=now,
                window_from=now - timedelta(hours=1), window_to=now, observed=14, peak=14, whole=20, usual_low=2, usual_high=5, samples=8,
            )
        )  # fmt: skip
    return company


@pytest.mark.parametrize("path", PAGES)
def test_every_figure_leads_to_as_many_tickets(filled: Database, signed_in: Any, path: str) -> None:
    browser = signed_in("zhao")
    assert browser.get(path).status_code == 200
    figures = {unescape(link): int(number) for link, number in FIGURE.findall(browser.page)}
    assert figures
    for link, number in list(figures.items())[:25]:
        assert browser.get(link).status_code == 200
        shown = re.search(r'class="list-count">(\d+)', browser.page)
        assert shown is not None
        assert int(shown.group(1)) == number, link


def test_the_hourly_chart_has_each_hour_once_and_a_scale(filled: Database, signed_in: Any) -> None:
    browser = signed_in("zhao")
    browser.get("/board")
    marks, scale = (
        re.findall(r"<li>(\d*)</li>", browser.page.split(f'class="{name}">')[1].split("</ol>")[0])
        for name in ("hour-marks", "hour-scale")
    )
    assert [place for place, mark in enumerate(marks) if mark] == list(range(0, len(marks), 3))
    assert [int(mark) % 24 for mark in marks if mark] == [hour % 24 for hour in range(0, len(marks), 3)]
    assert int(scale[0]) == 2 * int(scale[1]) > 0


def test_the_weekly_trend_is_drawn_and_names_mondays(filled: Database, signed_in: Any) -> None:
    browser = signed_in("zhao")
    browser.get("/board/quality")
    trend = browser.page.split('id="weeks"')[1]
    assert trend.count('class="chart-svg"') == 2
    weeks = re.findall(r'<th scope="row">(\d+/\d+)</th>', trend)
    assert weeks[-1] == "11/23"
    assert len(weeks) == 12


def test_with_nobody_silent_nothing_is_said_of_the_silent(
    company: Database, clock: FixedClock, signed_in: Any, ticket: str
) -> None:
    with company.transaction() as session:
        row = session.scalars(select(Ticket).where(Ticket.number == ticket)).one()
        session.add(
            Survey(
                ticket_id=row.id, ticket_number=ticket, round=1, customer_id=row.customer_id, language="zh", token_hash="t",
                sent_at=clock.now(), expires_at=clock.now(), answered_at=clock.now(), speed=4, completeness=4, solution=3,
            )
        )  # fmt: skip
    browser = signed_in("zhao")
    browser.get("/board/quality")
    assert "未评价 0 位" in browser.words
    assert "沉默" not in browser.words
    assert re.search(r"件投诉 / 百次会话 ?· ?上期无数据", browser.words)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_alert_is_acknowledged_with_a_note(filled: Database, signed_in: Any, language: str) -> None:
    browser = signed_in("li")
    browser.get(f"/board/alerts?lang={language}")
    assert {"zh": "过去 1 小时有 14 件转账投诉", "en": "14 complaints about “transfer” in the last hour"}[
        language
    ] in browser.words
    assert browser.submit("/board/alerts/1/acknowledge", note="").status_code == 422
    assert browser.submit("/board/alerts/1/acknowledge", note="技术部在查").status_code == 303
    browser.get("/board/alerts")
    assert "技术部在查" in browser.words
    assert "/board/alerts/1/acknowledge" not in browser.page


def test_the_list_says_whose_ticket_it_is_and_what_about(company: Database, signed_in: Any, ticket: str) -> None:
    browser = signed_in("zhao")
    browser.get("/board/tickets")
    assert "王**" in browser.words
    assert "王建国" not in browser.words
    assert "转账两千块没到账" in browser.words


def test_a_list_is_exported_as_a_file(filled: Database, signed_in: Any) -> None:
    browser = signed_in("sun")
    browser.get("/board/tickets?show=late")
    for form, mark in (("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK")):
        answer = browser.submit("/board/export", form=form)
        assert answer.status_code == 200
        assert answer.data.startswith(mark)
        assert re.search(rf'attachment; filename="kesu-tickets-[\d-]+\.{form}"', answer.headers["Content-Disposition"])


def test_a_filter_is_kept_and_dropped(filled: Database, signed_in: Any) -> None:
    browser = signed_in("zhao")
    browser.get("/board/tickets?show=late&channel=phone&status=&category=")
    assert browser.submit("/board/views", name="电话超时", query="show=late&channel=phone").status_code == 303
    browser.get("/board/tickets")
    assert 'href="/board/tickets?show=late&amp;channel=phone"' in browser.page
    assert browser.submit("/board/views/1/drop").status_code == 303
    browser.get("/board/tickets")
    assert "电话超时" not in browser.words


def test_an_agent_sees_nothing_of_the_room(filled: Database, signed_in: Any) -> None:
    browser = signed_in("chen")
    for path in (*PAGES, "/board/causes", "/board/alerts", "/board/exports", "/board/people/live", "/board/exports/1"):
        assert browser.get(path).status_code == 403


def test_a_company_without_a_single_ticket_has_its_pages(company: Database, signed_in: Any) -> None:
    browser = signed_in("zhao")
    for path in (*PAGES, "/board/causes", "/board/alerts", "/board/exports", "/board/tickets"):
        assert browser.get(path).status_code == 200


@pytest.mark.parametrize(("address", "unit"), [("/board/load?lang=zh", "件"), ("/board?lang=en", "tickets")])
def test_bars_by_the_hour_have_a_scale_with_its_unit(
    signed_in: Any, filled: Database, clock: FixedClock, address: str, unit: str
) -> None:
    browser = signed_in("zhao")
    browser.get(address)
    plot = browser.page[browser.page.index('<div class="hour-plot') :]
    assert f'<p class="hour-unit">{unit}</p>' in plot
    [top, half, ground] = map(int, re.findall(r"<li>(\d+)</li>", plot)[:3])
    assert top == 2 * half > ground == 0


def test_drawn_charts_are_told_their_unit(signed_in: Any, filled: Database) -> None:
    browser = signed_in("zhao")
    browser.get("/board/load")
    assert browser.page.count('data-unit="件"') == browser.page.count("data-chart=") == 2
