"""A case's timeline, its notes, what can be taken back, and the customer beside it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from flask import Flask

from tests import factories
from tests.desk import Browser, person, reload
from tests.evidence import picture
from tests.integration.pages.test_desk_case import at, opened, with_chat
from ticketing.attachments import service as attaching
from ticketing.conversations import service as conversing
from ticketing.customers.models import Customer
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.platform.settings import Settings
from ticketing.tasks import Worker
from ticketing.tickets import queries

HTMX = {"HX-Request": "true"}
DECISION = {"cause": "银行维护", "measures": "已催促到账", "follow_up_plan": "三日内回访"}


def shown(browser: Browser) -> list[tuple[str, str]]:
    """The entries of the timeline with their group, in order."""
    return re.findall(r'<li class="[^"]*" id="((?:line|event)-\d+)" data-group="(\w+)"', browser.page)


def tab(browser: Browser) -> str:
    """The dock's tab that is open."""
    return re.findall(r'aria-selected="true"[^>]* data-dock="(\w+)"', browser.page)[0]


def tail(browser: Browser) -> str:
    """The address at which the page asks for what is new."""
    found = re.search(r'id="tail"[^>]* hx-get="([^"]+)"', browser.page)
    assert found
    return found[1].replace("&amp;", "&")


def test_lines_notes_and_events_stand_in_one_order(signed_in: Any, company: Database, clock: FixedClock) -> None:
    number = with_chat(company, clock)
    browser = opened(signed_in("chen"), number)
    clock.advance(minutes=1)
    browser.submit(at(number, "claim"))
    clock.advance(minutes=1)
    opened(browser, number).submit(at(number, "notes"), note="回电无人接听")
    groups = [group for _id, group in shown(opened(browser, number))]
    assert sorted(groups[:3]) == ["conversation", "events", "events"]
    assert groups[-1] == "notes"
    assert groups.count("conversation") == 2


def test_an_open_page_is_told_what_is_new_and_nothing_twice(
    signed_in: Any, company: Database, clock: FixedClock
) -> None:
    number = with_chat(company, clock)
    browser, lead = opened(signed_in("chen"), number), opened(signed_in("li"), number)
    assert browser.http.get(tail(browser)).status_code == 204
    lead.submit(at(number, "notes"), note="请优先")
    with company.transaction() as session:
        chat_id = queries.by_number(session, number=number).conversation_id
        chat = session.get_one(conversing.Conversation, chat_id)
        conversing.append(session, clock=clock, conversation=chat, author="customer", text="在吗")
    browser.page = browser.http.get(tail(browser)).text
    assert {group for _id, group in shown(browser)} == {"notes", "conversation"}
    assert browser.http.get(tail(browser)).status_code == 204


def test_a_note_comes_back_on_the_open_page_with_the_named_colleague_marked(signed_in: Any, ticket: str) -> None:
    browser = opened(signed_in("chen"), ticket)
    token = re.search(r'name="csrf_token" value="(\w+)"', browser.page)
    assert token
    fields = {"csrf_token": token[1], "note": "@Wang <b>请看</b>", "event": "0", "once": "1"}
    answer = browser.http.post(at(ticket, "notes"), data=fields, headers=HTMX)
    assert '<b class="mention">@Wang</b> &lt;b&gt;请看' in answer.text
    empty = browser.http.post(at(ticket, "notes"), data=fields | {"note": " "}, headers=HTMX)
    assert (empty.status_code, 'role="alert"' in empty.text) == (422, True)


def test_only_colleagues_who_may_see_the_ticket_are_offered(signed_in: Any, ticket: str) -> None:
    offered = opened(signed_in("chen"), ticket).http.get(at(ticket, "mentionable")).text
    assert [name for name in ("Wang", "Li", "Zhao", "Sun", "Wu", "Chen") if f"<b>{name}</b>" in offered] == [
        "Wang", "Li", "Zhao", "Sun",
    ]  # fmt: skip


def test_a_claim_offers_its_undoing_for_twenty_seconds(
    signed_in: Any, company: Database, clock: FixedClock, ticket: str
) -> None:
    browser, other = opened(signed_in("chen"), ticket), signed_in("wang")
    clock.advance(seconds=5)
    browser.submit(at(ticket, "claim"))
    assert at(ticket, "claim", "undo") not in opened(other, ticket).page
    assert opened(browser, ticket).submit(at(ticket, "claim", "undo")).status_code == 303
    assert reload(company, ticket).owner_id is None
    opened(browser, ticket).submit(at(ticket, "claim"))
    clock.advance(seconds=21)
    assert at(ticket, "claim", "undo") not in opened(browser, ticket).page


def test_a_sent_answer_is_held_and_can_be_taken_back(
    signed_in: Any, app: Flask, company: Database, ticket: str
) -> None:
    app.extensions["kesu"] = replace(
        app.extensions["kesu"], settings=replace(app.extensions["kesu"].settings, undo_send_seconds=5)
    )
    browser = signed_in("chen")
    for step, fields in (("claim", {}), ("findings", {"findings": "排队"}), ("decision", DECISION), ("letter", {}), ("letter/dispatch", {})):  # fmt: skip
        opened(browser, ticket).submit(at(ticket, step), **fields)
    assert "即将发出，几秒内仍可撤回" in opened(browser, ticket).words
    assert browser.submit(at(ticket, "letter", "undo")).status_code == 303
    assert at(ticket, "letter/dispatch") in opened(browser, ticket).page


def test_revealed_details_can_be_masked_again(signed_in: Any, ticket: str) -> None:
    browser = opened(signed_in("chen"), ticket)
    browser.submit(at(ticket, "customer"), reason="call_back")
    assert f'data-mask-at="{at(ticket, "customer")}"' in browser.page
    masked = browser.http.get(at(ticket, "customer")).text
    assert "138****5678" in masked
    assert "13812345678" not in masked


