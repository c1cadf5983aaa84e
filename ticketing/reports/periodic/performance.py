"""Agents' and teams' measures in a period, each with the one before and its target."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session, aliased

from ticketing.audit import service as audit
from ticketing.platform.actor import Actor
from ticketing.platform.clock import Clock
from ticketing.platform.errors import DomainError
from ticketing.reports.periodic import counting
from ticketing.reports.periodic.counting import Span
from ticketing.reports.periodic.models import PerformanceTarget
from ticketing.reports.periodic.performance_rules import (
    RANGES,
    ROLE_SCOPE,
    Measure,
    Measured,
    share,
    target_of,
    team_scope,
)
from ticketing.reports.periodic.periods import Period
from ticketing.sla.models import OF_TICKETS, ClockVerdict
from ticketing.staff.models import Staff, Team
from ticketing.staff.rules import Role
from ticketing.surveys.models import Survey
from ticketing.tickets.models import Ticket, TicketEvent

REPEATED_WITHIN = timedelta(days=30)
AT_WORK = frozenset(
    {"claimed", "agent_reply", "findings_recorded", "decided", "letter_drafted", "answer_sent", "closed", "noted"}
)
Counts = Mapping[Any, tuple[int, int]]


@dataclass(frozen=True)
class Performance:
    """Somebody's measures, or a team's (``staff`` is None)."""

    team: Team | None
    staff: Staff | None
    measures: Mapping[Measure, Measured]


@dataclass(frozen=True)
class Sheet:
    """A period's performance: teams, and people below them."""

    teams: Sequence[Performance]
    people: Sequence[Performance]


def sheet(
    session: Session, *, period: Period, until: Any, team_id: int | None = None, staff_id: int | None = None
) -> Sheet:
    """The period's measures: of everybody, of a team, or of one person alone."""
    wanted = (
        select(Staff)
        .where(Staff.active, Staff.role.in_([Role.AGENT, Role.TEAM_LEAD]))
        .order_by(Staff.team_id, Staff.name)
    )
    wanted = wanted if team_id is None else wanted.where(Staff.team_id == team_id)
    people = session.scalars(wanted if staff_id is None else wanted.where(Staff.id == staff_id)).unique().all()
    earlier, targets = period.before(), all_targets(session)
    now = _measured(session, Span(period.starts_at, until), period, people)
    before = _measured(session, Span(earlier.starts_at, earlier.ends_at), earlier, people)

    def together(members: Sequence[Staff], team: Team | None, one: Staff | None) -> Performance:
        ids = [member.id for member in members]
        team_of = team.id if team else None
        measures = {
            measure: replace(
                now[measure].of(ids),
                before=before[measure].of(ids).value,
                target=target_of(targets, measure, team_of),
            )
            for measure in Measure
        }
        return Performance(team, one, measures)

    by_team: dict[int, list[Staff]] = defaultdict(list)
    for person in people:
        if person.team_id is not None:
            by_team[person.team_id].append(person)
    teams = [together(members, members[0].team, None) for members in by_team.values()] if staff_id is None else []
    return Sheet(teams, [together([person], person.team, person) for person in people])


@dataclass(frozen=True)
class _Ratio:
    """A measure of many: parts and wholes by person, as a share or as a mean."""

    counts: Counts
    percent: bool = True

    def of(self, ids: Iterable[int]) -> Measured:
        part = sum(self.counts.get(each, (0, 0))[0] for each in ids)
        whole = sum(self.counts.get(each, (0, 0))[1] for each in ids)
        value = share(part, whole) if self.percent else part / whole if whole else None
        return Measured(value, whole)


@dataclass(frozen=True)
class _Rated:
    """Satisfaction of many, from sums by person."""

    sums: Mapping[int, Sequence[Any]]

    def of(self, ids: Iterable[int]) -> Measured:
        rows = [self.sums[each] for each in ids if each in self.sums]
        index = counting.index_of([sum(column) for column in zip(*rows, strict=True)] or [0] * 5)
        return Measured(index.whole, index.answers, margin=index.margin)


def _measured(session: Session, span: Span, period: Period, people: Sequence[Staff]) -> dict[Measure, Any]:
    ids = [person.id for person in people]
    days = _days_at_work(session, span, period, ids)
    closed, repeated = _closed(session, span, ids)
    return {
        Measure.FIRST_REPLY: _Ratio(_promises(session, span, ids, ("first_reply",))),
        Measure.KEPT: _Ratio(_promises(session, span, ids, counting.PROMISED)),
        Measure.HANDLED: _Ratio({each: (closed.get(each, 0), days.get(each, 0)) for each in ids}, percent=False),
        Measure.SATISFACTION: _Rated(_stars(session, span, ids)),
        Measure.REPEATS: _Ratio({each: (repeated.get(each, 0), closed.get(each, 0)) for each in ids}),
    }


