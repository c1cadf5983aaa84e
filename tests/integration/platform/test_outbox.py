"""The outbox on both databases."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.platform import outbox
from ticketing.platform.clock import Clock, FixedClock
from ticketing.platform.db import Database
from ticketing.platform.outbox import DeliveryFailed, OutboxMessage, Receipt


class Carrier:
    """A channel that records what it carried and fails as often as it is told."""

    def __init__(self, *failures: DeliveryFailed) -> None:
        self.carried: list[str] = []
        self.failures = list(failures)

    def __call__(self, _database: Database, _clock: Clock, message: OutboxMessage) -> Receipt:
        if self.failures:
            raise self.failures.pop(0)
        self.carried.append(message.dedupe_key)
        return Receipt({"ok": True})


def promise(database: Database, clock: Clock, *keys: str) -> None:
    with database.transaction() as session:
        for key in keys:
            outbox.enqueue(session, clock=clock, channel="test", dedupe_key=key, payload={"n": 1})


def run(database: Database, clock: Clock, carrier: Carrier) -> list[str]:
    settled: list[str] = []

    def delivered(_session: Session, _clock: Clock, message: OutboxMessage) -> None:
        settled.append(f"{message.dedupe_key} {message.status}")

    outbox.deliver_due(database, clock=clock, channels={"test": carrier}, delivered=delivered)
    return settled


def test_a_message_promised_twice_is_delivered_once(database: Database, clock: FixedClock) -> None:
    promise(database, clock, "a", "a", "b")
    promise(database, clock, "a")
    carrier = Carrier()
    assert run(database, clock, carrier) == ["a delivered", "b delivered"]
    assert run(database, clock, carrier) == []
    assert carrier.carried == ["a", "b"]


def test_nothing_is_sent_when_the_transaction_that_promised_it_fails(database: Database, clock: FixedClock) -> None:
    try:
        with database.transaction() as session:
            outbox.enqueue(session, clock=clock, channel="test", dedupe_key="a", payload={})
            raise RuntimeError("the act failed")
    except RuntimeError:
        pass
    carrier = Carrier()
    run(database, clock, carrier)
    assert carrier.carried == []


def test_a_failed_delivery_is_tried_again_later_and_then_succeeds(database: Database, clock: FixedClock) -> None:
    promise(database, clock, "a")
    carrier = Carrier(DeliveryFailed("smtp_down"), DeliveryFailed("smtp_down"))
    assert run(database, clock, carrier) == []
    assert run(database, clock, carrier) == []
    clock.advance(seconds=6)
    assert run(database, clock, carrier) == []
    clock.advance(seconds=31)
    assert run(database, clock, carrier) == ["a delivered"]


def test_a_final_failure_is_given_up_at_once_and_reported(database: Database, clock: FixedClock) -> None:
    promise(database, clock, "a")
    assert run(database, clock, Carrier(DeliveryFailed("no_address", final=True))) == ["a dead"]
    with database.reading() as session:
        row = session.scalars(select(OutboxMessage)).one()
        assert (row.status, row.last_error) == ("dead", "no_address")


def test_a_message_claimed_by_a_worker_that_died_is_delivered_after_its_lease(
    database: Database, clock: FixedClock
) -> None:
    promise(database, clock, "a")
    outbox._claim(database, clock=clock)
    carrier = Carrier()
    assert run(database, clock, carrier) == []
    clock.advance(seconds=outbox.LEASE.total_seconds() + 1)
    assert run(database, clock, carrier) == ["a delivered"]


def test_a_channel_that_breaks_does_not_stop_the_others(database: Database, clock: FixedClock) -> None:
    promise(database, clock, "a", "b")
    carried: list[str] = []

    def break_on_a(_database: Database, _clock: Clock, message: OutboxMessage) -> Receipt:
        if message.dedupe_key == "a":
            raise ValueError("a bug in the channel")
        carried.append(message.dedupe_key)
        return Receipt({})

    outbox.deliver_due(database, clock=clock, channels={"test": break_on_a}, delivered=lambda *_args: None)
    assert carried == ["b"]
