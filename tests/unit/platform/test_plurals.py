"""Words that follow a number follow it in number too."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ticketing.platform.plurals import fill


@pytest.mark.parametrize(("count", "said"), [(0, "0 tickets"), (1, "1 ticket"), (2, "2 tickets"), ("1", "1 ticket")])
def test_one_thing_is_one_and_everything_else_is_many(count: object, said: str) -> None:
    assert fill("{count:# ticket|# tickets}, {open} open", {"count": count, "open": 1}) == f"{said}, 1 open"


def test_other_placeholders_are_filled_as_ever() -> None:
    at = datetime(2026, 11, 23, tzinfo=UTC)
    assert fill("{n:once|# times} since {at:%Y}", {"n": 3, "at": at}) == "3 times since 2026"
    assert fill("a|b {name}", {"name": "|"}) == "a|b |"
