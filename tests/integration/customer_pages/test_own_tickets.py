"""What a signed-in customer sees of their tickets and may do to them."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from flask import Flask

from tests import factories
from tests.integration.customer_pages.conftest import Browser, Desk
from ticketing.conversations import service as conversations
from ticketing.conversations.models import Conversation
from ticketing.platform.clock import FixedClock
from ticketing.platform.settings import Settings
from ticketing.tickets.models import LetterDelivery, TicketEvent


def test_a_visitor_is_told_how_to_come_in(visitor: Browser, desk: Desk) -> None:
    number = desk.complaint()
    for path in ("/my/tickets", f"/my/tickets/{number}", f"/my/tickets/{number}/letter", "/my/surveys/1"):
        answer = visitor.get(path)
        assert answer.status_code == 401
        assert "请从聊天窗口打开" in answer.text
        assert number not in answer.text.split("<main")[1]


def test_the_list_shows_both_promised_times(browser: Browser, desk: Desk) -> None:
    number = desk.complaint()
    page = browser.get("/my/tickets").text
    assert number in page
    assert "初步调查：11月24日 10:00 前（北京时间）" in page
    assert "处理结果：11月25日 10:00 前（北京时间）" in page


def test_a_passed_promise_is_called_late_before_any_sweep(browser: Browser, desk: Desk) -> None:
    number = desk.complaint()
    desk.clock.advance(hours=24)
    browser.sign_in(desk.customer_id)
    assert "延误" not in browser.get(f"/my/tickets/{number}").text
    desk.clock.advance(seconds=1)
    assert "初步调查：应于11月24日 10:00 前（北京时间）完成，我们延误了" in browser.get(f"/my/tickets/{number}").text


@pytest.mark.parametrize("tail", ["", "/letter", "/withdrawal"])
def test_anothers_ticket_and_an_unknown_one_look_the_same(browser: Browser, desk: Desk, tail: str) -> None:
    with desk.database.transaction() as session:
        other = factories.customer(session, desk.clock).id
    foreign = browser.get(f"/my/tickets/{desk.complaint(of=other)}{tail}")
    unknown = browser.get(f"/my/tickets/KS-20200101-00001{tail}")
    assert foreign.status_code == unknown.status_code == 404
    assert "KS-" not in foreign.text.split("<main")[1]


def test_another_customers_ticket_cannot_be_changed(browser: Browser, desk: Desk) -> None:
    own = desk.complaint()
    with desk.database.transaction() as session:
        other = factories.customer(session, desk.clock).id
    foreign = desk.complaint(of=other)
    for deed in ("additions", "withdrawal", "reopening"):
        fields = {"text": "x", "reason": "x"}
        assert browser.fill_in(f"/my/tickets/{own}", fields, to=f"/my/tickets/{foreign}/{deed}").status_code == 404


def test_the_page_tells_stages_answer_and_timeline(browser: Browser, desk: Desk) -> None:
    number = desk.complaint(order_number="20261122000317", wish="尽快到账")
    desk.clock.advance(hours=5)
    desk.answer(number)
    page = browser.get(f"/my/tickets/{number}").text
    for words in (
        "20261122000317",
        "尽快到账",
        "银行维护",
        "已催促到账",
        "三日内回访",
        "书面答复已送达",
        "初步调查：已完成",
    ):
        assert words in page
    assert "坐席" not in page
    assert page.index("您提出投诉") > page.index("书面答复已送达")


def test_the_letter_is_shown_as_it_was_sent(browser: Browser, desk: Desk) -> None:
    number = desk.complaint(description="<b>转账</b>没到账")
    assert browser.get(f"/my/tickets/{number}/letter").status_code == 404
    desk.answer(number)
    page = browser.get(f"/my/tickets/{number}/letter").text
    assert "投诉处理答复函" in page
    assert "&lt;b&gt;转账" in page
    assert "<b>转账" not in page


def test_an_addition_is_kept_once_and_masked(browser: Browser, desk: Desk) -> None:
    number = desk.complaint()
    fields = browser.hidden(f"/my/tickets/{number}") | {"text": "我的卡号是6222021234567890128，请尽快"}
    for _ in range(2):
        answer = browser.client.post(f"/my/tickets/{number}/additions", data=fields)
        assert answer.status_code == 303
    with desk.database.reading() as session:
        texts = [row.text for row in session.query(TicketEvent).filter_by(kind="added_to")]
    assert len(texts) == 1
    assert "6222021234567890128" not in texts[0]
    assert "补充内容已收到" in browser.get(answer.location).text


def test_an_empty_addition_is_refused_at_the_field(browser: Browser, desk: Desk) -> None:
    number = desk.complaint()
    answer = browser.fill_in(f"/my/tickets/{number}", {"text": " \u200b "}, to=f"/my/tickets/{number}/additions")
    assert answer.status_code == 422
    assert 'aria-describedby="p-text h-text"' in answer.text
    assert "请写几句话再提交" in answer.text


def test_withdrawing_asks_first(browser: Browser, desk: Desk) -> None:
    number = desk.complaint()
    assert "确认撤回投诉？" in browser.get(f"/my/tickets/{number}/withdrawal").text
    assert desk.tickets()[0].status == "accepted"
    answer = browser.fill_in(f"/my/tickets/{number}/withdrawal", {"reason": "已解决"})
    assert desk.tickets()[0].status == "withdrawn"
    page = browser.get(answer.location).text
    assert "已按您的要求撤诉" in page
    assert 'name="text"' not in page


def test_reopening_needs_a_reason_and_starts_a_new_round(browser: Browser, desk: Desk) -> None:
    number = desk.complaint()
    desk.close(number)
    refused = browser.fill_in(f"/my/tickets/{number}", {"reason": ""}, to=f"/my/tickets/{number}/reopening")
    assert refused.status_code == 422
    assert "请说明为什么要重开" in refused.text
    browser.fill_in(f"/my/tickets/{number}", {"reason": "钱还是没到"}, to=f"/my/tickets/{number}/reopening")
    page = browser.get(f"/my/tickets/{number}").text
    assert "第 2 次处理" in page
    assert "钱还是没到" in page
    assert "查看答复函" in page


def test_a_form_that_was_not_shown_to_this_browser_is_refused(browser: Browser, desk: Desk) -> None:
    number = desk.complaint()
    browser.get(f"/my/tickets/{number}")
    answer = browser.client.post(f"/my/tickets/{number}/additions", data={"text": "x", "csrf_token": "0" * 64})
    assert answer.status_code == 403


def test_the_chats_link_signs_in_once(visitor: Browser, desk: Desk) -> None:
    number = desk.complaint()
    with desk.database.transaction() as session:
        chat = session.query(Conversation).one()
        path = f"/my/tickets/{number}"
        token = conversations.create_page_link(session, clock=desk.clock, conversation=chat, path=path)
    answer = visitor.get(f"/my/enter?token={token}")
    assert (answer.status_code, answer.location) == (303, path)
    assert number in visitor.get(path).text
    assert visitor.get(f"/my/enter?token={token}").status_code == 410


def test_sign_in_ends_after_twelve_hours(browser: Browser, desk: Desk) -> None:
    assert browser.get("/my/tickets").status_code == 200
    desk.clock.advance(hours=12, seconds=1)
    assert browser.get("/my/tickets").status_code == 401


def test_a_head_leaves_the_one_time_link_unused(visitor: Browser, desk: Desk) -> None:
    desk.complaint()
    with desk.database.transaction() as session:
        chat = session.query(Conversation).one()
        token = conversations.create_page_link(session, clock=desk.clock, conversation=chat, path="/my/tickets")
    link = f"/my/enter?token={token}"
    assert visitor.client.head(link).status_code == 204
    assert visitor.get(link).status_code == 303
    assert visitor.get(link).status_code == 410


def test_the_letter_can_be_downloaded_by_its_customer_only(
    browser: Browser, desk: Desk, app: Flask, settings: Settings, clock: FixedClock
) -> None:
    number = desk.complaint()
    path = f"/my/tickets/{number}/letter.pdf"
    assert browser.get(path).status_code == 404
    desk.answer(number)
    answer = browser.get(path)
    assert (answer.mimetype, answer.data[:5]) == ("application/pdf", b"%PDF-")
    assert quote(f"投诉答复函-{number}.pdf") in answer.headers["Content-Disposition"]
    with desk.database.transaction() as session:
        stranger = factories.customer(session, clock).id
    assert Browser(app, settings, clock).sign_in(stranger).get(path).status_code == 404
    assert Browser(app, settings, clock).get(path).status_code == 401


def test_looking_at_the_letter_is_recorded_by_its_page_and_not_by_a_get(browser: Browser, desk: Desk) -> None:
    number = desk.complaint()
    desk.answer(number)
    path = f"/my/tickets/{number}/letter"
    for _ in range(2):
        assert browser.get(path).status_code == 200
    with desk.database.reading() as session:
        assert session.query(LetterDelivery).filter_by(channel="page").one().read_at is None
    assert browser.client.post(f"{path}/opened", data={}).status_code == 403
    assert browser.fill_in(path, {}, to=f"{path}/opened").status_code == 303
    with desk.database.reading() as session:
        assert session.query(LetterDelivery).filter_by(channel="page").one().read_at == desk.clock.now()
