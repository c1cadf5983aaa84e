"""The on-call list: who keeps it, what it refuses, and the gaps it shows."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from tests import factories
from tests.desk import person
from ticketing.audit.models import AuditEntry
from ticketing.notify.models import OnCallShift
from ticketing.platform.db import Database

LIST = "/roster/on-call"
NIGHT = {"level": "team_lead", "begins": "2026-11-23T18:00", "ends": "2026-11-24T09:00"}


def count(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(OnCallShift)) or 0


def add(browser: Any, database: Database, login: str = "li", **fields: str) -> Any:
    browser.get(LIST)
    who = person(database, login)
    return browser.submit(LIST, **(NIGHT | {"staff": str(who.id), "team": str(who.team_id)} | fields))


def test_a_lead_puts_somebody_on_call_in_local_time(signed_in: Any, company: Database) -> None:
    li = signed_in("li")
    assert add(li, company).status_code == 303
    li.get(LIST)
    assert "11月23日 18:00" in li.words
    with company.reading() as session:
        shift = session.scalars(select(OnCallShift)).one()
        assert shift.begins_at.hour == 10
        assert session.scalar(select(AuditEntry.actor).where(AuditEntry.action == "on_call.added")) == "staff:3"


def test_the_page_shows_when_nobody_is_on_call_and_a_shift_closes_the_gap(signed_in: Any, company: Database) -> None:
    li = signed_in("li")
    li.get(LIST)
    assert "11月23日 18:00 – 11月24日 09:00" in li.words
    assert "11月27日 18:00 – 11月30日 09:00" in li.words
    add(li, company)
    li.get(LIST)
    assert "11月23日 18:00 – 11月24日 09:00" not in li.words
    add(li, company, begins="2026-11-24T18:00", ends="2026-12-01T09:00")
    li.get(LIST)
    assert "都有人值班" in li.words


def test_a_shift_can_be_taken_off_again(signed_in: Any, company: Database) -> None:
    li = signed_in("li")
    add(li, company)
    li.get(LIST)
    assert li.submit(f"{LIST}/1/removal").status_code == 303
    assert count(company) == 0
    li.get(LIST)
    assert li.post(f"{LIST}/1/removal").status_code == 404


@pytest.mark.parametrize(
    "fields",
    [
        {"ends": "2026-11-23T17:00"},
        {"ends": ""},
        {"begins": "2026-11-20T18:00", "ends": "2026-11-21T09:00"},
        {"ends": "2027-02-01T09:00"},
        {"level": "agent"},
    ],
)
def test_what_makes_no_sense_is_refused_and_stays_in_the_form(
    signed_in: Any, company: Database, fields: dict[str, str]
) -> None:
    li = signed_in("li")
    assert add(li, company, **fields).status_code == 422
    assert count(company) == 0
    assert 'value="2026-11-2' in li.page


def test_the_same_person_is_not_put_on_call_twice(signed_in: Any, company: Database) -> None:
    li = signed_in("li")
    add(li, company)
    assert add(li, company, begins="2026-11-24T08:00", ends="2026-11-24T20:00").status_code == 409
    assert "Li 在这段时间已经安排了值班" in li.words


def test_a_lead_keeps_the_list_of_their_own_team_only(signed_in: Any, company: Database) -> None:
    with company.transaction() as session:
        other = str(factories.team(session).id)
    li = signed_in("li")
    assert add(li, company, team=other).status_code == 403
    assert add(li, company, team="all").status_code == 403
    assert add(signed_in("zhao"), company, team="all").status_code == 303


def test_compliance_reads_the_list_and_has_no_form(signed_in: Any, company: Database) -> None:
    sun = signed_in("sun")
    assert sun.get(LIST).status_code == 200
    assert "安排值班" not in sun.words
