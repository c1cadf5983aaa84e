"""The book of promises: one entry for every promise made, kept, broken or cancelled, and for every level fired.

Entries are written in the transaction of what they record and never change; the daily statement closes them day by day.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from ticketing.platform.gathering import together
from ticketing.sla.holders import Holder
from ticketing.sla.models import ClockVerdict, PromiseEntry

_TABLE = PromiseEntry.metadata.tables[PromiseEntry.__tablename__]
LIVE = ("running", "paused")
OPENS, CLOSES = ("made", "revived"), ("met", "breached", "cancelled")
"""Entries that add to the promises still running, and that take away. `restored` (a breach struck out) does neither."""


def kinds_of(before: str | None, after: str) -> tuple[str, ...]:
    """The entries that a change of verdict makes; before is None for a promise that is new."""
    if before == after or (before in LIVE and after in LIVE):
        return ()
    if before == "breached" and after == "met":
        return ("restored",)
    opened = {None: ("made",), "cancelled": ("revived",)}.get(before, ())
    return opened if after in LIVE else (*opened, after)


def book_change(session: Session, row: ClockVerdict, *, before: str | None, now: datetime) -> None:
    """Enter what became of a promise, each thing at its own instant, whenever it was noticed."""
    instants = {"made": row.started_at, "met": row.stopped_at, "breached": row.breached_at, "cancelled": row.ended_at}
    for kind in kinds_of(before, row.verdict):
        enter(session, Holder.of(row), row.clock, row.round, kind, at=instants.get(kind) or now, now=now)


def enter(
    session: Session, holder: Holder, clock: str, round: int, kind: str, *, at: datetime, now: datetime, level: str = ""
) -> None:
    """Write one entry."""
    row = {"ticket_id": None, "root_cause_id": None, **holder.columns, "clock": clock, "round": round}
    together(session, _write, row | {"level": level, "kind": kind, "at": at, "recorded_at": now})


def _write(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    session.execute(insert(_TABLE), rows)
