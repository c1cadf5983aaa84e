"""Whether a due care message is sent, waits for the morning, or stays unsent, and why. Pure.

Source: handbook §1.4 (consent), §4.5. A greeting must never reach someone who is angry with us, who has left, or who has
died, and nobody is written to at night or often.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

SENDS_AT = time(10, 0)
"""When a message is due, on the customer's own clock."""
WAKES, SLEEPS = time(9, 0), time(20, 30)
A_WEEK, A_YEAR = timedelta(days=7), timedelta(days=365)
WEEKLY_MOST, YEARLY_MOST = 1, 12
QUIET_AFTER_TROUBLE = timedelta(days=30)
"""For so long after a case with a broken promise, or a critical one, was closed, no greeting is sent."""
STALE_AFTER = timedelta(hours=36)
"""A birthday wish two days late is worse than none."""
CAPLESS = frozenset({"solved_complaint"})
"""Asking whether a solved case stays solved is part of the case; it is kept out of the weekly cap, not of the yearly one."""

Reason = Literal[
    "switched_off", "deceased", "leaving", "merged", "no_consent", "no_channel", "open_complaint", "recent_trouble",
    "reopened", "low_mark", "critical_case", "weekly_cap", "yearly_cap", "too_late",
]  # fmt: skip
REASONS: tuple[str, ...] = Reason.__args__  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Standing:
    """What counts of a customer when a message is due. ``trouble_at``: when their last broken or critical case was closed."""

    consent: bool
    zone: str
    active: bool = True
    deceased: bool = False
    leaving: bool = False
    merged: bool = False
    reachable: bool = True
    open_complaints: int = 0
    trouble_at: datetime | None = None
    sent_this_week: int = 0
    sent_this_year: int = 0


@dataclass(frozen=True)
class SolvedCase:
    """The case behind ``solved_complaint``: is it still closed, was it critical, and the lowest mark its survey got."""

    closed: bool
    critical: bool
    lowest_mark: int | None


@dataclass(frozen=True)
class Verdict:
    """``send`` now, ``wait`` until ``until``, or ``suppress`` for ``reason``."""

    act: Literal["send", "wait", "suppress"]
    reason: str | None = None
    until: datetime | None = None


def judge(
    standing: Standing, *, occasion: str, due_at: datetime, now: datetime, case: SolvedCase | None = None
) -> Verdict:
    """What to do with a due message; the first reason not to send it is the one that is kept."""
    reason = (
        _never(standing, occasion) or _not_after_trouble(standing, occasion, now, case) or _capped(standing, occasion)
    )
    if reason is not None:
        return Verdict("suppress", reason)
    if now - due_at > STALE_AFTER:
        return Verdict("suppress", "too_late")
    morning = wakes_after(now, standing.zone)
    return Verdict("wait", until=morning) if morning is not None else Verdict("send")


def wakes_after(now: datetime, zone: str) -> datetime | None:
    """When the quiet hours end in which a zone is now, None where it is day."""
    local = now.astimezone(ZoneInfo(zone))
    if WAKES <= local.time() < SLEEPS:
        return None
    day = local.date() if local.time() < WAKES else local.date() + timedelta(days=1)
    return datetime.combine(day, WAKES, ZoneInfo(zone)).astimezone(now.tzinfo)


def _never(standing: Standing, occasion: str) -> Reason | None:
    checks: tuple[tuple[bool, Reason], ...] = (
        (standing.merged, "merged"),
        (standing.deceased, "deceased"),
        # Whoever leaves gets the farewell and nothing after it.
        (standing.leaving and occasion != "stage_leaving", "leaving"),
        (not standing.consent, "no_consent"),
        (not standing.active, "switched_off"),
        (not standing.reachable, "no_channel"),
    )
    return next((reason for found, reason in checks if found), None)


def _not_after_trouble(standing: Standing, occasion: str, now: datetime, case: SolvedCase | None) -> Reason | None:
    if standing.open_complaints:
        return "open_complaint"
    if occasion == "solved_complaint":
        # Its own rule: a broken promise is a reason to ask, a case reopened, rated badly or critical is a person's matter.
        if case is None or not case.closed:
            return "reopened"
        if case.critical:
            return "critical_case"
        return "low_mark" if case.lowest_mark is not None and case.lowest_mark <= 2 else None
    if standing.trouble_at is not None and now - standing.trouble_at < QUIET_AFTER_TROUBLE:
        return "recent_trouble"
    return None


def _capped(standing: Standing, occasion: str) -> Reason | None:
    if standing.sent_this_year >= YEARLY_MOST:
        return "yearly_cap"
    if standing.sent_this_week >= WEEKLY_MOST and occasion not in CAPLESS:
        return "weekly_cap"
    return None
