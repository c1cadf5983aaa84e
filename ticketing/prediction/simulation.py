"""Simulated desks: complaints arrive, people with shifts take them up and work them step by step, some promises break.

It exists to calibrate the model before a company has a history of its own. Time is in hours since a Monday's midnight.
"""

from __future__ import annotations

import heapq
import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from math import exp

from ticketing.prediction.rules import STEPS_TO_STOP, WORKLOAD, Outlook, record_of

OPENS, CLOSES, DAY = 9.0, 21.0, 24.0
TARGETS = {"investigation": 24.0, "resolution": 48.0, "first_reply": 2.0}
"""The first reply's hours count only while the desk is open, as on its working calendar."""
STEPS = ("claim", "reply", "findings", "decision", "letter")
CATEGORIES = {"product_service": 1.0, "transaction_dispute": 1.2, "system_failure": 0.7, "policy_issue": 1.0}
SEVERITIES = {"normal": 1.0, "serious": 1.3, "critical": 1.6}
STATUS_AFTER = {"claim": "investigating", "reply": "investigating", "findings": "resolving", "decision": "feedback"}


@dataclass
class Person:
    """Someone who works; `pace` multiplies the time they take."""

    pace: float
    begins: float
    free_from: float = 0.0
    days_off: tuple[int, ...] = ()
    broken: int = 0
    made: int = 0


@dataclass
class Case:
    """A complaint and when each of its steps was done."""

    arrived: float
    category: str
    severity: str
    owner: int | None = None
    ready_at: float = 0.0
    done: dict[str, float] = field(default_factory=dict)
    records: dict[str, float] = field(default_factory=dict)

    @property
    def next_step(self) -> str | None:
        """What is to be done now."""
        return next((step for step in STEPS if step not in self.done), None)

    def stopped(self, clock: str) -> float | None:
        """When the clock stopped."""
        return self.done.get({"first_reply": "reply"}.get(clock, STEPS_TO_STOP[clock][-1]))


def simulate(seed: int, *, days: int = 28, people: int = 8, load: float = 0.8) -> list[Case]:
    """One desk for so many days; `load` is the work that arrives against what its people can do."""
    pick = random.Random(seed)
    team = [
        Person(exp(pick.gauss(0, 0.25)), pick.choice((9.0, 12.0)), days_off=tuple(pick.sample(range(7), 2)))
        for _ in range(people)
    ]
    hours_a_case = sum(WORKLOAD.values()) * 1.1
    a_day = load * people * 9 * 5 / 7 / hours_a_case
    cases = [
        Case(arrived, pick.choice(list(CATEGORIES)), _severity(pick), ready_at=arrived)
        for arrived in _arrivals(pick, days, a_day)
    ]
    _work(pick, team, cases, until=(days + 7) * DAY)
    return cases


def snapshots(cases: list[Case], seed: int) -> Iterator[tuple[Outlook, bool]]:
    """What was known of promises at random moments before they were kept or due, and whether they were broken."""
    pick = random.Random(seed)
    owned: dict[int | None, list[Case]] = {}
    for case in cases:
        owned.setdefault(case.owner, []).append(case)
    people = max(len(owned), 1)
    for case in cases:
        for clock in TARGETS:
            due, stopped = due_of(case, clock), case.stopped(clock)
            ends = min(due, stopped if stopped is not None else due)
            at = pick.uniform(case.arrived, ends)
            if at < ends:
                broken = stopped is None or stopped > due
                yield _outlook(case, clock, due, at, owned.get(case.owner, []), cases, people), broken


