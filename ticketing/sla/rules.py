"""`clock(events, policy, calendars)`: the one pure function that computes deadlines and their verdicts.

It is given everything it needs and reads nothing, so the same log always gives the same answer. The rules behind it:
docs/design (time and promises) and the cases about state among the SLA vectors.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from ticketing.sla.calendars import WorkCalendar
from ticketing.sla.derivation import Segment, derive
from ticketing.sla.policies import Action, ClockRule, LevelKind, Policy, PolicyInForce
from ticketing.sla.timelines import ClockEvent, Pause, Run, runs_of
from ticketing.sla.zones import as_utc

__all__ = ["ClockEvent", "Deadline", "DueLevel", "Verdict", "clock", "due_at", "elapsed"]

Policies = Policy | None | Sequence[PolicyInForce]


class Verdict(StrEnum):
    """How a promise stands. Met and breached are final; cancelled is a clock that ended without being judged."""

    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    BREACHED = "breached"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class DueLevel:
    """One level of a clock with the instant at which it is due."""

    name: str
    kind: LevelKind
    due_at: datetime
    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class Deadline:
    """One clock in one round.

    `due_at` is None while a pause keeps it open. `breached_at` is always the due time, whenever the breach was
    noticed. `ended_at` is when the round ended under the clock (closed, withdrawn, merged, reopened).
    `levels` are those which must be armed or have fired; a settled clock keeps at most its breach.
    """

    clock: str
    round: int
    policy: str
    policy_version: int
    rule: ClockRule
    target_seconds: int
    started_at: datetime
    due_at: datetime | None
    stopped_at: datetime | None
    ended_at: datetime | None
    verdict: Verdict
    breached_at: datetime | None
    levels: tuple[DueLevel, ...]
    pauses: tuple[Pause, ...]
    calendar: WorkCalendar = field(repr=False)
    seen_at: datetime = field(repr=False)

    @property
    def is_live(self) -> bool:
        """Whether the promise is still owed: running, paused, or late and not yet done."""
        return self.verdict in (Verdict.RUNNING, Verdict.PAUSED) or (
            self.verdict is Verdict.BREACHED and self.stopped_at is None and self.ended_at is None
        )

    @property
    def derivation(self) -> tuple[Segment, ...]:
        """Day by day how the deadline came about, up to the due time, or to now while a pause keeps it open."""
        return derive(self.calendar, self.started_at, self.due_at or self.seen_at, self.pauses)


@dataclass(frozen=True, slots=True)
class _InForce:
    """A clock's rule during one span of a run; None: no policy has this clock then."""

    rule: ClockRule | None
    policy: Policy | None
    begin: datetime
    until: datetime | None


def clock(
    events: Iterable[ClockEvent], policy: Policies, calendars: Mapping[str, WorkCalendar], *, now: datetime
) -> tuple[Deadline, ...]:
    """Every clock of every round with its deadline, levels, verdict and derivation, in order of due time.

    `policy` is the ticket's one policy, or those in force one after the other: a swap is judged by the old policy up
    to the swap, and keeps intake and pauses. KeyError if a clock names a calendar which is not given.
    """
    log = list(events)
    history = _history(policy)
    names = dict.fromkeys(rule.name for span in history if span.policy for rule in span.policy.clocks)
    found: list[Deadline] = []
    for name in names:
        newest = [rule for span in history if span.policy and (rule := span.policy.rule(name))][-1]
        for run in runs_of(log, newest):
            deadline = _judge(run, list(_in_force(run, name, history, as_utc(now))), calendars, as_utc(now))
            if deadline is not None:
                found.append(deadline)
    return tuple(sorted(found, key=lambda each: (each.due_at is None, each.due_at or each.started_at, each.started_at)))


def due_at(
    calendar: WorkCalendar, start: datetime, seconds: int | timedelta, pauses: Sequence[Pause] = ()
) -> datetime | None:
    """The instant at which `seconds` have counted since `start`, pauses left out; None if a pause never ends.

    `pauses` are in order and do not overlap.
    """
    left = seconds if isinstance(seconds, timedelta) else timedelta(seconds=seconds)
    at = as_utc(start)
    for pause in pauses:
        if pause.end is not None and pause.end <= at:
            continue
        counted = calendar.working_between(at, pause.begin)
        if counted >= left:
            break
        left -= counted
        if pause.end is None:
            return None
        at = pause.end
    return calendar.add_working(at, left)


def elapsed(calendar: WorkCalendar, start: datetime, end: datetime, pauses: Sequence[Pause] = ()) -> timedelta:
    """Working time in `[start, end)` without the pauses; zero if reversed."""
    total = calendar.working_between(start, end)
    for pause in pauses:
        stop = end if pause.end is None else min(pause.end, end)
        total -= calendar.working_between(max(pause.begin, start), stop)
    return total


