"""Policies as people draft them: checked, compared with what is in force, published, withdrawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ticketing.audit import service as audit
from ticketing.platform.actor import Actor
from ticketing.platform.clock import Clock
from ticketing.platform.errors import DomainError
from ticketing.sla import rollouts, rules
from ticketing.sla.calendar_store import load_calendars
from ticketing.sla.calendars import NoWorkingTime
from ticketing.sla.models import SlaPolicy
from ticketing.sla.policies import Policy
from ticketing.sla.policy_store import Attributes, match_policy, save_policy, vagueness
from ticketing.sla.rules import Deadline
from ticketing.sla.timelines import ClockEvent

MATCHED = ("category", "severity", "priority", "tier")
"""What a policy may ask of a ticket beside its kind; empty matches all."""
OPENED_BY = {"complaint": "complained", "enquiry": "enquired"}
"""The event with which a ticket of each kind begins."""


@dataclass(frozen=True, slots=True)
class Draft:
    """The next version of a policy; `code` None makes a new one. `match` has the names of MATCHED."""

    code: str | None
    ticket_kind: str
    match: Mapping[str, str | None]
    clocks: Sequence[Mapping[str, Any]] = ()
    retired: bool = False
    note: str = ""

    def as_row(self) -> SlaPolicy:
        """The draft as a row that is never stored."""
        return SlaPolicy(code=self.code or "", ticket_kind=self.ticket_kind, retired=self.retired, **self.match)


@dataclass(frozen=True, slots=True)
class Promised:
    """What a ticket would be promised, and by which policy: its row, None for the draft or when none matches."""

    deadlines: tuple[Deadline, ...]
    policy: SlaPolicy | None = None
    by_draft: bool = False
    waiting: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Comparison:
    """A ticket opened at that instant under the draft, and under what is in force now."""

    drafted: Promised
    in_force: Promised


def compare(session: Session, *, clock: Clock, draft: Draft, attributes: Attributes, opened_at: datetime) -> Comparison:
    """Both promises with every level's instant and the derivation; writes nothing.

    ValueError if the draft is not a policy, LookupError for an unknown calendar, NoWorkingTime if a clock never ends.
    """
    with session.no_autoflush:
        now = match_policy(session, attributes, clock.now())
        other = match_policy(session, attributes, clock.now(), without=draft.code)
        fits = not draft.retired and all(draft.match[name] in (None, attributes[name]) for name in MATCHED)
        if fits and (other is None or vagueness(draft.as_row()) < vagueness(other)):
            policy = Policy.of(draft.code or "draft", 0, draft.clocks)
            drafted = _promised(session, policy, attributes["kind"], opened_at, by_draft=True)
        else:
            drafted = _promised_by(session, other, attributes["kind"], opened_at)
        return Comparison(drafted, _promised_by(session, now, attributes["kind"], opened_at))


def never_due(session: Session, policy: Policy, at: datetime) -> list[str]:
    """The clocks whose calendar has too little working time ever to reach their levels."""
    calendars = load_calendars(session, {rule.calendar for rule in policy.clocks})
    found = []
    for rule in policy.clocks:
        levels = (each for level in rule.levels for each in level.occurrences())
        last = max(each.offset_seconds(rule.target_seconds) for each in levels)
        try:
            calendars[rule.calendar].add_working(at, last)
        except (NoWorkingTime, OverflowError):
            found.append(rule.name)
    return found


def publish(
    session: Session,
    *,
    clock: Clock,
    actor: Actor,
    draft: Draft,
    seen: int,
    effective_from: datetime | None = None,
    running: bool = False,
) -> SlaPolicy:
    """Make the draft the policy's next version; `running` also brings it to tickets now open.

    `seen` is the newest version its author knew (0 for a new policy). DomainError: policy_changed_meanwhile,
    policy_effective_past, policy_before_planned, policy_match_taken, policy_never_due, policy_invalid.
    """
    now = clock.now()
    code = draft.code or _new_code(session, draft)
    newest = newest_version(session, code)
    begins = effective_from or now
    _refuse(session, draft, code, newest, seen, begins, now)
    try:
        with session.begin_nested():
            row = save_policy(
                session,
                clock=clock,
                actor=actor,
                code=code,
                ticket_kind=draft.ticket_kind,
                clocks=draft.clocks,
                effective_from=begins,
                retired=draft.retired,
                note=draft.note,
                **draft.match,
            )
    except IntegrityError as error:  # somebody published in the same instant
        raise DomainError("policy_changed_meanwhile", version=seen + 1) from error
    if unreachable := never_due(session, Policy.of(code, row.version, draft.clocks), begins):
        raise DomainError("policy_never_due", clocks=unreachable)
    if running:
        rollouts.ask_for_policy(session, clock=clock, actor=actor, policy=row)
    return row


def withdraw(session: Session, *, clock: Clock, actor: Actor, code: str, version: int) -> None:
    """Take back a version that is not in force yet. DomainError: policy_not_found, policy_in_force."""
    asked = select(SlaPolicy).where(SlaPolicy.code == code, SlaPolicy.version == version)
    row = session.scalar(asked.with_for_update())
    if row is None:
        raise DomainError("policy_not_found")
    if row.withdrawn_at is not None:
        return
    if row.effective_from <= clock.now():
        raise DomainError("policy_in_force")
    row.withdrawn_at, row.withdrawn_by = clock.now(), actor.name
    rollouts.cancel(session, policy=row)
    session.flush()
    audit.record(
        session,
        clock=clock,
        actor=actor,
        action="sla_policy.withdrawn",
        subject=("sla_policy", code),
        version=version,
    )


def newest_version(session: Session, code: str) -> SlaPolicy | None:
    """The policy's last version, whether withdrawn or not."""
    return session.scalar(select(SlaPolicy).where(SlaPolicy.code == code).order_by(SlaPolicy.version.desc()).limit(1))


