"""The engine against its slow twin: whole histories, compared in everything a promise is.

`KESU_HISTORIES` says how many are tried (2,000 unless told; `make histories` tries 50,000 and prints the figure).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from histories import History, histories
from hypothesis import HealthCheck, given, settings

from ticketing.sla.replay import Seen, replay
from ticketing.sla.rules import Deadline, clock

COUNT = int(os.environ.get("KESU_HISTORIES", "2000"))
FAR = timedelta(days=390)
Promise = dict[str, Any]


@settings(deadline=None, max_examples=COUNT, suppress_health_check=list(HealthCheck), database=None)
@given(history=histories())
def test_every_promise_of_a_random_history_is_what_the_twin_sees(history: History) -> None:
    fast = clock(history.events, list(history.policies), history.calendars, now=history.now)
    slow = replay(history.events, history.policies, history.calendars, now=history.now)
    assert dict(of_engine(fast, history.now)) == dict(of_twin(slow, history.now))


def of_engine(found: tuple[Deadline, ...], now: datetime) -> Iterator[tuple[tuple[str, int], Promise]]:
    for each in found:
        armed = {level.name: level.due_at for level in each.levels}
        yield (each.clock, each.round), promise(each, each.verdict.value, each.is_live, armed, now)


def of_twin(found: tuple[Seen, ...], now: datetime) -> Iterator[tuple[tuple[str, int], Promise]]:
    for each in found:
        yield (each.clock, each.round), promise(each, each.verdict, each.owed, dict(each.levels), now)


def promise(each: Deadline | Seen, verdict: str, owed: bool, armed: dict[str, datetime], now: datetime) -> Promise:
    """What is compared; instants further away than the twin walks are left out."""
    near = {name: at for name, at in armed.items() if at < now + FAR}
    settled = verdict in ("met", "cancelled")
    due_at = None if each.due_at is None or settled or each.due_at >= now + FAR else each.due_at
    return {
        "policy": each.policy_version,
        "started_at": each.started_at,
        "due_at": due_at,
        "verdict": verdict,
        "breached_at": each.breached_at,
        "owed": owed,
        "levels": near,
    }
