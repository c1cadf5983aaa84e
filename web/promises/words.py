"""What policies and calendars say, in words: times, levels, actions, and what a version changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from ticketing.platform.http import runtime
from ticketing.sla.changes import Change
from ticketing.sla.defaults import CALENDAR_NAMES
from ticketing.sla.drafts import MATCHED
from ticketing.sla.models import Calendar, SlaPolicy
from ticketing.sla.policies import Action, ClockRule, Level
from ticketing.sla.public_days import HOLIDAYS
from ticketing.tickets import wording
from web import language
from web.language import text, word
from web.promises import policy_fields as fields

_EVENTS = ("starts_on", "stops_on")


@dataclass(frozen=True)
class Line:
    """One line of a difference: where, and what was and is. Empty `before` means new, empty `after` gone."""

    where: str
    before: str
    after: str


def duration(seconds: int) -> str:
    """``48 小时``, ``15 天``, ``90 分钟``."""
    amount, unit = fields.split(seconds)
    return text(f"policies.time.{unit}", amount=amount)


def level_when(level: Level) -> str:
    """When a level comes: ``用时 75%``, ``到期前 5 天``, ``到期``, ``超时后 4 小时``."""
    kind, value = fields.place(level)
    if kind == "breach":
        return text("policies.when.breach")
    said = text(f"policies.when.{kind}", value=value if kind == "percent" else duration(value))
    if level.repeat_seconds is None:
        return said
    return said + text("policies.when.repeat", every=duration(level.repeat_seconds), times=level.times)


def level_does(actions: Iterable[Action]) -> str:
    """What happens then: whom it tells, and what it does by itself."""
    done = list(actions)
    told = [role(action.to) for action in done if action.do == "notify"]
    parts = [text("policies.does.notify", roles=joined(told))] if told else []
    parts += [
        text(f"policies.does.{action.do}", role=role(action.to))
        for action in done
        if f"policies.does.{action.do}" in language.catalogue() and action.do != "notify"
    ]
    return text("policies.and").join(parts) if parts else text("policies.does.nothing")


def events(codes: Iterable[str]) -> str:
    """Events in a row, as in the ticket's timeline."""
    return text("policies.or").join(word("event", code) for code in codes)


def role(code: str) -> str:
    """Who is meant: the ticket's owner, or a role."""
    return text("policies.owner") if code == "owner" else word("role", code)


def occurrence(rule: ClockRule, name: str) -> str:
    """When the level of that name comes; a repetition says which one it is."""
    for level in rule.levels:
        for number, each in enumerate(level.occurrences(), 1):
            if each.name == name:
                said = level_when(each)
                return said if number == 1 else text("policies.when.again", when=said, number=number)
    return name


def clocks(names: Iterable[str]) -> str:
    """Clocks in a row."""
    return joined(word("clock", name) for name in names)


def when(at: datetime) -> str:
    """``11月25日 周三 10:00``, with seconds only where there are any, and the year where it is another."""
    local = at.astimezone(language.zone())
    clock = f"{local:%H:%M:%S}" if local.second else f"{local:%H:%M}"
    return f"{day(local.date())} {clock}"


def day(on: date) -> str:
    """``11月25日 周三``."""
    year = on.year if on.year != runtime().clock.now().astimezone(language.zone()).year else 0
    if language.current() == "en":
        return f"{on:%a} {on.day} {on:%b}" + (f" {year}" if year else "")
    return (f"{year}年" if year else "") + f"{on.month}月{on.day}日 {text(f'promises.weekday.{on.weekday()}')}"


def span(begin: datetime, end: datetime) -> str:
    """``09:00 – 18:00`` in the reader's zone; midnight at the end reads 24:00."""
    low, high = begin.astimezone(language.zone()), end.astimezone(language.zone())
    last = "24:00" if high.time() == time() and high.date() > low.date() else f"{high:%H:%M}"
    return f"{low:%H:%M} – {last}"


def counted(spent: timedelta) -> str:
    """How much counted; a dash for nothing."""
    return wording.time_left(spent, language.current()) if spent else "—"


def zone() -> str:
    """The zone in which the reader types times."""
    return wording.zone_name(language.zone(), runtime().clock.now(), language.current())


def day_name(name: str) -> str:
    """A holiday as the reader calls it: the libraries' Chinese names have English ones."""
    if language.current() != "en":
        return name
    stem, _, rest = name.partition("（")
    english = HOLIDAYS.get(stem, stem)
    return english + text("promises.in_lieu") if "补假" in rest else english


def joined(parts: Iterable[str]) -> str:
    """Several things in a row."""
    return text("app.list_joiner").join(parts)


def matched(said: Mapping[str, str | None] | SlaPolicy) -> list[str]:
    """Which tickets a policy is for, beside their kind; empty for all."""
    values = {name: getattr(said, name) for name in MATCHED} if isinstance(said, SlaPolicy) else said
    return [choice(name, code) for name in MATCHED if (code := values.get(name))]


def choice(name: str, code: str | None) -> str:
    """A category, severity, priority or tier."""
    if not code:
        return text("policies.any")
    if name == "tier":
        key = f"desk.tier.{code}"
        return text(key) if key in language.catalogue() else code
    return word(name, code)


def title(row: SlaPolicy) -> str:
    """A policy's name: whom it is for."""
    return " · ".join([word("kind", row.ticket_kind), *(matched(row) or [text("policies.all")])])


def calendar_name(row: Calendar) -> str:
    """A calendar as the reader calls it."""
    own, other = (row.name_en, row.name_zh) if language.current() == "en" else (row.name_zh, row.name_en)
    usual = CALENDAR_NAMES.get(row.code, (row.code, row.code))
    return own or other or usual[language.current() == "en"]


def lines(found: Sequence[Change], calendars: Mapping[str, Calendar]) -> list[Line]:
    """A version's changes, line by line."""
    return [_line(change, calendars) for change in found]


def _line(change: Change, calendars: Mapping[str, Calendar]) -> Line:
    clock = word("clock", change.clock) if change.clock else ""
    if change.what == "clock":
        before, after = (_clock(rule, calendars) if rule else "" for rule in (change.before, change.after))
        return Line(clock, before, after)
    if change.what == "level":
        level = change.after or change.before
        before, after = (_level(each, level) if each else "" for each in (change.before, change.after))
        return Line(f"{clock} · {level_when(level)}", before, after)
    what = text(f"policies.field.{change.what}")
    where = f"{clock} · {what}" if clock else what
    return Line(where, _value(change.what, change.before, calendars), _value(change.what, change.after, calendars))


def _clock(rule: ClockRule, calendars: Mapping[str, Calendar]) -> str:
    row = calendars.get(rule.calendar)
    return f"{duration(rule.target_seconds)}{text('app.list_joiner')}{calendar_name(row) if row else rule.calendar}"


def _level(level: Level, shown: Level) -> str:
    does = level_does(level.actions)
    return does if level_when(level) == level_when(shown) else f"{level_when(level)}: {does}"


def _value(what: str, value: Any, calendars: Mapping[str, Calendar]) -> str:
    if what == "target_seconds":
        return duration(value)
    if what == "calendar":
        return calendar_name(calendars[value]) if value in calendars else str(value)
    if what in _EVENTS:
        return events(value)
    if what in MATCHED:
        return choice(what, value)
    return text("policies.yes" if value else "policies.no")
