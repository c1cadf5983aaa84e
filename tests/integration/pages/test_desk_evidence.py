"""Customers' files at the desk."""

from __future__ import annotations

from typing import Any

import pytest

from tests import factories
from tests.evidence import picture
from ticketing.attachments import service
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
