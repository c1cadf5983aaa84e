"""Policies are data: which clocks run for a ticket, how long, on which calendar, and what happens on the way.

The JSON form of a policy is what `sla_policy.clocks` holds; `Policy.of` checks it, `Policy.as_json` gives it back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

WARNING_PERCENTS = (50, 75, 90)
MOST_TIMES = 50
"""A level repeats no more often than this; whoever has not reacted by then will not."""


class LevelKind(StrEnum):
    """When a level lies: before the target, at it, or after it."""

    WARNING = "warning"
    BREACH = "breach"
    AFTER = "after"


EVENT_OF = {LevelKind.WARNING: "sla_warning", LevelKind.BREACH: "sla_breached", LevelKind.AFTER: "sla_after"}
"""What a ticket's log says when such a level fired. The engine tells it, so no clock may start or stop on it."""


@dataclass(frozen=True, slots=True)
class Action:
    """What a level asks for: `do` is notify, raise_priority, reassign or open_root_cause; `to` a role or empty."""

    do: str
    to: str = ""


@dataclass(frozen=True, slots=True)
class Level:
    """One step of escalation, placed in working time of its clock's calendar.

    A warning has `percent` of the target or `before_seconds`; breach has neither; after has `after_seconds`, and may
    come back: `times` times in all, `repeat_seconds` apart, until someone acknowledges the breach.
    """

    name: str
    kind: LevelKind
    percent: int | None = None
    before_seconds: int | None = None
    after_seconds: int | None = None
    actions: tuple[Action, ...] = ()
    repeat_seconds: int | None = None
    times: int = 1

    def __post_init__(self) -> None:
        given = (self.percent is not None, self.before_seconds is not None, self.after_seconds is not None)
        wanted = {
            LevelKind.WARNING: ((True, False, False), (False, True, False)),
            LevelKind.BREACH: ((False, False, False),),
            LevelKind.AFTER: ((False, False, True),),
        }[self.kind]
        if given not in wanted:
            raise ValueError(f"level {self.name}: a warning has percent or before_seconds, after has after_seconds")
        if self.percent is not None and not 0 < self.percent < 100:
            raise ValueError(f"level {self.name}: percent lies between 0 and 100")
        if min(self.before_seconds or 1, self.after_seconds or 1) < 1:
            raise ValueError(f"level {self.name}: seconds are positive")
        if self.repeats and (self.kind is not LevelKind.AFTER or not 2 <= self.times <= MOST_TIMES):
            raise ValueError(f"level {self.name}: only after levels repeat, at most {MOST_TIMES} times")
        if self.repeats != (self.times > 1) or (self.repeat_seconds is not None and self.repeat_seconds < 60):
            raise ValueError(f"level {self.name}: repeating needs times and a minute or more between them")

    @property
    def repeats(self) -> bool:
        """Whether it comes back until it is acknowledged."""
        return self.repeat_seconds is not None

    def occurrences(self) -> Iterator[Level]:
        """The level itself, or each of its repetitions under a name of its own."""
        if not self.repeats:
            yield self
            return
        yield replace(self, repeat_seconds=None, times=1)
        for number in range(2, self.times + 1):
            later = (self.after_seconds or 0) + (number - 1) * (self.repeat_seconds or 0)
            yield replace(self, name=f"{self.name}_{number}", after_seconds=later, repeat_seconds=None, times=1)

    def offset_seconds(self, target_seconds: int) -> int:
        """Working seconds from the clock's start to this level; a warning earlier than the start is at the start."""
        if self.percent is not None:
            return target_seconds * self.percent // 100
        if self.before_seconds is not None:
            return max(0, target_seconds - self.before_seconds)
        return target_seconds + (self.after_seconds or 0)


@dataclass(frozen=True, slots=True)
class ClockRule:
    """One promise: from the first event of `starts_on` in a round to the first of `stops_on` after it.

    A repeating clock starts again with the next `starts_on` event after it was stopped, and counts its own rounds.
    """

    name: str
    target_seconds: int
    calendar: str
    starts_on: tuple[str, ...]
    stops_on: tuple[str, ...]
    levels: tuple[Level, ...]
    pausable: bool = False
    repeats: bool = False

    def __post_init__(self) -> None:
        if self.target_seconds <= 0:
            raise ValueError(f"clock {self.name}: the target is positive")
        if not self.starts_on or not self.stops_on:
            raise ValueError(f"clock {self.name}: starts_on and stops_on name events")
        if {*self.starts_on, *self.stops_on} & {*EVENT_OF.values()}:
            raise ValueError(f"clock {self.name}: no clock starts or stops because a level fired")
        names = [each.name for level in self.levels for each in level.occurrences()]
        if len(set(names)) != len(names):
            raise ValueError(f"clock {self.name}: level names are unique")
        if sum(level.kind is LevelKind.BREACH for level in self.levels) != 1:
            raise ValueError(f"clock {self.name}: exactly one level is the breach")