def _promises(session: Session, span: Span, ids: Sequence[int], clocks: Sequence[str]) -> Counts:
    """Promises kept, and all settled, by the owner of their ticket."""
    kept = (ClockVerdict.verdict == "met") & span.holds(ClockVerdict.stopped_at)
    broken = (ClockVerdict.verdict == "breached") & span.holds(ClockVerdict.breached_at)
    rows = session.execute(
        select(Ticket.owner_id, func.sum(case((kept, 1), else_=0)), func.count())
        .join(Ticket, Ticket.id == ClockVerdict.ticket_id)
        .where(OF_TICKETS, ClockVerdict.clock.in_(clocks), Ticket.owner_id.in_(ids), kept | broken)
        .group_by(Ticket.owner_id)
    )
    return {owner: (int(met), count) for owner, met, count in rows}


def _closed(session: Session, span: Span, ids: Sequence[int]) -> tuple[dict[Any, int], dict[Any, int]]:
    """Cases closed by their owner, and those of them that came back within 30 days: repeated, or reopened."""
    again = aliased(Ticket)
    came_back = (
        select(again.id)
        .where(
            again.repeat_of_id == Ticket.id,
            again.created_at > Ticket.closed_at,
            again.created_at <= span.end + REPEATED_WITHIN,
        )
        .exists()
    )
    rows = session.execute(
        select(Ticket.owner_id, func.count(), func.sum(case((came_back | (Ticket.round > 1), 1), else_=0)))
        .where(span.holds(Ticket.closed_at), Ticket.status == "closed", Ticket.owner_id.in_(ids))
        .group_by(Ticket.owner_id)
    ).all()
    return {row[0]: row[1] for row in rows}, {row[0]: int(row[2]) for row in rows}


def _days_at_work(session: Session, span: Span, period: Period, ids: Sequence[int]) -> dict[int, int]:
    """Local days on which somebody did something to a ticket; leave and days off do not count against them."""
    actors = {f"staff:{each}": each for each in ids}
    rows = session.execute(
        select(TicketEvent.actor, TicketEvent.at).where(
            TicketEvent.actor.in_(actors), TicketEvent.kind.in_(AT_WORK), span.holds(TicketEvent.at)
        )
    )
    days: dict[int, set[Any]] = defaultdict(set)
    for actor, at in rows:
        days[actors[actor]].add(at.astimezone(period.zone).date())
    return {each: len(found) for each, found in days.items()}


def _stars(session: Session, span: Span, ids: Sequence[int]) -> dict[int, Sequence[Any]]:
    rows = session.execute(
        counting.index_sums(span.holds(Survey.answered_at), Survey.staff_id.in_(ids), by=(Survey.staff_id,))
    )
    return {row[0]: [float(value or 0) if place else int(value) for place, value in enumerate(row[1:])] for row in rows}


def all_targets(session: Session) -> dict[tuple[str, str], float]:
    """Every target that somebody has set, by scope and measure."""
    return {(row.scope, row.measure): row.value for row in session.scalars(select(PerformanceTarget))}


def set_targets(
    session: Session, *, clock: Clock, actor: Actor, scope: str, values: Mapping[Measure, float | None]
) -> None:
    """Set a scope's targets; None takes one away, so that the role's or the usual one holds. Raises ``target_invalid``."""
    known = {ROLE_SCOPE, *(team_scope(each) for each in session.scalars(select(Team.id)))}
    wrong = [measure for measure, value in values.items() if value is not None and not _sensible(measure, value)]
    if scope not in known or wrong:
        raise DomainError("target_invalid", fields=[str(measure) for measure in wrong], scope=scope)
    rows = {
        row.measure: row for row in session.scalars(select(PerformanceTarget).where(PerformanceTarget.scope == scope))
    }
    for measure, value in values.items():
        row = rows.get(measure)
        before = row.value if row else None
        if value == before:
            continue
        if row is not None:
            session.delete(row)
            session.flush()
        if value is not None:
            session.add(
                PerformanceTarget(
                    scope=scope, measure=measure, value=value, updated_at=clock.now(), updated_by=actor.name
                )
            )
        audit.record(
            session, clock=clock, actor=actor, action="performance.target", subject=("target", scope), measure=measure,
            before=before, after=value,
        )  # fmt: skip
    session.flush()


def _sensible(measure: Measure, value: float) -> bool:
    low, high = RANGES[measure]
    return low <= value <= high
