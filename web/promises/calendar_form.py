"""Reading the calendar forms: hours, dates and names as people type them. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import available_timezones

from ticketing.conversations.rules import clean_text
from ticketing.sla.calendars import Period, check_periods

MOST_DAYS = 62
_PERIOD = re.compile(r"(\d{1,2}):(\d{2})\s*[-–—~至]+\s*(\d{1,2}):(\d{2})")
_YEARLY = re.compile(r"(\d{1,2})[-/.月](\d{1,2})日?")

Problems = dict[str, str]


@dataclass(frozen=True)
class Week:
    """A calendar's hours as read, with one problem (a text key) per field at most."""

    names: tuple[str, str]
    tz: str
    weekly: tuple[tuple[Period, ...], ...]
    yearly: tuple[tuple[int, int], ...]
    public: bool
    problems: Problems


@dataclass(frozen=True)
class Days:
    """Special days as read."""

    days: tuple[date, ...]
    kind: str
    periods: tuple[Period, ...]
    name: str
    problems: Problems


def read_week(form: Mapping[str, str]) -> Week:
    """The form with names, zone, seven days' hours and yearly holidays."""
    problems: Problems = {}
    names = tuple(clean_text(form.get(f"name_{language}", "")).strip() for language in ("zh", "en"))
    for language, name in zip(("zh", "en"), names, strict=True):
        if not 0 < len(name) <= 60:
            problems[f"name_{language}"] = "calendars.problem.name"
    tz = form.get("tz", "")
    if tz not in available_timezones():
        problems["tz"] = "calendars.problem.tz"
    weekly = []
    for day in range(7):
        found = periods_of(form.get(f"day_{day}", ""))
        if found is None:
            problems[f"day_{day}"] = "calendars.problem.periods"
        weekly.append(found or ())
    yearly = yearly_of(form.get("yearly", ""))
    if yearly is None:
        problems["yearly"] = "calendars.problem.yearly"
    return Week((names[0], names[1]), tz, tuple(weekly), yearly or (), bool(form.get("public")), problems)


def read_days(form: Mapping[str, str]) -> Days:
    """The form with a date, or a first and a last one, and what they are."""
    problems: Problems = {}
    first, last = _date(form.get("first", "")), _date(form.get("last", "") or form.get("first", ""))
    days: tuple[date, ...] = ()
    if first is None or last is None or not 0 <= (last - first).days < MOST_DAYS:
        problems["first"] = "calendars.problem.dates"
    else:
        days = tuple(first + timedelta(days=number) for number in range((last - first).days + 1))
    kind = form.get("kind", "")
    if kind not in ("holiday", "makeup", "ordinary"):
        problems["kind"] = "calendars.problem.kind"
    periods = periods_of(form.get("periods", "")) if kind == "makeup" else ()
    if kind == "makeup" and not periods:
        problems["periods"] = "calendars.problem.makeup"
    name = clean_text(form.get("name", "")).strip()
    if len(name) > 60:
        problems["name"] = "calendars.problem.name"
    return Days(days, kind, periods or (), name, problems)


def periods_of(raw: str) -> tuple[Period, ...] | None:
    """``09:00-12:00, 13:30-18:00`` in minutes; nothing is a day off; None for what cannot be read."""
    text = unicodedata.normalize("NFKC", raw)
    if re.sub(r"[\s,;、;，；和及]", "", _PERIOD.sub("", text)):
        return None
    found = tuple(
        (int(a) * 60 + int(b), int(c) * 60 + int(d)) for a, b, c, d in _PERIOD.findall(text) if int(b) < 60 > int(d)
    )
    try:
        check_periods(found)
    except ValueError:
        return None
    return found if len(found) == len(_PERIOD.findall(text)) else None


def written(periods: Sequence[Sequence[int]]) -> str:
    """Hours as one would type them."""
    return ", ".join(f"{low // 60:02}:{low % 60:02}-{high // 60:02}:{high % 60:02}" for low, high in periods)


def yearly_of(raw: str) -> tuple[tuple[int, int], ...] | None:
    """``01-01, 12-25`` as months and days; None for a date that never comes."""
    text = unicodedata.normalize("NFKC", raw)
    if re.sub(r"[\s,;、]", "", _YEARLY.sub("", text)):
        return None
    found = tuple((int(month), int(day)) for month, day in _YEARLY.findall(text))
    try:
        for month, day in found:
            date(2028, month, day)
    except ValueError:
        return None
    return found


def _date(raw: str) -> date | None:
    try:
        found = date.fromisoformat(raw)
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2100 else None