@dataclass(frozen=True, slots=True)
class Policy:
    """A versioned list of clocks."""

    code: str
    version: int
    clocks: tuple[ClockRule, ...]

    def __post_init__(self) -> None:
        if len({rule.name for rule in self.clocks}) != len(self.clocks):
            raise ValueError(f"policy {self.code}: clock names are unique")

    def rule(self, name: str) -> ClockRule | None:
        """The clock of that name."""
        return next((rule for rule in self.clocks if rule.name == name), None)

    @classmethod
    def of(cls, code: str, version: int, clocks: Sequence[Mapping[str, Any]]) -> Policy:
        """A policy from its JSON form; ValueError says what is wrong with it."""
        try:
            return cls(code, version, tuple(_clock_of(raw) for raw in clocks))
        except (KeyError, TypeError) as error:
            raise ValueError(f"policy {code}: {error}") from error

    def as_json(self) -> list[dict[str, Any]]:
        """The clocks in their JSON form."""
        return [_clock_json(rule) for rule in self.clocks]


@dataclass(frozen=True, slots=True)
class PolicyInForce:
    """From `since` on this policy applies to the ticket; None: no policy matches it any more."""

    since: datetime
    policy: Policy | None


def usual_levels(*after: tuple[str, int, tuple[Action, ...]], breach: tuple[Action, ...] = ()) -> tuple[Level, ...]:
    """Warnings at 50, 75 and 90 % to the owner and the team lead, the breach, and `(name, seconds, actions)` after."""
    owner, lead = Action("notify", "owner"), Action("notify", "team_lead")
    warnings = (
        Level(
            f"warn_{percent}", LevelKind.WARNING, percent=percent, actions=(owner,) if percent < 90 else (owner, lead)
        )
        for percent in WARNING_PERCENTS
    )
    later = (Level(name, LevelKind.AFTER, after_seconds=seconds, actions=actions) for name, seconds, actions in after)
    return (*warnings, Level("breach", LevelKind.BREACH, actions=breach or (owner, lead)), *later)


def _clock_of(raw: Mapping[str, Any]) -> ClockRule:
    return ClockRule(
        name=raw["name"],
        target_seconds=int(raw["target_seconds"]),
        calendar=raw["calendar"],
        pausable=bool(raw.get("pausable", False)),
        repeats=bool(raw.get("repeats", False)),
        starts_on=tuple(raw["starts_on"]),
        stops_on=tuple(raw["stops_on"]),
        levels=tuple(_level_of(level) for level in raw["levels"]),
    )


def _level_of(raw: Mapping[str, Any]) -> Level:
    return Level(
        name=raw["name"],
        kind=LevelKind(raw["kind"]),
        percent=raw.get("percent"),
        before_seconds=raw.get("before_seconds"),
        after_seconds=raw.get("after_seconds"),
        actions=tuple(Action(action["do"], action.get("to", "")) for action in raw.get("actions", ())),
        repeat_seconds=raw.get("repeat_seconds"),
        times=int(raw.get("times", 1)),
    )


def _clock_json(rule: ClockRule) -> dict[str, Any]:
    return {
        "name": rule.name,
        "target_seconds": rule.target_seconds,
        "calendar": rule.calendar,
        "pausable": rule.pausable,
        "repeats": rule.repeats,
        "starts_on": list(rule.starts_on),
        "stops_on": list(rule.stops_on),
        "levels": [_level_json(level) for level in rule.levels],
    }


def _level_json(level: Level) -> dict[str, Any]:
    placed = {
        name: value
        for name in ("percent", "before_seconds", "after_seconds")
        if (value := getattr(level, name)) is not None
    }
    if level.repeats:
        placed |= {"repeat_seconds": level.repeat_seconds, "times": level.times}
    actions = [{"do": action.do, "to": action.to} for action in level.actions]
    return {"name": level.name, "kind": level.kind.value, **placed, "actions": actions}
