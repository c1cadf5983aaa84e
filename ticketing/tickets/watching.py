"""Who else has a case or a chat open and what they are writing, so that two people do not answer one customer twice.

Open pages come by every few seconds; whoever did not come by has gone. This only tells: what may be written is guarded by
versions (web/agent/forms.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from ticketing.platform.clock import Clock
from ticketing.staff.models import Staff
from ticketing.tickets.desk_models import CaseWatch, ChatWatch
from ticketing.tickets.models import Ticket

SEEN_FOR = timedelta(seconds=12)
"""Open pages come by every four seconds; two missed turns are forgiven."""
WRITING_FOR = timedelta(seconds=8)
FORMS = ("reply", "note", "step")


@dataclass(frozen=True)
class Other:
    """A colleague who has it open too; ``writing`` is one of ``FORMS`` or None."""

    name: str
    since: datetime
    writing: str | None


@dataclass(frozen=True)
class Place:
    """What is open: a case with its chat, where it has one, or a chat by itself."""

    ticket_id: int | None = None
    conversation_id: int | None = None

    @property
    def key(self) -> tuple[type[CaseWatch | ChatWatch], dict[str, int | None]]:
        """The table of such places, and what names this one in it."""
        if self.ticket_id is not None:
            return CaseWatch, {"ticket_id": self.ticket_id}
        return ChatWatch, {"conversation_id": self.conversation_id}


def look(session: Session, *, clock: Clock, place: Place, staff_id: int, writing: str | None = None) -> None:
    """Someone has the place before their eyes, and may be typing in one of its forms."""
    now, (table, key) = clock.now(), place.key
    insert = pg_insert if session.get_bind().dialect.name == "postgresql" else sqlite_insert
    row = {**key, "staff_id": staff_id, "since": now, "seen_at": now}
    typed = {"writing": writing, "writing_until": now + WRITING_FOR} if writing in FORMS else {}
    session.execute(
        insert(table)
        .values(**row, **typed)
        .on_conflict_do_update(index_elements=[*key, "staff_id"], set_={"seen_at": now, **typed})
    )


def leave(session: Session, *, place: Place, staff_id: int) -> None:
    """Someone has closed the page."""
    table, key = place.key
    session.execute(delete(table).filter_by(**key, staff_id=staff_id))


def others(session: Session, *, clock: Clock, place: Place, staff_id: int) -> list[Other]:
    """Colleagues who have it open too, be it as the case or as its chat; those who came first first."""
    now, found = clock.now(), dict[int, Other]()
    for table, here in ((CaseWatch, _case_of(place)), (ChatWatch, ChatWatch.conversation_id == place.conversation_id)):
        rows = session.execute(
            select(Staff.id, Staff.name, table.since, table.writing, table.writing_until)
            .join(Staff, Staff.id == table.staff_id)
            .where(here, table.staff_id != staff_id, table.seen_at > now - SEEN_FOR)
        )
        for person, name, since, form, until in rows:
            before = found.get(person, Other(name, since, None))
            writing = form if until is not None and until > now else before.writing
            found[person] = Other(name, min(since, before.since), writing)
    return [found[person] for person in sorted(found, key=lambda person: (found[person].since, person))]


def forget_gone(session: Session, *, clock: Clock) -> int:
    """Delete what was left by pages that ended without a word; gives how many."""
    gone = [delete(table).where(table.seen_at <= clock.now() - SEEN_FOR) for table in (CaseWatch, ChatWatch)]
    return sum(session.execute(each).rowcount for each in gone)  # type: ignore[attr-defined]


def _case_of(place: Place) -> ColumnElement[bool]:
    if place.ticket_id is not None:
        return CaseWatch.ticket_id == place.ticket_id
    return CaseWatch.ticket_id.in_(select(Ticket.id).where(Ticket.conversation_id == place.conversation_id))
