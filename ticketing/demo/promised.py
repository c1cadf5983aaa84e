"""The promises of made-up tickets, as rows: verdicts, levels, entries in the book."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from ticketing.sla import rules as sla_rules
from ticketing.sla.ledger import kinds_of

Row = dict[str, Any]


def verdict(ticket_id: int, deadline: sla_rules.Deadline) -> Row:
    return {
        "ticket_id": ticket_id,
        "clock": deadline.clock,
        "round": deadline.round,
        "policy": deadline.policy,
        "policy_version": deadline.policy_version,
        "calendar": deadline.rule.calendar,
        "target_seconds": deadline.target_seconds,
        "started_at": deadline.started_at,
        "target_at": deadline.due_at,
        "stopped_at": deadline.stopped_at,
        "ended_at": deadline.ended_at,
        "verdict": deadline.verdict.value,
        "breached_at": deadline.breached_at,
    }


def levels(ticket_id: int, deadline: sla_rules.Deadline, now: datetime) -> Iterator[Row]:
    """Levels in the past count as fired, so that loading a year of tickets does not send a year of warnings."""
    for level in deadline.levels:
        fired = level.due_at <= now
        yield {
            "ticket_id": ticket_id,
            "clock": deadline.clock,
            "round": deadline.round,
            "level": level.name,
            "kind": level.kind.value,
            "due_at": level.due_at,
            "actions": [{"do": action.do, "to": action.to} for action in level.actions],
            "state": "fired" if fired else "armed",
            "fired_at": level.due_at if fired else None,
            "attempts": 0,
        }


def entries(ticket_id: int, deadline: sla_rules.Deadline, now: datetime) -> Iterator[Row]:
    """The book of promises, as if each thing had been noticed when it happened."""
    instants = {"made": deadline.started_at, "met": deadline.stopped_at, "breached": deadline.breached_at}
    happened = [(kind, "", instants.get(kind) or deadline.ended_at) for kind in kinds_of(None, deadline.verdict.value)]
    happened += [(level.kind.value, level.name, level.due_at) for level in deadline.levels if level.due_at <= now]
    for kind, level, at in happened:
        yield {
            "ticket_id": ticket_id,
            "clock": deadline.clock,
            "round": deadline.round,
            "level": level,
            "kind": kind,
            "at": at,
            "recorded_at": at,
        }
