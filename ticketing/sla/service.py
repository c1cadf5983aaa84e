"""Use cases of the promise engine; `rearm` is the one way a computed deadline gets into the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.platform.clock import Clock
from ticketing.sla import ledger, rules
from ticketing.sla.calendar_store import load_calendars, save_calendar, set_day, years_without_data
from ticketing.sla.holders import Holder
from ticketing.sla.models import ArmedLevel, ClockVerdict
from ticketing.sla.policies import LevelKind, Policy
from ticketing.sla.policy_store import history, keep_policies, save_policy
from ticketing.sla.rules import Deadline, DueLevel, Verdict
from ticketing.sla.seeding import seed_defaults
from ticketing.sla.sweeping import FiredLevel, SweepReport, sweep
from ticketing.sla.timelines import ClockEvent
from ticketing.sla.zones import as_utc

__all__ = [
    "FiredLevel",
    "Holder",
    "Subject",
    "SweepReport",
    "preview",
    "rearm",
    "rearm_composed",
    "regrade",
    "save_calendar",
    "save_policy",
    "seed_defaults",
    "set_day",
    "sweep",
    "years_without_data",
]

_Verdicts = Mapping[tuple[str, int], ClockVerdict]
_Rows = dict[tuple[str, int, str], ArmedLevel]


@dataclass(frozen=True, slots=True)
class Subject:
    """What the engine must know of a ticket: attributes which choose the policy, and its whole log."""

    ticket_id: int
    kind: str
    category: str
    severity: str
    priority: str
    tier: str
    status: str
    round: int
    events: Sequence[ClockEvent]

    @property
    def attributes(self) -> dict[str, str]:
        """What policies match on."""
        return {name: getattr(self, name) for name in ("kind", "category", "severity", "priority", "tier")}


def rearm(session: Session, *, clock: Clock, subject: Subject) -> tuple[Deadline, ...]:
    """Recompute the ticket's clocks from its log and write armed levels and verdicts; a second call changes nothing.

    Call it in the transaction of every change. Levels that fired stay fired; verdicts that are final stay.
    LookupError if a policy names a calendar that is not there.
    """
    holder = Holder("ticket", subject.ticket_id)
    holder.lock(session)
    return _keep(session, clock, holder, _compute(session, clock=clock, subject=subject, keep=True))


def regrade(session: Session, *, clock: Clock, attributes: Mapping[int, Mapping[str, str]]) -> set[int]:
    """Note what policies match on now, by ticket, after a change of nothing else.

    Gives those whose clocks that leaves alone; the others need `rearm`.
    """
    return keep_policies(session, attributes=attributes, now=clock.now())


def rearm_composed(
    session: Session, *, clock: Clock, holder: Holder, policy: Policy, events: Sequence[ClockEvent]
) -> tuple[Deadline, ...]:
    """The same for a holder that makes its policy itself from its own rows, as a root-cause record does.

    Whatever is changed there counts from the start: there is no history of policies to be judged by.
    """
    holder.lock(session)
    calendars = load_calendars(session, {rule.calendar for rule in policy.clocks})
    return _keep(session, clock, holder, rules.clock(events, policy, calendars, now=clock.now()))


def preview(session: Session, *, clock: Clock, subject: Subject) -> tuple[Deadline, ...]:
    """What `rearm` would compute now, with derivations, without writing anything."""
    with session.no_autoflush:
        return _compute(session, clock=clock, subject=subject, keep=False)


def _compute(session: Session, *, clock: Clock, subject: Subject, keep: bool) -> tuple[Deadline, ...]:
    if not subject.events:
        return ()
    asked = [as_utc(event.at) for event in subject.events if event.kind == "policy_changed"]
    spans = history(
        session,
        ticket_id=subject.ticket_id,
        attributes=subject.attributes,
        intake_at=min(as_utc(event.at) for event in subject.events),
        asked_at=max(asked, default=None),
        now=clock.now(),
        keep=keep,
    )
    codes = {rule.calendar for span in spans if span.policy for rule in span.policy.clocks}
    return rules.clock(subject.events, spans, load_calendars(session, codes), now=clock.now())


def _keep(session: Session, clock: Clock, holder: Holder, deadlines: tuple[Deadline, ...]) -> tuple[Deadline, ...]:
    """Bring the holder's verdicts and armed rows in line with its deadlines."""
    verdicts = {
        (row.clock, row.round): row for row in session.scalars(select(ClockVerdict).where(holder.holds(ClockVerdict)))
    }
    rows: _Rows = {
        (row.clock, row.round, row.level): row
        for row in session.scalars(select(ArmedLevel).where(holder.holds(ArmedLevel)))
    }
    for deadline in deadlines:
        _write_verdict(session, holder, deadline, verdicts.get((deadline.clock, deadline.round)))
        _arm(session, holder, deadline, verdicts.get((deadline.clock, deadline.round)), rows)
    _drop_unknown(session, clock, deadlines, verdicts, rows)
    session.flush()
    return deadlines


