"""The slow twin plays a log: instant by instant, clocks are started, held, stretched, stopped and found late.

What happens at one instant happens in a fixed order, which is where the promise's conventions are: whatever ran out
before is late; then a new policy counts; clocks start; extensions, pauses and acknowledgements count; what the new
policy makes late is late; promises are kept; and only then the round ends. So done at exactly the deadline is in time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import groupby

from ticketing.sla import oracle
from ticketing.sla.calendars import WorkCalendar
from ticketing.sla.oracle import Hold
from ticketing.sla.policies import ClockRule, Level, Policy, PolicyInForce
from ticketing.sla.timelines import ClockEvent

_HORIZON = timedelta(days=400)
_ENDINGS = ("closed", "withdrawn", "merged")


@dataclass(frozen=True, slots=True)
class Seen:
    """What the twin saw of one clock in one round: the same words as `rules.Deadline`.

    `levels` are those to be armed or to have fired, by name. `due_at` and levels which are known but lie more than a
    year ahead are missing.
    """

    clock: str
    round: int
    policy: str
    policy_version: int
    calendar: str
    started_at: datetime
    due_at: datetime | None
    verdict: str
    breached_at: datetime | None
    owed: bool
    levels: Mapping[str, datetime]


@dataclass(slots=True)
class _Watch:
    """One clock running once, while the log is played."""

    name: str
    number: int
    round: int
    started_at: datetime
    rule: ClockRule | None = None
    policy: Policy | None = None
    in_force: bool = False
    stretched_to: int = 0
    noticed: list[datetime] = field(default_factory=list)
    stopped_at: datetime | None = None
    verdict: str = ""
    over: bool = False
    due: datetime | None = None
    due_known: bool = False

    @property
    def settled(self) -> bool:
        """Whether nothing can change its verdict any more."""
        return bool(self.verdict)

    @property
    def target(self) -> int:
        """Seconds, with what was granted on top."""
        return max(self.rule.target_seconds if self.rule else 0, self.stretched_to)


def replay(
    events: Sequence[ClockEvent],
    history: Sequence[PolicyInForce],
    calendars: Mapping[str, WorkCalendar],
    *,
    now: datetime,
) -> tuple[Seen, ...]:
    """Every clock of every round as it stands `now`, after policies in force one after the other."""
    player = _Player(history, calendars, now.astimezone(UTC))
    swaps = [(span.since.astimezone(UTC), span) for span in player.spans[1:]]
    told = [(event.at.astimezone(UTC), event) for event in events]
    script: list[tuple[datetime, ClockEvent | PolicyInForce]] = sorted([*swaps, *told], key=lambda pair: pair[0])
    for instant, happening in groupby(script, key=lambda pair: pair[0]):
        together = [thing for _, thing in happening]
        player.live_through(
            instant,
            [thing for thing in together if isinstance(thing, PolicyInForce)],
            [thing for thing in together if isinstance(thing, ClockEvent)],
        )
    return tuple(player.result())


class _Player:
    """The state while a log is played."""

    def __init__(self, history: Sequence[PolicyInForce], calendars: Mapping[str, WorkCalendar], now: datetime) -> None:
        known = sorted(history, key=lambda span: span.since)
        self.spans = [*known[:1], *(span for span in known[1:] if span.since <= now)]
        self.policy = self.spans[0].policy if self.spans else None
        self.calendars, self.now = calendars, now
        self.watches: list[_Watch] = []
        self.holds: dict[int, list[Hold]] = {}
        self.rounds_over: set[int] = set()
        # A clock that changed its events is watched by what starts and stops it now.
        self.clocks = {rule.name: rule for span in self.spans if span.policy for rule in span.policy.clocks}

    def live_through(self, at: datetime, swaps: Sequence[PolicyInForce], told: Sequence[ClockEvent]) -> None:
        """Let everything of one instant happen."""
        heard = [event for event in told if event.round not in self.rounds_over]
        self._find_late(at)
        for swap in swaps[-1:]:  # of two changes at one instant the later wins
            self._swap(swap.policy)
        for event in heard:
            self._start(event, at)
        for event in heard:
            self._stretch(event, at)
            self._hold(event, at)
        self._find_late(at)
        for event in heard:
            self._stop(event, at)
        for event in told:
            self._end(event)

    def result(self) -> Iterator[Seen]:
        """How everything stands at the end."""
        self._find_late(self.now)
        for watch in self.watches:
            if watch.rule is None or watch.policy is None:
                continue
            if not watch.in_force:
                self._close(watch)
            holding = watch.rule.pausable and any(end is None for _, end in self.holds.get(watch.round, ()))
            verdict = watch.verdict or ("paused" if holding else "running")
            done = watch.over or watch.stopped_at is not None
            due = self._due(watch)
            yield Seen(
                clock=watch.name,
                round=watch.number,
                policy=watch.policy.code,
                policy_version=watch.policy.version,
                calendar=watch.rule.calendar,
                started_at=watch.started_at,
                due_at=due,
                verdict=verdict,
                breached_at=due if verdict == "breached" else None,
                owed=verdict in ("running", "paused") or (verdict == "breached" and not done),
                levels={} if verdict in ("met", "cancelled") else dict(self._levels(watch, watch.rule, due, done)),
            )

    def _start(self, event: ClockEvent, at: datetime) -> None:
        for name, rule in self.clocks.items():
            if event.kind not in rule.starts_on:
                continue
            before = [watch for watch in self.watches if watch.name == name]
            last = next((watch for watch in reversed(before) if watch.round == event.round), None)
            if last is not None and not (rule.repeats and last.stopped_at is not None and last.stopped_at < at):
                continue
            number = len(before) + 1 if rule.repeats else event.round
            watch = _Watch(name, number, event.round, at)
            self.watches.append(watch)
            self._put_in_force(watch)

    def _swap(self, policy: Policy | None) -> None:
        self.policy = policy
        for watch in self.watches:
            self._put_in_force(watch)

    def _put_in_force(self, watch: _Watch) -> None:
        rule = self.policy.rule(watch.name) if self.policy else None
        watch.in_force = rule is not None
        if rule is not None and not watch.settled:
            watch.rule, watch.policy, watch.due_known = rule, self.policy, False

    def _stretch(self, event: ClockEvent, at: datetime) -> None:
        """Extensions and acknowledgements: what is said of one clock by name."""
        for watch in self.watches:
            if watch.round != event.round or event.data.get("clock") != watch.name:
                continue
            if event.kind == "extended" and not watch.settled:
                watch.stretched_to = max(watch.stretched_to, int(event.data["target_seconds"]))
                watch.due_known = False
            elif event.kind == "acknowledged":
                watch.noticed.append(at)

    def _hold(self, event: ClockEvent, at: datetime) -> None:
        holds = self.holds.setdefault(event.round, [])
        holding = bool(holds) and holds[-1][1] is None
        if event.kind == "paused" and not holding:
            holds.append((at, None))
        elif event.kind == "resumed" and holding:
            begin, _ = holds.pop()
            if begin < at:
                holds.append((begin, at))
        else:
            return
        for watch in self.watches:
            watch.due_known = watch.due_known and watch.round != event.round

    def _stop(self, event: ClockEvent, at: datetime) -> None:
        for watch in self.watches:
            rule = self.clocks[watch.name]
            stops = event.kind in rule.stops_on and event.kind not in rule.starts_on
            if stops and watch.round == event.round and watch.stopped_at is None:
                watch.stopped_at = at
                if not watch.settled:
                    watch.verdict = "met" if watch.in_force else "cancelled"

    def _end(self, event: ClockEvent) -> None:
        if event.kind in _ENDINGS:
            ended = {event.round}
        elif event.kind == "reopened":
            ended = set(range(event.round)) - self.rounds_over
        else:
            return
        self.rounds_over |= ended
        for watch in self.watches:
            if watch.round in ended:
                self._close(watch)

    def _close(self, watch: _Watch) -> None:
        watch.over = True
        if not watch.settled:
            watch.verdict = "cancelled"

    def _find_late(self, at: datetime) -> None:
        for watch in self.watches:
            if watch.settled or not watch.in_force:
                continue
            due = self._due(watch)
            if due is not None and due < min(at, self.now):
                watch.verdict = "breached"

    def _due(self, watch: _Watch) -> datetime | None:
        if not watch.due_known and watch.rule is not None:
            watch.due = self._reached(watch, watch.rule, [watch.target], self._holds_of(watch, watch.rule))[0]
            watch.due_known = True
        return watch.due

    def _levels(
        self, watch: _Watch, rule: ClockRule, due: datetime | None, done: bool
    ) -> Iterator[tuple[str, datetime]]:
        wanted = [
            (level, name, seconds)
            for level in rule.levels
            if level.kind == "breach" or not done
            for name, seconds in _offsets(level, watch.target)
        ]
        holds = [hold for hold in self._holds_of(watch, rule) if due is None or hold[0] < due]
        noticed = min((at for at in watch.noticed if due is not None and due <= at), default=None)
        found = self._reached(watch, rule, [seconds for _, _, seconds in wanted], holds)
        for (level, name, _), at in zip(wanted, found, strict=True):
            heard = level.repeat_seconds is not None and noticed is not None and at is not None and noticed < at
            if at is not None and not heard:
                yield name, at

    def _holds_of(self, watch: _Watch, rule: ClockRule) -> list[Hold]:
        return self.holds.get(watch.round, []) if rule.pausable else []

    def _reached(
        self, watch: _Watch, rule: ClockRule, seconds: Sequence[int], holds: Sequence[Hold]
    ) -> list[datetime | None]:
        targets = [timedelta(seconds=each) for each in seconds]
        limit = max(self.now, watch.started_at) + _HORIZON
        return oracle.slow_dues(self.calendars[rule.calendar], watch.started_at, targets, holds, limit)


def _offsets(level: Level, target: int) -> Iterator[tuple[str, int]]:
    """Name and seconds from the start of each time a level comes."""
    if level.kind == "warning" and level.percent is not None:
        yield level.name, int(target * level.percent / 100)
    elif level.kind == "warning":
        yield level.name, max(target - (level.before_seconds or 0), 0)
    elif level.kind == "breach":
        yield level.name, target
    else:
        for time in range(level.times):
            later = (level.after_seconds or 0) + time * (level.repeat_seconds or 0)
            yield level.name if time == 0 else f"{level.name}_{time + 1}", target + later
