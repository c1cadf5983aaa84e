"""The bell, the inbox, acknowledging on the case's page, mail settings, and what the board says of it."""

from __future__ import annotations

import functools
from typing import Any

import pytest
from sqlalchemy import update

from tests.desk import Browser, person, reload
from ticketing.notify.models import NoticePreference
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.platform.settings import Settings
from ticketing.sla import service as sla
from ticketing.staff.models import Staff
from ticketing.tickets.escalation import escalate


@pytest.fixture
def breached(company: Database, ticket: str, clock: FixedClock, settings: Settings) -> str:
    """The unclaimed complaint, its first promise broken half a minute ago."""
    clock.advance(hours=24, seconds=30)
    run = functools.partial(escalate, clock=clock, settings=settings)
    assert sla.sweep(company, clock=clock, escalate=run).failed == 0
    return ticket


def bell(browser: Browser) -> str:
    """What the bell says on any page."""
    browser.get("/account")
    return browser.words


def test_the_bell_counts_what_is_unread_and_what_is_urgent(signed_in: Any, breached: str) -> None:
    assert "通知，9 条未读 其中 2 条紧急" in bell(signed_in("li"))
    assert "通知，0 条未读" in bell(signed_in("chen"))


def test_the_bell_is_sent_again_only_when_it_changed(
    signed_in: Any, ticket: str, clock: FixedClock, company: Database, settings: Settings
) -> None:
    clock.advance(hours=22)
    li = signed_in("li")
    sweep = functools.partial(
        sla.sweep, company, clock=clock, escalate=functools.partial(escalate, clock=clock, settings=settings)
    )
    sweep()
    li.get("/account")
    address = li.page.split('id="bell-watch"')[1].split('hx-get="')[1].split('"')[0]
    assert li.get(address).status_code == 204
    clock.advance(hours=2, seconds=1)
    sweep()
    answer = li.get(address)
    alarm = answer.text.split('id="bell-alarm"')[1].split("</p>")[0]
    assert f"【已超时】{ticket} 初步调查" in alarm
    assert "即将超时" not in alarm


def test_a_breach_stands_in_the_inbox_in_the_readers_language(signed_in: Any, breached: str) -> None:
    li = signed_in("li")
    li.get("/notices")
    assert f"【已超时】{breached} 初步调查，应于 11月24日 10:00 完成" in li.words
    li.get("/notices?lang=en")
    assert f"[Breached] {breached}: Preliminary findings was due 24 Nov, 10:00" in li.words


def test_opening_a_notice_leads_to_the_ticket_and_reads_it(signed_in: Any, breached: str) -> None:
    li = signed_in("li")
    li.get("/notices?show=unread")
    address = li.page.split('class="notice-actions"')[1].split('action="')[1].split('"')[0]
    answer = li.submit(address)
    assert answer.status_code == 303
    assert answer.location == f"/desk/tickets/{breached}#escalation"
    assert "通知，8 条未读" in bell(li)


def test_all_can_be_read_at_once_and_then_nothing_is_unread(signed_in: Any, breached: str) -> None:
    li = signed_in("li")
    li.get("/notices")
    li.submit("/notices/read")
    li.get("/notices?show=unread")
    assert "没有未读通知" in li.words


def test_nobody_reads_somebody_elses_notice(signed_in: Any, breached: str) -> None:
    wang = signed_in("wang")
    wang.get("/account")
    assert wang.post("/notices/1/open").status_code == 404
    assert wang.post("/notices/1/read").status_code == 404
    assert "通知，9 条未读" in bell(signed_in("li"))


def test_looking_acknowledges_nothing_and_the_button_does(signed_in: Any, breached: str) -> None:
    li, zhao = signed_in("li"), signed_in("zhao")
    li.get(f"/desk/tickets/{breached}")
    assert "确认收到" in li.words
    zhao.get("/board")
    assert "尚无人确认" in zhao.words
    answer = li.submit(f"/desk/tickets/{breached}/acknowledgement", note="已联系收款银行")
    assert answer.status_code == 303
    li.get(f"/desk/tickets/{breached}")
    assert "Li 已于 11月24日 10:00 确认" in li.words
    assert "已确认超时" in li.words[li.words.index("时间线") :]
    assert "已联系收款银行" in li.words
    zhao.get("/board")
    assert "Li 已于 11月24日 10:00 确认" in zhao.words


