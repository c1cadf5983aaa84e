"""A customer who asks for a person is told of those who are available and speak their language."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests import factories
from ticketing.conversations.standing import desk_for
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database


def hire(database: Database, clock: FixedClock, **changes: Any) -> None:
    with database.transaction() as session:
        member = factories.staff(session)
        member.last_seen_at = clock.now()
        for name, value in changes.items():
            setattr(member, name, value)


def online(database: Database, clock: FixedClock, language: str) -> int:
    with database.reading() as session:
        return desk_for(session, now=clock.now(), language=language, skill=None).agents


def test_those_who_speak_the_language_are_counted(database: Database, clock: FixedClock) -> None:
    hire(database, clock, languages=["zh"])
    hire(database, clock, languages=["zh", "en"])
    assert (online(database, clock, "zh"), online(database, clock, "en")) == (2, 1)


def test_when_nobody_speaks_it_everyone_available_is(database: Database, clock: FixedClock) -> None:
    hire(database, clock, languages=["zh"])
    hire(database, clock, languages=["zh"])
    assert online(database, clock, "en") == 2


@pytest.mark.parametrize(
    "changes", [{"presence": "busy"}, {"presence": "away"}, {"last_seen_at": None}, {"active": False}]
)
def test_who_is_not_available_is_not_counted(database: Database, clock: FixedClock, changes: dict[str, Any]) -> None:
    hire(database, clock, **changes)
    assert online(database, clock, "zh") == 0


def test_who_was_not_seen_for_three_minutes_is_not_counted(database: Database, clock: FixedClock) -> None:
    hire(database, clock, last_seen_at=clock.now() - timedelta(minutes=3))
    assert online(database, clock, "zh") == 0
