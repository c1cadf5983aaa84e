"""The auditor at work: over everything owed, once an hour, in slices so short that no deadline waits for it.

A slice checks some tickets or root-cause records and moves the run's cursor in the same transaction as its findings, so
a killed worker loses nothing and two workers count nothing twice. What looks wrong is looked at again: only what is wrong both times,
and so not just being written by someone else, is a finding.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, func, select, update
from sqlalchemy.orm import Session

from ticketing.integrity import alarms
from ticketing.integrity.evidence import PHASES, is_open
from ticketing.integrity.models import AuditFinding, AuditRun
from ticketing.platform.clock import Clock
from ticketing.platform.db import Database
from ticketing.platform.log import log
from ticketing.sla import auditor
from ticketing.sla.auditor import Finding
from ticketing.tickets.models import Ticket

SLICE = timedelta(seconds=1)
BATCH = 50
SLICE_BATCHES = 40
"""Batches of a slice at most; beside ``SLICE`` it bounds what one wake-up does."""


@dataclass(frozen=True)
class Looked:
    """One batch: how far it came (None: there is nothing after it), what was checked, what is wrong."""

    cursor: int | None
    checked: int
    findings: Sequence[Finding]


def advance(database: Database, *, clock: Clock) -> int:
    """One wake-up: begin this hour's run if it has not begun, check some of what is owed; gives how many holders."""
    run = _current(database, clock)
    if run is None:
        return 0
    ends, checked = clock.now() + SLICE, 0
    for _ in range(SLICE_BATCHES):
        began = clock.now()
        looked = look(database, clock=clock, phase=run.phase, cursor=run.cursor)
        with database.transaction() as session:
            if not _record(session, run, looked, began, clock):
                return checked
            checked += looked.checked
            if run.ended_at is not None:
                _finish(session, run, clock=clock)
        if run.ended_at is not None or clock.now() >= ends:
            break
    return checked


def look(database: Database, *, clock: Clock, phase: str, cursor: int) -> Looked:
    """Check the next batch after a cursor, and what seems wrong twice."""
    of = PHASES[phase]
    with database.reading() as session:
        ids, reached = of.ids(session, cursor, clock.now(), BATCH)
        wrong = auditor.check(session, clock=clock, cases=of.evidence(session, ids)) if ids else []
    if wrong:
        # In a new transaction: what another wrote meanwhile is whole there.
        again = sorted({finding.holder.id for finding in wrong})
        keys = {finding.key for finding in wrong}
        with database.reading() as session:
            second = auditor.check(session, clock=clock, cases=of.evidence(session, again))
        wrong = [finding for finding in second if finding.key in keys]
    return Looked(reached, len(ids), wrong)


def everything(database: Database, *, clock: Clock) -> Iterator[Looked]:
    """Look at all there is, batch by batch, and write nothing; for the command."""
    for phase in PHASES:
        cursor: int | None = 0
        while cursor is not None:
            looked = look(database, clock=clock, phase=phase, cursor=cursor)
            cursor = looked.cursor
            yield looked


def oldest_seconds(session: Session, now: datetime) -> int:
    """The age of the oldest ticket still open."""
    born = session.scalar(select(func.min(Ticket.created_at)).where(is_open()))
    return max(int((now - born).total_seconds()), 0) if born else 0


def _current(database: Database, clock: Clock) -> AuditRun | None:
    """The run to go on with: an unfinished one, else this hour's, which begins now; None when that is done."""
    now = clock.now()
    hour = now.replace(minute=0, second=0, microsecond=0)
    unfinished = select(AuditRun).where(AuditRun.ended_at.is_(None)).order_by(AuditRun.id).limit(1)
    with database.reading() as session:
        found = session.scalar(unfinished)
        if found is not None or session.scalar(select(AuditRun.id).where(AuditRun.hour == hour)) is not None:
            return found
    with database.transaction() as session:
        if session.scalar(select(AuditRun.id).where(AuditRun.hour == hour)) is None:
            made = AuditRun(hour=hour, began_at=now, findings={}, oldest_seconds=oldest_seconds(session, now))
            session.add(made)
            session.flush()
            return made
    return None


def _record(session: Session, run: AuditRun, looked: Looked, began: datetime, clock: Clock) -> bool:
    """Move the cursor and keep what was found; False if another worker was quicker with this batch."""
    now, kinds = clock.now(), list(PHASES)
    last = run.phase == kinds[-1] and looked.cursor is None
    after = {
        "phase": run.phase if looked.cursor is not None or last else kinds[kinds.index(run.phase) + 1],
        "cursor": looked.cursor or 0,
        "checked": run.checked + looked.checked,
        "findings": dict(Counter(run.findings) + Counter(finding.problem for finding in looked.findings)),
        "busy_milliseconds": run.busy_milliseconds + int((now - began) / timedelta(milliseconds=1)),
        "ended_at": now if last else None,
    }
    here = and_(AuditRun.id == run.id, AuditRun.phase == run.phase, AuditRun.cursor == run.cursor)
    moved = session.execute(
        update(AuditRun)
        .where(here, AuditRun.ended_at.is_(None))
        .values(**after)
        .execution_options(synchronize_session=False)
    )
    if not moved.rowcount:  # type: ignore[attr-defined]
        return False
    session.add_all(_row(run.id, finding, now) for finding in looked.findings)
    for name, value in after.items():
        setattr(run, name, value)
    return True


def _finish(session: Session, run: AuditRun, *, clock: Clock) -> None:
    """Say what came out, and raise the alarm if anything did."""
    log.info(
        "integrity.audited",
        action="audit",
        checked=run.checked,
        findings=run.findings,
        milliseconds=run.busy_milliseconds,
    )
    if run.findings:
        alarms.about_findings(session, clock=clock, run=run)


def _row(run_id: int, finding: Finding, now: datetime) -> AuditFinding:
    return AuditFinding(
        run_id=run_id,
        holder_kind=finding.holder.kind,
        holder_id=finding.holder.id,
        clock=finding.clock,
        round=finding.round,
        level=finding.level,
        problem=finding.problem,
        expected=finding.expected,
        found=finding.found,
        found_at=now,
    )
