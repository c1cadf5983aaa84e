"""Reading a policy's form: the draft it makes, and what is wrong with it, field by field. Pure.

Problems are keys of web/texts (``policies.problem.…``) by the name of the field at which they are shown.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from ticketing.conversations.rules import clean_text
from ticketing.sla.drafts import MATCHED, OPENED_BY, Draft
from ticketing.sla.policies import MOST_TIMES, Policy
from ticketing.tickets.rules import PRIORITIES, Category
from ticketing.tickets.wording import NAMES
from web.agent.words import TIERS
from web.promises import policy_fields as fields
from web.promises.policy_fields import ClockFields, LevelFields, PolicyFields, Sent

LONGEST_SECONDS = 3650 * 86400
LONGEST_NOTE = 300
OUTCOMES = ("promises", "none", "retired")
STARTS = ("complained", "enquired", "reopened", "added_to", "claimed")
STOPS = ("claimed", "agent_reply", "findings_recorded", "decided", "answer_sent", "answer_delivered")
CHOICES: dict[str, tuple[str, ...]] = {
    "category": tuple(Category),
    "severity": tuple(NAMES["severity"]),
    "priority": PRIORITIES,
    "tier": tuple(tier for tier in ("standard", "silver", "gold", "private") if tier in TIERS),
}

Problems = dict[str, str]


@dataclass(frozen=True)
class Reading:
    """A form that was read: as typed, what is wrong, and the draft if nothing is."""

    typed: PolicyFields
    problems: Problems
    draft: Draft | None = None
    effective_from: datetime | None = None


def shown(policy: Policy, *, kind: str, match: dict[str, str | None], retired: bool, seen: int) -> PolicyFields:
    """A stored version as the form begins with it."""
    clocks = tuple(fields.of_rule(str(number), rule) for number, rule in enumerate(policy.clocks))
    outcome = "retired" if retired else "promises" if clocks else "none"
    return PolicyFields(kind, {name: match.get(name) or "" for name in MATCHED}, outcome, clocks, seen=seen)


def typed(form: Sent) -> PolicyFields:
    """The form as sent; choices that do not exist become empty."""
    match = {name: value if (value := form.get(name, "")) in CHOICES[name] else "" for name in MATCHED}
    kind, outcome, seen = form.get("kind", ""), form.get("outcome", ""), form.get("seen", "")
    return PolicyFields(
        kind if kind in OPENED_BY else "complaint",
        match,
        outcome if outcome in OUTCOMES else "promises",
        fields.sent_clocks(form),
        clean_text(form.get("note", "")).strip(),
        form.get("effective", "").strip(),
        "running" if form.get("reach", "") == "running" else "new",
        int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 9 else 0,
    )


def changed(form: PolicyFields, command: str) -> PolicyFields:
    """The form after a press of add or remove: ``add_clock``, ``remove_clock.3``, ``add_level.3``, ``remove_level.3.2``."""
    do, *keys = command.split(".")
    if do == "add_clock" and len(form.clocks) < fields.MOST_CLOCKS:
        used = {clock.name for clock in form.clocks}
        name = next((each for each in NAMES["clock"] if each not in used), "")
        fresh = fields.new_clock(fields.next_key(clock.key for clock in form.clocks), name, "always")
        return replace(form, clocks=(*form.clocks, fresh), outcome="promises")
    if do == "remove_clock" and keys:
        return replace(form, clocks=tuple(clock for clock in form.clocks if clock.key != keys[0]))
    if do in ("add_level", "remove_level") and keys:
        step = fields.with_level if do == "add_level" else lambda clock: fields.without_level(clock, keys[-1])
        return replace(form, clocks=tuple(step(each) if each.key == keys[0] else each for each in form.clocks))
    return form


def read(form: PolicyFields, *, code: str | None, calendars: Collection[str], zone: ZoneInfo) -> Reading:
    """Check everything typed and make the draft."""
    problems: Problems = {}
    clocks: list[dict[str, Any]] = []
    if form.outcome == "promises":
        if not form.clocks:
            problems["clocks"] = "policies.problem.no_clocks"
        names = [clock.name for clock in form.clocks]
        for clock in form.clocks:
            if names.count(clock.name) > 1:
                problems[f"c{clock.key}.name"] = "policies.problem.name_twice"
            clocks.append(_clock(clock, calendars, problems))
    if len(form.note) > LONGEST_NOTE:
        problems["note"] = "policies.problem.note"
    effective_from = local_time(form.effective, zone)
    if form.effective and effective_from is None:
        problems["effective"] = "policies.problem.time"
    if problems:
        return Reading(form, problems)
    match = {name: form.match.get(name) or None for name in MATCHED}
    draft = Draft(code, form.kind, match, clocks, form.outcome == "retired", form.note)
    try:
        Policy.of(code or "draft", 1, clocks)
    except ValueError:
        return Reading(form, {"clocks": "policies.problem.whole"})
    return Reading(form, {}, draft, effective_from)


def local_time(raw: str, zone: ZoneInfo) -> datetime | None:
    """What a date-and-time field holds, in the reader's zone; None for nothing or nonsense."""
    try:
        at = datetime.fromisoformat(raw)
        return None if not 2000 <= at.year <= 2100 else at.replace(tzinfo=zone)
    except ValueError:
        return None


