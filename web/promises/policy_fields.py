"""The fields of a policy's form as they are typed, before anyone knows whether they make sense. Pure.

A clock's fields are named ``c3.amount``, its levels' ``c3.l2.value``; the hidden ``clocks`` and ``c3.levels`` keep their
order, so clocks and levels come and go without their fields being numbered again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from ticketing.sla.policies import Action, ClockRule, Level, LevelKind

UNITS = {"minutes": 60, "hours": 3600, "days": 86400}
KINDS = ("percent", "before", "after")
"""How a level is placed, beside the breach, which every clock has."""
NOTIFIED = ("owner", "team_lead", "supervisor", "compliance")
REASSIGNED = ("team_lead", "supervisor", "compliance")
MOST_CLOCKS, MOST_LEVELS = 12, 30
_CODE = re.compile("[a-z_]{1,40}")


class Sent(Protocol):
    """A form as the browser sends it."""

    def get(self, key: str, default: str, /) -> str: ...

    def getlist(self, key: str, /) -> list[str]: ...


@dataclass(frozen=True)
class LevelFields:
    """One step of escalation; ``kind`` is breach or one of KINDS. ``was`` tells where the stored level lay."""

    key: str
    kind: str = "percent"
    value: str = ""
    unit: str = "hours"
    notify: tuple[str, ...] = ()
    reassign: str = ""
    raise_priority: bool = False
    open_root_cause: bool = False
    every: str = ""
    every_unit: str = "hours"
    times: str = ""
    was: str = ""


@dataclass(frozen=True)
class ClockFields:
    """One promise."""

    key: str
    name: str = ""
    amount: str = ""
    unit: str = "hours"
    calendar: str = ""
    pausable: bool = False
    repeats: bool = False
    starts_on: tuple[str, ...] = ()
    stops_on: tuple[str, ...] = ()
    levels: tuple[LevelFields, ...] = ()


@dataclass(frozen=True)
class PolicyFields:
    """The whole form. ``outcome`` is promises, none or retired; ``reach`` is new or running."""

    kind: str = "complaint"
    match: dict[str, str] = field(default_factory=dict)
    outcome: str = "promises"
    clocks: tuple[ClockFields, ...] = ()
    note: str = ""
    effective: str = ""
    reach: str = "new"
    seen: int = 0


def new_clock(key: str, name: str, calendar: str) -> ClockFields:
    """What “add a promise” gives: a day, a warning, and the breach."""
    warning = LevelFields("0", "percent", "75", notify=("owner",))
    breach = LevelFields("1", "breach", notify=("owner", "team_lead"))
    started, stopped = ("complained",), ("answer_delivered",)
    return ClockFields(key, name, "24", "hours", calendar, False, False, started, stopped, (warning, breach))


def next_key(known: Iterable[str]) -> str:
    """A key none of the others has."""
    return str(max((int(key) for key in known), default=-1) + 1)


def with_level(clock: ClockFields) -> ClockFields:
    """One more level, to be filled in."""
    if len(clock.levels) >= MOST_LEVELS:
        return clock
    fresh = LevelFields(next_key(level.key for level in clock.levels), "after", "4", notify=("team_lead",))
    return replace(clock, levels=(*clock.levels, fresh))


def without_level(clock: ClockFields, key: str) -> ClockFields:
    """One level less; the breach stays."""
    return replace(clock, levels=tuple(each for each in clock.levels if each.key != key or each.kind == "breach"))


def of_rule(key: str, rule: ClockRule) -> ClockFields:
    """A stored clock as fields."""
    amount, unit = split(rule.target_seconds)
    levels = tuple(of_level(str(number), level) for number, level in enumerate(rule.levels))
    return ClockFields(
        key, rule.name, amount, unit, rule.calendar, rule.pausable, rule.repeats, rule.starts_on, rule.stops_on, levels
    )


def of_level(key: str, level: Level) -> LevelFields:
    """A stored level as fields."""
    kind, seconds = place(level)
    value, unit = ("", "hours") if kind == "breach" else split(seconds)
    every, every_unit = split(level.repeat_seconds) if level.repeat_seconds else ("", "hours")
    done = {action.do: action.to for action in level.actions}
    return LevelFields(
        key,
        kind,
        str(seconds) if kind == "percent" else value,
        "hours" if kind == "percent" else unit,
        tuple(action.to for action in level.actions if action.do == "notify"),
        done.get("reassign", ""),
        "raise_priority" in done,
        "open_root_cause" in done,
        every,
        every_unit,
        str(level.times) if level.repeats else "",
        f"{level.name}|{kind}|{seconds}",
    )


def place(level: Level) -> tuple[str, int]:
    """How a level is placed, and its percent or seconds."""
    if level.kind is LevelKind.BREACH:
        return "breach", 0
    if level.percent is not None:
        return "percent", level.percent
    if level.before_seconds is not None:
        return "before", level.before_seconds
    return "after", level.after_seconds or 0


def split(seconds: int) -> tuple[str, str]:
    """Seconds as an amount and the largest unit that needs no fraction; 24 and 48 hours stay hours."""
    if seconds % 86400 == 0 and seconds > 2 * 86400:
        return str(seconds // 86400), "days"
    if seconds % 3600 == 0:
        return str(seconds // 3600), "hours"
    return f"{seconds / 60:g}", "minutes"


def actions_of(level: LevelFields) -> list[Action]:
    """What the level asks for, in the order in which it is done."""
    wanted = [Action("notify", role) for role in NOTIFIED if role in level.notify]
    wanted += [Action("raise_priority")] if level.raise_priority else []
    wanted += [Action("reassign", level.reassign)] if level.reassign in REASSIGNED else []
    return wanted + ([Action("open_root_cause")] if level.open_root_cause else [])


def sent_clocks(form: Sent) -> tuple[ClockFields, ...]:
    """The clocks as sent."""
    return tuple(_sent_clock(form, key) for key in _keys(form, "clocks")[:MOST_CLOCKS])


def _sent_clock(form: Sent, key: str) -> ClockFields:
    name = f"c{key}."
    levels = [_sent_level(form, f"{name}l{each}.", each) for each in _keys(form, f"{name}levels")[:MOST_LEVELS]]
    if not any(level.kind == "breach" for level in levels):
        levels.append(LevelFields(next_key(level.key for level in levels), "breach"))
    return ClockFields(
        key,
        chosen if _CODE.fullmatch(chosen := form.get(f"{name}name", "")) else "",
        form.get(f"{name}amount", "").strip(),
        form.get(f"{name}unit", "hours"),
        form.get(f"{name}calendar", ""),
        bool(form.get(f"{name}pausable", "")),
        bool(form.get(f"{name}repeats", "")),
        tuple(filter(_CODE.fullmatch, form.getlist(f"{name}starts_on"))),
        tuple(filter(_CODE.fullmatch, form.getlist(f"{name}stops_on"))),
        tuple(levels),
    )


def _sent_level(form: Sent, name: str, key: str) -> LevelFields:
    return LevelFields(
        key,
        form.get(f"{name}kind", ""),
        form.get(f"{name}value", "").strip(),
        form.get(f"{name}unit", "hours"),
        tuple(form.getlist(f"{name}notify")),
        form.get(f"{name}reassign", ""),
        bool(form.get(f"{name}raise_priority", "")),
        bool(form.get(f"{name}open_root_cause", "")),
        form.get(f"{name}every", "").strip(),
        form.get(f"{name}every_unit", "hours"),
        form.get(f"{name}times", "").strip(),
        form.get(f"{name}was", ""),
    )


def _keys(form: Sent, name: str) -> Sequence[str]:
    """The keys in their order, each once."""
    return list(dict.fromkeys(key for key in form.getlist(name) if key.isascii() and key.isdigit() and len(key) < 5))
