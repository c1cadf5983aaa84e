"""A person's notices: reading, marking as read, and what there was nobody to tell of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from ticketing.audit import service as audit
from ticketing.notify.models import UNREAD, StaffNotice
from ticketing.notify.service import spoken, texts
from ticketing.platform import paging
from ticketing.platform.actor import Actor
from ticketing.platform.clock import Clock
from ticketing.platform.errors import DomainError
from ticketing.platform.paging import Page
from ticketing.platform.plurals import fill

PAGE_SIZE = 30


@dataclass(frozen=True)
class Unread:
    """How many notices a person has not read, how many of them are urgent, and the newest one's id."""

    count: int
    urgent: int
    newest: int

    @property
    def mark(self) -> str:
        """Differs whenever the bell would look different."""
        return f"{self.count}-{self.newest}"


def unread(session: Session, *, staff_id: int) -> Unread:
    """One statement on the index of unread notices; the bell asks every few seconds."""
    asked = select(func.count(), func.count().filter(StaffNotice.urgent), func.max(StaffNotice.id))
    count, urgent, newest = session.execute(asked.where(UNREAD, StaffNotice.staff_id == staff_id)).one()
    return Unread(count, urgent, newest or 0)


def latest_unread(session: Session, *, staff_id: int, limit: int) -> Sequence[StaffNotice]:
    """The newest unread notices, urgent ones first."""
    mine = select(StaffNotice).where(UNREAD, StaffNotice.staff_id == staff_id)
    return session.scalars(mine.order_by(StaffNotice.urgent.desc(), StaffNotice.id.desc()).limit(limit)).all()


def notices(session: Session, *, staff_id: int, only_unread: bool, cursor: str | None) -> Page[StaffNotice]:
    """A person's notices, newest first; raises ``cursor_invalid``."""
    asked = select(StaffNotice).where(StaffNotice.staff_id == staff_id)
    if only_unread:
        asked = asked.where(UNREAD)
    if cursor:
        (before,) = paging.decode_cursor(cursor, 1)
        asked = asked.where(StaffNotice.id < paging.as_id(before))
    rows = session.scalars(asked.order_by(StaffNotice.id.desc()).limit(PAGE_SIZE + 1)).all()
    more = len(rows) > PAGE_SIZE
    return Page(rows[:PAGE_SIZE], paging.encode_cursor([rows[PAGE_SIZE - 1].id]) if more else None)


def own(session: Session, *, staff_id: int, notice_id: int) -> StaffNotice:
    """One of this person's notices; raises ``notice_not_found``, also for somebody else's."""
    found = session.scalar(select(StaffNotice).where(StaffNotice.id == notice_id, StaffNotice.staff_id == staff_id))
    if found is None:
        raise DomainError("notice_not_found")
    return found


def mark_read(session: Session, *, clock: Clock, staff_id: int, notice_id: int | None = None) -> None:
    """Mark one notice of this person, or all of them, as read; those read already keep their time."""
    mine = update(StaffNotice).where(UNREAD, StaffNotice.staff_id == staff_id)
    if notice_id is not None:
        mine = mine.where(StaffNotice.id == notice_id)
    session.execute(mine.values(read_at=clock.now()))


def was_told(session: Session, *, staff_id: int, ticket_id: int) -> bool:
    """Whether this person has a notice about the ticket."""
    asked = select(StaffNotice.id).where(StaffNotice.ticket_id == ticket_id, StaffNotice.staff_id == staff_id)
    return session.scalar(asked.limit(1)) is not None


def settle(session: Session, *, clock: Clock, actor: Actor, ticket_id: int, clock_name: str) -> list[int]:
    """Somebody took note of a broken promise: their own notices of it, and those for nobody, are read.

    Gives the others who were urgently told of it.
    """
    about = (StaffNotice.ticket_id == ticket_id, StaffNotice.clock == clock_name)
    mine = StaffNotice.staff_id.is_(None) | (StaffNotice.staff_id == actor.staff_id)
    session.execute(update(StaffNotice).where(UNREAD, *about, mine).values(read_at=clock.now()))
    others = select(StaffNotice.staff_id).where(*about, StaffNotice.urgent, StaffNotice.staff_id.is_not(None))
    return [
        each
        for each in session.scalars(others.distinct().order_by(StaffNotice.staff_id))
        if each and each != actor.staff_id
    ]


def for_nobody(session: Session, *, limit: int = 5) -> tuple[int, Sequence[StaffNotice]]:
    """What there was nobody to tell of and nobody has taken note of since: how many, and the newest."""
    lost = (UNREAD, StaffNotice.staff_id.is_(None))
    count = session.scalar(select(func.count()).select_from(StaffNotice).where(*lost)) or 0
    if not count:
        return 0, ()
    return count, session.scalars(select(StaffNotice).where(*lost).order_by(StaffNotice.id.desc()).limit(limit)).all()


def take_note(session: Session, *, clock: Clock, actor: Actor) -> None:
    """Take note of everything there was nobody to tell of; written to the audit log."""
    lost = update(StaffNotice).where(UNREAD, StaffNotice.staff_id.is_(None)).values(read_at=clock.now())
    for notice_id in session.scalars(lost.returning(StaffNotice.id)).all():
        audit.record(session, clock=clock, actor=actor, action="notice.noted", subject=("notice", notice_id))


def said(notice: StaffNotice, language: str, part: str = "subject") -> str:
    """A notice's words in the reader's language."""
    return fill(texts()[notice.code][language][part], spoken(notice.words, language))
