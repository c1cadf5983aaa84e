"""What a queue is narrowed to survives an address and a saved view, and nonsense does not."""

from __future__ import annotations

import pytest

from ticketing.tickets.filters import CHOICES, Wanted
from ticketing.tickets.rules import lowered, raised

FULL = {
    "view": "open", "order": "chance", "kind": "complaint", "category": "policy_issue", "severity": "critical", "priority": "high",
    "status": "feedback", "language": "en", "tier": "gold", "team": "3", "owner": "0", "within": "8", "breached": "1", "repeat": "1",
}  # fmt: skip


def test_everything_comes_back_as_it_was() -> None:
    wanted = Wanted.of(FULL)
    assert wanted.as_filters() == FULL
    assert Wanted.of(wanted.as_filters()) == wanted
    assert wanted.narrowed


@pytest.mark.parametrize("name", [*CHOICES, "view", "order", "team", "owner", "within", "breached", "repeat"])
@pytest.mark.parametrize("value", ["", "zzz", "-1", "1" * 30, "1 OR 1"])
def test_what_makes_no_sense_is_left_out(name: str, value: str) -> None:
    assert Wanted.of({name: value}) == Wanted()


def test_view_and_order_alone_narrow_nothing() -> None:
    assert not Wanted.of({"view": "open", "order": "chance"}).narrowed


def test_priorities_go_up_and_down_and_stop_at_the_ends() -> None:
    assert [raised(lowered(each)) for each in ("low", "normal", "high", "urgent")] == [
        "normal",
        "normal",
        "high",
        "urgent",
    ]
    assert (lowered("low"), raised("urgent")) == ("low", "urgent")
