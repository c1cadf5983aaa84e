"""A case that waits for its customer goes on when they write in the chat; one that waits for others does not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests import factories
from tests.integration.gateway.conftest import Widget
from ticketing.conversations import queries
from ticketing.customers.models import Customer
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.tickets import pausing, service
from ticketing.tickets.models import Ticket


def paused(database: Database, clock: FixedClock, widget: Widget, reason: str) -> int:
    """A complaint of this widget's chat that stands still for a reason."""
    with database.transaction() as session:
        factories.company(session, clock)
        owner = factories.actor_of(factories.staff(session, team=factories.team(session)))
        chat = queries.by_public_id(session, widget.id)
        of = session.get_one(Customer, chat.customer_id)
        ticket = factories.complaint(session, clock, of=of, conversation_id=chat.id)
        service.claim(session, clock=clock, actor=owner, ticket=ticket)
        pausing.pause(session, clock=clock, actor=owner, ticket=ticket, reason=reason)
        return ticket.id


def is_paused(database: Database, number: int) -> bool:
    with database.reading() as session:
        return pausing.lasting(session, ticket=session.get_one(Ticket, number)) is not None


@pytest.mark.parametrize(("reason", "lasts"), [("customer", False), ("third_party", True)])
def test_the_customers_line_ends_the_waiting_for_them(
    database: Database, clock: FixedClock, new_widget: Callable[[], Widget], reason: str, lasts: bool
) -> None:
    widget, other = new_widget(), new_widget()
    widget.open(language="zh")
    other.open(language="zh")
    number = paused(database, clock, widget, reason)
    other.send("你好")
    assert is_paused(database, number)
    assert widget.send("回执我发过来了").status_code == 200
    assert is_paused(database, number) is lasts
