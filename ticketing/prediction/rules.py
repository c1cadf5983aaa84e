"""The chance that a promise will be broken: a logistic model over what is known of it now. Pure.

What weighs most is the slack: the hours in which people are at work until the due time, against the hours that the
steps still to be done, and what the same person has to do before, usually take.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from math import exp, log, log1p
from pathlib import Path
from typing import Any

MODEL = Path(__file__).with_name("model.json")
WORKLOAD = {"claim": 0.2, "findings": 1.2, "decision": 0.8, "letter": 0.4, "reply": 0.1}
"""Hours of work that a step usually takes (the simulated desks work by these; real ones shift the coefficients)."""
WAITING = 2.0
"""Hours for which a step usually waits for others: a bank's answer, an approval."""
STEPS_TO_STOP: Mapping[str, tuple[str, ...]] = {
    "investigation": ("claim", "findings"),
    "resolution": ("claim", "findings", "decision", "letter"),
    "statutory": ("claim", "findings", "decision", "letter"),
    "first_reply": ("claim", "reply"),
    "response": ("claim", "reply"),
}
"""What must be done before each clock stops; a clock that a company adds counts like the answer itself."""
DONE_BEFORE: Mapping[str, frozenset[str]] = {
    "accepted": frozenset(),
    "investigating": frozenset(),
    "resolving": frozenset({"findings"}),
    "feedback": frozenset({"findings", "decision"}),
}
PRIOR_CASES = 20
"""A handler's record counts fully only after some cases; before, it leans on everyone's."""
REASONS = ("time", "steps", "load", "handler", "class")
_LEAST = 0.05


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is known of a promise now. Times are hours; `staffed_left` counts only hours in which people work.

    `ahead` are the cases due before it that the same person has, or that wait unowned for the same team, per person.
    `record` is the handler's share of broken promises against everyone's: 1.0 is as usual.
    """

    clock: str
    category: str
    severity: str
    status: str
    owned: bool
    wall_left: float
    staffed_left: float
    stage_age: float
    ahead: float
    record: float = 1.0

    @property
    def steps(self) -> tuple[str, ...]:
        """What is still to be done."""
        done = DONE_BEFORE.get(self.status, frozenset())
        needed = STEPS_TO_STOP.get(self.clock, STEPS_TO_STOP["resolution"])
        return tuple(step for step in needed if step not in done and not (step == "claim" and self.owned))


@dataclass(frozen=True, slots=True)
class Model:
    """Coefficients by feature, with each feature's mean among the desks it was fitted on."""

    bias: float
    weights: Mapping[str, float]
    means: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Chance:
    """The probability that the promise is broken, and what raises it most, the strongest first (of REASONS)."""

    probability: float
    reasons: tuple[str, ...]


@cache
def model() -> Model:
    """The model that ships."""
    raw: dict[str, Any] = json.loads(MODEL.read_text(encoding="utf-8"))
    return Model(raw["bias"], raw["weights"], raw["means"])


def chance(outlook: Outlook, fitted: Model) -> Chance:
    """How likely the promise is to be broken; certain once its time is over."""
    if outlook.wall_left <= 0:
        return Chance(1.0, ("time",))
    values = features(outlook)
    score = fitted.bias + sum(fitted.weights.get(name, 0.0) * value for name, value in values.items())
    pushes = dict.fromkeys(REASONS, 0.0)
    for name, value in values.items():
        pushes[_reason(name)] += fitted.weights.get(name, 0.0) * (value - fitted.means.get(name, 0.0))
    strongest = sorted((push, name) for name, push in pushes.items() if push > 0.1)
    return Chance(1 / (1 + exp(-max(-30.0, min(score, 30.0)))), tuple(name for _, name in reversed(strongest)))


def features(outlook: Outlook) -> dict[str, float]:
    """The model's inputs by name."""
    steps = outlook.steps
    need = sum(WORKLOAD[step] for step in steps) + outlook.ahead * sum(WORKLOAD.values()) / 2
    slack = log((outlook.staffed_left + _LEAST) / (need + _LEAST))
    waits = log((outlook.wall_left + _LEAST) / (need + WAITING * len(steps) + _LEAST))
    found = {
        "slack": slack,
        "slack_short": min(slack, 0.0),
        "slack_ample": max(slack - 2.0, 0.0),
        "waits": waits,
        "waits_short": min(waits, 0.0),
        "steps": float(len(steps)),
        "unowned": float(not outlook.owned),
        "stage_age": log1p(max(outlook.stage_age, 0.0)),
        "ahead": log1p(outlook.ahead),
        "record": log(max(outlook.record, _LEAST)),
    }
    found |= {f"category_{outlook.category}": 1.0, f"severity_{outlook.severity}": 1.0}
    return found


def record_of(broken: int, made: int, usual: float) -> float:
    """A handler's share of broken promises against the usual share (1.0: the same), steadied while cases are few."""
    usual = max(usual, 0.001)
    return (broken + PRIOR_CASES * usual) / (made + PRIOR_CASES) / usual


def _reason(feature: str) -> str:
    if feature.startswith(("slack", "waits")):
        return "time"
    if feature in {"steps", "unowned", "stage_age"}:
        return "steps"
    return {"ahead": "load", "record": "handler"}.get(feature, "class")