def _refuse(
    session: Session,
    draft: Draft,
    code: str,
    newest: SlaPolicy | None,
    seen: int,
    begins: datetime,
    now: datetime,
) -> None:
    if (newest.version if newest else 0) != seen:
        raise DomainError("policy_changed_meanwhile", version=newest.version if newest else 0)
    if newest is not None and newest.ticket_kind != draft.ticket_kind:
        raise DomainError("policy_invalid", policy=code, reason="the kind of a policy stays")
    if begins < now:
        raise DomainError("policy_effective_past")
    planned = session.scalar(
        select(func.max(SlaPolicy.effective_from)).where(
            SlaPolicy.code == code, SlaPolicy.withdrawn_at.is_(None), SlaPolicy.effective_from > now
        )
    )
    if planned is not None and begins <= planned:
        raise DomainError("policy_before_planned")
    if not draft.retired and (taken := _twin(session, draft, code)) is not None:
        raise DomainError("policy_match_taken", other=taken)


def _twin(session: Session, draft: Draft, code: str) -> str | None:
    """Another policy, in force or planned, for exactly the same tickets: nobody could tell which one wins."""
    latest = (
        select(func.max(SlaPolicy.version).label("version"), SlaPolicy.code)
        .where(SlaPolicy.withdrawn_at.is_(None), SlaPolicy.code != code)
        .group_by(SlaPolicy.code)
        .subquery()
    )
    asked = select(SlaPolicy).join(latest, (SlaPolicy.code == latest.c.code) & (SlaPolicy.version == latest.c.version))
    for row in session.scalars(asked.where(SlaPolicy.ticket_kind == draft.ticket_kind, SlaPolicy.retired.is_(False))):
        if all(getattr(row, name) == draft.match[name] for name in MATCHED):
            return row.code
    return None


def _new_code(session: Session, draft: Draft) -> str:
    stem = "_".join([draft.ticket_kind, *filter(None, (draft.match[name] for name in MATCHED))])[:50]
    known = set(session.scalars(select(SlaPolicy.code).where(SlaPolicy.code.startswith(stem))))
    numbered = (f"{stem}_{number}" if number > 1 else stem for number in range(1, len(known) + 2))
    return next(code for code in numbered if code not in known)


def _promised_by(session: Session, row: SlaPolicy | None, kind: str, opened_at: datetime) -> Promised:
    if row is None:
        return Promised(())
    return _promised(session, Policy.of(row.code, row.version, row.clocks), kind, opened_at, row=row)


def _promised(
    session: Session,
    policy: Policy,
    kind: str,
    opened_at: datetime,
    *,
    row: SlaPolicy | None = None,
    by_draft: bool = False,
) -> Promised:
    opening = [ClockEvent(OPENED_BY[kind], opened_at)]
    calendars = load_calendars(session, {rule.calendar for rule in policy.clocks})
    deadlines = rules.clock(opening, policy, calendars, now=opened_at)
    begun = {deadline.clock for deadline in deadlines}
    waiting = tuple(rule.name for rule in policy.clocks if rule.name not in begun)
    return Promised(deadlines, row, by_draft, waiting)
