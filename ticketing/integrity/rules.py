"""The arithmetic of a daily statement and its chain of hashes. Pure: no session, no clock."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")
"""Whose midnight ends a statement's day, whatever zone pages are shown in."""
START = "0" * 64
FIRED = ("warning", "breach", "after")


@dataclass(frozen=True)
class Counts:
    """What became of promises on a day.

    ``opening`` ran when it began, ``closing`` when it ended; ``restored`` are breaches struck out because the promise
    was proven kept in time, ``revived`` promises of a policy that was dropped and came back. ``fired`` counts levels by
    kind, ``unfired`` those due by the day's end and still armed when the statement was made, ``late_entries`` what was
    booked on this day because its own was closed already. ``unaccounted`` is what the book of promises does not
    explain: promises running that have no entry, or entries without a promise; anything but zero is an alarm.
    """

    tickets_opened: int = 0
    opening: int = 0
    made: int = 0
    revived: int = 0
    met: int = 0
    breached: int = 0
    cancelled: int = 0
    restored: int = 0
    closing: int = 0
    unfired: int = 0
    late_entries: int = 0
    entries: int = 0
    unaccounted: int = 0
    fired: Mapping[str, int] = field(default_factory=lambda: dict.fromkeys(FIRED, 0))

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Counts:
        """From a statement's row."""
        return cls(**raw)

    def as_json(self) -> dict[str, Any]:
        """For a statement's row."""
        return asdict(self)

    @property
    def kept(self) -> int:
        """Promises kept, those proven afterwards among them."""
        return self.met + self.restored

    @property
    def broken(self) -> int:
        """Promises broken, without those struck out on the same day."""
        return max(self.breached - self.restored, 0)


def running(opening: int, by_kind: Mapping[str, int]) -> int:
    """The promises running after such entries: what was there, what came, what went."""
    came = by_kind.get("made", 0) + by_kind.get("revived", 0)
    return opening + came - by_kind.get("met", 0) - by_kind.get("breached", 0) - by_kind.get("cancelled", 0)


def day_of(at: datetime) -> date:
    """The local day of an instant."""
    return at.astimezone(ZONE).date()


def end_of(day: date) -> datetime:
    """The instant at which a local day is over."""
    return datetime.combine(day + timedelta(days=1), time(), ZONE).astimezone(UTC)


def begin_of(day: date) -> datetime:
    """The instant at which a local day begins."""
    return datetime.combine(day, time(), ZONE).astimezone(UTC)


def chain(rows: Iterable[Iterable[Any]]) -> str:
    """One hash over rows in order; any row changed, missing, added or moved gives another."""
    digest = hashlib.sha256()
    for row in rows:
        digest.update(_bytes([_plain(value) for value in row]))
        digest.update(b"\n")
    return digest.hexdigest()


def seal(previous: str, *, day: date, counts: Counts, parts: Mapping[str, Any]) -> str:
    """A statement's hash: over the one before it, its counts, and the hashes and positions it rests on."""
    content = {"previous": previous, "day": day.isoformat(), "counts": counts.as_json(), **parts}
    return hashlib.sha256(_bytes(content)).hexdigest()


def _bytes(content: Any) -> bytes:
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def _plain(value: Any) -> Any:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
