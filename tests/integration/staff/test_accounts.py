"""Accounts of staff: made, changed, ended and brought back by administrators."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests import factories
from tests.desk import Browser, person, reload
from ticketing.audit.models import AuditEntry
from ticketing.notify import on_call
from ticketing.notify.models import OnCallShift
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.platform.errors import DomainError
from ticketing.platform.settings import Settings
from ticketing.staff import accounts
from ticketing.staff.accounts import Post
from ticketing.staff.models import Staff
from ticketing.tickets import assignment_pass, service
from ticketing.tickets.models import Ticket

SOMEONE = {
    "login": "Zhang.San", "name": "张三", "email": "zhang@example.com", "role": "agent", "team": "1", "pages": "en",
    "language": "zh", "skill_system_failure": "2",
}  # fmt: skip


def one_time_password(browser: Browser) -> str:
    """What the page last seen shows once."""
    found = re.search(r'<code class="one-time">([^<]+)</code>', browser.page)
    assert found
    return found.group(1)


def account(database: Database, login: str) -> str:
    return f"/staff/{person(database, login).id}"


def change(browser: Browser, database: Database, login: str, **fields: str) -> Any:
    """Someone's form, sent with these fields changed."""
    member, path = person(database, login), account(database, login)
    browser.get(path)
    now = {"name": member.name, "email": member.email, "role": member.role, "team": str(member.team_id), "pages": "zh"}
    return browser.submit(path, **(now | fields))


def audited(database: Database) -> list[tuple[str, Any]]:
    with database.reading() as session:
        entries = select(AuditEntry).where(AuditEntry.action.like("staff.%")).order_by(AuditEntry.id)
        return [(each.action, each.detail) for each in session.scalars(entries)]


def second_admin(database: Database) -> None:
    with database.transaction() as session:
        other = factories.staff(session, role="admin")
        other.login = other.name = "zheng"


def test_someone_new_signs_in_with_the_password_that_was_shown_once(
    app: Flask, signed_in: Any, company: Database
) -> None:
    admin = signed_in("wu")
    admin.get("/staff/new")
    assert admin.submit("/staff", **SOMEONE).status_code == 200
    password, made = one_time_password(admin), person(company, "zhang.san")
    assert (made.name, made.role, made.team_id, made.language) == ("张三", "agent", 1, "en")
    assert (made.languages, made.skills) == (["zh"], {"system_failure": 2})
    newcomer = Browser(app)
    assert newcomer.sign_in("zhang.san", password).status_code == 303
    assert newcomer.get("/desk").location.startswith("/account/password")
    admin.get(account(company, "zhang.san"))
    assert password not in admin.page
    assert ("staff.added", {"role": "agent", "team_id": 1}) in audited(company)
    assert password not in str(audited(company))


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("login", "chen", "已经有人使用"),
        ("login", "张三", "账号只能用小写字母"),
        ("name", "", "请填写姓名"),
        ("email", "nowhere", "有效的电子邮箱"),
        ("role", "king", "请选择角色"),
        ("language", "fr", "至少选择一种处理语言"),
    ],
)
def test_a_refused_form_says_why_and_keeps_what_was_typed(signed_in: Any, field: str, value: str, told: str) -> None:
    admin = signed_in("wu")
    admin.get("/staff/new")
    assert admin.submit("/staff", **(SOMEONE | {field: value})).status_code in {409, 422}
    assert told in admin.words
    kept = "zhang@example.com" if field != "email" else "张三"
    assert f'value="{kept}"' in admin.page


def test_only_administrators_keep_accounts(signed_in: Any, company: Database) -> None:
    for login in ("chen", "li", "zhao", "sun"):
        browser = signed_in(login)
        assert browser.get("/staff").status_code == 403
        browser.get("/account")
        assert "员工账号" not in browser.words.replace("管理员工账号", "")
        assert browser.post(f"{account(company, 'wang')}/deactivation").status_code == 403
    admin = signed_in("wu")
    admin.get("/staff")
    assert {"Chen", "Li", "Zhao", "Sun", "Wu"} <= set(admin.words.split())


def test_a_changed_role_counts_at_once(signed_in: Any, company: Database) -> None:
    wang = signed_in("wang")
    assert wang.get("/board").status_code == 403
    admin = signed_in("wu")
    assert change(admin, company, "wang", role="supervisor").status_code == 303
    assert wang.get("/board").status_code == 200
    assert ("staff.changed", {"changed": ["role"], "role": ["agent", "supervisor"]}) in audited(company)


