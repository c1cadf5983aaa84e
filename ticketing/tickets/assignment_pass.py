"""Looking after tickets that nobody has, and after those whose owner is not there.

A beat of a few seconds calls ``run``. Its cost grows with what is due for a look: a partial index holds the tickets
without an owner, and each says when it is to be looked at again. Tickets of automatic teams are given to whom they
suit best, due soonest first; where nobody fits, or nobody has claimed in time, the ticket says so, the lead is told
once per reason, and it is looked at again every minute, or at once when someone becomes available.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import Select, or_, select, text, update
from sqlalchemy.orm import Session, lazyload, load_only

from ticketing.platform import metrics
from ticketing.platform.actor import SYSTEM
from ticketing.platform.clock import Clock
from ticketing.platform.db import Database
from ticketing.platform.settings import Settings
from ticketing.staff.models import Staff, Team
from ticketing.tickets import absences, assignment, assignment_notices, workload
from ticketing.tickets.absences import Moved
from ticketing.tickets.assignment_rules import Nobody, choose
from ticketing.tickets.assignment_wording import UNCLAIMED
from ticketing.tickets.journal import note_event
from ticketing.tickets.models import Ticket, Unassigned
from ticketing.tickets.workload import Pool

LOOK_AGAIN = timedelta(minutes=1)
TOLD_LOOK_AGAIN = timedelta(hours=1)
"""A ticket whose lead was told that nobody has claimed it is looked at seldom, in case its team becomes automatic."""
CLAIM_MINUTES = 30
"""For the common queue, which belongs to no team."""
AT_ONCE = 500
TOGETHER = 20
"""So many tickets are told of in one transaction and one message."""
T = TypeVar("T")
UNOWNED = text("ticket.owner_id IS NULL AND ticket.status NOT IN ('closed', 'withdrawn', 'merged')")


@dataclass
class Report:
    """What one pass did: tickets given to someone, told of because nobody has them, and moved from who is not there."""

    moved: Moved
    assigned: int = 0
    told: int = 0


@dataclass(frozen=True)
class _Waiting:
    """A ticket to look at, and what is known of its waiting."""

    ticket: Ticket
    automatic: bool
    claim_by: datetime
    minutes: int
    taken_from: int | None
    reason: str | None
    told: tuple[str, ...]


@dataclass(frozen=True)
class _Stuck:
    """A ticket that nobody has, and why."""

    ticket_id: int
    reason: str
    minutes: int


def run(database: Database, *, clock: Clock, settings: Settings) -> Report:
    """One pass: who has come or gone, whose owner is not there, and what waits for someone."""
    with database.reading() as session:
        members = session.scalars(select(Staff)).all()
    _note_duty(database, members, clock=clock, settings=settings)
    report = Report(absences.look_after(database, members, clock=clock, settings=settings))
    with database.reading() as session:
        waiting = [_as_waiting(row) for row in session.execute(_due(clock.now()))]
        pool = read_pool(session, clock=clock, settings=settings) if any(each.automatic for each in waiting) else None
    stuck: list[_Stuck] = []
    for each in waiting:
        reason = _look_at(database, each, pool, clock=clock, settings=settings, report=report)
        if reason is not None:
            stuck.append(_Stuck(each.ticket.id, reason, each.minutes))
    _settle(database, waiting, stuck, clock=clock, settings=settings, report=report)
    return report


def read_pool(session: Session, *, clock: Clock, settings: Settings) -> Pool:
    """Everyone who may be given a ticket now."""
    return Pool.read(session, now=clock.now(), zone=ZoneInfo(settings.time_zone))


def _note_duty(database: Database, members: Sequence[Staff], *, clock: Clock, settings: Settings) -> None:
    """Keep since when people have been open to new tickets; what waits in their team is looked at at once.

    Derived from what is so and not from what was pressed: it covers the switch, signing in, being seen again, a shift
    that begins and a change of the roster (which resets it) alike.
    """
    now, zone = clock.now(), ZoneInfo(settings.time_zone)
    ready = {
        member.id
        for member in members
        if member.role in workload.WORKS_TICKETS
        and workload.as_candidate(member, workload.InHand(), now=now, zone=zone).is_on_duty
    }
    come = [member for member in members if member.id in ready and member.on_duty_since is None]
    gone = [member for member in members if member.id not in ready and member.on_duty_since is not None]
    if not come and not gone:
        return
    with database.transaction() as session:
        for people, since in ((come, now), (gone, None)):
            ids = [member.id for member in people]
            session.execute(update(Staff).where(Staff.id.in_(ids)).values(on_duty_since=since))
        _wake(session, {member.team_id for member in come if member.team_id is not None})


def _wake(session: Session, team_ids: Iterable[int]) -> None:
    """Look at these teams' tickets in this pass; those that someone is working on just now are left alone."""
    waiting = (
        select(Ticket.id)
        .join(Team, Team.id == Ticket.team_id)
        .where(UNOWNED, Ticket.team_id.in_(team_ids), Team.assignment == "automatic", Ticket.assign_at.is_not(None))
        .with_for_update(skip_locked=True, of=Ticket)
    )
    ids = session.scalars(waiting).all()
    for some in _parts(ids, AT_ONCE):
        session.execute(
            update(Ticket)
            .where(Ticket.id.in_(some), Ticket.owner_id.is_(None))
            .values(assign_at=None)
            .execution_options(synchronize_session=False)
        )


