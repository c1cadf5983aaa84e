"""A ticket's life as a table. Pure: no session, no clock. How serious it is: severity.py.

Source: handbook §4.4 (受理 → 调查 → 处理 → 反馈) and design §5.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
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


WAYS_IN = ("chat", "form")
"""How tickets come in: said to the assistant or a person in a chat, or written into the form on the web."""


class Step(StrEnum):
    """What moves a ticket on, or changes who and what belongs to it."""

    CLAIM = "claim"
    ASSIGN = "assign"
    REASSIGN = "reassign"
    HAND_OVER = "hand_over"
    RECUSE = "recuse"
    RECORD_FINDINGS = "record_findings"
    DECIDE = "decide"
    DRAFT = "draft"
    APPROVE = "approve"
    SEND = "send"
    DELIVER = "deliver"
    CLOSE = "close"
    REOPEN = "reopen"
    WITHDRAW = "withdraw"
    ADD = "add"
    MERGE = "merge"
    SPLIT = "split"
    LINK = "link"
    PAUSE = "pause"
    RESUME = "resume"
    REQUEST_EXTENSION = "request_extension"
    DECIDE_EXTENSION = "decide_extension"


class Who(StrEnum):
    """Who may take a step. One person may be several of these."""

    STAFF = "staff"
    OWNER = "owner"
    LEAD = "lead"
    APPROVER = "approver"
    EXTENDER = "extender"
    CUSTOMER = "customer"
    SYSTEM = "system"


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


_WORKED_ON = OPEN - {Status.ACCEPTED}
_DECIDED = frozenset({Status.FEEDBACK})
_ALL = frozenset(Status)
_DECISION = ("cause", "measures", "follow_up_plan")

_ROWS = (
    Transition(Step.CLAIM, frozenset({Status.ACCEPTED}), Status.INVESTIGATING, frozenset({Who.STAFF})),
    Transition(Step.CLAIM, _WORKED_ON, None, frozenset({Who.STAFF})),
    # To someone while nobody owns it; then by a lead or the system between owners; and by the owner themselves.
    Transition(Step.ASSIGN, frozenset({Status.ACCEPTED}), Status.INVESTIGATING, frozenset({Who.LEAD, Who.SYSTEM})),
    Transition(Step.ASSIGN, _WORKED_ON, None, frozenset({Who.LEAD, Who.SYSTEM})),
    Transition(Step.REASSIGN, _WORKED_ON, None, frozenset({Who.SYSTEM})),
    Transition(Step.REASSIGN, _WORKED_ON, None, frozenset({Who.LEAD}), ("handover_note",)),
    Transition(Step.HAND_OVER, _WORKED_ON, None, frozenset({Who.OWNER}), ("handover_note",)),
    Transition(Step.RECUSE, OPEN, None, frozenset({Who.STAFF, Who.APPROVER, Who.LEAD}), ("reason",)),
    Transition(
        Step.RECORD_FINDINGS,
        frozenset({Status.INVESTIGATING}),
        Status.RESOLVING,
        frozenset({Who.OWNER}),
        ("findings",),
    ),
    Transition(
        Step.DECIDE, frozenset({Status.RESOLVING, Status.FEEDBACK}), Status.FEEDBACK, frozenset({Who.OWNER}), _DECISION
    ),
    Transition(Step.DRAFT, _DECIDED, None, frozenset({Who.OWNER}), _DECISION),
    Transition(Step.APPROVE, _DECIDED, None, frozenset({Who.APPROVER}), ("waiting_letter",)),
    Transition(Step.SEND, _DECIDED, None, frozenset({Who.OWNER}), ("approved_letter",)),
    # A delivery has happened whatever became of the ticket meanwhile, so it is recorded in every status.
    Transition(Step.DELIVER, _ALL, None, frozenset({Who.SYSTEM, Who.CUSTOMER, Who.STAFF}), ("sent_letter",)),
    Transition(Step.CLOSE, _DECIDED, Status.CLOSED, frozenset({Who.OWNER}), ("delivered_letter",)),
    Transition(
        Step.REOPEN,
        frozenset({Status.CLOSED}),
        Status.INVESTIGATING,
        frozenset({Who.CUSTOMER, Who.STAFF}),
        ("reason",),
    ),
    Transition(Step.WITHDRAW, OPEN, Status.WITHDRAWN, frozenset({Who.CUSTOMER})),
    Transition(Step.WITHDRAW, OPEN, Status.WITHDRAWN, frozenset({Who.OWNER, Who.LEAD}), ("evidence",)),
    Transition(Step.ADD, OPEN, None, frozenset({Who.CUSTOMER}), ("text",)),
    Transition(Step.MERGE, OPEN, Status.MERGED, frozenset({Who.OWNER, Who.LEAD}), ("survivor", "reason")),
    Transition(Step.SPLIT, OPEN, None, frozenset({Who.OWNER, Who.LEAD}), ("description",)),
    Transition(Step.LINK, _ALL, None, frozenset({Who.STAFF}), ("other_ticket",)),
    Transition(Step.PAUSE, OPEN, None, frozenset({Who.OWNER, Who.LEAD}), ("reason",)),
    Transition(Step.RESUME, OPEN, None, frozenset({Who.OWNER, Who.LEAD, Who.CUSTOMER, Who.SYSTEM}), ("open_pause",)),
    Transition(Step.REQUEST_EXTENSION, OPEN, None, frozenset({Who.OWNER}), ("reason", "statutory_time_left")),
    Transition(
        Step.DECIDE_EXTENSION,
        OPEN,
        None,
        frozenset({Who.EXTENDER}),
        ("extension_request", "reason", "statutory_time_left"),
    ),
)

TRANSITIONS: Mapping[Step, tuple[Transition, ...]] = {
    step: tuple(row for row in _ROWS if row.step == step) for step in Step
}
"""Every step a ticket may take; docs/process.md shows this table. What is not in it cannot be done."""


class Refused(Exception):
    """A step is not allowed now; ``missing`` names contents when only those are lacking."""

    def __init__(self, missing: tuple[str, ...] = ()) -> None:
        super().__init__(", ".join(missing) or "not allowed in this status")
        self.missing = missing


def next_status(step: Step, status: Status, *, who: frozenset[Who], present: frozenset[str]) -> Status:
    """The status after a step; of several rows that fit, the first whose contents are there. Raises Refused."""
    lacking: list[tuple[str, ...]] = []
    for transition in TRANSITIONS[step]:
        if status in transition.sources and who & transition.who:
            missing = tuple(name for name in transition.needs if name not in present)
            if not missing:
                return transition.target or status
            lacking.append(missing)
    raise Refused(lacking[0] if lacking else ())


def steps_open_to(status: Status, who: frozenset[Who]) -> frozenset[Step]:
    """The steps someone may think of in this status, contents aside."""
    return frozenset(
        step
        for step, transitions in TRANSITIONS.items()
        if any(status in transition.sources and who & transition.who for transition in transitions)
    )


PRIORITIES = ("low", "normal", "high", "urgent")


def raised(priority: str) -> str:
    """The next higher priority; the highest stays."""
    return PRIORITIES[min(PRIORITIES.index(priority) + 1, len(PRIORITIES) - 1)]


def lowered(priority: str) -> str:
    """The next lower priority; the lowest stays."""
    return PRIORITIES[max(PRIORITIES.index(priority) - 1, 0)]


def more_urgent(one: str, other: str) -> str:
    """The higher of two priorities."""
    return max(one, other, key=PRIORITIES.index)


def four_eyes(severity_level: str) -> bool:
    """Whether an answer needs another person's approval."""
    return severity_level in {"serious", "critical"}
