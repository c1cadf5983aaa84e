"""Policies as data."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ticketing.sla import defaults
from ticketing.sla.policies import Policy


@pytest.mark.parametrize("found", [defaults.COMPLAINT, defaults.ENQUIRY], ids=lambda found: found.code)
def test_a_policy_survives_its_json_form(found: Policy) -> None:
    assert Policy.of(found.code, found.version, json.loads(json.dumps(found.as_json()))) == found


def test_the_handbooks_promises_are_the_defaults() -> None:
    promises = {
        rule.name: (rule.target_seconds // 3600, rule.calendar, rule.pausable) for rule in defaults.COMPLAINT.clocks
    }
    assert promises["investigation"] == (24, "always", False)
    assert promises["resolution"] == (48, "always", False)
    assert promises["statutory"] == (15 * 24, "always", False)
    assert [(rule.name, rule.target_seconds, rule.pausable) for rule in defaults.ENQUIRY.clocks] == [
        ("response", 24 * 3600, False)
    ]


def broken(**change: Any) -> list[dict[str, Any]]:
    return [{**defaults.ENQUIRY.as_json()[0], **change}]


@pytest.mark.parametrize(
    "clocks",
    [
        broken(target_seconds=0),
        broken(target_seconds="soon"),
        broken(starts_on=[]),
        broken(levels=[]),
        broken(levels=[{"name": "x", "kind": "warning", "percent": 100}, {"name": "breach", "kind": "breach"}]),
        broken(levels=[{"name": "x", "kind": "after"}, {"name": "breach", "kind": "breach"}]),
        broken(levels=[{"name": "x", "kind": "sometime"}]),
        broken(levels=[{"name": "x", "kind": "breach"}, {"name": "x", "kind": "breach"}]),
        [{"name": "empty"}],
        broken() + broken(),
    ],
)
def test_a_policy_that_makes_no_sense_is_refused(clocks: list[dict[str, Any]]) -> None:
    with pytest.raises(ValueError, match=r"."):
        Policy.of("wrong", 1, clocks)


@pytest.mark.parametrize(
    "level",
    [
        {"kind": "breach", "repeat_seconds": 3600, "times": 3},
        {"kind": "after", "after_seconds": 60, "repeat_seconds": 3600},
        {"kind": "after", "after_seconds": 60, "times": 3},
        {"kind": "after", "after_seconds": 60, "repeat_seconds": 5, "times": 3},
        {"kind": "after", "after_seconds": 60, "repeat_seconds": 3600, "times": 51},
    ],
)
def test_a_repetition_that_makes_no_sense_is_refused(level: dict[str, Any]) -> None:
    levels = [{"name": "breach", "kind": "breach"}, {"name": "again", **level}]
    with pytest.raises(ValueError, match=r"again|exactly one"):
        Policy.of("test", 1, broken(levels=levels))


def test_a_repetition_may_not_take_another_levels_name() -> None:
    again = {"name": "again", "kind": "after", "after_seconds": 60, "repeat_seconds": 3600, "times": 2}
    taken = {"name": "again_2", "kind": "after", "after_seconds": 90}
    with pytest.raises(ValueError, match="unique"):
        Policy.of("test", 1, broken(levels=[{"name": "breach", "kind": "breach"}, again, taken]))


def test_a_repeating_level_survives_its_json_form() -> None:
    again = {"name": "again", "kind": "after", "after_seconds": 60, "repeat_seconds": 3600, "times": 2, "actions": []}
    found = Policy.of("test", 1, broken(levels=[{"name": "breach", "kind": "breach"}, again]))
    assert Policy.of("test", 1, found.as_json()) == found
