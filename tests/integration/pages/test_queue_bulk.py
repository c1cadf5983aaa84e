"""One deed for several tickets: each by its own rules, and told of each what became of it."""

from __future__ import annotations

from typing import Any

import pytest

from tests import factories
from tests.desk import Browser, person, reload
from ticketing.conversations import service as conversing
from ticketing.conversations.rules import ServiceHours
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.tickets import notes, queries, recusal, service

HOURS = ServiceHours.parse("00:00-00:00", "Asia/Shanghai")


@pytest.fixture
def numbers(company: Database, clock: FixedClock) -> list[str]:
    """Three unclaimed complaints."""
    with company.transaction() as session:
        return [factories.complaint(session, clock, of=factories.customer(session, clock)).number for _ in range(3)]


def claimed(company: Database, clock: FixedClock, number: str, login: str) -> None:
    with company.transaction() as session:
        ticket = queries.by_number(session, number=number)
        service.claim(session, clock=clock, actor=factories.actor_of(person(company, login)), ticket=ticket)


def act(browser: Browser, numbers: list[str], do: str, **fields: str) -> Any:
    """Tick these on the page last seen and press a button of the bar."""
    seen = browser.page.split('name="seen" value="')[1].split('"')[0]
    picks = [browser.page.split(f'value="{number}:')[1].split('"')[0] for number in numbers]
    token = browser.page.split('name="csrf_token" value="')[1].split('"')[0]
    once = browser.page.split('name="once" value="')[1].split('"')[0]
    answer = browser.http.post(
        "/desk/bulk",
        data={
            "csrf_token": token, "once": once, "seen": seen, "do": do, "shown": ["view=open"],
            "pick": [f"{number}:{version}" for number, version in zip(numbers, picks, strict=True)], **fields,
        },
    )  # fmt: skip
    browser.page = answer.text
    return answer


def test_all_are_claimed_but_the_one_that_a_colleague_has_taken_meanwhile(
    signed_in: Any, company: Database, clock: FixedClock, numbers: list[str]
) -> None:
    browser = signed_in("chen")
    browser.get("/desk?view=open")
    claimed(company, clock, numbers[1], "wang")
    act(browser, numbers, "claim")
    assert "3 件工单中已完成 2 件" in browser.words
    assert f"{numbers[1]} 这条记录刚被他人修改过" in browser.words
    owners = [reload(company, number).owner_id for number in numbers]
    me, other = person(company, "chen").id, person(company, "wang").id
    assert owners == [me, other, me]


def test_whoever_must_keep_out_is_told_so_and_the_others_are_done(
    signed_in: Any, company: Database, clock: FixedClock, numbers: list[str]
) -> None:
    with company.transaction() as session:
        ticket = queries.by_number(session, number=numbers[0])
        lead = factories.actor_of(person(company, "li"))
        me = person(company, "chen")
        recusal.impose(session, clock=clock, actor=lead, ticket=ticket, member=me, reason="亲属")
    browser = signed_in("chen")
    browser.get("/desk?view=open")
    act(browser, numbers, "claim")
    assert "3 件工单中已完成 2 件" in browser.words
    assert "回避" in browser.words
    assert reload(company, numbers[0]).owner_id is None


def test_a_note_of_someone_else_meanwhile_hinders_nothing(
    signed_in: Any, company: Database, clock: FixedClock, numbers: list[str]
) -> None:
    browser = signed_in("chen")
    browser.get("/desk?view=open")
    with company.transaction() as session:
        ticket = queries.by_number(session, number=numbers[0])
        wang = factories.actor_of(person(company, "wang"))
        notes.add(session, clock=clock, actor=wang, ticket=ticket, text="已致电")
    act(browser, numbers[:1], "claim")
    assert "1 件工单中已完成 1 件" in browser.words


def test_priorities_go_up_for_leads_and_for_ones_own_tickets_only(
    signed_in: Any, company: Database, clock: FixedClock, numbers: list[str]
) -> None:
    claimed(company, clock, numbers[0], "chen")
    agent, lead = signed_in("chen"), signed_in("li")
    agent.get("/desk?view=open")
    act(agent, numbers[:2], "raise")
    assert "2 件工单中已完成 1 件" in agent.words
    assert f"{numbers[1]} 这件工单还没有人领取，请先领取再操作。" in agent.words
    before = reload(company, numbers[0]).priority
    lead.get("/desk?view=open")
    act(lead, numbers[:2], "lower")
    assert "2 件工单中已完成 2 件" in lead.words
    assert reload(company, numbers[0]).priority != before


def test_tickets_are_given_away_with_a_note_and_noted_together(
    signed_in: Any, company: Database, clock: FixedClock, numbers: list[str]
) -> None:
    lead = signed_in("li")
    lead.get("/desk?view=open")
    act(lead, numbers, "reassign", to=str(person(company, "wang").id), handover_note="请跟进")
    assert {reload(company, number).owner_id for number in numbers} == {person(company, "wang").id}
    act(lead, numbers, "note", note="批量核对过")
    assert "3 件工单中已完成 3 件" in lead.words
    browser = signed_in("chen")
    browser.get(f"/desk/tickets/{numbers[2]}")
    assert "批量核对过" in browser.words


def test_the_same_form_twice_is_done_once(signed_in: Any, company: Database, numbers: list[str]) -> None:
    browser = signed_in("chen")
    browser.get("/desk?view=open")
    page = browser.page
    act(browser, numbers[:1], "note", note="只写一次")
    browser.page = page
    act(browser, numbers[:1], "note", note="只写一次")
    browser.get(f"/desk/tickets/{numbers[0]}")
    assert browser.page.count("只写一次") == 1


@pytest.mark.parametrize(("do", "words"), [("note", "备注"), ("dance", "请选择要做的操作"), ("claim", "请先勾选工单")])
def test_what_cannot_be_done_is_said(signed_in: Any, numbers: list[str], do: str, words: str) -> None:
    browser = signed_in("chen")
    browser.get("/desk?view=open")
    answer = act(browser, [] if do == "claim" else numbers, do)
    assert answer.status_code == 422
    assert words in browser.words


def test_only_who_works_tickets_has_boxes_to_tick(signed_in: Any, numbers: list[str]) -> None:
    browser = signed_in("sun")
    browser.get("/desk?view=open")
    assert numbers[0] in browser.page
    assert "data-tick" not in browser.page


def test_chats_are_claimed_one_by_one_and_offer_no_boxes_to_tick(
    signed_in: Any, company: Database, clock: FixedClock
) -> None:
    """Whoever claims a chat answers now; claiming several would keep all but one of them waiting."""
    with company.transaction() as session:
        customer = factories.customer(session, clock)
        found = conversing.open_conversation(session, clock=clock, customer=customer, language="zh")
        conversing.request_handoff(
            session, clock=clock, hours=HOURS, conversation_id=found.id, reason="asked", summary="转账"
        )
        public_id = found.public_id
    browser = signed_in("chen")
    browser.get("/desk?view=chats")
    assert public_id in browser.page
    for mark in ("data-tick", "data-bulk", 'value="claim"'):
        assert mark not in browser.page
