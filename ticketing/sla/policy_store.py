"""Policies in tables: saving versions, and finding the one that applies to a ticket."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ticketing.audit import service as audit
from ticketing.platform.actor import Actor
from ticketing.platform.clock import Clock
from ticketing.platform.errors import DomainError
from ticketing.sla.models import Calendar, PolicyAssignment, SlaPolicy
from ticketing.sla.policies import Policy, PolicyInForce

Attributes = Mapping[str, str]
"""`kind`, `category`, `severity`, `priority` and `tier` of a ticket."""


def save_policy(
    session: Session,
    *,
    clock: Clock,
    actor: Actor,
    code: str,
    ticket_kind: str,
    clocks: Sequence[Mapping[str, Any]],
    category: str | None = None,
    severity: str | None = None,
    priority: str | None = None,
    tier: str | None = None,
    effective_from: datetime | None = None,
    retired: bool = False,
    note: str = "",
) -> SlaPolicy:
    """Write the next version of a policy, in force for tickets taken in from now on (or from `effective_from`).

    Tickets already running keep their version until their attributes change or a `policy_changed` event asks for the
    newest. No clocks at all means that such tickets have no promises. DomainError: policy_invalid.
    """
    last = session.scalar(select(func.max(SlaPolicy.version)).where(SlaPolicy.code == code)) or 0
    policy = _checked(session, code, last + 1, clocks)
    row = SlaPolicy(
        code=code,
        version=policy.version,
        effective_from=effective_from or clock.now(),
        ticket_kind=ticket_kind,
        category=category,
        severity=severity,
        priority=priority,
        tier=tier,
        clocks=policy.as_json(),
        retired=retired,
        note=note,
        created_at=clock.now(),
        created_by=actor.name,
    )
    session.add(row)
    session.flush()
    audit.record(
        session,
        clock=clock,
        actor=actor,
        action="sla_policy.saved",
        subject=("sla_policy", code),
        version=row.version,
        effective_from=row.effective_from.isoformat(),
        retired=retired,
    )
    return row


def match_policy(
    session: Session, attributes: Attributes, at: datetime, *, without: str | None = None
) -> SlaPolicy | None:
    """The policy for such a ticket at that instant: newest version in force, the one naming most attributes.

    `without` leaves out the policy of that code.
    """
    return _best(_in_force(session, at), attributes, without=without)


def _in_force(session: Session, at: datetime) -> Sequence[SlaPolicy]:
    """The newest version of every policy at that instant; a company has some dozens of policies."""
    newest = (
        select(func.max(SlaPolicy.version).label("version"), SlaPolicy.code)
        .where(SlaPolicy.effective_from <= at, SlaPolicy.withdrawn_at.is_(None))
        .group_by(SlaPolicy.code)
        .subquery()
    )
    same = (SlaPolicy.code == newest.c.code) & (SlaPolicy.version == newest.c.version)
    return session.scalars(select(SlaPolicy).join(newest, same).where(SlaPolicy.retired.is_(False))).all()


def _best(policies: Sequence[SlaPolicy], attributes: Attributes, *, without: str | None = None) -> SlaPolicy | None:
    def fits(row: SlaPolicy) -> bool:
        named = {"category": row.category, "severity": row.severity, "priority": row.priority, "tier": row.tier}
        return row.ticket_kind == attributes["kind"] and all(
            value is None or value == attributes[name] for name, value in named.items()
        )

    return min((row for row in policies if row.code != without and fits(row)), key=vagueness, default=None)


def history(
    session: Session,
    *,
    ticket_id: int,
    attributes: Attributes,
    intake_at: datetime,
    asked_at: datetime | None,
    now: datetime,
    keep: bool,
) -> list[PolicyInForce]:
    """The policies of a ticket one after the other.

    A new assignment is made when its attributes differ from those of the last one, when none matched so far, or when
    a `policy_changed` event (`asked_at`) is younger; `keep` writes it down, else it is only looked at.
    """
    found = select(PolicyAssignment).where(PolicyAssignment.ticket_id == ticket_id).order_by(PolicyAssignment.since)
    rows = list(session.scalars(found))
    last = rows[-1] if rows else None
    spans = [(row.since, row.policy_id) for row in rows]
    since = _since(last, dict(attributes), intake_at, asked_at, now)
    if since is not None:
        # Two changes at one instant are one: the later wins.
        matched = match_policy(session, attributes, intake_at if last is None else now)
        policy_id = matched.id if matched else None
        replaced = last is not None and (last.since >= since or policy_id is last.policy_id is None)
        since = last.since if last is not None and replaced else since
        spans[-1 if replaced else len(spans) :] = [(since, policy_id)]
        if keep:
            row = last if last is not None and replaced else PolicyAssignment(ticket_id=ticket_id)
            row.since, row.policy_id, row.attributes = since, policy_id, dict(attributes)
            session.add(row)
    ids = {policy_id for _, policy_id in spans if policy_id is not None}
    policies = {row.id: row for row in session.scalars(select(SlaPolicy).where(SlaPolicy.id.in_(ids)))} if ids else {}
    return [PolicyInForce(begin, _policy_of(policies, policy_id)) for begin, policy_id in spans]


def keep_policies(session: Session, *, attributes: Mapping[int, Attributes], now: datetime) -> set[int]:
    """Those tickets, with these attributes now, that stay under the policy they have; the attributes are written down.

    None of their clocks moves. Of the others nothing is written: `history` makes the new assignment.
    """
    row = PolicyAssignment
    found = session.execute(
        select(row.ticket_id, row.since, row.policy_id, row.attributes)
        .where(row.ticket_id.in_(attributes))
        .order_by(row.ticket_id, row.since)
    )
    last = {each.ticket_id: each for each in found}
    policies, kept = _in_force(session, now), set[int]()
    for ticket_id, graded in attributes.items():
        known = last.get(ticket_id)
        if known is None or known.policy_id is None or known.since >= now:
            continue
        if known.attributes != dict(graded):
            matched = _best(policies, graded)
            if matched is None or matched.id != known.policy_id:
                continue
            session.add(row(ticket_id=ticket_id, since=now, policy_id=matched.id, attributes=dict(graded)))
        kept.add(ticket_id)
    return kept


def _since(
    last: PolicyAssignment | None,
    attributes: dict[str, str],
    intake_at: datetime,
    asked_at: datetime | None,
    now: datetime,
) -> datetime | None:
    """From when on a new assignment would count; None if the last one still stands."""
    if last is None:
        return intake_at
    if asked_at is not None and asked_at > last.since:
        return asked_at
    if last.attributes == attributes and last.policy_id is not None:
        return None
    return max(now, last.since)


def _checked(session: Session, code: str, version: int, clocks: Sequence[Mapping[str, Any]]) -> Policy:
    try:
        policy = Policy.of(code, version, clocks)
    except ValueError as error:
        raise DomainError("policy_invalid", policy=code, reason=str(error)) from error
    named = {rule.calendar for rule in policy.clocks}
    known = set(session.scalars(select(Calendar.code).where(Calendar.code.in_(named)))) if named else set()
    if missing := named - known:
        raise DomainError("policy_invalid", policy=code, reason=f"no calendar {', '.join(sorted(missing))}")
    return policy


def _policy_of(rows: Mapping[int, SlaPolicy], policy_id: int | None) -> Policy | None:
    if policy_id is None:
        return None
    row = rows[policy_id]
    return Policy.of(row.code, row.version, row.clocks)


def vagueness(row: SlaPolicy) -> tuple[int, list[bool], str]:
    """How little a policy says about its tickets; of those that match, the least vague one wins."""
    empty = [attribute is None for attribute in (row.category, row.severity, row.priority, row.tier)]
    return sum(empty), empty, row.code
