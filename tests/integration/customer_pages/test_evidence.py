"""Showing something: files with the complaint form and on the ticket's page, with and without a script."""

from __future__ import annotations

import io
import re
from urllib.parse import quote

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests import factories
from tests.evidence import pdf, picture
from tests.integration.customer_pages.conftest import COMPLAINT, Browser, Desk
from ticketing.attachments import rules
from ticketing.attachments.models import Attachment, AttachmentContent
from ticketing.platform.clock import FixedClock
from ticketing.platform.settings import Settings
from ticketing.tasks import Worker
from ticketing.tickets.models import TicketEvent

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
FORM = "/my/complaint"


def file(content: bytes | None = None, name: str = "截图.png") -> tuple[io.BytesIO, str]:
    return io.BytesIO(picture() if content is None else content), name


def upload(browser: Browser, *, key: str = "k1", content: bytes | None = None, page: str = FORM) -> TestResponse:
    """What js/evidence.js sends."""
    token = browser.hidden(page)["csrf_token"]
    body = {"key": key, "file": file(content)}
    return browser.client.post("/my/files", data=body, headers={"X-CSRF-Token": token})


def kept(desk: Desk) -> list[Attachment]:
    with desk.database.reading() as session:
        return session.query(Attachment).order_by(Attachment.id).all()


def number_of(answer: TestResponse) -> str:
    return answer.location.rpartition("/")[2]


def test_without_a_script_files_come_with_the_form(visitor: Browser, desk: Desk) -> None:
    fields = {"files": [file(), file(pdf(), "流水.pdf")]}
    answer = visitor.fill_in(FORM, COMPLAINT | fields)
    (ticket,) = desk.tickets()
    assert [(each.name, each.ticket_id, each.customer_id) for each in kept(desk)] == [
        ("截图.png", ticket.id, ticket.customer_id),
        ("流水.pdf", ticket.id, ticket.customer_id),
    ]
    assert "流水.pdf" in visitor.get(f"/my/tickets/{number_of(answer)}").text


def test_with_a_script_the_form_names_what_went_up_before(visitor: Browser, desk: Desk) -> None:
    sent = upload(visitor)
    assert (sent.status_code, sent.json["name"]) == (201, "截图.png")
    visitor.fill_in(FORM, COMPLAINT | {"attachment": sent.json["id"]})
    assert kept(desk)[0].ticket_id == desk.tickets()[0].id


def test_a_repeated_upload_and_a_double_click_keep_one_file_and_one_ticket(visitor: Browser, desk: Desk) -> None:
    ids = {upload(visitor).json["id"] for _ in range(2)}
    fields = visitor.hidden(FORM) | COMPLAINT | {"attachment": ids.pop()}
    first, second = (visitor.client.post(FORM, data=fields) for _ in range(2))
    assert (ids, first.location) == (set(), second.location)
    assert (len(desk.tickets()), len(kept(desk))) == (1, 1)


def test_a_double_click_without_a_script_keeps_one_file_and_one_ticket(visitor: Browser, desk: Desk) -> None:
    fields = visitor.hidden(FORM) | COMPLAINT
    places = {visitor.client.post(FORM, data=fields | {"files": file()}).location for _ in range(2)}
    assert (len(places), len(desk.tickets()), len(kept(desk))) == (1, 1, 1)


def test_the_same_picture_may_go_with_two_complaints(visitor: Browser, desk: Desk) -> None:
    for words in ("转账没到账", "提现也没到账"):
        visitor.fill_in(FORM, COMPLAINT | {"description": words, "files": [file()]})
    assert [each.ticket_id for each in kept(desk)] == [ticket.id for ticket in desk.tickets()]


def test_a_refused_form_keeps_its_files_and_its_words(visitor: Browser, desk: Desk) -> None:
    fields = {"consent": "", "files": [file(), file(b"MZ", "x.exe")]}
    answer = visitor.fill_in(FORM, COMPLAINT | fields)
    assert answer.status_code == 422
    assert "x.exe: 只能上传图片" in answer.text
    assert 'href="#f-consent"' in answer.text
    named = re.findall(r'name="attachment" value="([^"]+)"', answer.text)
    assert named == [kept(desk)[0].public_id]
    visitor.fill_in(FORM, COMPLAINT | {"attachment": named[0]})
    assert kept(desk)[0].ticket_id == desk.tickets()[0].id


def test_a_kept_file_can_be_left_out_without_a_script(visitor: Browser, desk: Desk) -> None:
    sent = upload(visitor).json["id"]
    visitor.fill_in(FORM, COMPLAINT | {"attachment": sent, "without": sent})
    assert kept(desk)[0].ticket_id is None


