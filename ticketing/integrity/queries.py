"""Reads for the integrity page, the metrics and the command's report."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ticketing.integrity import rules
from ticketing.integrity.models import AuditFinding, AuditRun, DailyStatement
from ticketing.integrity.rules import Counts
from ticketing.platform import metrics
from ticketing.rootcauses.models import RootCause
from ticketing.sla.auditor import PROBLEMS
from ticketing.sla.holders import Holder
from ticketing.tickets.models import Ticket

SHOWN = 100


@dataclass(frozen=True)
class FindingShown:
    """A finding with the number of the ticket or root-cause record that holds the promise, as ``kind`` says.

    ``expected`` and ``found`` are instants, or words where the auditor compared verdicts.
    """

    kind: str
    number: str
    clock: str
    level: str
    problem: str
    expected: datetime | str
    found: datetime | str


@dataclass(frozen=True)
class Day:
    """A statement as the page shows it; ``chained`` says whether its hash is that of what is stored."""

    statement: DailyStatement
    counts: Counts


def last_run(session: Session) -> AuditRun | None:
    """The newest run that went through to its end."""
    return session.scalar(select(AuditRun).where(AuditRun.ended_at.is_not(None)).order_by(AuditRun.id.desc()).limit(1))


def running(session: Session) -> AuditRun | None:
    """The run that is on its way."""
    return session.scalar(select(AuditRun).where(AuditRun.ended_at.is_(None)).order_by(AuditRun.id.desc()).limit(1))


def findings(session: Session, *, run: AuditRun, limit: int = SHOWN) -> Sequence[FindingShown]:
    """What a run found, by ticket."""
    row = AuditFinding
    asked = select(row).where(row.run_id == run.id).order_by(row.holder_kind, row.holder_id, row.id).limit(limit)
    rows = session.scalars(asked).all()
    numbers = _numbers(session, {(each.holder_kind, each.holder_id) for each in rows})
    return [
        FindingShown(
            kind=each.holder_kind,
            number=numbers[each.holder_kind, each.holder_id],
            clock=each.clock,
            level=each.level,
            problem=each.problem,
            expected=_instant(each.expected),
            found=_instant(each.found),
        )
        for each in rows
    ]


def number_of(session: Session, holder: Holder) -> str:
    """What people call the ticket or record; the kind and the id of one that is not there."""
    return _numbers(session, {(holder.kind, holder.id)})[holder.kind, holder.id]


def days(session: Session, *, limit: int) -> list[Day]:
    """The newest statements, newest first."""
    asked = select(DailyStatement).order_by(DailyStatement.day.desc()).limit(limit)
    return [Day(row, Counts.of(row.counts)) for row in session.scalars(asked)]


def measure(session: Session) -> None:
    """Set the metrics from the rows, so that any process can tell them."""
    run = last_run(session)
    if run is not None and run.ended_at is not None:
        metrics.AUDIT_LAST_SUCCESS.set(run.ended_at.timestamp())
        for problem in PROBLEMS:
            metrics.AUDIT_FINDINGS.labels(problem).set(run.findings.get(problem, 0))
    last = session.scalar(select(func.max(DailyStatement.day)))
    if last is not None:
        metrics.STATEMENT_LAST_DAY.set(rules.end_of(last).timestamp())
    unsound = select(func.count()).select_from(DailyStatement).where(DailyStatement.sound.is_(False))
    metrics.STATEMENTS_UNSOUND.set(session.scalar(unsound) or 0)


def _numbers(session: Session, holders: Iterable[tuple[str, int]]) -> dict[tuple[str, int], str]:
    found = {(kind, holder_id): f"{kind} {holder_id}" for kind, holder_id in holders}
    tickets = select(Ticket).where(Ticket.id.in_([each for kind, each in found if kind == "ticket"]))
    records = select(RootCause).where(RootCause.id.in_([each for kind, each in found if kind == "root_cause"]))
    found |= {("ticket", row.id): row.number for row in session.scalars(tickets).unique()}
    return found | {("root_cause", row.id): row.number for row in session.scalars(records).unique()}


def _instant(text: str) -> datetime | str:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return text
