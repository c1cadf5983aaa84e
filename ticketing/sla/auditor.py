"""The auditor: recomputes promises slowly, from the log and by other arithmetic, and names every row that disagrees.

It trusts neither `rules` nor what is armed. Run it hourly over the open tickets; its findings are alarms.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.platform.clock import Clock
from ticketing.sla import oracle
from ticketing.sla.calendar_store import load_calendars
from ticketing.sla.calendars import WorkCalendar
from ticketing.sla.models import ArmedLevel, ClockVerdict
from ticketing.sla.policies import ClockRule, Policy
from ticketing.sla.policy_store import history
from ticketing.sla.service import Subject
from ticketing.sla.zones import as_utc

LATE_AFTER = timedelta(minutes=5)
_AHEAD = timedelta(days=70)

_Rows = Mapping[str, ArmedLevel]


@dataclass(frozen=True, slots=True)
class Finding:
    """A level that is wrong. `problem` is missing (not armed), moved (armed for another time), orphan, or late."""

    ticket_id: int
    clock: str
    round: int
    level: str
    problem: str


@dataclass(frozen=True, slots=True)
class AuditReport:
    """How many tickets were looked at, and what is wrong."""

    checked: int
    findings: tuple[Finding, ...]


def audit_promises(session: Session, *, clock: Clock, subjects: Iterable[Subject]) -> AuditReport:
    """Check what is armed for these tickets; a fraction of a second each, so give open ones.

    Clocks that repeat, and what follows a breach, are checked for late rows only.
    """
    checked, findings = 0, list[Finding]()
    for subject in subjects:
        checked += 1
        findings += _check(session, subject, clock.now())
    return AuditReport(checked, tuple(findings))


def _check(session: Session, subject: Subject, now: datetime) -> Iterator[Finding]:
    """Compare the armed rows of one ticket, clock by clock, with what the log says should be armed."""
    rows: dict[tuple[str, int], dict[str, ArmedLevel]] = {}
    for row in session.scalars(select(ArmedLevel).where(ArmedLevel.ticket_id == subject.ticket_id)):
        rows.setdefault((row.clock, row.round), {})[row.level] = row
    asked = select(ClockVerdict).where(ClockVerdict.ticket_id == subject.ticket_id)
    verdicts = {(row.clock, row.round): row.verdict for row in session.scalars(asked)}
    policy = _policy_now(session, subject, now)
    calendars = load_calendars(session, {rule.calendar for rule in policy.clocks} if policy else ())
    expected = {
        (rule.name, subject.round): _expected(rule, calendars[rule.calendar], subject, now)
        for rule in (policy.clocks if policy else ())
        if not rule.repeats
    }
    repeating = {rule.name for rule in (policy.clocks if policy else ()) if rule.repeats}
    for key in rows.keys() | expected.keys():
        mine, verdict = rows.get(key, {}), verdicts.get(key, "")
        wrong = dict(_late(mine, now))
        if key[0] not in repeating and verdict != "breached":
            wrong |= dict(_differences(expected.get(key, {}), mine, now))
        for level, problem in sorted(wrong.items()):
            yield Finding(subject.ticket_id, *key, level, problem)


def _expected(rule: ClockRule, calendar: WorkCalendar, subject: Subject, now: datetime) -> dict[str, datetime]:
    """The due time of every level that must be armed or have fired, by the slow twin."""
    rule = _extended(rule, subject)
    seen = oracle.play(rule, calendar, subject.events, number=subject.round, now=now, limit=now + _AHEAD)
    if seen is None or seen.verdict in ("met", "cancelled"):
        return {}
    mine = sorted((event for event in subject.events if event.round == subject.round), key=lambda event: event.at)
    holds = oracle.holds_of(mine) if rule.pausable else []
    targets = [timedelta(seconds=level.offset_seconds(rule.target_seconds)) for level in rule.levels]
    dues = oracle.slow_dues(calendar, seen.started_at, targets, holds, now + _AHEAD)
    return {level.name: due for level, due in zip(rule.levels, dues, strict=True) if due is not None}


def _differences(expected: Mapping[str, datetime], mine: _Rows, now: datetime) -> Iterator[tuple[str, str]]:
    for level, due_at in expected.items():
        row = mine.get(level)
        if row is None or row.state not in ("armed", "fired"):
            yield level, "missing"
        elif row.state == "armed" and row.due_at != due_at:
            yield level, "moved"
    for level, row in mine.items():
        if row.state == "armed" and level not in expected and row.due_at > now - LATE_AFTER:
            yield level, "orphan"


def _late(mine: _Rows, now: datetime) -> Iterator[tuple[str, str]]:
    for level, row in mine.items():
        if row.state == "armed" and row.due_at < now - LATE_AFTER:
            yield level, "late"


def _policy_now(session: Session, subject: Subject, now: datetime) -> Policy | None:
    if not subject.events:
        return None
    spans = history(
        session,
        ticket_id=subject.ticket_id,
        attributes=subject.attributes,
        intake_at=min(as_utc(event.at) for event in subject.events),
        asked_at=None,
        now=now,
        keep=False,
    )
    return spans[-1].policy


def _extended(rule: ClockRule, subject: Subject) -> ClockRule:
    granted = [
        int(event.data["target_seconds"])
        for event in subject.events
        if event.kind == "extended" and event.round == subject.round and event.data.get("clock") == rule.name
    ]
    return replace(rule, target_seconds=max([rule.target_seconds, *granted]))
