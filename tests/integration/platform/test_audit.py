"""The audit chain on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, update

from tests.conftest import empty
from ticketing.audit import service as audit
from ticketing.audit.models import AuditEntry
from ticketing.platform.actor import SYSTEM
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database


def write(database: Database, clock: FixedClock, count: int) -> None:
    with database.transaction() as session:
        for number in range(count):
            clock.advance(seconds=1, microseconds=7)
            audit.record(session, clock=clock, actor=SYSTEM, action="test", subject=("thing", number), weight=1.5)
    with database.transaction() as session:
        audit.seal(session)


def test_an_untouched_log_is_whole_across_several_sealings(database: Database, clock: FixedClock) -> None:
    write(database, clock, 3)
    write(database, clock, 4)
    with database.reading() as session:
        assert audit.verify(session) == audit.Verdict(checked=7, unsealed=0, first_bad=None)


@pytest.mark.parametrize("position", [1, 4, 7])
def test_a_changed_entry_is_named(database: Database, clock: FixedClock, position: int) -> None:
    write(database, clock, 7)
    with database.transaction() as session:
        session.execute(update(AuditEntry).where(AuditEntry.position == position).values(actor="staff:666"))
    with database.reading() as session:
        assert audit.verify(session).first_bad == position


def test_a_removed_entry_is_noticed(database: Database, clock: FixedClock) -> None:
    write(database, clock, 5)
    with database.transaction() as session:
        session.execute(delete(AuditEntry).where(AuditEntry.position == 3))
    with database.reading() as session:
        assert audit.verify(session).first_bad == 3


def test_new_entries_are_counted_as_not_yet_sealed(database: Database, clock: FixedClock) -> None:
    write(database, clock, 2)
    with database.transaction() as session:
        audit.record(session, clock=clock, actor=SYSTEM, action="test", subject=("thing", 9))
    with database.reading() as session:
        assert audit.verify(session) == audit.Verdict(checked=2, unsealed=1, first_bad=None)


def test_whoever_seals_while_somebody_else_does_leaves_it_to_them(
    postgresql_database: Database, clock: FixedClock
) -> None:
    database = postgresql_database
    empty(database)
    write(database, clock, 2)
    with database.transaction() as session:
        audit.record(session, clock=clock, actor=SYSTEM, action="test", subject=("thing", 3))
    with database.transaction() as first, database.transaction() as second:
        assert audit.seal(first) == 1
        assert audit.seal(second) == 0
    with database.reading() as session:
        assert audit.verify(session) == audit.Verdict(checked=3, unsealed=0, first_bad=None)
