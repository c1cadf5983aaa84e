"""The policies by which surveys are asked: read, and changed by a supervisor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.audit import service as audit
from ticketing.platform.actor import Actor
from ticketing.platform.clock import Clock
from ticketing.platform.errors import DomainError
from ticketing.surveys.models import SurveyPolicy
from ticketing.surveys.rules import DEFAULTS, RANGES, SWITCHED, Policy, out_of_range


def policy(session: Session, kind: str) -> Policy:
    """How a kind is asked now."""
    return _of(kind, session.get(SurveyPolicy, kind))


def everything(session: Session) -> Mapping[str, tuple[Policy, SurveyPolicy | None]]:
    """All kinds in their order, each with its row where somebody changed it."""
    rows = {row.kind: row for row in session.scalars(select(SurveyPolicy))}
    return {kind: (_of(kind, rows.get(kind)), rows.get(kind)) for kind in DEFAULTS}


def edit(session: Session, *, clock: Clock, actor: Actor, given: Policy, seen: int) -> None:
    """Change a policy; it holds from the next decision on, surveys on their way keep their expiry.

    Raises ``survey_policy_unknown``, ``survey_policy_invalid`` and, when somebody was quicker, ``version_conflict``.
    """
    if given.kind not in DEFAULTS or not given.spared <= set(SWITCHED):
        raise DomainError("survey_policy_unknown")
    if field := out_of_range(given):
        low, high = RANGES[field]
        raise DomainError("survey_policy_invalid", field=field, low=low, high=high)
    row = session.get(SurveyPolicy, given.kind, with_for_update=True)
    if (row.version if row else 0) != seen:
        raise DomainError("version_conflict")
    before = _plain(_of(given.kind, row))
    if row is None:
        row = SurveyPolicy(kind=given.kind, version=0)
        session.add(row)
    for name in RANGES:
        setattr(row, name, getattr(given, name))
    row.spared = sorted(given.spared)
    row.version += 1
    row.updated_at, row.updated_by = clock.now(), actor.name
    session.flush()
    after = _plain(given)
    changed = {name: [before[name], after[name]] for name in after if before[name] != after[name]}
    audit.record(
        session,
        clock=clock,
        actor=actor,
        action="survey.policy_changed",
        subject=("survey_policy", given.kind),
        **changed,
    )


def _of(kind: str, row: SurveyPolicy | None) -> Policy:
    usual = DEFAULTS[kind]
    if row is None:
        return usual
    return replace(usual, spared=frozenset(row.spared), **{name: getattr(row, name) for name in RANGES})


def _plain(policy: Policy) -> dict[str, object]:
    values = asdict(policy) | {"spared": sorted(policy.spared)}
    del values["kind"]
    return values
