"""Customers' files at the desk."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from PIL import Image

from tests import factories
from tests.evidence import picture
from ticketing.attachments import images, service
from ticketing.attachments.models import Attachment
from ticketing.attachments.service import Sender
from ticketing.audit.models import AuditEntry
from ticketing.customers.models import Customer
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.staff.models import Staff
from ticketing.tickets.models import Ticket

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def shown(company: Database, clock: FixedClock, ticket: str) -> str:
    """The address of a file that the ticket's customer has sent."""
    prepared = service.prepare(picture(), name="截图.png", scanner="")
    with company.transaction() as session:
        found = session.query(Ticket).filter_by(number=ticket).one()
        sender = Sender(scope="form:x", held_by="x")
        stored = service.store(session, clock=clock, sender=sender, key="k", prepared=prepared)
        actor = factories.actor_of(session.get_one(Customer, found.customer_id))
        service.file_with(session, clock=clock, actor=actor, ticket=found, files=[stored])
        return f"/desk/attachments/{stored.public_id}"


def test_a_picture_shows_and_the_look_is_audited(signed_in: Any, shown: str, company: Database) -> None:
    answer = signed_in("chen").get(shown)
    assert (answer.status_code, answer.mimetype) == (200, "image/png")
    assert answer.headers["Content-Disposition"].startswith("inline")
    with company.reading() as session:
        assert session.query(AuditEntry).filter_by(action="attachment.read").count() == 1


def test_who_must_keep_out_of_the_case_does_not_see_it(
    signed_in: Any, shown: str, company: Database, ticket: str
) -> None:
    with company.transaction() as session:
        found = session.query(Ticket).filter_by(number=ticket).one()
        found.about_staff_id = session.query(Staff).filter_by(login="chen").one().id
    assert signed_in("chen").get(shown).status_code == 403


def test_strangers_and_unknown_files(signed_in: Any, shown: str, app: Any) -> None:
    assert app.test_client().get(shown).status_code == 303
    assert signed_in("chen").get("/desk/attachments/nothing").status_code == 404


def previews(company: Database) -> int:
    with company.reading() as session:
        return session.query(AuditEntry).filter_by(action="attachment.previewed").count()


def test_the_case_shows_a_small_picture_that_is_loaded_when_it_comes_into_view(
    signed_in: Any, shown: str, ticket: str, company: Database
) -> None:
    browser = signed_in("chen")
    browser.get(f"/desk/tickets/{ticket}")
    [image] = set(re.findall(rf'<img src="{shown}/thumbnail"[^>]*>', browser.page))
    assert 'width="96" height="72" loading="lazy"' in image
    assert 'alt="截图.png 的缩略图"' in image
    answer = browser.get(f"{shown}/thumbnail")
    assert (answer.status_code, answer.mimetype, answer.headers["Cache-Control"]) == (200, "image/webp", "no-store")
    assert Image.open(io.BytesIO(answer.data)).size == (40, 30)


def test_a_large_picture_becomes_small(signed_in: Any, shown: str) -> None:
    assert max(Image.open(io.BytesIO(images.thumbnail(picture(size=(1200, 800))))).size) == 192


def test_thumbnails_are_audited_once_a_day_for_each_reader(
    signed_in: Any, shown: str, company: Database, clock: FixedClock
) -> None:
    chen = signed_in("chen")
    for _ in range(3):
        chen.get(f"{shown}/thumbnail")
    assert previews(company) == 1
    signed_in("wang").get(f"{shown}/thumbnail")
    assert previews(company) == 2
    clock.advance(hours=25)
    signed_in("chen").get(f"{shown}/thumbnail")
    assert previews(company) == 3


def test_a_thumbnail_is_for_whom_the_file_is(
    signed_in: Any, shown: str, company: Database, ticket: str, app: Any
) -> None:
    with company.transaction() as session:
        found = session.query(Ticket).filter_by(number=ticket).one()
        found.about_staff_id = session.query(Staff).filter_by(login="chen").one().id
    assert signed_in("chen").get(f"{shown}/thumbnail").status_code == 403
    assert app.test_client().get(f"{shown}/thumbnail").status_code == 303
    assert signed_in("wang").get("/desk/attachments/nothing/thumbnail").status_code == 404
    assert previews(company) == 0


def test_a_paper_has_an_icon_and_no_thumbnail(signed_in: Any, shown: str, company: Database, ticket: str) -> None:
    with company.transaction() as session:
        session.query(Attachment).one().media_type = "application/pdf"
    browser = signed_in("chen")
    browser.get(f"/desk/tickets/{ticket}")
    assert "/thumbnail" not in browser.page
    assert browser.get(f"{shown}/thumbnail").status_code == 404
