"""Asking for a changed policy or calendar to reach the tickets now running; `tickets.rollouts` carries it there."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ticketing.platform.actor import Actor
from ticketing.platform.clock import Clock
from ticketing.sla.models import Rollout, SlaPolicy

_SHOWN = 5


def ask_for_policy(session: Session, *, clock: Clock, actor: Actor, policy: SlaPolicy) -> Rollout:
    """Let running tickets follow that version from the instant it is in force."""
    row = Rollout(
        policy_id=policy.id, not_before=policy.effective_from, requested_at=clock.now(), requested_by=actor.name
    )
    session.add(row)
    session.flush()
    return row


def ask_for_calendar(session: Session, *, clock: Clock, actor: Actor, calendar: str) -> Rollout:
    """Let running tickets follow the calendar as it is now; changes in a row share one rollout until it has begun."""
    waiting = select(Rollout).where(Rollout.calendar == calendar, Rollout.state == "waiting")
    row = session.scalar(waiting.with_for_update(skip_locked=True).limit(1))
    if row is None:
        row = Rollout(calendar=calendar)
        session.add(row)
    row.not_before = row.requested_at = clock.now()
    row.requested_by = actor.name
    session.flush()
    return row


def cancel(session: Session, *, policy: SlaPolicy) -> None:
    """The version was withdrawn: what has not begun does not begin."""
    waiting = update(Rollout).where(Rollout.policy_id == policy.id, Rollout.state == "waiting")
    session.execute(waiting.values(state="cancelled"))


def of_policy(session: Session, code: str) -> Sequence[Rollout]:
    """The newest rollouts of a policy's versions."""
    versions = select(SlaPolicy.id).where(SlaPolicy.code == code)
    asked = select(Rollout).where(Rollout.policy_id.in_(versions)).order_by(Rollout.id.desc()).limit(_SHOWN)
    return session.scalars(asked).all()


def of_calendar(session: Session, code: str) -> Sequence[Rollout]:
    """The newest rollouts of a calendar."""
    asked = select(Rollout).where(Rollout.calendar == code).order_by(Rollout.id.desc()).limit(_SHOWN)
    return session.scalars(asked).all()
