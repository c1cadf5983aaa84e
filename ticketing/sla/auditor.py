"""The auditor: recomputes promises slowly, from the log and by other arithmetic, and names every row that disagrees.

It trusts neither `rules` nor what is armed: the slow twin (`replay`) says what should be there. What it looks at is
read whole, a few hundred promises at a time; who runs it over all of them is the integrity domain.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.platform.clock import Clock
from ticketing.sla.calendar_store import load_calendars
from ticketing.sla.calendars import WorkCalendar
from ticketing.sla.holders import Holder
from ticketing.sla.models import ArmedLevel, Calendar, ClockVerdict, PolicyAssignment, SlaPolicy
from ticketing.sla.policies import Policy, PolicyInForce
from ticketing.sla.replay import Seen, replay
from ticketing.sla.timelines import ClockEvent

LATE_AFTER = timedelta(minutes=5)
"""The sweep's grace: what has been due for longer and has not fired is late."""
PROBLEMS = ("missing", "moved", "orphan", "late", "wrong_verdict")

_LIVE, _FINAL = ("running", "paused"), ("met", "breached")
_Key = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a holder's promises follow from: its log and the policies in force one after the other."""

    holder: Holder
    events: Sequence[ClockEvent]
    policies: Sequence[PolicyInForce]


@dataclass(frozen=True, slots=True)
class Finding:
    """A row that is wrong.

    `problem` is missing (not armed), moved (armed for another time), orphan (nothing asks for it), late (due and not
    fired) or wrong_verdict; `level` is empty where the promise itself is meant. `expected` and `found` are instants
    for levels and verdicts else, as text; empty for nothing.
    """

    holder: Holder
    clock: str
    round: int
    level: str
    problem: str
    expected: str = ""
    found: str = ""

    @property
    def key(self) -> tuple[Holder, str, int, str, str]:
        """What makes it the same finding the next time one looks."""
        return self.holder, self.clock, self.round, self.level, self.problem


@dataclass(slots=True)
class _Rows:
    """What is written down of one clock in one round."""

    verdict: ClockVerdict | None
    levels: dict[str, ArmedLevel]


def policies_of(session: Session, ticket_ids: Sequence[int]) -> Mapping[int, list[PolicyInForce]]:
    """The policies each ticket was given, as they were written down; a ticket without any is not in it."""
    asked = (
        select(PolicyAssignment.ticket_id, PolicyAssignment.since, SlaPolicy)
        .outerjoin(SlaPolicy, SlaPolicy.id == PolicyAssignment.policy_id)
        .where(PolicyAssignment.ticket_id.in_(ticket_ids))
        .order_by(PolicyAssignment.since)
    )
    found: dict[int, list[PolicyInForce]] = {}
    for ticket_id, since, row in session.execute(asked):
        policy = Policy.of(row.code, row.version, row.clocks) if row is not None else None
        found.setdefault(ticket_id, []).append(PolicyInForce(since, policy))
    return found


def check(session: Session, *, clock: Clock, cases: Sequence[Evidence]) -> list[Finding]:
    """Everything that is wrong with these holders' promises."""
    now = clock.now()
    codes = {rule.calendar for case in cases for span in case.policies if span.policy for rule in span.policy.clocks}
    calendars = load_calendars(session, codes)
    asked = select(Calendar.code, Calendar.updated_at).where(Calendar.code.in_(codes))
    changed = dict(session.execute(asked).all())
    written = _written(session, [case.holder for case in cases])
    return [
        finding for case in cases for finding in _check(case, written.get(case.holder, {}), calendars, changed, now)
    ]


def _check(
    case: Evidence,
    written: Mapping[_Key, _Rows],
    calendars: Mapping[str, WorkCalendar],
    changed: Mapping[str, datetime],
    now: datetime,
) -> Iterator[Finding]:
    """Compare what is written of one holder, clock by clock, with what its log says."""
    if case.events and not case.policies:
        yield Finding(case.holder, "", 0, "", "missing")
    seen = {(each.clock, each.round): each for each in replay(case.events, case.policies, calendars, now=now)}
    for key in sorted(written.keys() | seen.keys()):
        mine, wanted = written.get(key, _Rows(None, {})), seen.get(key)
        if wanted is not None and mine.verdict is not None and _settled_otherwise(case, mine.verdict, wanted):
            wanted = _as_then(case, mine.verdict, calendars, now)
        excused = mine.verdict is not None and _settled_before(mine.verdict, changed)
        wrong = list(_late(mine, now))
        if not excused:
            wrong += [*_verdict(mine.verdict, wanted, now), *_levels(mine, wanted, now)]
        named: set[str] = set()
        for level, problem, expected, found in wrong:
            if level not in named:
                named.add(level)
                yield Finding(case.holder, *key, level, problem, expected, found)


