"""A policy is drafted, published and withdrawn by people; nobody loses what a colleague wrote."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.integration.promises.conftest import EVERYONE, with_resolution
from ticketing.audit.models import AuditEntry
from ticketing.platform.actor import Actor
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.platform.errors import DomainError
from ticketing.sla import defaults, drafts
from ticketing.sla.drafts import Draft
from ticketing.sla.models import SlaPolicy
from ticketing.sla.policy_store import match_policy

ORDINARY = {
    "kind": "complaint",
    "category": "product_service",
    "severity": "normal",
    "priority": "normal",
    "tier": "standard",
}


def in_force(database: Database, clock: FixedClock, **attributes: str) -> tuple[str, int] | None:
    with database.reading() as session:
        row = match_policy(session, ORDINARY | attributes, clock.now())
        return (row.code, row.version) if row else None


def publish(database: Database, clock: FixedClock, actor: Actor, draft: Draft, **options: object) -> SlaPolicy:
    with database.transaction() as session:
        return drafts.publish(session, clock=clock, actor=actor, draft=draft, **{"seen": 1, **options})


def refusal(database: Database, clock: FixedClock, actor: Actor, draft: Draft, **options: object) -> str:
    with pytest.raises(DomainError) as refused:
        publish(database, clock, actor, draft, **options)
    return refused.value.code


def audited(database: Database, action: str) -> list[dict[str, object]]:
    with database.reading() as session:
        asked = select(AuditEntry).where(AuditEntry.action == action, AuditEntry.detail["version"].as_integer() > 1)
        return [row.detail for row in session.scalars(asked)]


def test_a_published_version_says_who_and_when_and_is_in_the_audit_log(
    seeded: Database, clock: FixedClock, supervisor: Actor
) -> None:
    row = publish(seeded, clock, supervisor, with_resolution(36))
    assert (row.version, row.created_by, row.created_at) == (2, "Zhao", clock.now())
    assert in_force(seeded, clock) == ("complaint_default", 2)
    (entry,) = audited(seeded, "sla_policy.saved")
    assert entry["version"] == 2


def test_a_version_planned_for_later_waits_until_then(seeded: Database, clock: FixedClock, supervisor: Actor) -> None:
    publish(seeded, clock, supervisor, with_resolution(36), effective_from=clock.now() + timedelta(days=3))
    assert in_force(seeded, clock) == ("complaint_default", 1)
    clock.advance(days=3)
    assert in_force(seeded, clock) == ("complaint_default", 2)


def test_a_withdrawn_version_never_comes_into_force(seeded: Database, clock: FixedClock, supervisor: Actor) -> None:
    publish(seeded, clock, supervisor, with_resolution(36), effective_from=clock.now() + timedelta(days=3))
    for _ in range(2):
        with seeded.transaction() as session:
            drafts.withdraw(session, clock=clock, actor=supervisor, code="complaint_default", version=2)
    clock.advance(days=4)
    assert in_force(seeded, clock) == ("complaint_default", 1)
    assert len(audited(seeded, "sla_policy.withdrawn")) == 1


def test_a_version_in_force_cannot_be_withdrawn(seeded: Database, clock: FixedClock, supervisor: Actor) -> None:
    with seeded.transaction() as session, pytest.raises(DomainError) as refused:
        drafts.withdraw(session, clock=clock, actor=supervisor, code="complaint_default", version=1)
    assert refused.value.code == "policy_in_force"


def test_publishing_over_a_version_one_has_not_seen_is_refused(
    seeded: Database, clock: FixedClock, supervisor: Actor
) -> None:
    publish(seeded, clock, supervisor, with_resolution(36))
    assert refusal(seeded, clock, supervisor, with_resolution(12)) == "policy_changed_meanwhile"
    assert publish(seeded, clock, supervisor, with_resolution(12), seen=2).version == 3


def test_no_version_begins_in_the_past_or_before_a_planned_one(
    seeded: Database, clock: FixedClock, supervisor: Actor
) -> None:
    past = clock.now() - timedelta(minutes=1)
    assert refusal(seeded, clock, supervisor, with_resolution(36), effective_from=past) == "policy_effective_past"
    publish(seeded, clock, supervisor, with_resolution(36), effective_from=clock.now() + timedelta(days=3))
    assert refusal(seeded, clock, supervisor, with_resolution(12), seen=2) == "policy_before_planned"


def test_a_narrower_policy_wins_and_a_twin_of_it_is_refused(
    seeded: Database, clock: FixedClock, supervisor: Actor
) -> None:
    row = publish(seeded, clock, supervisor, with_resolution(12, severity="critical"), seen=0)
    assert row.code == "complaint_critical"
    assert in_force(seeded, clock, severity="critical") == ("complaint_critical", 1)
    assert in_force(seeded, clock) == ("complaint_default", 1)
    twin = with_resolution(6, severity="critical")
    assert refusal(seeded, clock, supervisor, twin, seen=0) == "policy_match_taken"


def test_a_retired_policy_gives_its_tickets_back_to_the_general_one(
    seeded: Database, clock: FixedClock, supervisor: Actor
) -> None:
    publish(seeded, clock, supervisor, with_resolution(12, tier="private"), seen=0)
    clock.advance(hours=1)
    last = replace(with_resolution(12, tier="private"), code="complaint_private", clocks=(), retired=True)
    publish(seeded, clock, supervisor, last)
    assert in_force(seeded, clock, tier="private") == ("complaint_default", 1)
    clock.advance(hours=1)
    again = publish(seeded, clock, supervisor, with_resolution(10, tier="private"), seen=0)
    assert again.code == "complaint_private_2"


def test_a_policy_without_clocks_promises_nothing(seeded: Database, clock: FixedClock, supervisor: Actor) -> None:
    silent = Draft(None, "complaint", EVERYONE | {"priority": "low"})
    publish(seeded, clock, supervisor, silent, seen=0)
    with seeded.reading() as session:
        row = match_policy(session, ORDINARY | {"priority": "low"}, clock.now())
    assert row is not None
    assert row.clocks == []


def test_a_promise_no_calendar_can_reach_is_refused(seeded: Database, clock: FixedClock, supervisor: Actor) -> None:
    first = defaults.COMPLAINT.as_json()[3]
    endless = Draft(None, "complaint", EVERYONE | {"tier": "gold"}, [{**first, "target_seconds": 9_000 * 86400}])
    assert refusal(seeded, clock, supervisor, endless, seen=0) == "policy_never_due"
    assert in_force(seeded, clock, tier="gold") == ("complaint_default", 1)


def test_the_comparison_shows_draft_and_present_side_by_side_and_writes_nothing(
    seeded: Database, clock: FixedClock
) -> None:
    with seeded.transaction() as session:
        seen = drafts.compare(
            session, clock=clock, draft=with_resolution(36), attributes=ORDINARY, opened_at=clock.now()
        )
        assert not session.new
        assert not session.dirty
    drafted = {each.clock: each for each in seen.drafted.deadlines}
    present = {each.clock: each for each in seen.in_force.deadlines}
    assert drafted["resolution"].due_at == clock.now() + timedelta(hours=36)
    assert present["resolution"].due_at == clock.now() + timedelta(hours=48)
    assert [level.name for level in drafted["resolution"].levels][:2] == ["warn_50", "warn_75"]
    assert drafted["first_reply"].derivation
    assert (seen.drafted.by_draft, seen.in_force.policy.version) == (True, 1)


def test_a_draft_that_does_not_fit_the_ticket_leaves_it_to_the_others(seeded: Database, clock: FixedClock) -> None:
    with seeded.reading() as session:
        draft = with_resolution(6, severity="critical")
        seen = drafts.compare(session, clock=clock, draft=draft, attributes=ORDINARY, opened_at=clock.now())
    assert not seen.drafted.by_draft
    assert seen.drafted.deadlines == seen.in_force.deadlines
