"""A root-cause record's life, and which promises it holds. Pure: no session, no clock.

Source: handbook §4.4 (rectification, tracking until solved) and the 2020 rules on complaint handling (溯源整改).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from ticketing.sla.defaults import ALWAYS, DAY
from ticketing.sla.policies import Action as Deed
from ticketing.sla.policies import ClockRule, Level, LevelKind, Policy


class Status(StrEnum):
    """Where a record stands. Ineffective is reopened: it waits for a new action."""

    OPENED = "opened"
    ANALYSED = "analysed"
    ACTING = "acting"
    WATCHING = "watching"
    INEFFECTIVE = "ineffective"
    CLOSED = "closed"


class Cause(StrEnum):
    """What kind of cause was found."""

    SYSTEM = "system"
    PROCESS = "process"
    PRODUCT = "product"
    PEOPLE = "people"
    COMMUNICATION = "communication"
    PARTNER = "partner"
    OTHER = "other"


class Step(StrEnum):
    """What moves a record on."""

    ANALYSE = "analyse"
    AGREE_ACTION = "agree_action"
    WATCH = "watch"
    CHECK = "check"
    DISMISS = "dismiss"


OPEN = frozenset(Status) - {Status.CLOSED}
WHYS_WANTED = 3
CHECK_DAYS = (30, 60, 90)
SOURCES: Mapping[Step, frozenset[Status]] = {
    Step.ANALYSE: frozenset({Status.OPENED}),
    Step.AGREE_ACTION: frozenset({Status.ANALYSED, Status.ACTING, Status.INEFFECTIVE}),
    Step.WATCH: frozenset({Status.ACTING}),
    Step.CHECK: frozenset({Status.WATCHING}),
    Step.DISMISS: frozenset({Status.OPENED, Status.ANALYSED}),
}
ANALYSIS_SECONDS = 7 * DAY
CHECK_WINDOW_SECONDS = 7 * DAY
"""A check is possible once its day has come and is owed within a week of it."""

_OWNER, _LEAD = Deed("notify", "owner"), Deed("notify", "team_lead")
_SUPERVISOR, _COMPLIANCE = Deed("notify", "supervisor"), Deed("notify", "compliance")


def allows(step: Step, status: str) -> bool:
    """Whether a record in this status may take the step."""
    return Status(status) in SOURCES[step]


def lacking_for_analysis(whys: Sequence[str], few_reason: str, cause: str, cause_category: str) -> tuple[str, ...]:
    """What an analysis still needs: three whys or why there are fewer, the cause in a sentence, and its kind."""
    lacking = []
    if not whys or (len(whys) < WHYS_WANTED and not few_reason):
        lacking.append("whys")
    if not cause:
        lacking.append("cause")
    if not cause_category:
        lacking.append("cause_category")
    return tuple(lacking)


def next_check(made: Iterable[int]) -> int | None:
    """The days of the check that comes next, None when all were made."""
    done = set(made)
    return next((days for days in CHECK_DAYS if days not in done), None)


def check_opens_at(watching_since: datetime, days: int) -> datetime:
    """From when on the effect may be judged: not before the days have passed."""
    return watching_since + timedelta(days=days)


@dataclass(frozen=True, slots=True)
class Agreed:
    """A corrective action as the clocks need it."""

    number: int
    agreed_at: datetime
    due_on: date


def due_at(due_on: date, zone: ZoneInfo) -> datetime:
    """The last second of that day in the company's zone."""
    return datetime.combine(due_on, time(23, 59, 59), zone)


def policy(actions: Iterable[Agreed], zone: ZoneInfo) -> Policy:
    """The record's own promises: analysis, each action by its date, and the checks of effect."""
    analysis = ClockRule(
        name="analysis",
        target_seconds=ANALYSIS_SECONDS,
        calendar=ALWAYS,
        starts_on=("opened", "reopened"),
        stops_on=("analysed", "action_agreed"),
        levels=_levels(("before_2d", 2 * DAY, (_OWNER,)), ("before_1d", DAY, (_OWNER, _LEAD))),
    )
    return Policy("root_cause", 1, (analysis, *(_action(each, zone) for each in actions), *map(_check, CHECK_DAYS)))


def _action(action: Agreed, zone: ZoneInfo) -> ClockRule:
    target = int((due_at(action.due_on, zone) - action.agreed_at).total_seconds())
    return ClockRule(
        name=f"action_{action.number}",
        target_seconds=max(1, target),
        calendar=ALWAYS,
        starts_on=(f"action_agreed_{action.number}",),
        stops_on=(f"action_done_{action.number}", f"action_dropped_{action.number}"),
        levels=_levels(("before_3d", 3 * DAY, (_OWNER,)), ("before_1d", DAY, (_OWNER, _LEAD)), within=target),
    )


def _check(days: int) -> ClockRule:
    return ClockRule(
        name=f"effect_{days}",
        target_seconds=days * DAY + CHECK_WINDOW_SECONDS,
        calendar=ALWAYS,
        starts_on=("watching",),
        stops_on=(f"checked_{days}",),
        levels=_levels(
            ("open", CHECK_WINDOW_SECONDS, (_OWNER,)), ("before_2d", 2 * DAY, (_OWNER, _LEAD)),
        ),
    )  # fmt: skip


def _levels(*warnings: tuple[str, int, tuple[Deed, ...]], within: int | None = None) -> tuple[Level, ...]:
    """Before it is due to the owner and the lead, at the due time, and after it up to compliance.

    A warning that would lie before the promise began (``within`` its target) is left out.
    """
    before = (
        Level(name, LevelKind.WARNING, before_seconds=seconds, actions=to)
        for name, seconds, to in warnings
        if within is None or seconds < within
    )
    return (
        *before,
        Level("breach", LevelKind.BREACH, actions=(_OWNER, _LEAD)),
        Level("breach_plus_3d", LevelKind.AFTER, after_seconds=3 * DAY, actions=(_LEAD, _SUPERVISOR)),
        Level("breach_plus_7d", LevelKind.AFTER, after_seconds=7 * DAY, actions=(_SUPERVISOR, _COMPLIANCE)),
    )
