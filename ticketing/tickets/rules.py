"""A ticket's life as a table, and how serious it is. Pure: no session, no clock.

Source: handbook §4.4 (受理 → 调查 → 处理 → 反馈) and design §5.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Status(StrEnum):
    """Where a ticket stands."""

    ACCEPTED = "accepted"
    INVESTIGATING = "investigating"
    RESOLVING = "resolving"
    FEEDBACK = "feedback"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"


class Category(StrEnum):
    """The handbook's classes of complaint."""

    PRODUCT_SERVICE = "product_service"
    TRANSACTION_DISPUTE = "transaction_dispute"
    SYSTEM_FAILURE = "system_failure"
    POLICY_ISSUE = "policy_issue"


class Step(StrEnum):
    """What moves a ticket on."""

    CLAIM = "claim"
    RECORD_FINDINGS = "record_findings"
    DECIDE = "decide"
    CLOSE = "close"
    REOPEN = "reopen"
    WITHDRAW = "withdraw"


class Who(StrEnum):
    """Who may take a step."""

    STAFF = "staff"
    OWNER = "owner"
    CUSTOMER = "customer"


OPEN = frozenset({Status.ACCEPTED, Status.INVESTIGATING, Status.RESOLVING, Status.FEEDBACK})
ENDED = frozenset(Status) - OPEN


@dataclass(frozen=True)
class Transition:
    """One allowed step: ``needs`` names the contents that must exist, ``target`` None keeps the status."""

    step: Step
    sources: frozenset[Status]
    target: Status | None
    who: frozenset[Who]
    needs: tuple[str, ...] = ()


TRANSITIONS: Mapping[Step, tuple[Transition, ...]] = {
    Step.CLAIM: (
        Transition(Step.CLAIM, frozenset({Status.ACCEPTED}), Status.INVESTIGATING, frozenset({Who.STAFF})),
        Transition(Step.CLAIM, OPEN - {Status.ACCEPTED}, None, frozenset({Who.STAFF})),
    ),
    Step.RECORD_FINDINGS: (
        Transition(
            Step.RECORD_FINDINGS,
            frozenset({Status.INVESTIGATING}),
            Status.RESOLVING,
            frozenset({Who.OWNER}),
            ("findings",),
        ),
    ),
    Step.DECIDE: (
        Transition(
            Step.DECIDE,
            frozenset({Status.RESOLVING, Status.FEEDBACK}),
            Status.FEEDBACK,
            frozenset({Who.OWNER}),
            ("cause", "measures", "follow_up_plan"),
        ),
    ),
    Step.CLOSE: (
        Transition(
            Step.CLOSE, frozenset({Status.FEEDBACK}), Status.CLOSED, frozenset({Who.OWNER}), ("delivered_letter",)
        ),
    ),
    Step.REOPEN: (
        Transition(Step.REOPEN, frozenset({Status.CLOSED}), Status.INVESTIGATING, frozenset({Who.CUSTOMER, Who.STAFF})),
    ),
    Step.WITHDRAW: (Transition(Step.WITHDRAW, OPEN, Status.WITHDRAWN, frozenset({Who.CUSTOMER})),),
}


class Refused(Exception):
    """A step is not allowed now; ``missing`` names contents when only those are lacking."""

    def __init__(self, missing: tuple[str, ...] = ()) -> None:
        super().__init__(", ".join(missing) or "not allowed in this status")
        self.missing = missing


def next_status(step: Step, status: Status, *, who: frozenset[Who], present: frozenset[str]) -> Status:
    """The status after a step; raises Refused."""
    for transition in TRANSITIONS[step]:
        if status in transition.sources and who & transition.who:
            missing = tuple(name for name in transition.needs if name not in present)
            if missing:
                raise Refused(missing)
            return transition.target or status
    raise Refused


def steps_open_to(status: Status, who: frozenset[Who]) -> frozenset[Step]:
    """The steps someone may think of in this status, contents aside."""
    return frozenset(
        step
        for step, transitions in TRANSITIONS.items()
        if any(status in transition.sources and who & transition.who for transition in transitions)
    )


@dataclass(frozen=True)
class Severity:
    """How serious a complaint is, why, and the priority that follows."""

    level: str
    reasons: tuple[str, ...]
    priority: str


_REGULATOR = re.compile(
    r"银保监|金融监管|监管局|监管部门|12378|12363|消协|消费者协会|黑猫|曝光|媒体|记者|律师|起诉|法院|报警|"
    r"regulator|ombudsman|lawyer|\bsue\b|take (you|this) to court|\bthe press\b|journalist|the media|\bpolice\b",
    re.IGNORECASE,
)
_ANGER = re.compile(
    r"骗子|诈骗|黑心|无耻|垃圾|欺诈|太过分|忍无可忍|气死|坑人|"
    r"scam|fraud|furious|outrageous|disgust|unacceptable|thieves|robbery|ridiculous",
    re.IGNORECASE,
)
_VULNERABLE = re.compile(
    r"残疾|孤寡|住院|重病|救命钱|养老钱|退休金|低保|活不下去|七十岁|八十岁|老人家|"
    r"disabled|hospital|pension|elderly|can't go on|cannot go on|life savings",
    re.IGNORECASE,
)
LARGE_AMOUNT = Decimal(10_000)
VERY_LARGE_AMOUNT = Decimal(50_000)


def severity(*, text: str, amount: Decimal | None, tier: str, repeat: bool) -> Severity:
    """Judge a complaint by amount, anger, threat to go outside, vulnerable customer and repetition (design §5)."""
    points = 0
    reasons: list[str] = []

    def add(reason: str, weight: int) -> None:
        nonlocal points
        points += weight
        reasons.append(reason)

    if amount is not None and amount >= LARGE_AMOUNT:
        add("amount", 2 if amount >= VERY_LARGE_AMOUNT else 1)
    if _REGULATOR.search(text):
        add("outside_threat", 2)
    if _ANGER.search(text):
        add("anger", 1)
    if _VULNERABLE.search(text):
        add("vulnerable", 2)
    if repeat:
        add("repeat", 1)
    level = "critical" if points >= 4 else "serious" if points >= 2 else "normal"
    priority = {"critical": "urgent", "serious": "high"}.get(level, "high" if tier in {"gold", "private"} else "normal")
    return Severity(level, tuple(reasons), priority)


PRIORITIES = ("low", "normal", "high", "urgent")


def raised(priority: str) -> str:
    """The next higher priority; the highest stays."""
    return PRIORITIES[min(PRIORITIES.index(priority) + 1, len(PRIORITIES) - 1)]


def four_eyes(severity_level: str) -> bool:
    """Whether an answer needs another person's approval."""
    return severity_level in {"serious", "critical"}
