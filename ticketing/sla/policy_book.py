"""Reads for the policy pages: each policy with the version in force, the planned one and all before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.platform.clock import Clock
from ticketing.platform.errors import DomainError
from ticketing.sla.changes import Change, changes
from ticketing.sla.drafts import MATCHED
from ticketing.sla.models import SlaPolicy
from ticketing.sla.policies import Policy
from ticketing.sla.policy_store import vagueness


@dataclass(frozen=True, slots=True)
class Entry:
    """One policy: `versions` are all of them, newest first; `planned` are those to come, the next first."""

    code: str
    versions: tuple[SlaPolicy, ...]
    in_force: SlaPolicy | None
    planned: tuple[SlaPolicy, ...]

    @property
    def newest(self) -> SlaPolicy:
        """The last version written, withdrawn or not."""
        return self.versions[0]

    @property
    def head(self) -> SlaPolicy:
        """The version that says what the policy is about: in force, else the next one, else the last."""
        return self.in_force or (self.planned[0] if self.planned else self.newest)

    @property
    def latest(self) -> SlaPolicy:
        """What an edit begins with: the last version that was not withdrawn."""
        return next((row for row in self.versions if row.withdrawn_at is None), self.newest)

    @property
    def over(self) -> bool:
        """Whether it decides nothing any more and nothing is planned."""
        return not self.planned and (self.in_force is None or self.in_force.retired)


@dataclass(frozen=True, slots=True)
class Version:
    """One version in the history, with what it changed of the one before."""

    row: SlaPolicy
    changes: tuple[Change, ...]


def entries(session: Session, *, clock: Clock) -> list[Entry]:
    """All policies: by kind, the general one before the particular ones, ended ones last."""
    rows = session.scalars(select(SlaPolicy).order_by(SlaPolicy.code, SlaPolicy.version.desc()))
    found = [_entry(code, tuple(group), clock.now()) for code, group in groupby(rows, key=lambda row: row.code)]
    return sorted(found, key=_order)


def entry(session: Session, *, clock: Clock, code: str) -> Entry:
    """One policy; DomainError: policy_not_found."""
    rows = session.scalars(select(SlaPolicy).where(SlaPolicy.code == code).order_by(SlaPolicy.version.desc()))
    versions = tuple(rows)
    if not versions:
        raise DomainError("policy_not_found")
    return _entry(code, versions, clock.now())


def history(found: Entry) -> list[Version]:
    """The versions, newest first, each compared with the last one before it that was not withdrawn."""
    told = []
    for place, row in enumerate(found.versions):
        before = next((each for each in found.versions[place + 1 :] if each.withdrawn_at is None), None)
        told.append(Version(row, difference(before, row)))
    return told


def difference(before: SlaPolicy | None, after: SlaPolicy) -> tuple[Change, ...]:
    """What one version changed of another."""
    return changes(
        policy_of(before) if before else None,
        policy_of(after),
        match_before=_said(before) if before else {},
        match_after=_said(after),
    )


def policy_of(row: SlaPolicy) -> Policy:
    """The row's clocks."""
    return Policy.of(row.code, row.version, row.clocks)


def _said(row: SlaPolicy) -> dict[str, object]:
    return {name: getattr(row, name) for name in (*MATCHED, "retired")}


def _entry(code: str, versions: Sequence[SlaPolicy], now: datetime) -> Entry:
    standing = [row for row in versions if row.withdrawn_at is None]
    planned = tuple(reversed([row for row in standing if row.effective_from > now]))
    in_force = next((row for row in standing if row.effective_from <= now), None)
    return Entry(code, tuple(versions), in_force, planned)


def _order(found: Entry) -> tuple[bool, str, int, list[bool]]:
    empty, which, _ = vagueness(found.head)
    return found.over, found.head.ticket_kind, -empty, which