def test_whoever_is_deactivated_is_out_at_once_and_comes_back_with_a_fresh_password(
    app: Flask, signed_in: Any, company: Database
) -> None:
    chen, admin, path = signed_in("chen"), signed_in("wu"), account(company, "chen")
    admin.get(path)
    assert admin.submit(f"{path}/deactivation").status_code == 303
    assert chen.get("/desk").status_code == 303
    assert Browser(app).sign_in("chen").status_code == 401
    admin.get(path)
    assert "已停用" in admin.words
    admin.submit(f"{path}/reactivation")
    assert Browser(app).sign_in("chen").status_code == 401
    assert Browser(app).sign_in("chen", one_time_password(admin)).status_code == 303
    assert chen.get("/desk").status_code == 303


def test_a_reset_password_ends_the_old_one_with_its_sessions_and_a_lock(
    app: Flask, signed_in: Any, company: Database
) -> None:
    chen, admin, path = signed_in("chen"), signed_in("wu"), account(company, "chen")
    for _ in range(5):
        Browser(app).sign_in("chen", "nope")
    admin.get(path)
    admin.submit(f"{path}/password")
    assert chen.get("/desk").status_code == 303
    assert Browser(app).sign_in("chen", one_time_password(admin)).status_code == 303


@pytest.mark.parametrize("deed", ["deactivation", "password"])
def test_nobody_ends_their_own_account(signed_in: Any, company: Database, deed: str) -> None:
    second_admin(company)
    admin, path = signed_in("wu"), account(company, "wu")
    admin.get(path)
    assert f"{path}/{deed}" not in admin.page
    assert admin.post(f"{path}/{deed}").status_code == 409
    assert change(admin, company, "wu", role="agent").status_code == 409
    assert "不能修改自己的角色" in admin.words
    assert admin.get("/staff").status_code == 200


def test_the_last_administrator_stays_one(company: Database, clock: FixedClock) -> None:
    """Nobody else administers, so only a second one who is just leaving could try."""
    leaving, last = factories.actor_of(person(company, "zhao")), person(company, "wu")
    post = Post(name="Wu", email=last.email, role="agent", team_id=None, language="zh")
    with company.transaction() as session:
        with pytest.raises(DomainError, match="staff_last_admin"):
            accounts.deactivate(session, clock=clock, actor=leaving, staff_id=last.id)
        with pytest.raises(DomainError, match="staff_last_admin"):
            accounts.change(session, clock=clock, actor=leaving, staff_id=last.id, post=post)
    second_admin(company)
    with company.transaction() as session:
        accounts.deactivate(session, clock=clock, actor=leaving, staff_id=last.id)
    assert not person(company, "wu").active


def claimed(company: Database, clock: FixedClock, login: str, number: str) -> None:
    with company.transaction() as session:
        actor = factories.actor_of(session.scalars(select(Staff).where(Staff.login == login)).one())
        found = session.scalars(select(Ticket).where(Ticket.number == number)).one()
        service.claim(session, clock=clock, actor=actor, ticket=found)


def test_the_page_tells_what_becomes_of_open_tickets_and_it_does(
    signed_in: Any, company: Database, clock: FixedClock, settings: Settings, ticket: str
) -> None:
    claimed(company, clock, "chen", ticket)
    admin, path = signed_in("wu"), account(company, "chen")
    admin.get(path)
    assert "名下 1 件未结工单" in admin.words
    admin.submit(f"{path}/deactivation")
    assignment_pass.run(company, clock=clock, settings=settings)
    assert reload(company, ticket).owner_id is None


def test_tickets_leave_whoever_becomes_someone_that_works_none(
    signed_in: Any, company: Database, clock: FixedClock, settings: Settings, ticket: str
) -> None:
    claimed(company, clock, "chen", ticket)
    assert change(signed_in("wu"), company, "chen", role="compliance").status_code == 303
    assignment_pass.run(company, clock=clock, settings=settings)
    assert reload(company, ticket).owner_id is None


def test_whoever_left_is_on_call_no_more(signed_in: Any, company: Database, clock: FixedClock) -> None:
    with company.transaction() as session:
        li, now = person(company, "li"), clock.now()
        session.add(
            OnCallShift(
                staff_id=li.id, team_id=li.team_id, level="team_lead", begins_at=now, ends_at=now.replace(day=28),
                created_at=now, created_by=li.id,
            )
        )  # fmt: skip
    admin, path = signed_in("wu"), account(company, "li")
    with company.reading() as session:
        assert len(on_call.shifts(session, clock=clock)) == 1
        covered = on_call.gaps(session, clock=clock)
    admin.get(path)
    admin.submit(f"{path}/deactivation")
    with company.reading() as session:
        assert on_call.shifts(session, clock=clock) == []
        assert sum(map(len, on_call.gaps(session, clock=clock).values())) > sum(map(len, covered.values()))
