"""The roster: who is at work, what they can do, and who may change it; and everyone's own presence."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from tests import factories
from tests.desk import person, reload
from ticketing.audit.models import AuditEntry
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.platform.settings import Settings
from ticketing.staff.models import Staff, Team
from ticketing.tickets import assignment_pass, service
from ticketing.tickets.models import Ticket

ABILITIES = {
    "language": "en",
    "open_cap": "9",
    "load_cap": "7",
    "chat_cap": "3",
    "shift_starts": "09:00",
    "shift_ends": "18:00",
}


def team_of(database: Database, login: str) -> Team:
    with database.reading() as session:
        return session.get_one(Team, person(database, login).team_id)


def edit(browser: Any, database: Database, login: str, **fields: str) -> Any:
    """Open someone's form and send it with these fields changed."""
    path = f"/roster/people/{person(database, login).id}"
    browser.get(path)
    return browser.submit(path, **(ABILITIES | fields))


def test_the_roster_tells_who_is_there_and_what_they_have_in_hand(
    signed_in: Any, company: Database, ticket: str, clock: FixedClock
) -> None:
    signed_in("chen")
    with company.transaction() as session:
        actor = factories.actor_of(session.scalars(select(Staff).where(Staff.login == "chen")).one())
        claimed = session.scalars(select(Ticket).where(Ticket.number == ticket)).one()
        service.claim(session, clock=clock, actor=actor, ticket=claimed)
    lead = signed_in("li")
    lead.get("/roster?lang=en")
    chen = lead.words[lead.words.index("Chen Agent") :]
    assert chen.startswith("Chen Agent Available")
    assert "1 of 15 cases" in chen[:80]
    wang = lead.words[lead.words.index("Wang Agent") :]
    assert wang.startswith("Wang Agent Offline")
    assert "0 of 15 cases" in wang[:80]


def test_a_lead_changes_what_someone_can_do_and_it_is_written_down(signed_in: Any, company: Database) -> None:
    answer = edit(signed_in("li"), company, "chen", skill_transaction_dispute="3", skill_transfer="2")
    assert answer.status_code == 303
    chen = person(company, "chen")
    assert (chen.languages, chen.open_cap, chen.load_cap, chen.chat_cap) == (["en"], 9, 7, 3)
    assert chen.skills == {"transaction_dispute": 3, "transfer": 2}
    assert (chen.shift_starts, chen.shift_ends) == ("09:00", "18:00")
    with company.reading() as session:
        [entry] = session.scalars(select(AuditEntry).where(AuditEntry.action == "roster.staff_changed")).all()
    assert (entry.detail["before"]["open_cap"], entry.detail["after"]["open_cap"]) == (15, 9)


def test_two_leads_at_once_do_not_overwrite_each_other(signed_in: Any, company: Database) -> None:
    first, second = signed_in("li"), signed_in("zhao")
    path = f"/roster/people/{person(company, 'chen').id}"
    first.get(path)
    second.get(path)
    assert first.submit(path, **ABILITIES).status_code == 303
    answer = second.submit(path, **(ABILITIES | {"open_cap": "3"}))
    assert answer.status_code == 412
    assert 'value="3"' in answer.text
    assert person(company, "chen").open_cap == 9


def test_sending_the_same_form_twice_is_one_change(signed_in: Any, company: Database) -> None:
    lead = signed_in("li")
    path = f"/roster/people/{person(company, 'chen').id}"
    lead.get(path)
    assert [lead.submit(path, **ABILITIES).status_code for _ in range(2) if lead.get(path)] == [303, 303]
    assert person(company, "chen").roster_version == 2


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"language": "xx"}, "至少选择一种处理语言"),
        ({"open_cap": "-1"}, "上限须是"),
        ({"load_cap": "lots"}, "上限须是"),
        ({"chat_cap": "21"}, "同时接待会话数须是 0 到 20"),
        ({"shift_ends": ""}, "班次须同时填写"),
        ({"shift_starts": "25:99"}, "班次须同时填写"),
        ({"skill_transfer": "7"}, "技能或级别有误"),
    ],
)
def test_what_makes_no_sense_is_refused_and_kept_on_the_form(
    signed_in: Any, company: Database, fields: dict[str, str], said: str
) -> None:
    answer = edit(signed_in("li"), company, "chen", **fields)
    assert answer.status_code == 422
    assert said in answer.text
    assert 'value="9"' in answer.text or "open_cap" in fields
    assert person(company, "chen").open_cap == 15