def _write_verdict(session: Session, holder: Holder, deadline: Deadline, row: ClockVerdict | None) -> None:
    before = row.verdict if row else None
    if row is None:
        row = ClockVerdict(**holder.columns, clock=deadline.clock, round=deadline.round)
        session.add(row)
    elif row.verdict == Verdict.MET:
        return
    elif row.verdict == Verdict.BREACHED:
        _settle_breach(row, deadline)
        ledger.book_change(session, row, before=before, now=deadline.seen_at)
        return
    row.policy, row.policy_version = deadline.policy, deadline.policy_version
    row.calendar, row.target_seconds = deadline.rule.calendar, deadline.target_seconds
    row.started_at, row.target_at = deadline.started_at, deadline.due_at
    row.stopped_at, row.ended_at = deadline.stopped_at, deadline.ended_at
    row.verdict, row.breached_at = deadline.verdict.value, deadline.breached_at
    ledger.book_change(session, row, before=before, now=deadline.seen_at)


def _settle_breach(row: ClockVerdict, deadline: Deadline) -> None:
    """A breach stays, whatever policy or calendar say now; only proof that it was done in time corrects it.

    That proof is a stop whose own instant is not after the due time: its transaction lost the race with the sweep.
    """
    row.stopped_at, row.ended_at = deadline.stopped_at, deadline.ended_at
    if row.stopped_at is not None and row.breached_at is not None and row.stopped_at <= row.breached_at:
        row.verdict, row.breached_at = Verdict.MET.value, None


def _arm(session: Session, holder: Holder, deadline: Deadline, verdict: ClockVerdict | None, rows: _Rows) -> None:
    """Bring the clock's rows in line with its levels."""
    wanted = {level.name: level for level in _levels(deadline, verdict)}
    mine = {key[2]: row for key, row in rows.items() if key[:2] == (deadline.clock, deadline.round)}
    # A breach stays as it was judged, also where a merged ticket's earlier intake came into the log since.
    frozen = verdict is not None and (verdict.verdict, verdict.started_at) != (deadline.verdict, deadline.started_at)
    for name, level in wanted.items():
        row = mine.get(name)
        if row is None and frozen:
            continue
        if row is None:
            row = ArmedLevel(**holder.columns, clock=deadline.clock, round=deadline.round, level=name, attempts=0)
            session.add(row)
        elif frozen or not _may_arm(row, level, deadline.seen_at):
            continue
        _set(row, level)
    known = {each.name for level in deadline.rule.levels for each in level.occurrences()}
    broken = verdict is not None and verdict.verdict == Verdict.BREACHED
    for name, row in mine.items():
        # A breach that stays is told, though by a calendar changed since it would be none.
        if name not in wanted and row.state == "armed" and not (broken and row.kind == LevelKind.BREACH):
            row.state = "cancelled" if name in known else "superseded"


def _levels(deadline: Deadline, verdict: ClockVerdict | None) -> Sequence[DueLevel]:
    """The levels to be armed; a verdict that stays against the computed one keeps only what it still needs."""
    if verdict is None or verdict.verdict == deadline.verdict:
        return deadline.levels
    if verdict.verdict == Verdict.BREACHED:
        owed = verdict.stopped_at is None and verdict.ended_at is None
        return [level for level in deadline.levels if owed or level.kind is LevelKind.BREACH]
    return ()


def _may_arm(row: ArmedLevel, level: DueLevel, now: datetime) -> bool:
    """A level fires once; only a warning is armed again, when the promise itself was moved into the future."""
    if row.state != "fired":
        return True
    return level.kind is LevelKind.WARNING and level.due_at > now and level.due_at > row.due_at


def _set(row: ArmedLevel, level: DueLevel) -> None:
    if row.state != "armed" or row.due_at != level.due_at:
        row.attempts, row.next_attempt_at, row.last_error, row.fired_at = 0, None, None, None
    row.state, row.kind, row.due_at = "armed", level.kind.value, level.due_at
    row.actions = [{"do": action.do, "to": action.to} for action in level.actions]


def _drop_unknown(
    session: Session, clock: Clock, deadlines: Sequence[Deadline], verdicts: _Verdicts, rows: _Rows
) -> None:
    """Clocks that no policy of the ticket has any more."""
    known = {(deadline.clock, deadline.round) for deadline in deadlines}
    for key, verdict in verdicts.items():
        if key not in known and verdict.verdict in (Verdict.RUNNING, Verdict.PAUSED):
            before, verdict.verdict = verdict.verdict, Verdict.CANCELLED.value
            ledger.book_change(session, verdict, before=before, now=clock.now())
    for (name, number, _), row in rows.items():
        if (name, number) not in known and row.state == "armed":
            row.state = "superseded"