def due_of(case: Case, clock: str) -> float:
    """When the promise is due."""
    if clock != "first_reply":
        return case.arrived + TARGETS[clock]
    day, hour = divmod(case.arrived, DAY)
    begin = (day + (hour >= CLOSES)) * DAY + (min(max(hour, OPENS), CLOSES) if hour < CLOSES else OPENS)
    over = begin % DAY + TARGETS[clock] - CLOSES
    return begin + TARGETS[clock] if over <= 0 else (begin // DAY + 1) * DAY + OPENS + over


def staffed(begin: float, end: float) -> float:
    """Service hours in `[begin, end)`."""
    total, day = 0.0, begin // DAY * DAY
    while day < end:
        total += max(0.0, min(end, day + CLOSES) - max(begin, day + OPENS))
        day += DAY
    return total


def _arrivals(pick: random.Random, days: int, a_day: float) -> Iterator[float]:
    """More by day than by night; some days are three times as busy (an outage, a product in the news)."""
    for day in range(days):
        busy = pick.choice((1, 1, 1, 1, 1, 1, 1, 0.6, 1.6, 2.5))
        for _ in range(round(pick.gauss(a_day * busy, (a_day * busy) ** 0.5))):
            hour = pick.uniform(8, 23) if pick.random() < 0.85 else pick.uniform(0, 24)
            yield day * DAY + hour


def _severity(pick: random.Random) -> str:
    return pick.choices(list(SEVERITIES), (75, 20, 5))[0]


def _work(pick: random.Random, team: list[Person], cases: list[Case], *, until: float) -> None:
    """Everyone, whenever free and on shift, takes the most urgent thing that can be done; sometimes just the next."""
    turns = [(person.begins, number) for number, person in enumerate(team)]
    heapq.heapify(turns)
    waiting = sorted(cases, key=lambda case: case.arrived)
    while turns:
        now, number = heapq.heappop(turns)
        if now >= until:
            continue
        person = team[number]
        now = _on_shift(person, now)
        able = [
            case
            for case in waiting
            if case.arrived <= now and case.ready_at <= now and case.owner in (None, number) and case.next_step
        ]
        if not able:
            heapq.heappush(turns, (now + 0.25, number))
            continue
        case = min(able, key=lambda item: item.arrived) if pick.random() < 0.85 else pick.choice(able)
        finished = _do(pick, team, number, case, now)
        if case.next_step is None:
            waiting.remove(case)
        heapq.heappush(turns, (finished, number))


def _do(pick: random.Random, team: list[Person], number: int, case: Case, now: float) -> float:
    """One step of one case; gives when the person is free again."""
    person, step = team[number], case.next_step
    assert step is not None
    factor = person.pace * CATEGORIES[case.category] * SEVERITIES[case.severity]
    spent = WORKLOAD[step] * factor * exp(pick.gauss(0, 0.6))
    finished = _on_shift(person, now) + spent
    case.owner, case.done[step] = number, finished
    waits = {"findings": 0.5, "letter": 0.3, "decision": 0.2}.get(case.next_step or "", 0.0)
    case.ready_at = finished + (exp(pick.gauss(1.3, 1.0)) if pick.random() < waits else 0.0)
    for clock in TARGETS:
        if case.stopped(clock) == finished:
            person.made += 1
            person.broken += finished > due_of(case, clock)
    made = sum(item.made for item in team)
    usual = sum(item.broken for item in team) / made if made else 0.1
    case.records[step] = record_of(person.broken, person.made, usual)
    return finished


def _on_shift(person: Person, now: float) -> float:
    """The first moment from then on at which the person works: nine hours a day, five days a week."""
    while True:
        day, hour = divmod(now, DAY)
        if int(day) % 7 in person.days_off or hour >= person.begins + 9:
            now = (day + 1) * DAY + person.begins
        elif hour < person.begins:
            now = day * DAY + person.begins
        else:
            return now


def _outlook(
    case: Case, clock: str, due: float, at: float, mine: list[Case], cases: list[Case], people: int
) -> Outlook:
    done = {step: when for step, when in case.done.items() if when <= at}
    owned = "claim" in done
    last = max(done.values(), default=case.arrived)
    steps = [step for step in STEPS if step in done]
    status = STATUS_AFTER.get(steps[-1], "feedback") if steps else "accepted"
    known = Outlook(
        clock, case.category, case.severity, status, owned, due - at, staffed(at, due), at - last, 0.0,
        case.records[steps[-1]] if steps else 1.0,
    )  # fmt: skip
    if owned:
        return replace(known, ahead=float(sum(_open(other, at) and other.arrived < case.arrived for other in mine)))
    waiting = sum(
        other.arrived < case.arrived and other.done.get("claim", at + 1) > at for other in cases if other.arrived <= at
    )
    return replace(known, ahead=waiting / people)


def _open(case: Case, at: float) -> bool:
    """Whether its owner had it on the desk then."""
    return case.done.get("claim", at + 1) <= at and case.done.get("letter", at + 1) > at
