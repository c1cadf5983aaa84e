"""A ticket's clocks taken together: what is due next, and how the ticket stands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from ticketing.sla.rules import Deadline, Verdict


@dataclass(frozen=True, slots=True)
class Standing:
    """How a ticket stands as a whole, and the clock that decides it."""

    verdict: Verdict
    clock: str
    due_at: datetime | None


def next_due(deadlines: Iterable[Deadline]) -> Deadline | None:
    """The earliest promise still owed, late ones first; None when nothing is owed or everything is paused."""
    owed = [each for each in deadlines if each.is_live and each.due_at is not None]
    return min(owed, key=lambda each: each.due_at or each.started_at, default=None)


def overall(deadlines: Sequence[Deadline]) -> Standing | None:
    """A ticket's standing: breached before running before paused before met before cancelled; None without clocks."""
    for verdict in (Verdict.BREACHED, Verdict.RUNNING, Verdict.PAUSED, Verdict.MET, Verdict.CANCELLED):
        first = next((each for each in deadlines if each.verdict is verdict), None)
        if first is not None:
            return Standing(verdict, first.clock, first.due_at)
    return None
