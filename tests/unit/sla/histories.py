"""Random histories of tickets: policies that replace each other, and logs with everything that can happen in them.

Gaps and targets come from the same few lengths, so that things often happen at the very instant a promise runs out.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st

from ticketing.sla.calendars import Period, WorkCalendar
from ticketing.sla.policies import ClockRule, Level, LevelKind, Policy, PolicyInForce
from ticketing.sla.timelines import ClockEvent

ZONES = (
    "UTC",
    "Asia/Shanghai",
    "Europe/Berlin",
    "America/New_York",
    "America/Sao_Paulo",
    "America/St_Johns",
    "Asia/Tehran",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Pacific/Apia",
)
# Around changes of daylight-saving time, year ends, leap days, Samoa's lost date and St John's changes after midnight.
ANCHORS = tuple(
    datetime(*ymd, tzinfo=UTC)
    for ymd in (
        (2026, 3, 28), (2026, 10, 24), (2026, 3, 7), (2026, 10, 31), (2018, 2, 17), (2018, 11, 3), (2026, 12, 30),
        (2028, 2, 27), (2011, 12, 29), (2010, 11, 6), (2016, 3, 19), (2026, 4, 4), (2026, 2, 13), (2027, 3, 11),
    )
)  # fmt: skip
INSTANTS = st.builds(
    lambda anchor, shift: anchor + shift,
    st.sampled_from(ANCHORS),
    st.timedeltas(timedelta(days=-2), timedelta(days=3)),
)
# 调休: the Spring Festival of 2026 with its make-up Saturdays, beside a year end.
CN = WorkCalendar(
    "cn",
    "Asia/Shanghai",
    (((540, 1080),),) * 5 + ((), ()),
    holidays=frozenset(date(2026, 2, day) for day in range(15, 24)) | {date(2027, 1, 1)},
    makeup_days={date(2026, 2, 14): ((540, 1080),), date(2026, 2, 28): ((540, 1080),)},
)
ALWAYS = WorkCalendar.always()
LENGTHS = (0, 1, 30, 60, 120, 240, 480, 1440, 2880, 7200)
"""Minutes between events, and of targets."""
KINDS = (
    *("noted", "reassigned", "customer_message", "agent_reply", "paused", "resumed", "swap", "extended"),
    *("acknowledged", "customer_message", "agent_reply", "paused", "resumed", "swap", "answer_delivered"),
    *("complained", "closed", "reopened", "reopened", "withdrawn", "merged"),
)
CLOCKS = ("resolution", "first_reply", "update", "statutory")
EVENTS_OF = {
    "resolution": (("complained", "reopened"), ("answer_delivered",)),
    "first_reply": (("complained",), ("agent_reply", "answer_delivered")),
    "update": (("customer_message",), ("agent_reply",)),
    "statutory": (("complained", "reopened"), ("answer_delivered", "withdrawn")),
}


@dataclass(frozen=True)
class History:
    """One ticket: what happened, under which policies and calendars, looked at now."""

    events: tuple[ClockEvent, ...]
    policies: tuple[PolicyInForce, ...]
    calendars: Mapping[str, WorkCalendar]
    now: datetime


@st.composite
def day_periods(draw: st.DrawFn) -> tuple[Period, ...]:
    marks = sorted(draw(st.lists(st.integers(0, 96), min_size=0, max_size=4, unique=True)))
    return _periods(marks)


@st.composite
def calendars(draw: st.DrawFn) -> WorkCalendar:
    weekly = tuple(draw(day_periods()) for _ in range(7))
    if not any(weekly):
        weekly = (((540, 1020),), *weekly[1:])
    anchor = draw(st.sampled_from(ANCHORS)).date()
    near = st.integers(-3, 6).map(lambda days: anchor + timedelta(days=days))
    return WorkCalendar(
        "drawn",
        draw(st.sampled_from(ZONES)),
        weekly,
        holidays=draw(st.frozensets(near, max_size=3)),
        yearly_holidays=draw(st.frozensets(st.sampled_from([(1, 1), (12, 31), (2, 29), (3, 1)]), max_size=2)),
        makeup_days=draw(st.dictionaries(near, day_periods(), max_size=2)),
    )


@st.composite
def histories(draw: st.DrawFn) -> History:
    """Draws little and looks up the rest, because drawing a whole policy takes longer than judging it."""
    at, number = draw(st.sampled_from(ANCHORS)) + timedelta(minutes=draw(st.integers(-2880, 4320))), 1
    told = [ClockEvent("complained", at)]
    in_force = [PolicyInForce(at, POLICIES[draw(ANY_POLICY)])]
    for gap, kind, pick in draw(LOGS):
        at += timedelta(minutes=gap, seconds=pick if pick > 20 else 0)
        if kind == "swap":
            in_force.append(PolicyInForce(at, POLICIES[draw(ANY_POLICY)]))
            continue
        number += kind == "reopened"
        data: dict[str, object] = {}
        if kind in ("extended", "acknowledged"):
            data = {"clock": CLOCKS[pick % 4]}
        if kind == "extended":
            data |= {"target_seconds": LENGTHS[pick // 4] * 60}
        # A complaint that absorbed an earlier one has a second, earlier intake.
        told.append(ClockEvent(kind, at - timedelta(hours=3) if kind == "complained" else at, number, data))
    now = at + timedelta(minutes=draw(st.sampled_from(LENGTHS)))
    drawn = CALENDARS[draw(ANY_CALENDAR)]
    return History(tuple(told), tuple(in_force), {"always": ALWAYS, "cn": CN, "drawn": drawn}, now)


def _periods(marks: Sequence[int]) -> tuple[Period, ...]:
    return tuple((marks[i] * 15, marks[i + 1] * 15) for i in range(0, len(marks) - 1, 2))


def _calendar(pick: random.Random) -> WorkCalendar:
    anchor = pick.choice(ANCHORS).date()

    def hours() -> tuple[Period, ...]:
        return _periods(sorted(pick.sample(range(97), pick.choice((0, 2, 2, 4)))))

    def near() -> date:
        return anchor + timedelta(days=pick.randint(-3, 6))

    return WorkCalendar(
        "drawn",
        pick.choice(ZONES),
        (((540, 1020),), *(hours() for _ in range(6))),
        holidays=frozenset(near() for _ in range(pick.randint(0, 3))),
        yearly_holidays=frozenset(pick.sample([(1, 1), (12, 31), (2, 29), (3, 1)], pick.randint(0, 2))),
        makeup_days={near(): hours() for _ in range(pick.randint(0, 2))},
    )


def _levels(pick: random.Random) -> tuple[Level, ...]:
    """A warning of each sort, the breach, and what follows it, perhaps again and again."""
    again = pick.choice((None, 600, 3600, 86_400))
    return (
        Level("share", LevelKind.WARNING, percent=pick.randint(1, 99)),
        Level("before", LevelKind.WARNING, before_seconds=_seconds(pick)),
        Level("breach", LevelKind.BREACH),
        Level(
            "later",
            LevelKind.AFTER,
            after_seconds=_seconds(pick),
            repeat_seconds=again,
            times=pick.randint(2, 4) if again else 1,
        ),
    )


def _rule(pick: random.Random, name: str) -> ClockRule:
    starts_on, stops_on = EVENTS_OF[name]
    return ClockRule(
        name=name,
        target_seconds=_seconds(pick),
        calendar=pick.choice(("always", "cn", "drawn")),
        starts_on=starts_on,
        stops_on=stops_on,
        levels=_levels(pick),
        pausable=pick.random() < 0.6,
        repeats=name == "update",
    )


def _policy(pick: random.Random, version: int) -> Policy | None:
    """Some of the clocks, the first policies with the fewest; now and then no policy matches at all."""
    if pick.random() < 0.08:
        return None
    names = pick.sample(CLOCKS, pick.randint(1, 4) if version > 50 else 1)
    return Policy("drawn", version, tuple(_rule(pick, name) for name in names))


def _seconds(pick: random.Random) -> int:
    return max(60, pick.choice((pick.choice(LENGTHS) * 60, pick.randint(60, 90_000))))


_pick = random.Random(2026)
POLICIES = tuple(_policy(_pick, version) for version in range(1, 2001))
CALENDARS = tuple(_calendar(_pick) for _ in range(400))
ANY_POLICY, ANY_CALENDAR = st.integers(0, len(POLICIES) - 1), st.integers(0, len(CALENDARS) - 1)
LOGS = st.lists(
    st.tuples(st.sampled_from(LENGTHS), st.sampled_from(KINDS), st.integers(0, 4 * len(LENGTHS) - 1)),
    min_size=1,
    max_size=14,
)
