"""Who else has a case open and what they are writing, so that two people do not answer one customer twice.

Open pages come by every few seconds; whoever did not come by has gone. This only tells: what may be written is guarded by
versions (web/agent/forms.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from ticketing.platform.clock import Clock
from ticketing.staff.models import Staff
from ticketing.tickets.desk_models import CaseWatch

SEEN_FOR = timedelta(seconds=12)
"""Open pages come by every four seconds; two missed turns are forgiven."""
WRITING_FOR = timedelta(seconds=8)
FORMS = ("reply", "note", "step")


@dataclass(frozen=True)
class Other:
    """A colleague who has the case open; ``writing`` is one of ``FORMS`` or None."""

    name: str
    since: datetime
    writing: str | None


def look(session: Session, *, clock: Clock, ticket_id: int, staff_id: int, writing: str | None = None) -> None:
    """Someone has the case before their eyes, and may be typing in one of its forms."""
    now = clock.now()
    insert = pg_insert if session.get_bind().dialect.name == "postgresql" else sqlite_insert
    row = {"ticket_id": ticket_id, "staff_id": staff_id, "since": now, "seen_at": now}
    typed = {"writing": writing, "writing_until": now + WRITING_FOR} if writing in FORMS else {}
    session.execute(
        insert(CaseWatch)
        .values(**row, **typed)
        .on_conflict_do_update(index_elements=["ticket_id", "staff_id"], set_={"seen_at": now, **typed})
    )


def leave(session: Session, *, ticket_id: int, staff_id: int) -> None:
    """Someone has closed the case's page."""
    session.execute(delete(CaseWatch).where(CaseWatch.ticket_id == ticket_id, CaseWatch.staff_id == staff_id))


def others(session: Session, *, clock: Clock, ticket_id: int, staff_id: int) -> list[Other]:
    """Colleagues who have the case open too, those who came first first."""
    now = clock.now()
    rows = session.execute(
        select(Staff.name, CaseWatch.since, CaseWatch.writing, CaseWatch.writing_until)
        .join(Staff, Staff.id == CaseWatch.staff_id)
        .where(CaseWatch.ticket_id == ticket_id, CaseWatch.staff_id != staff_id, CaseWatch.seen_at > now - SEEN_FOR)
        .order_by(CaseWatch.since, Staff.id)
    )
    return [
        Other(name, since, writing if until is not None and until > now else None)
        for name, since, writing, until in rows
    ]


def forget_gone(session: Session, *, clock: Clock) -> int:
    """Delete what was left by pages that ended without a word; gives how many."""
    gone = delete(CaseWatch).where(CaseWatch.seen_at <= clock.now() - SEEN_FOR)
    return session.execute(gone).rowcount  # type: ignore[attr-defined, no-any-return]