def test_the_customer_stands_beside_the_case(signed_in: Any, company: Database, ticket: str) -> None:
    with company.transaction() as session:
        customer = session.get_one(Customer, queries.by_number(session, number=ticket).customer_id)
        customer.risk_level, customer.stage = "high", "investing"
    words = opened(signed_in("chen"), ticket).words
    for said in ("风险等级 高", "投资中", "服务通知 可以发送", "营销", "工单 1 件，未结 1 件"):
        assert said in words, said


def test_a_customers_file_stands_on_the_timeline_and_beside_the_case(
    signed_in: Any, company: Database, clock: FixedClock, ticket: str
) -> None:
    prepared = attaching.prepare(picture(), name="回单.png", scanner="")
    browser = opened(signed_in("chen"), ticket)
    clock.advance(seconds=1)
    with company.transaction() as session:
        found = queries.by_number(session, number=ticket)
        actor = factories.actor_of(session.get_one(Customer, found.customer_id))
        sender = attaching.Sender("test", customer_id=found.customer_id)
        stored = attaching.store(session, clock=clock, sender=sender, key="1", prepared=prepared)
        attaching.file_with(session, clock=clock, actor=actor, ticket=found, files=[stored])
        link = f"/desk/attachments/{stored.public_id}"
    browser.page = browser.http.get(tail(browser)).text
    assert ([group for _id, group in shown(browser)], link in browser.page) == (["files"], True)
    page = opened(browser, ticket).page
    # Twice: among the timeline's entries and in the card beside them, each with its thumbnail and its name to open it by.
    assert [page.count(told) for told in (f'src="{link}/thumbnail"', f'<a href="{link}"')] == [2, 2]


def test_a_page_that_is_left_tells_colleagues(signed_in: Any, company: Database, ticket: str) -> None:
    browser, other = opened(signed_in("chen"), ticket), opened(signed_in("wang"), ticket)
    other.post(at(ticket, "here"), writing="note")
    assert "Wang 正在写内部备注" in browser.post(at(ticket, "here")).text
    other.post(at(ticket, "here"), leaves="1")
    assert browser.post(at(ticket, "here")).text.strip() == ""


def test_every_key_is_in_the_dialog_of_both_languages(signed_in: Any, ticket: str) -> None:
    browser = opened(signed_in("chen"), ticket)
    assert "撤销领取，撤回答复函或回复" in browser.words
    browser.get(at(ticket) + "?lang=en")
    assert "Undo a claim, take an answer or a reply back" in browser.words


def test_placeholders_are_filled_from_the_case_that_is_open(
    signed_in: Any, company: Database, clock: FixedClock
) -> None:
    number = with_chat(company, clock)
    browser = signed_in("chen")
    browser.get("/desk/macros")
    browser.post("/desk/macros", shortcut="sum", title="金额", text_zh="{工单编号} {涉及金额} {订单号}", shared="0")
    opened(browser, number).submit(at(number, "claim"))
    assert person(company, "chen").id == reload(company, number).owner_id
    address = re.search(r'id="macro-menu"[^>]* hx-get="([^"]+)"', opened(browser, number).page)
    assert address
    assert f"{number} ¥2,000.00 【订单号】" in browser.http.get(address[1].replace("&amp;", "&")).text


def test_a_claim_offers_no_undoing_once_a_reply_waits(
    signed_in: Any, app: Flask, company: Database, clock: FixedClock
) -> None:
    app.extensions["kesu"] = replace(
        app.extensions["kesu"], settings=replace(app.extensions["kesu"].settings, undo_reply_seconds=5)
    )
    number = with_chat(company, clock)
    browser = opened(signed_in("chen"), number)
    clock.advance(seconds=5)
    browser.submit(at(number, "claim"))
    assert at(number, "claim", "undo") in opened(browser, number).page
    action = re.findall(r'<form class="composer-form"[^>]*? action="([^"]+)"', browser.page)[0]
    browser.submit(action, text="您好")
    assert 'id="held"' in opened(browser, number).page
    assert at(number, "claim", "undo") not in browser.page


def test_after_a_step_the_next_one_is_open_and_not_the_reply(
    signed_in: Any, company: Database, clock: FixedClock
) -> None:
    number = with_chat(company, clock)
    browser = opened(signed_in("chen"), number)
    browser.submit(at(number, "claim"))
    assert tab(opened(browser, number)) == "reply"
    for step, fields in (("findings", {"findings": "排队"}), ("decision", DECISION), ("letter", {}), ("letter/dispatch", {})):  # fmt: skip
        browser.get(opened(browser, number).submit(at(number, step), **fields).location)
        assert tab(browser) == "step", step


def test_once_the_answer_is_delivered_the_tab_names_closing(
    signed_in: Any, settings: Settings, company: Database, clock: FixedClock
) -> None:
    number = with_chat(company, clock)
    browser = signed_in("chen")
    for step, fields in (("claim", {}), ("findings", {"findings": "排队"}), ("decision", DECISION), ("letter", {}), ("letter/dispatch", {})):  # fmt: skip
        opened(browser, number).submit(at(number, step), **fields)
    assert "下一步：书面答复客户" in opened(browser, number).words
    clock.advance(minutes=1)
    for _ in range(2):
        Worker(settings, company, clock).deliver()
    assert "下一步：结案" in opened(browser, number).words
    assert "下一步：书面答复客户" not in browser.words
    browser.get(at(number, "step"))
    assert 'data-next="下一步：结案"' in browser.page