def _due(now: datetime) -> Select[*tuple[Any, ...]]:
    return (
        select(Ticket, Team.assignment, Team.claim_minutes, Unassigned)
        .outerjoin(Team, Team.id == Ticket.team_id)
        .outerjoin(Unassigned, Unassigned.ticket_id == Ticket.id)
        .options(
            lazyload(Ticket.rounds),
            load_only(
                Ticket.team_id,
                Ticket.category,
                Ticket.product,
                Ticket.language,
                Ticket.severity,
                Ticket.next_due_at,
                Ticket.created_at,
            ),
        )
        .where(UNOWNED, or_(Ticket.assign_at.is_(None), Ticket.assign_at <= now))
        .order_by(Ticket.next_due_at.is_(None), Ticket.next_due_at, Ticket.id)
        .limit(AT_ONCE)
    )


def _as_waiting(row: Any) -> _Waiting:
    ticket, mode, claim_minutes, known = row
    minutes = claim_minutes or CLAIM_MINUTES
    since = known.since if known else ticket.created_at
    return _Waiting(
        ticket=ticket,
        automatic=mode == "automatic",
        claim_by=since + timedelta(minutes=minutes),
        minutes=minutes,
        taken_from=known.taken_from if known else None,
        reason=known.reason if known else None,
        told=tuple(known.told) if known else (),
    )


def _look_at(
    database: Database, each: _Waiting, pool: Pool | None, *, clock: Clock, settings: Settings, report: Report
) -> str | None:
    """Give the ticket to someone; why it could not be, or that nobody claimed it in time."""
    if not each.automatic or pool is None:
        return UNCLAIMED if clock.now() >= each.claim_by else None
    # Asked before a transaction is opened, so that many tickets that nobody can take cost no writing.
    verdict = choose(workload.need_of(each.ticket, clock.now()), pool.people, former=each.taken_from)
    if not isinstance(verdict, Nobody):
        with database.transaction() as session:
            given = assignment.assign(session, clock=clock, settings=settings, ticket_id=each.ticket.id, pool=pool)
        if not isinstance(given, Nobody):
            report.assigned += given is not None
            return None
        verdict = given
    return verdict.reason.value


def _settle(
    database: Database,
    waiting: Sequence[_Waiting],
    stuck: Sequence[_Stuck],
    *,
    clock: Clock,
    settings: Settings,
    report: Report,
) -> None:
    """Write down what is stuck and tell of it, and when to look again."""
    known = {each.ticket.id: each for each in waiting}
    news = [item for item in stuck if item.reason not in known[item.ticket_id].told]
    for some in _parts(news, TOGETHER):
        with database.transaction() as session:
            report.told += _tell(session, some, clock=clock, settings=settings)
    changed = [
        item
        for item in stuck
        if item.reason in known[item.ticket_id].told and item.reason != known[item.ticket_id].reason
    ]
    for when, ids in _next_looks(known, stuck, clock.now()):
        with database.transaction() as session:
            # In order of their ids, so that two passes that lock several never wait for each other.
            free = select(Ticket.id).where(Ticket.id.in_(ids), Ticket.owner_id.is_(None)).order_by(Ticket.id)
            locked = session.scalars(free.with_for_update()).all()
            session.execute(
                update(Ticket)
                .where(Ticket.id.in_(locked))
                .values(assign_at=when)
                .execution_options(synchronize_session=False)
            )
    if changed:
        with database.transaction() as session:
            for item in changed:
                session.execute(
                    update(Unassigned).where(Unassigned.ticket_id == item.ticket_id).values(reason=item.reason)
                )


def _parts(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    return (items[start : start + size] for start in range(0, len(items), size))


def _next_looks(
    known: dict[int, _Waiting], stuck: Sequence[_Stuck], now: datetime
) -> Iterator[tuple[datetime, Sequence[int]]]:
    reasons = {item.ticket_id: item.reason for item in stuck}
    times: defaultdict[datetime, list[int]] = defaultdict(list)
    for ticket_id, each in known.items():
        reason = reasons.get(ticket_id)
        if reason == UNCLAIMED:
            times[now + TOLD_LOOK_AGAIN].append(ticket_id)
        elif reason is not None:
            times[now + LOOK_AGAIN].append(ticket_id)
        elif not each.automatic:
            # To the minute, so that many tickets share one statement.
            times[each.claim_by.replace(second=0, microsecond=0) + timedelta(minutes=1)].append(ticket_id)
    yield from times.items()


def _tell(session: Session, stuck: Sequence[_Stuck], *, clock: Clock, settings: Settings) -> int:
    """One event on each ticket and one message to each lead for each reason; who was quicker has told already."""
    together: defaultdict[tuple[Any, ...], list[Ticket]] = defaultdict(list)
    for item in stuck:
        ticket = assignment.held(session, item.ticket_id)
        if ticket is None or ticket.owner_id is not None:
            continue
        row = session.get(Unassigned, ticket.id, populate_existing=True)
        if row is None:
            row = Unassigned(ticket_id=ticket.id, since=ticket.created_at, told=[])
            session.add(row)
        if item.reason in row.told:
            continue
        row.reason, row.told = item.reason, [*row.told, item.reason]
        note_event(
            session,
            clock=clock,
            actor=SYSTEM,
            ticket=ticket,
            kind="unassignable",
            reason=item.reason,
            language=ticket.language,
            category=ticket.category,
            minutes=item.minutes,
        )
        metrics.UNASSIGNABLE.labels(item.reason).inc()
        together[ticket.team_id, item.reason, ticket.language, ticket.category, item.minutes].append(ticket)
    for (_, reason, _, _, minutes), tickets in together.items():
        key = f"{tickets[0].id}:{session.get_one(Unassigned, tickets[0].id).since:%Y%m%dT%H%M%S}"
        assignment_notices.unassignable(session, clock=clock, tickets=tickets, reason=reason, minutes=minutes, key=key)
    return sum(map(len, together.values()))
