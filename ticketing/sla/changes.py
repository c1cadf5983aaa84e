"""What a version of a policy changed, piece by piece, for people who must be able to follow it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

from ticketing.sla.policies import ClockRule, Level, Policy


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `what` is a field's name, or clock or level for a whole one; None stands for not there.

    `before` and `after` are values as the policy holds them.
    """

    what: str
    before: Any
    after: Any
    clock: str = ""
    level: str = ""


def changes(
    before: Policy | None, after: Policy, *, match_before: Mapping[str, Any], match_after: Mapping[str, Any]
) -> tuple[Change, ...]:
    """From one version to the next: first whom it is for, then clock by clock. Everything is new if there was none."""
    found = [
        Change(name, match_before.get(name), value)
        for name, value in match_after.items()
        if match_before.get(name) != value
    ]
    old = {rule.name: rule for rule in before.clocks} if before else {}
    new = {rule.name: rule for rule in after.clocks}
    for name in dict.fromkeys([*old, *new]):
        found += _of_clock(name, old.get(name), new.get(name))
    return tuple(found)


def _of_clock(name: str, old: ClockRule | None, new: ClockRule | None) -> Iterator[Change]:
    if old is None or new is None:
        yield Change("clock", old, new, clock=name)
        return
    for each in fields(ClockRule):
        if each.name in ("name", "levels"):
            continue
        before, after = getattr(old, each.name), getattr(new, each.name)
        same = set(before) == set(after) if isinstance(before, tuple) else before == after
        if not same:
            yield Change(each.name, before, after, clock=name)
    yield from _of_levels(name, {each.name: each for each in old.levels}, {each.name: each for each in new.levels})


def _of_levels(clock: str, old: Mapping[str, Level], new: Mapping[str, Level]) -> Iterator[Change]:
    for name in dict.fromkeys([*old, *new]):
        before, after = old.get(name), new.get(name)
        if before is None or after is None or _contents(before) != _contents(after):
            yield Change("level", before, after, clock=clock, level=name)


def _contents(level: Level) -> dict[str, Any]:
    values = {each.name: getattr(level, each.name) for each in fields(Level)}
    return values | {"actions": frozenset(level.actions)}
