"""The day-by-day derivation which agents are shown."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from sla_factories import HOUR, at, event, judge, office, rule

from ticketing.sla.calendars import WorkCalendar

CALENDAR = WorkCalendar(
    "office",
    "UTC",
    office().weekly,
    holidays=frozenset({date(2026, 11, 25)}),
    makeup_days={date(2026, 11, 28): ((600, 660),)},
    day_names={date(2026, 11, 25): "国庆节"},
)


def test_every_day_says_what_it_counted_and_why() -> None:
    log = [
        event("complained", at("2026-11-24 17:00")),
        event("paused", at("2026-11-26 10:00")),
        event("resumed", at("2026-11-26 17:00")),
    ]
    clock_rule = rule(hours=15, calendar="office", pausable=True)
    found = judge(log, clock_rule, now=at("2026-11-26 18:00"), calendar=CALENDAR)
    shown = [(part.on.day, part.reason, part.counted // timedelta(hours=1)) for part in found.derivation]
    assert shown == [
        (24, "working", 1),
        (24, "outside_hours", 0),
        (25, "holiday", 0),
        (26, "outside_hours", 0),
        (26, "working", 2),
        (26, "paused", 0),
        (26, "working", 1),
        (26, "outside_hours", 0),
        (27, "outside_hours", 0),
        (27, "working", 10),
        (27, "outside_hours", 0),
        (28, "outside_hours", 0),
        (28, "makeup", 1),
    ]
    assert found.derivation[2].name == "国庆节"


def test_derivation_has_no_gaps_and_adds_up_to_the_target() -> None:
    log = [event("complained", at("2026-11-24 17:00:00.5"))]
    found = judge(log, rule(hours=40, calendar="office"), now=at("2026-11-24 18:00"), calendar=CALENDAR)
    parts = found.derivation
    assert parts[0].begin == found.started_at
    assert parts[-1].end == found.due_at
    assert all(left.end == right.begin for left, right in pairwise(parts))
    assert sum((part.counted for part in parts), timedelta(0)) == timedelta(hours=40)


def test_a_long_span_is_shown_with_its_middle_summed_up() -> None:
    log = [event("complained", at("2026-01-05 08:00"))]
    found = judge(log, rule(hours=600, calendar="office"), now=at("2026-01-05 08:00"), calendar=office())
    middle = [part for part in found.derivation if part.reason == "summary"]
    assert len(middle) == 1
    assert middle[0].days > 30
    assert len({part.on for part in found.derivation}) == 31
    assert sum((part.counted for part in found.derivation), timedelta(0)) == timedelta(seconds=600 * HOUR)
