"""From a ticket's event log to the runs of a clock: when it started, was paused, stopped and ended, round by round."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from ticketing.sla.policies import ClockRule
from ticketing.sla.zones import as_utc

PAUSED, RESUMED, REOPENED, EXTENDED = "paused", "resumed", "reopened", "extended"
ACKNOWLEDGED = "acknowledged"
TERMINAL = frozenset({"closed", "withdrawn", "merged"})


@dataclass(frozen=True, slots=True)
class ClockEvent:
    """Something that happened to a ticket, in the round the ticket was in (a reopening begins the new round).

    Kinds the engine itself knows: paused, resumed, reopened, closed, withdrawn, merged (this ticket went into another
    one), extended with data `{"clock": name, "target_seconds": whole new target}`, and acknowledged with data
    `{"clock": name}` (someone has taken note of its breach: repetitions stop). All others are what policies name in
    `starts_on` and `stops_on`: complained, enquired, findings_recorded, answer_delivered, customer_message,
    agent_reply and so on. A complaint that absorbed an earlier one simply has a second, earlier `complained`.
    """

    kind: str
    at: datetime
    round: int = 1
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pause:
    """A time that does not count, `[begin, end)`; `end` is None while it lasts."""

    begin: datetime
    end: datetime | None


@dataclass(frozen=True, slots=True)
class Extension:
    """From `at` on the clock's whole target is at least this."""

    at: datetime
    target_seconds: int


@dataclass(frozen=True, slots=True)
class Run:
    """One clock running once. `ended_at` is when the round ended under it; a stop after that does not count.

    `acknowledged` are the instants at which someone took note of it.
    """

    round: int
    started_at: datetime
    stopped_at: datetime | None
    ended_at: datetime | None
    pauses: tuple[Pause, ...]
    extensions: tuple[Extension, ...]
    acknowledged: tuple[datetime, ...] = ()


def runs_of(events: Iterable[ClockEvent], rule: ClockRule) -> Iterator[Run]:
    """The runs of that clock in order of time. A repeating clock counts its own rounds: every start is one."""
    log = sorted(((as_utc(event.at), event) for event in events), key=lambda pair: pair[0])
    count = 0
    for number in sorted({event.round for _, event in log}):
        inside = [(at, event) for at, event in log if event.round == number]
        ended_at = _end_of_round(number, log)
        since: datetime | None = None
        while (run := _next_run(rule, inside, since, ended_at, number)) is not None:
            count += 1
            yield run if not rule.repeats else _renumbered(run, count)
            if not rule.repeats or run.stopped_at is None:
                break
            since = run.stopped_at


def _end_of_round(number: int, log: Sequence[tuple[datetime, ClockEvent]]) -> datetime | None:
    ends = (
        at
        for at, event in log
        if (event.round == number and event.kind in TERMINAL) or (event.round > number and event.kind == REOPENED)
    )
    return next(ends, None)


def _next_run(
    rule: ClockRule,
    inside: Sequence[tuple[datetime, ClockEvent]],
    since: datetime | None,
    ended_at: datetime | None,
    number: int,
) -> Run | None:
    """The first run that starts after `since` (from the beginning if None) and before the round ended."""
    starts = (at for at, event in inside if event.kind in rule.starts_on and (since is None or at > since))
    started_at = next(starts, None)
    if started_at is None or (ended_at is not None and started_at > ended_at):
        return None
    lived = [(at, event) for at, event in inside if at >= started_at and (ended_at is None or at <= ended_at)]
    stops = (at for at, event in lived if event.kind in rule.stops_on and event.kind not in rule.starts_on)
    extensions = tuple(
        Extension(at, int(event.data["target_seconds"]))
        for at, event in lived
        if event.kind == EXTENDED and event.data.get("clock") == rule.name
    )
    acknowledged = tuple(
        at for at, event in lived if event.kind == ACKNOWLEDGED and event.data.get("clock") == rule.name
    )
    pauses = tuple(_pauses((at, event) for at, event in inside if ended_at is None or at <= ended_at))
    later = tuple(pause for pause in pauses if pause.end is None or pause.end > started_at)
    return Run(number, started_at, next(stops, None), ended_at, later, extensions, acknowledged)


def _pauses(inside: Iterable[tuple[datetime, ClockEvent]]) -> Iterator[Pause]:
    """Pauses in order, never overlapping; empty ones are left out."""
    begin: datetime | None = None
    for at, event in inside:
        if event.kind == PAUSED and begin is None:
            begin = at
        elif event.kind == RESUMED and begin is not None:
            if begin < at:
                yield Pause(begin, at)
            begin = None
    if begin is not None:
        yield Pause(begin, None)


def _renumbered(run: Run, number: int) -> Run:
    return replace(run, round=number)
