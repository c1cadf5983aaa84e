"""Who is asked, when, and what the marks mean. Pure: nothing here reads a clock or a table.

The satisfaction index is out of 100 and has the handbook's three parts (§4.3): speed of the response, completeness of the
service, and how well the matter was solved. A mark of 1 to 5 is worth 20 points a star; ``WEIGHTS`` says how much each part
counts. They are equal; whoever changes them changes every index, also those of the past that pages compute.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from types import MappingProxyType
from zoneinfo import ZoneInfo

PARTS = ("speed", "completeness", "solution")
WEIGHTS: Mapping[str, float] = MappingProxyType({"speed": 1.0, "completeness": 1.0, "solution": 1.0})
POINTS_PER_STAR = 20
LOW_MARK = 2
"""A mark this low or lower needs a comment and is looked at by a supervisor."""
ACTIVE_FOR = timedelta(days=90)
KNOWN_FOR = timedelta(days=30)
"""The relationship survey asks customers who were there in the last quarter and have been customers for a month."""


class Kind(StrEnum):
    """What a survey is about."""

    TICKET = "ticket"
    CHAT = "chat"
    RELATIONSHIP = "relationship"


class Reason(StrEnum):
    """Why a customer was not asked, the first that holds."""

    OPTED_OUT = "opted_out"
    NO_CONTACT = "no_contact"
    UNSERVED = "unserved"
    DISTRESS = "distress"
    LEGAL = "legal"
    RECENT = "recent"
    CAP = "cap"
    SAMPLING = "sampling"


SWITCHED = (Reason.DISTRESS, Reason.LEGAL, Reason.RECENT)
"""Reasons that a policy may leave out. A refusal, and having no way to ask, always count."""
SIGNALS: Mapping[Reason, frozenset[str]] = MappingProxyType(
    {
        Reason.DISTRESS: frozenset({"distress", "fraud", "vulnerable"}),
        Reason.LEGAL: frozenset({"regulator", "court", "police", "press"}),
    }
)
"""Codes of severity and of hand-overs that stand behind a reason."""


@dataclass(frozen=True)
class Policy:
    """How a kind of survey is asked. ``quiet_from`` to ``quiet_until`` are local minutes in which nothing is sent by itself."""

    kind: str
    share: int = 100
    delay_minutes: int = 0
    remind_days: int = 3
    expiry_days: int = 14
    cap_count: int = 4
    cap_days: int = 30
    gap_days: int = 0
    quiet_from: int = 21 * 60
    quiet_until: int = 9 * 60
    spared: frozenset[str] = frozenset(SWITCHED)


DEFAULTS: Mapping[str, Policy] = MappingProxyType(
    {
        Kind.TICKET: Policy(Kind.TICKET),
        Kind.CHAT: Policy(Kind.CHAT, remind_days=0),
        Kind.RELATIONSHIP: Policy(Kind.RELATIONSHIP, share=25, remind_days=7, expiry_days=21, gap_days=14),
    }
)
RANGES: Mapping[str, tuple[int, int]] = MappingProxyType(
    {
        "share": (0, 100), "delay_minutes": (0, 7 * 24 * 60), "remind_days": (0, 30), "expiry_days": (1, 90),
        "cap_count": (1, 20), "cap_days": (1, 365), "gap_days": (0, 180), "quiet_from": (0, 1439), "quiet_until": (0, 1439),
    }
)  # fmt: skip


@dataclass(frozen=True)
class Circumstances:
    """What is known when somebody might be asked. ``lately`` are the instants of earlier surveys of any kind."""

    draw: float
    signals: frozenset[str] = frozenset()
    opted_out: bool = False
    reachable: bool = True
    served: bool = True
    still_open: bool = False
    lately: Sequence[datetime] = field(default_factory=tuple)


def draw(key: str) -> float:
    """Where a key falls between 0 and 100; the same key always falls there, so that a share is no lottery."""
    return int(hashlib.sha256(key.encode()).hexdigest()[:8], 16) / 0x1_0000_0000 * 100


def suppressed(policy: Policy, known: Circumstances, now: datetime) -> Reason | None:
    """Why this customer is not asked; None when they are."""
    spared = [reason for reason in SWITCHED if reason in policy.spared]
    recent = known.still_open or any(now - at < timedelta(days=policy.gap_days) for at in known.lately)
    holds = {
        Reason.OPTED_OUT: known.opted_out,
        Reason.NO_CONTACT: not known.reachable,
        Reason.UNSERVED: not known.served,
        Reason.DISTRESS: Reason.DISTRESS in spared and bool(known.signals & SIGNALS[Reason.DISTRESS]),
        Reason.LEGAL: Reason.LEGAL in spared and bool(known.signals & SIGNALS[Reason.LEGAL]),
        Reason.RECENT: Reason.RECENT in spared and recent,
        Reason.CAP: sum(now - at < timedelta(days=policy.cap_days) for at in known.lately) >= policy.cap_count,
        Reason.SAMPLING: known.draw >= policy.share,
    }
    return next((reason for reason, true in holds.items() if true), None)


def allowed_at(policy: Policy, at: datetime, zone: ZoneInfo) -> datetime:
    """``at`` itself, or the end of the quiet hours it falls into, which may go past midnight."""
    local = at.astimezone(zone)
    minute, begin, end = local.hour * 60 + local.minute, policy.quiet_from, policy.quiet_until
    quiet = begin <= minute < end if begin <= end else minute >= begin or minute < end
    if not quiet:
        return at
    day = local.date() + timedelta(days=begin > end and minute >= begin)
    return datetime.combine(day, time(end // 60, end % 60), zone).astimezone(at.tzinfo)


def remind_at(policy: Policy, told_at: datetime, expires_at: datetime) -> datetime | None:
    """When to remind, once; None where nobody reminds or the survey is over by then."""
    at = told_at + timedelta(days=policy.remind_days)
    return at if policy.remind_days and at < expires_at else None


def out_of_range(policy: Policy) -> str | None:
    """The first figure that makes no sense, None when all do."""
    wrong = (name for name, (low, high) in RANGES.items() if not low <= getattr(policy, name) <= high)
    return next(wrong, "remind_days" if policy.remind_days >= policy.expiry_days else None)


def quarter(day: date) -> str:
    """``2026Q4``."""
    return f"{day.year}Q{(day.month + 2) // 3}"


def is_low(*marks: int) -> bool:
    """Whether somebody has to look at it."""
    return min(marks) <= LOW_MARK


def points(part: str) -> float:
    """What a star of a part adds to the index."""
    return POINTS_PER_STAR * WEIGHTS[part] / sum(WEIGHTS.values())


@dataclass(frozen=True)
class Index:
    """Satisfaction out of 100 of so many answers: the whole, its parts, and the half-width of the 95 % interval."""

    answers: int
    whole: float | None = None
    speed: float | None = None
    completeness: float | None = None
    solution: float | None = None
    margin: float | None = None

    @classmethod
    def of(cls, answers: int, stars: Sequence[float], squares: float) -> Index:
        """From sums over the answers: each part's stars, and the squared index of each answer."""
        if not answers:
            return cls(0)
        whole = sum(points(part) * total / answers for part, total in zip(PARTS, stars, strict=True))
        speed, completeness, solution = (POINTS_PER_STAR * total / answers for total in stars)
        return cls(answers, whole, speed, completeness, solution, margin(answers, whole, squares))

    @property
    def low(self) -> float | None:
        """Lower end of the interval."""
        return None if self.whole is None or self.margin is None else max(POINTS_PER_STAR, self.whole - self.margin)

    @property
    def high(self) -> float | None:
        """Upper end of the interval."""
        return None if self.whole is None or self.margin is None else min(100.0, self.whole + self.margin)


_STUDENT = (12.71, 4.30, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26, 2.23, 2.20, 2.18, 2.16, 2.14, 2.13, 2.12, 2.11, 2.10, 2.09,
            2.09, 2.08, 2.07, 2.07, 2.06, 2.06, 2.06, 2.05, 2.05, 2.05)  # fmt: skip
"""Student's t for 95 %, by degrees of freedom from 1; beyond them the normal's 1.96."""


def margin(answers: int, whole: float, squares: float) -> float | None:
    """Half of the mean's 95 % interval, from the sum of the squared answers; a single answer has none."""
    if answers < 2:
        return None
    variance = max(0.0, squares - answers * whole * whole) / (answers - 1)
    factor = _STUDENT[answers - 2] if answers - 2 < len(_STUDENT) else 1.96
    return factor * math.sqrt(variance / answers)