def test_evidence_is_an_addition_that_needs_no_words_and_is_in_the_log(browser: Browser, desk: Desk) -> None:
    number = desk.complaint()
    path = f"/my/tickets/{number}"
    answer = browser.fill_in(path, {"files": [file()]}, to=f"{path}/additions")
    assert answer.status_code == 303
    page = browser.get(answer.location).text
    assert "您上传了凭证" in page
    assert "截图.png" in page
    with desk.database.reading() as session:
        (event,) = session.query(TicketEvent).filter_by(kind="evidence_added")
    assert event.data["attachments"] == [kept(desk)[0].public_id]


def test_a_closed_ticket_takes_no_more(browser: Browser, desk: Desk) -> None:
    number = desk.complaint()
    page = f"/my/tickets/{number}"
    hidden = browser.hidden(page)
    desk.close(number)
    answer = browser.client.post(f"{page}/additions", data=hidden | {"files": [file()]})
    assert answer.status_code == 409
    assert kept(desk) == []


def test_files_lie_encrypted_and_come_back_whole(browser: Browser, desk: Desk) -> None:
    number = desk.complaint()
    browser.fill_in(f"/my/tickets/{number}", {"files": [file(pdf(), "流水.pdf")]}, to=f"/my/tickets/{number}/additions")
    with desk.database.reading() as session:
        assert b"%PDF" not in session.query(AttachmentContent).one().sealed
    answer = browser.get(f"/my/files/{kept(desk)[0].public_id}")
    assert answer.data == pdf()
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert quote("流水.pdf") in answer.headers["Content-Disposition"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"


def test_anothers_file_and_one_that_never_was_look_the_same(
    browser: Browser, desk: Desk, app: Flask, settings: Settings, clock: FixedClock
) -> None:
    browser.fill_in(FORM, COMPLAINT | {"files": [file()]})
    draft = upload(browser).json["id"]
    with desk.database.transaction() as session:
        stranger = Browser(app, settings, clock).sign_in(factories.customer(session, clock).id)
    for public_id in (kept(desk)[0].public_id, draft, "nothing-like-it"):
        assert stranger.get(f"/my/files/{public_id}").status_code == 404
    token = stranger.hidden(FORM)["csrf_token"]
    gone = stranger.client.post(f"/my/files/{draft}/removal", headers={"X-CSRF-Token": token})
    assert gone.status_code == 404
    assert browser.get(f"/my/files/{draft}").status_code == 200


def test_a_strangers_draft_cannot_be_named_in_ones_own_form(
    browser: Browser, desk: Desk, app: Flask, settings: Settings, clock: FixedClock
) -> None:
    draft = upload(browser).json["id"]
    Browser(app, settings, clock).fill_in(FORM, COMPLAINT | {"attachment": draft})
    assert kept(desk)[0].ticket_id is None


def test_a_draft_is_taken_back_or_forgotten_after_a_day(browser: Browser, desk: Desk, settings: Settings) -> None:
    token = browser.hidden(FORM)["csrf_token"]
    taken_back = upload(browser).json["id"]
    assert browser.client.post(f"/my/files/{taken_back}/removal", headers={"X-CSRF-Token": token}).status_code == 204
    upload(browser, key="k2")
    assert len(kept(desk)) == 1
    desk.clock.advance(hours=24)
    Worker(settings, desk.database, desk.clock).forget()
    assert kept(desk) == []


def test_a_days_share_is_told_and_comes_back_the_next_day(
    browser: Browser, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "PER_DAY", 2)
    answers = [upload(browser, key=f"k{n}").status_code for n in range(3)]
    assert answers == [201, 201, 429]
    desk.clock.advance(hours=25)
    assert upload(browser, key="k3").status_code == 201


def test_a_full_ticket_says_so_and_keeps_what_was_typed(
    browser: Browser, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "PER_TICKET", 0)
    number = desk.complaint()
    path = f"/my/tickets/{number}"
    answer = browser.fill_in(path, {"text": "补充一张图", "files": [file()]}, to=f"{path}/additions")
    assert answer.status_code == 422
    assert "已经到上限了" in answer.text
    assert "补充一张图" in answer.text


def test_refusals_of_uploads_are_in_the_readers_language(app: Flask, settings: Settings, clock: FixedClock) -> None:
    english = Browser(app, settings, clock, language="en")
    assert "Only pictures" in upload(english, content=b"MZ").json["detail"]
    assert "This file is empty" in upload(english, content=b"").json["detail"]


def test_a_file_from_elsewhere_and_one_too_large_for_the_door_are_refused(browser: Browser) -> None:
    assert browser.client.post("/my/files", data={"file": file()}).status_code == 403
    token = browser.hidden(FORM)["csrf_token"]
    headers, claims = {"X-CSRF-Token": token}, {"CONTENT_LENGTH": str(rules.MAX_BYTES * 2)}
    huge = browser.client.post("/my/files", data={"file": file()}, headers=headers, environ_overrides=claims)
    assert huge.status_code == 413