def test_a_second_acknowledgement_is_refused_by_name(signed_in: Any, breached: str) -> None:
    li, zhao = signed_in("li"), signed_in("zhao")
    li.get(f"/desk/tickets/{breached}")
    zhao.get(f"/desk/tickets/{breached}")
    li.submit(f"/desk/tickets/{breached}/acknowledgement")
    assert zhao.submit(f"/desk/tickets/{breached}/acknowledgement").status_code == 409
    assert "Li 已经确认过这次超时" in zhao.words


def test_an_agent_whose_ticket_it_is_not_sees_that_nobody_has_and_no_button(signed_in: Any, breached: str) -> None:
    wang = signed_in("wang")
    wang.get(f"/desk/tickets/{breached}")
    assert "已超时，尚未完成" in wang.words
    assert "确认收到" not in wang.words


def test_the_board_speaks_a_fresh_breach_and_falls_silent(signed_in: Any, breached: str, clock: FixedClock) -> None:
    zhao = signed_in("zhao")
    zhao.get("/board/figures")
    assert f"新的超时：{breached}，初步调查，负责人" in zhao.words
    clock.advance(minutes=5)
    zhao.get("/board/figures")
    assert "新的超时" not in zhao.words
    assert breached in zhao.words


def test_what_nobody_could_be_told_is_raised_on_the_board(
    signed_in: Any, company: Database, ticket: str, clock: FixedClock, settings: Settings
) -> None:
    ladder = ("li", "zhao", "sun")
    with company.transaction() as session:
        session.execute(update(Staff).where(Staff.login.in_(ladder)).values(active=False))
    clock.advance(hours=13)
    sla.sweep(company, clock=clock, escalate=functools.partial(escalate, clock=clock, settings=settings))
    with company.transaction() as session:
        session.execute(update(Staff).where(Staff.login.in_(ladder)).values(active=True))
    zhao = signed_in("zhao")
    zhao.get("/board")
    assert "条通知无人可通知" in zhao.words
    zhao.submit("/notices/unheard")
    zhao.get("/board")
    assert "无人可通知" not in zhao.words


def test_mail_settings_are_kept(signed_in: Any, company: Database) -> None:
    li = signed_in("li")
    li.get("/account")
    assert li.submit("/account/notices", mode="daily", daily_at="18:30", urgent_too="yes").status_code == 303
    with company.reading() as session:
        kept = session.get_one(NoticePreference, person(company, "li").id)
    assert (kept.mode, kept.daily_minute, kept.urgent_too) == ("daily", 18 * 60 + 30, True)
    li.get("/account?saved=notices")
    assert 'value="18:30"' in li.page
    assert "已保存" in li.words


@pytest.mark.parametrize(("mode", "at"), [("weekly", "09:00"), ("daily", "25:00"), ("daily", "")])
def test_settings_that_make_no_sense_are_refused(signed_in: Any, mode: str, at: str) -> None:
    li = signed_in("li")
    li.get("/account")
    assert li.submit("/account/notices", mode=mode, daily_at=at).status_code == 422


def test_an_acknowledgement_costs_no_colleague_their_form(signed_in: Any, breached: str, company: Database) -> None:
    wang, li = signed_in("wang"), signed_in("li")
    wang.get(f"/desk/tickets/{breached}")
    wang.submit(f"/desk/tickets/{breached}/claim")
    wang.get(f"/desk/tickets/{breached}")
    li.get(f"/desk/tickets/{breached}")
    li.submit(f"/desk/tickets/{breached}/acknowledgement")
    assert wang.submit(f"/desk/tickets/{breached}/findings", findings="已查实").status_code == 303
    assert reload(company, breached).status == "resolving"
