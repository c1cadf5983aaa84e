"""Writing, sealing and verifying the audit log.

Entries are written in the transaction of the act. A task seals them afterwards, in one chain: position n's seal is
SHA-256 over the seal before it and the entry's content. So writers never wait for each other, and the chain shows
the first row that was changed, removed or slipped in.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from ticketing.audit.models import AuditEntry
from ticketing.platform.actor import Actor
from ticketing.platform.clock import Clock
from ticketing.platform.gathering import together

START = "0" * 64
_TABLE = AuditEntry.metadata.tables[AuditEntry.__tablename__]
_SEALING = 0x4B455355
"""Key of the advisory lock that whoever seals on PostgreSQL holds."""


def record(
    session: Session, *, clock: Clock, actor: Actor, action: str, subject: tuple[str, object], **detail: Any
) -> None:
    """Append one entry; ``detail`` holds codes and numbers, never personal text."""
    row = {
        "at": clock.now(),
        "actor": actor.label,
        "action": action,
        "subject_type": subject[0],
        "subject_id": str(subject[1]),
        "detail": detail,
    }
    together(session, _write, row)


def recorded_since(session: Session, *, at: datetime, actor: Actor, action: str, subject: tuple[str, object]) -> bool:
    """Whether the actor has such an entry about the subject from then on."""
    found = select(AuditEntry.id).where(
        AuditEntry.subject_type == subject[0], AuditEntry.subject_id == str(subject[1]), AuditEntry.at >= at,
        AuditEntry.action == action, AuditEntry.actor == actor.label,
    )  # fmt: skip
    return session.scalar(found.limit(1)) is not None


def _write(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    session.execute(insert(_TABLE), rows)


def seal(session: Session, *, limit: int = 1000) -> int:
    """Seal entries not yet in the chain, oldest first; gives how many, 0 while somebody else seals.

    Two sealers that saw different entries would give one position to both; its uniqueness would refuse the second one.
    """
    if not _alone(session):
        return 0
    last = session.execute(
        select(AuditEntry.position, AuditEntry.seal)
        .where(AuditEntry.position.is_not(None))
        .order_by(AuditEntry.position.desc())
        .limit(1)
    ).first()
    position, chain = (last.position, last.seal) if last else (0, START)
    fresh = session.scalars(select(AuditEntry).where(AuditEntry.seal.is_(None)).order_by(AuditEntry.id).limit(limit))
    count = 0
    for entry in fresh:
        position += 1
        chain = _seal_of(chain, position, entry)
        entry.position, entry.seal = position, chain
        count += 1
    session.flush()
    return count


def _alone(session: Session) -> bool:
    """Whether nobody else seals before this transaction ends. SQLite has one writer anyway."""
    if session.get_bind().dialect.name == "sqlite":
        return True
    return bool(session.scalar(select(func.pg_try_advisory_xact_lock(_SEALING))))


@dataclass(frozen=True)
class Verdict:
    """What ``verify`` found: entries checked, entries not sealed yet, and the first bad position, None when whole."""

    checked: int
    unsealed: int
    first_bad: int | None


def verify(session: Session) -> Verdict:
    """Recompute the chain from the start."""
    chain, expected = START, 0
    unsealed = session.scalar(select(func.count()).where(AuditEntry.seal.is_(None))) or 0
    in_order = select(AuditEntry).where(AuditEntry.seal.is_not(None)).order_by(AuditEntry.position)
    with closing(session.scalars(in_order.execution_options(yield_per=1000))) as rows:
        for entry in rows:
            expected += 1
            chain = _seal_of(chain, expected, entry)
            if entry.position != expected or entry.seal != chain:
                return Verdict(checked=expected, unsealed=unsealed, first_bad=expected)
    return Verdict(checked=expected, unsealed=unsealed, first_bad=None)


def _seal_of(previous: str, position: int, entry: AuditEntry) -> str:
    content = [
        previous,
        position,
        entry.at.isoformat(),
        entry.actor,
        entry.action,
        entry.subject_type,
        entry.subject_id,
        entry.detail,
    ]
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