def _history(policy: Policies) -> list[PolicyInForce]:
    if policy is None:
        return []
    if isinstance(policy, Policy):
        return [PolicyInForce(datetime.min.replace(tzinfo=UTC), policy)]
    return sorted(policy, key=lambda span: as_utc(span.since))


def _in_force(run: Run, name: str, history: Sequence[PolicyInForce], now: datetime) -> Iterator[_InForce]:
    """The rules of this clock one after the other while it runs, cut at policy swaps and granted extensions."""
    before = [span for span in history[1:] if as_utc(span.since) <= run.started_at]
    policy = [history[0], *before][-1].policy
    swaps = [(at, span.policy) for span in history[len(before) + 1 :] if (at := as_utc(span.since)) <= now]
    cuts = sorted({at for at, _ in swaps} | {extension.at for extension in run.extensions})
    for begin, until in zip([run.started_at, *cuts], [*cuts, None], strict=True):
        for at, swapped in swaps:
            policy = swapped if at == begin else policy
        rule = policy.rule(name) if policy else None
        granted = [extension.target_seconds for extension in run.extensions if extension.at <= begin]
        if rule is not None and granted:
            rule = replace(rule, target_seconds=max(rule.target_seconds, *granted))
        yield _InForce(rule, policy, begin, until)


def _judge(
    run: Run, spans: Sequence[_InForce], calendars: Mapping[str, WorkCalendar], now: datetime
) -> Deadline | None:
    """Go through the spans in order; the first that settles the clock decides, else the last one."""
    run = _dropped(run, spans[-1])
    settled_at = min((at for at in (run.stopped_at, run.ended_at) if at is not None), default=None)
    last: Deadline | None = None
    for span in spans:
        if span.rule is not None and span.policy is not None:
            last = _deadline(run, span, span.policy, span.rule, calendars[span.rule.calendar], now)
        elif last is not None:
            last = replace(last, verdict=Verdict.CANCELLED, levels=())
        settled = settled_at is not None and (span.until is None or settled_at < span.until)
        if settled or (last is not None and last.verdict is Verdict.BREACHED):
            break
    return last


def _dropped(run: Run, last: _InForce) -> Run:
    """A clock that no policy has any more ended when the last one that had it did."""
    if last.rule is not None or (run.ended_at is not None and run.ended_at <= last.begin):
        return run
    stopped_at = run.stopped_at if run.stopped_at is not None and run.stopped_at <= last.begin else None
    return replace(run, ended_at=last.begin, stopped_at=stopped_at)


def _deadline(
    run: Run, span: _InForce, policy: Policy, rule: ClockRule, calendar: WorkCalendar, now: datetime
) -> Deadline:
    pauses = run.pauses if rule.pausable else ()
    due = due_at(calendar, run.started_at, rule.target_seconds, pauses)
    verdict = _verdict(run, due, pauses, span.until, now)
    return Deadline(
        clock=rule.name,
        round=run.round,
        policy=policy.code,
        policy_version=policy.version,
        rule=rule,
        target_seconds=rule.target_seconds,
        started_at=run.started_at,
        due_at=due,
        stopped_at=run.stopped_at,
        ended_at=run.ended_at,
        verdict=verdict,
        breached_at=due if verdict is Verdict.BREACHED else None,
        levels=tuple(_levels(run, rule, calendar, pauses, due, verdict)),
        pauses=pauses,
        calendar=calendar,
        seen_at=now,
    )


def _verdict(run: Run, due: datetime | None, pauses: Sequence[Pause], until: datetime | None, now: datetime) -> Verdict:
    """How the run stands under one rule, which is in force `until` then; exactly at the deadline is in time."""
    known = [at for at in (run.stopped_at, run.ended_at, until) if at is not None]
    if due is not None and due < min([*known, now]):
        return Verdict.BREACHED
    if run.stopped_at is not None:
        return Verdict.MET
    if run.ended_at is not None:
        return Verdict.CANCELLED
    return Verdict.PAUSED if pauses and pauses[-1].end is None else Verdict.RUNNING


def _levels(
    run: Run, rule: ClockRule, calendar: WorkCalendar, pauses: Sequence[Pause], due: datetime | None, verdict: Verdict
) -> Iterator[DueLevel]:
    if verdict in (Verdict.MET, Verdict.CANCELLED):
        return
    over = run.stopped_at is not None or run.ended_at is not None
    before_due = tuple(pause for pause in pauses if due is None or pause.begin < due)
    noticed_at = min((at for at in run.acknowledged if due is not None and at >= due), default=None)
    for level in rule.levels:
        if over and level.kind is not LevelKind.BREACH:
            continue
        for each in level.occurrences():
            at = due_at(calendar, run.started_at, each.offset_seconds(rule.target_seconds), before_due)
            if at is None or (level.repeats and noticed_at is not None and at > noticed_at):
                break
            yield DueLevel(each.name, each.kind, at, each.actions)
