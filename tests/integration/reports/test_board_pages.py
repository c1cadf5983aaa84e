"""The board's pages: who may read them, what they link to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

import pytest
from flask.testing import FlaskClient

from tests import factories
from tests.desk import CHEAP
from tests.integration.reports.random_company import RandomCompany
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.platform.settings import Settings
from ticketing.staff import service as staff
from web.app import create_app

PASSWORD = "a long pass phrase"


class Signed:
    """Browsers of the company's staff."""

    def __init__(self, database: Database, settings: Settings, clock: FixedClock) -> None:
        self.database, self.clock = database, clock
        self.app = create_app(settings, database=database, clock=clock)

    def browser(self, role: str) -> FlaskClient:
        with self.database.transaction() as session:
            person = factories.staff(session, role=role)
            person.password_hash = staff.hash_password(PASSWORD)
            login = person.login
        entry = staff.sign_in(self.database, clock=self.clock, login=login, password=PASSWORD, hours=12)
        client = self.app.test_client()
        client.set_cookie("kesu_staff", entry.token)
        return client


@pytest.fixture
def signed(
    database: Database, settings: Settings, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Signed]:
    monkeypatch.setattr(staff, "_hasher", CHEAP)
    with database.transaction() as session:
        RandomCompany(session, clock, 7).fill(tickets=60)
    made = Signed(database, settings, clock)
    yield made
    made.app.extensions["kesu_gateway"].close()


@pytest.mark.parametrize(
    ("role", "status"), [("team_lead", 200), ("supervisor", 200), ("compliance", 200), ("agent", 403), ("admin", 403)]
)
def test_the_board_is_for_those_who_may_read_it(signed: Signed, role: str, status: int) -> None:
    browser = signed.browser(role)
    for path in ("/board", "/board/figures", "/board/data", "/board/tickets"):
        assert browser.get(path).status_code == status


def test_strangers_are_sent_to_the_door(signed: Signed) -> None:
    answer = signed.app.test_client().get("/board")
    assert (answer.status_code, answer.location) == (303, "/sign-in?next=%2Fboard")


def test_every_link_of_the_board_opens(signed: Signed) -> None:
    browser = signed.browser("supervisor")
    page = browser.get("/board").text
    links = {unescape(link) for link in re.findall(r'href="(/board/[^"]+)"', page)}
    assert len(links) >= 18
    for link in links:
        assert browser.get(link).status_code == 200, link


def test_a_tile_says_as_many_as_its_list_holds(signed: Signed) -> None:
    browser = signed.browser("supervisor")
    page = browser.get("/board/figures").text
    tiles = re.findall(r'class="tile[^"]*" href="([^"]+)".*?<b class="tile-figure">(\d+)</b>', page, re.DOTALL)
    listed = [(link, int(figure)) for link, figure in tiles if link.startswith("/board/tickets")]
    assert len(listed) == 6
    for link, figure in listed:
        rows = browser.get(unescape(link)).text.count('href="/desk/tickets/')
        assert rows == min(figure, 50), link


def test_an_unknown_filter_says_so(signed: Signed) -> None:
    answer = signed.browser("supervisor").get("/board/tickets?show=everything")
    assert answer.status_code == 400
    assert "这个筛选条件不存在" in answer.text


def test_chart_data_comes_in_the_readers_language(signed: Signed) -> None:
    browser = signed.browser("supervisor")
    series = browser.get("/board/data?lang=en").json
    assert series is not None
    assert series["opened"]["name"] == "Opened"
    assert len(series["hours"]) == len(series["opened"]["values"]) == len(series["closed"]["values"]) == 24
    assert series["categories"][1] == "Transaction dispute"
    assert [len(stage["values"]) for stage in series["stages"]] == [4, 4, 4, 4]