def seconds_of(amount: str, unit: str) -> int | None:
    """Whole seconds of ``1.5`` hours; None for what is no such time, or longer than ten years."""
    try:
        number = Decimal(unicodedata.normalize("NFKC", amount))
        seconds = number * fields.UNITS[unit]
    except (InvalidOperation, KeyError):
        return None
    if not number.is_finite() or not 0 < seconds <= LONGEST_SECONDS or seconds != int(seconds):
        return None
    return int(seconds)


def _clock(clock: ClockFields, calendars: Collection[str], problems: Problems) -> dict[str, Any]:
    name = f"c{clock.key}."
    target = seconds_of(clock.amount, clock.unit)
    if not clock.name:
        problems.setdefault(f"{name}name", "policies.problem.name")
    if target is None:
        problems[f"{name}amount"] = "policies.problem.amount"
    if clock.calendar not in calendars:
        problems[f"{name}calendar"] = "policies.problem.calendar"
    if not clock.starts_on:
        problems[f"{name}starts_on"] = "policies.problem.starts_on"
    if not set(clock.stops_on) - set(clock.starts_on):
        problems[f"{name}stops_on"] = "policies.problem.stops_on"
    return {
        "name": clock.name,
        "target_seconds": target or 1,
        "calendar": clock.calendar,
        "pausable": clock.pausable,
        "repeats": clock.repeats,
        "starts_on": list(clock.starts_on),
        "stops_on": list(clock.stops_on),
        "levels": list(_levels(clock, target, problems)),
    }


def _levels(clock: ClockFields, target: int | None, problems: Problems) -> Iterator[dict[str, Any]]:
    placed: dict[tuple[str, int], str] = {}
    found = []
    for level in clock.levels:
        name = f"c{clock.key}.l{level.key}."
        where = _place(level, target)
        if where is None:
            problems[f"{name}value"] = (
                f"policies.problem.level_{level.kind if level.kind in fields.KINDS else 'percent'}"
            )
            continue
        if (level.kind, where) in placed:
            problems[f"{name}value"] = "policies.problem.level_twice"
        placed[(level.kind, where)] = name
        found.append((_offset(level.kind, where, target or 1), _level(level, where, name, problems)))
    yield from (raw for _, raw in sorted(found, key=lambda pair: pair[0]))


def _place(level: LevelFields, target: int | None) -> int | None:
    """The level's percent or seconds; None if it cannot lie there."""
    if level.kind == "breach":
        return 0
    if level.kind == "percent":
        percent = unicodedata.normalize("NFKC", level.value).removesuffix("%").strip()
        return int(percent) if percent.isascii() and percent.isdigit() and 0 < int(percent[:4]) < 100 else None
    seconds = seconds_of(level.value, level.unit) if level.kind in fields.KINDS else None
    too_early = level.kind == "before" and target is not None and seconds is not None and seconds >= target
    return None if too_early else seconds


def _offset(kind: str, where: int, target: int) -> int:
    return {"percent": target * where // 100, "before": target - where, "breach": target, "after": target + where}[kind]


def _level(level: LevelFields, where: int, name: str, problems: Problems) -> dict[str, Any]:
    raw: dict[str, Any] = {"name": _name(level, where), "kind": level.kind}
    raw["actions"] = [{"do": action.do, "to": action.to} for action in fields.actions_of(level)]
    if level.kind in ("percent", "before"):
        raw["kind"] = "warning"
    if level.kind != "breach":
        raw[{"percent": "percent", "before": "before_seconds", "after": "after_seconds"}[level.kind]] = where
    if level.kind == "after" and (level.every or level.times):
        every = seconds_of(level.every, level.every_unit)
        times = int(level.times) if level.times.isascii() and level.times.isdigit() and len(level.times) < 4 else 0
        if every is None or every < 60 or not 2 <= times <= MOST_TIMES:
            problems[f"{name}every"] = "policies.problem.repeat"
        else:
            raw |= {"repeat_seconds": every, "times": times}
    return raw


def _name(level: LevelFields, where: int) -> str:
    """The level's own name while it lies where it lay, for what has fired under it must not fire again."""
    name, _, rest = level.was.partition("|")
    if name and len(name) <= 34 and rest == f"{level.kind}|{where}":
        return name
    if level.kind in ("breach", "percent"):
        return "breach" if level.kind == "breach" else f"warn_{where}"
    amount, unit = fields.split(where)
    return f"{'before' if level.kind == 'before' else 'breach_plus'}_{amount}{unit[0]}".replace(".", "_")
