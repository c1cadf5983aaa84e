"""A copy of one's own data: asked for, made, told, fetched once by whom it belongs to, deleted."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from flask import Flask

from tests import factories
from tests.evidence import picture
from tests.integration.customer_pages.conftest import Browser, Desk
from ticketing.audit.models import AuditEntry
from ticketing.conversations.models import Message
from ticketing.platform.clock import FixedClock
from ticketing.platform.settings import Settings
from ticketing.privacy.models import DataExport, DataExportPart
from ticketing.tasks import Worker

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
PAGE = "/my/data"


@pytest.fixture
def worker(desk: Desk, settings: Settings) -> Worker:
    return Worker(settings, desk.database, desk.clock)


def ask(browser: Browser) -> int:
    return browser.fill_in(PAGE, {}, to=f"{PAGE}/exports").status_code


def latest(desk: Desk) -> DataExport:
    with desk.database.reading() as session:
        return session.query(DataExport).order_by(DataExport.id.desc()).first()


def link(browser: Browser, desk: Desk) -> str:
    return str(browser.fill_in(PAGE, {}, to=f"{PAGE}/exports/{latest(desk).public_id}/link").location)


def test_the_copy_holds_everything_of_this_customer_and_nothing_of_another(
    browser: Browser, desk: Desk, worker: Worker
) -> None:
    with desk.database.transaction() as session:
        other = factories.customer(session, desk.clock).id
    own, foreign = desk.complaint(wish="退款"), desk.complaint(of=other, description="别人的投诉")
    shown = {"files": [(io.BytesIO(picture()), "截图.png")]}
    browser.fill_in(f"/my/tickets/{own}", shown, to=f"/my/tickets/{own}/additions")
    desk.close(own)
    assert ask(browser) == 303
    worker.deliver()
    answer = browser.get(link(browser, desk))
    packed = zipfile.ZipFile(io.BytesIO(answer.data))
    names = packed.namelist()
    assert packed.testzip() is None
    assert [name.split("/")[0] for name in names] == ["index.html", "data.json", "letters", "files"]
    page, data = packed.read("index.html").decode(), json.loads(packed.read("data.json"))
    assert own in page
    assert foreign not in page
    assert "别人的投诉" not in json.dumps(data, ensure_ascii=False)
    assert data["tickets"][0]["wish"] == "退款"
    assert data["tickets"][0]["answers"][0]["cause"] == "银行维护"
    assert data["attachments"][0]["name"] == "截图.png"
    assert data["conversations"][0]["messages"]
    assert len(data["surveys"]) == 1


def test_notes_among_colleagues_stay_inside(browser: Browser, desk: Desk, worker: Worker) -> None:
    desk.answer(desk.complaint())
    ask(browser)
    worker.deliver()
    text = zipfile.ZipFile(io.BytesIO(browser.get(link(browser, desk)).data)).read("data.json").decode()
    assert "staff_id" not in text
    assert '"actor"' not in text


def test_it_lies_encrypted_and_is_told_in_the_chat(browser: Browser, desk: Desk, worker: Worker) -> None:
    desk.complaint()
    ask(browser)
    worker.deliver()
    worker.deliver()
    with desk.database.reading() as session:
        assert all(b"PK\x03\x04" not in part.sealed for part in session.query(DataExportPart))
        told = [line.text for line in session.query(Message).filter_by(author="system")]
    assert any("个人信息副本已备好，保留到 11月30日" in text for text in told)
    assert "已备好" in browser.get(PAGE).text


def test_a_link_works_once_and_ends_after_five_minutes(browser: Browser, desk: Desk, worker: Worker) -> None:
    ask(browser)
    worker.deliver()
    first = link(browser, desk)
    assert browser.client.head(first).status_code == 204
    assert browser.get(first).status_code == 200
    assert browser.get(first).status_code == 410
    second = link(browser, desk)
    desk.clock.advance(minutes=6)
    assert browser.get(second).status_code == 410


def test_only_who_has_just_come_in_may_fetch_it(browser: Browser, desk: Desk, worker: Worker) -> None:
    ask(browser)
    worker.deliver()
    desk.clock.advance(minutes=11)
    answer = browser.fill_in(PAGE, {}, to=f"{PAGE}/exports/{latest(desk).public_id}/link")
    assert answer.status_code == 403
    assert "请再确认一次是您本人" in answer.text
    browser.sign_in(desk.customer_id)
    assert browser.get(link(browser, desk)).status_code == 200


def test_nobody_else_gets_near_it(
    browser: Browser, desk: Desk, worker: Worker, app: Flask, settings: Settings, clock: FixedClock
) -> None:
    ask(browser)
    worker.deliver()
    stolen = link(browser, desk)
    with desk.database.transaction() as session:
        stranger = Browser(app, settings, clock).sign_in(factories.customer(session, clock).id)
    assert stranger.get(stolen).status_code == 410
    assert stranger.fill_in(PAGE, {}, to=f"{PAGE}/exports/{latest(desk).public_id}/link").status_code == 404
    assert Browser(app, settings, clock).get(stolen).status_code == 401
    assert browser.get(stolen).status_code == 200


def test_asking_again_is_the_same_request_and_then_waits_a_day(browser: Browser, desk: Desk, worker: Worker) -> None:
    hidden = browser.hidden(PAGE)
    answers = [browser.client.post(f"{PAGE}/exports", data=hidden).status_code for _ in range(2)]
    assert answers == [303, 303]
    with desk.database.reading() as session:
        assert session.query(DataExport).count() == 1
    worker.deliver()
    assert browser.client.post(f"{PAGE}/exports", data=hidden).status_code == 429
    assert "索取一份副本" not in browser.get(PAGE).text
    desk.clock.advance(hours=25)
    browser.sign_in(desk.customer_id)
    assert ask(browser) == 303


def test_after_a_week_it_is_deleted_and_every_step_was_audited(browser: Browser, desk: Desk, worker: Worker) -> None:
    ask(browser)
    worker.deliver()
    browser.get(link(browser, desk))
    desk.clock.advance(days=7)
    worker.forget()
    with desk.database.reading() as session:
        assert session.query(DataExportPart).count() == 0
        steps = [row.action for row in session.query(AuditEntry).order_by(AuditEntry.id) if "export" in row.action]
    assert [step.partition(".")[2] for step in steps] == ["requested", "made", "link_made", "fetched", "expired"]
    browser.sign_in(desk.customer_id)
    assert "已到期删除" in browser.get(PAGE).text
