"""How a ticket's way looks to its customer: the four stages with their dates, and what happened when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ticketing.tickets.models import Ticket, TicketEvent
from ticketing.tickets.rules import Status

STAGES = (Status.ACCEPTED, Status.INVESTIGATING, Status.RESOLVING, Status.FEEDBACK)


@dataclass(frozen=True)
class Stage:
    """One of 受理 → 调查 → 处理 → 反馈: ``state`` is done, now, next or left; ``at`` when it was reached."""

    code: str
    state: str
    at: datetime | None


def stages(ticket: Ticket, events: Sequence[TicketEvent]) -> list[Stage]:
    """The four stages of the current round."""
    reached = _reached(ticket, events)
    if ticket.status == Status.CLOSED:
        return [Stage(code, "done", at) for code, at in reached.items()]
    if ticket.status not in STAGES:
        return [Stage(code, "done" if at else "left", at) for code, at in reached.items()]
    now = STAGES.index(Status(ticket.status))
    states = ["done" if place < now else "now" if place == now else "next" for place in range(len(STAGES))]
    return [
        Stage(code, state, at if state != "next" else None)
        for (code, at), state in zip(reached.items(), states, strict=True)
    ]


def _reached(ticket: Ticket, events: Sequence[TicketEvent]) -> dict[str, datetime | None]:
    """When each stage of this round began; feedback is dated by the delivered answer as soon as there is one."""
    current = ticket.current
    taken = next((event.at for event in events if event.round == ticket.round and event.kind in _TAKEN), None)
    return {
        Status.ACCEPTED: ticket.created_at if ticket.round == 1 else current.started_at,
        Status.INVESTIGATING: taken or (current.findings_at and current.started_at),
        Status.RESOLVING: current.findings_at,
        Status.FEEDBACK: current.delivered_at or current.decided_at,
    }


_TAKEN = frozenset({"claimed", "assigned", "reassigned", "reopened"})
