"""Runs the facts of sla-vectors.json against the engine."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from ticketing.sla.calendars import Period, WorkCalendar
from ticketing.sla.rules import due_at, elapsed
from ticketing.sla.timelines import Pause


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one vector gave; `expected` and `got` in the vector's own time zone."""

    id: str
    passed: bool
    expected: str
    got: str


def run_file(path: Path) -> list[Outcome]:
    """The outcome of every vector of the file, in its order."""
    content = json.loads(path.read_text(encoding="utf-8"))
    calendars = {code: calendar_of(code, raw) for code, raw in content["calendars"].items()}
    return [_run(vector, calendars) for vector in content["vectors"]]


def calendar_of(code: str, raw: Mapping[str, Any]) -> WorkCalendar:
    """A calendar in the vectors' form: `weekly_minutes` by weekday from "0" Monday, lists of dates, make-up days."""
    return WorkCalendar(
        code=code,
        tz=raw["tz"],
        weekly=tuple(_periods(raw["weekly_minutes"].get(str(weekday), [])) for weekday in range(7)),
        holidays=frozenset(date.fromisoformat(day) for day in raw.get("holidays", [])),
        yearly_holidays=frozenset((month, day) for month, day in raw.get("yearly_holidays", [])),
        makeup_days={date.fromisoformat(day): _periods(found) for day, found in raw.get("makeup_days", {}).items()},
    )


def _run(vector: Mapping[str, Any], calendars: Mapping[str, WorkCalendar]) -> Outcome:
    try:
        expected, got = _compute(vector, calendars[vector["calendar"]])
    except (KeyError, ValueError, OverflowError) as error:
        return Outcome(str(vector.get("id")), False, "an answer", f"{type(error).__name__}: {error}")
    return Outcome(vector["id"], expected == got, expected, got)


def _compute(vector: Mapping[str, Any], calendar: WorkCalendar) -> tuple[str, str]:
    zone = ZoneInfo(vector["io_tz"])
    start = _instant(vector["start"], zone)
    pauses = [Pause(_instant(begin, zone), _instant(end, zone)) for begin, end in vector.get("pauses", [])]
    if vector["kind"] == "due":
        due = due_at(calendar, start, timedelta(seconds=vector["target_s"]), pauses)
        expected = _instant(vector["expected"], zone)
        return _shown(expected, zone), "never" if due is None else _shown(due, zone)
    if vector["kind"] == "elapsed":
        spent = elapsed(calendar, start, _instant(vector["end"], zone), pauses)
        return f"{float(vector['expected_s']):g} s", f"{spent.total_seconds():g} s"
    raise ValueError(f"unknown kind {vector['kind']}")


def _periods(raw: list[list[int]]) -> tuple[Period, ...]:
    return tuple((first, end) for first, end in raw)


def _instant(text: str, zone: ZoneInfo) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def _shown(instant: datetime, zone: ZoneInfo) -> str:
    return instant.astimezone(zone).isoformat(sep=" ")