def test_a_lead_may_not_touch_another_team_but_a_supervisor_may(signed_in: Any, company: Database) -> None:
    with company.transaction() as session:
        other = factories.staff(session, team=factories.team(session)).id
    lead, supervisor = signed_in("li"), signed_in("zhao")
    lead.get("/roster")
    assert f"/roster/people/{other}" not in lead.page
    assert lead.get(f"/roster/people/{other}").status_code == 403
    assert lead.post(f"/roster/people/{other}", **ABILITIES, seen="1").status_code == 403
    supervisor.get(f"/roster/people/{other}")
    assert supervisor.submit(f"/roster/people/{other}", **ABILITIES).status_code == 303


def test_a_team_becomes_automatic_by_its_lead_and_its_tickets_find_an_owner(
    signed_in: Any, company: Database, ticket: str, clock: FixedClock, settings: Settings
) -> None:
    lead, team = signed_in("li"), team_of(company, "li")
    lead.get("/roster/teams")
    answer = lead.submit(f"/roster/teams/{team.id}", assignment="automatic", claim_minutes="20")
    assert answer.status_code == 303
    signed_in("chen")
    assignment_pass.run(company, clock=clock, settings=settings)
    assert reload(company, ticket).owner_id == person(company, "chen").id
    lead.get(f"/desk/tickets/{ticket}?lang=en")
    assert (
        "Chen: Chinese, transaction dispute (junior); 0 open cases worth 0.0 of 12; the only one who fits" in lead.words
    )


def test_an_odd_time_to_claim_is_refused(signed_in: Any, company: Database) -> None:
    lead, team = signed_in("li"), team_of(company, "li")
    lead.get("/roster/teams")
    answer = lead.submit(f"/roster/teams/{team.id}", assignment="automatic", claim_minutes="2")
    assert (answer.status_code, team_of(company, "li").assignment) == (422, "manual")


def test_everyone_who_works_tickets_has_the_switch_and_others_do_not(signed_in: Any) -> None:
    for login, shown in (("chen", True), ("li", True), ("zhao", True), ("sun", False), ("wu", False)):
        browser = signed_in(login)
        browser.get("/account")
        assert ('id="presence"' in browser.page) == shown, login


def test_the_switch_changes_ones_own_presence_and_leads_back(signed_in: Any, company: Database) -> None:
    browser = signed_in("chen")
    browser.get("/desk?view=open")
    answer = browser.submit("/roster/presence", presence="busy")
    assert (answer.status_code, answer.location) == (303, "/desk?view=open")
    assert person(company, "chen").presence == "busy"
    browser.get("/desk")
    assert "我的在岗状态：忙碌" in browser.page
    assert browser.post("/roster/presence", presence="asleep").status_code == 422
    assert browser.post("/roster/presence", presence="away", back="//evil.example").location == "/desk"


def test_a_window_learns_that_another_changed_the_presence(signed_in: Any) -> None:
    browser = signed_in("chen")
    browser.get("/desk")
    assert browser.get("/roster/presence?shown=available").status_code == 204
    browser.get("/desk")
    browser.post("/roster/presence", presence="away")
    assert "离开" in browser.get("/roster/presence?shown=available").text


def test_signing_out_is_going_offline_and_signing_in_is_coming_back(signed_in: Any, company: Database) -> None:
    browser = signed_in("chen")
    browser.get("/account")
    browser.post("/sign-out")
    assert person(company, "chen").presence == "offline"
    signed_in("chen")
    assert person(company, "chen").presence == "available"


def test_with_another_sign_in_still_open_nobody_goes_offline(signed_in: Any, company: Database) -> None:
    browser, _other = signed_in("chen"), signed_in("chen")
    browser.get("/account")
    browser.post("/sign-out")
    assert person(company, "chen").presence == "available"


def test_whoever_is_not_seen_for_three_minutes_is_offline(signed_in: Any, company: Database, clock: FixedClock) -> None:
    signed_in("chen")
    lead = signed_in("li")
    clock.advance(minutes=3)
    lead.get("/roster?lang=en")
    chen = lead.words[lead.words.index("Chen Agent") :]
    assert chen.startswith("Chen Agent Offline for 3 min")


def test_the_board_counts_and_lists_what_nobody_can_take(
    signed_in: Any, company: Database, ticket: str, clock: FixedClock, settings: Settings
) -> None:
    clock.advance(minutes=31)
    assignment_pass.run(company, clock=clock, settings=settings)
    supervisor = signed_in("zhao")
    supervisor.get("/board")
    assert "无人可接 1" in supervisor.words
    supervisor.get("/board/tickets?show=unassignable")
    assert ticket in supervisor.page
    with company.transaction() as session:
        actor = factories.actor_of(session.scalars(select(Staff).where(Staff.login == "chen")).one())
        row = session.scalars(select(Ticket).where(Ticket.number == ticket)).one()
        service.claim(session, clock=clock, actor=actor, ticket=row)
    supervisor.get("/board")
    assert "无人可接 0" in supervisor.words
