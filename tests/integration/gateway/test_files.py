"""Files through the gateway: the conversation's own token, one file each, refused like anything else."""

from __future__ import annotations

import io
from collections.abc import Callable

import httpx
import pytest
from flask import Flask

from tests.evidence import picture
from tests.integration.gateway.conftest import Widget
from tests.integration.gateway.fake_rasa import FakeRasa
from ticketing.attachments.models import Attachment
from ticketing.platform.db import Database

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def upload(
    widget: Widget,
    content: bytes | None = None,
    *,
    to: str | None = None,
    name: str = "截图.png",
    client_id: str = "c1",
    **headers: str,
) -> httpx.Response:
    files = {"file": (name, picture() if content is None else content, "image/png")}
    address = f"/chat/v1/conversations/{to or widget.id}/files"
    return widget.http.post(address, data={"client_id": client_id}, files=files, headers=widget.headers | headers)


def test_a_file_is_a_line_of_its_own_and_asks_the_assistant_nothing(widget: Widget, rasa: FakeRasa) -> None:
    answer = upload(widget)
    own, said = answer.json()["messages"]
    assert (own["author"], own["kind"], own["client_id"]) == ("customer", "file", "c1")
    assert (own["card"]["name"], said["author"]) == ("截图.png", "bot")
    assert rasa.seen == []


def test_the_same_client_id_is_the_same_line(widget: Widget, database: Database) -> None:
    assert upload(widget).json()["messages"][0]["seq"] == upload(widget).json()["messages"][0]["seq"]
    with database.reading() as session:
        assert session.query(Attachment).count() == 1


def test_another_conversations_token_and_another_site_are_refused(
    widget: Widget, new_widget: Callable[[], Widget]
) -> None:
    stranger = new_widget().open()
    assert upload(stranger, to=widget.id).status_code == 404
    assert upload(widget, Origin="https://evil.example").status_code == 403
    assert upload(widget, Authorization="Bearer x").status_code == 401


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"MZ", "attachment_kind_refused"), (b"", "attachment_empty"), (b"%PDF-1.4 x", "attachment_unreadable")],
)
def test_what_is_not_taken_says_why_in_the_customers_language(widget: Widget, content: bytes, code: str) -> None:
    refused = upload(widget, content, **{"Accept-Language": "en"})
    assert (refused.status_code, refused.json()["code"]) == (422, code)
    assert refused.json()["detail"].isascii()
    assert refused.headers["Content-Type"] == "application/problem+json"


def test_more_than_the_door_lets_through_is_cut_off_before_it_is_read(app: Flask, widget: Widget) -> None:
    claims = {"CONTENT_LENGTH": "99999999"}
    form = {"client_id": "c1", "file": (io.BytesIO(picture()), "a.png")}
    address = f"/chat/v1/conversations/{widget.id}/files"
    refused = app.test_client().post(address, data=form, headers=widget.headers, environ_overrides=claims)
    assert refused.status_code == 413


def test_a_path_in_the_name_leads_nowhere(widget: Widget) -> None:
    assert upload(widget, name="../../../etc/passwd").json()["messages"][0]["card"]["name"] == "passwd.png"


def test_a_form_without_client_id_or_file_is_refused(widget: Widget) -> None:
    assert upload(widget, client_id="").status_code == 422
    bare = widget.http.post(widget.path + "/files", data={"client_id": "c2"}, headers=widget.headers)
    assert bare.json()["code"] == "attachment_missing"