def _late(mine: _Rows, now: datetime) -> Iterator[tuple[str, str, str, str]]:
    for level, row in sorted(mine.levels.items()):
        if row.state == "armed" and row.due_at < now - LATE_AFTER:
            yield level, "late", _text(row.due_at), ""


def _verdict(row: ClockVerdict | None, seen: Seen | None, now: datetime) -> Iterator[tuple[str, str, str, str]]:
    if seen is None:
        if row is not None and row.verdict in _LIVE:
            yield "", "orphan", "", row.verdict
    elif row is None:
        yield "", "missing", seen.verdict, ""
    elif row.verdict != seen.verdict:
        unnoticed = row.verdict in _LIVE and seen.breached_at is not None and seen.breached_at >= now - LATE_AFTER
        if not unnoticed:
            yield "", "wrong_verdict", seen.verdict, row.verdict
    elif row.breached_at != seen.breached_at:
        yield "", "wrong_verdict", _text(seen.breached_at), _text(row.breached_at)
    elif row.verdict in _LIVE and row.target_at != seen.due_at:
        yield "", "moved", _text(seen.due_at), _text(row.target_at)


def _levels(mine: _Rows, seen: Seen | None, now: datetime) -> Iterator[tuple[str, str, str, str]]:
    wanted = seen.levels if seen is not None else {}
    for level, due_at in sorted(wanted.items()):
        row = mine.levels.get(level)
        if row is None or row.state not in ("armed", "fired"):
            yield level, "missing", _text(due_at), row.state if row else ""
        elif row.state == "armed" and row.due_at != due_at:
            yield level, "moved", _text(due_at), _text(row.due_at)
    for level, row in sorted(mine.levels.items()):
        if row.state == "armed" and level not in wanted:
            yield level, "orphan", "", _text(row.due_at)
        elif row.state == "fired" and row.fired_at is not None and row.fired_at < row.due_at:
            yield level, "moved", _text(row.due_at), _text(row.fired_at)


def _settled_otherwise(case: Evidence, row: ClockVerdict, seen: Seen) -> bool:
    """Whether it was judged before an earlier intake came into the log, as when a complaint absorbs another."""
    return (
        row.verdict in _FINAL
        and any(event.at == row.started_at for event in case.events)
        and (row.started_at > seen.started_at)
    )


def _as_then(case: Evidence, row: ClockVerdict, calendars: Mapping[str, WorkCalendar], now: datetime) -> Seen | None:
    """The promise as it is without what came in later for a time before it began."""
    rules = [rule for span in case.policies if span.policy and (rule := span.policy.rule(row.clock))]
    starts = {kind for rule in rules for kind in rule.starts_on}
    known = [event for event in case.events if event.kind not in starts or event.at >= row.started_at]
    found = replay(known, case.policies, calendars, now=now)
    return next((each for each in found if (each.clock, each.round) == (row.clock, row.round)), None)


def _settled_before(row: ClockVerdict, changed: Mapping[str, datetime]) -> bool:
    """Whether its calendar changed after it was settled: what was judged stays judged."""
    settled_at = row.breached_at or row.stopped_at
    return row.verdict in _FINAL and settled_at is not None and changed.get(row.calendar, settled_at) > settled_at


def _written(session: Session, holders: Iterable[Holder]) -> dict[Holder, dict[_Key, _Rows]]:
    """Verdicts and levels of those holders, by clock and round."""
    found: dict[Holder, dict[_Key, _Rows]] = {}
    kinds: dict[str, list[int]] = {}
    for holder in holders:
        kinds.setdefault(holder.kind, []).append(holder.id)
    for kind, ids in kinds.items():
        for verdict in session.scalars(select(ClockVerdict).where(getattr(ClockVerdict, f"{kind}_id").in_(ids))):
            rounds = found.setdefault(Holder.of(verdict), {})
            rounds[verdict.clock, verdict.round] = _Rows(verdict, {})
        for row in session.scalars(select(ArmedLevel).where(getattr(ArmedLevel, f"{kind}_id").in_(ids))):
            rounds = found.setdefault(Holder.of(row), {})
            rounds.setdefault((row.clock, row.round), _Rows(None, {})).levels[row.level] = row
    return found


def _text(at: datetime | None) -> str:
    return at.isoformat() if at is not None else ""
