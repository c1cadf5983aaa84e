"""Files of the board's tables: short ones at once, long ones made by the worker with progress and a notice.

Who exported what is in the audit log. A file can be fetched by who asked for it, for a week.
"""

from __future__ import annotations

import hashlib
import io
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session, undefer

from ticketing.audit import service as audit
from ticketing.notify import people
from ticketing.notify import service as notify
from ticketing.notify.rules import Recipient
from ticketing.platform.actor import Actor
from ticketing.platform.clock import Clock, FixedClock
from ticketing.platform.db import Database
from ticketing.platform.errors import DomainError
from ticketing.platform.log import log
from ticketing.reports import files, sheets
from ticketing.reports.board_models import WAITING, BoardExport
from ticketing.reports.files import Cell, Table
from ticketing.reports.sheets import Asked
from ticketing.tickets.letter_pdf import PdfUnavailable

AT_ONCE = 5_000
"""So many rows take less than a second."""
LEASE = timedelta(minutes=2)
KEPT = timedelta(days=7)
ATTEMPTS = 3
STEP = 1_000
WAITING_EACH = 5


@dataclass(frozen=True)
class File:
    """A finished file."""

    name: str
    form: str
    content: bytes


def order(session: Session, *, clock: Clock, actor: Actor, asked: Asked, form: str) -> File | BoardExport:
    """The file if it is short, else what the worker will make.

    DomainError: export_unknown, board_filter_unknown, export_pdf_long, export_pdf_unavailable, export_queue_full.
    """
    if form not in files.FORMS:
        raise DomainError("export_unknown")
    rows = sheets.size(session, clock=clock, asked=asked)
    if form == "pdf" and rows > files.PDF_ROWS:
        raise DomainError("export_pdf_long", rows=rows, most=files.PDF_ROWS)
    table = sheets.table(session, clock=clock, asked=asked)
    audit.record(
        session,
        clock=clock,
        actor=actor,
        action="board.exported",
        subject=("board", asked.sheet),
        form=form,
        query=asked.query,
        rows=rows,
    )
    if rows > AT_ONCE:
        return _put_off(session, clock=clock, actor=actor, asked=asked, form=form, rows=rows)
    out = io.BytesIO()
    try:
        files.write(table, form, out, zone=asked.zone, language=asked.language)
    except PdfUnavailable as error:
        raise DomainError("export_pdf_unavailable") from error
    return File(f"{table.stem}.{form}", form, out.getvalue())


def mine(session: Session, *, staff_id: int) -> Sequence[BoardExport]:
    """What somebody asked the worker for, the newest first."""
    return session.scalars(
        select(BoardExport).where(BoardExport.staff_id == staff_id).order_by(BoardExport.id.desc()).limit(20)
    ).all()


def fetch(session: Session, *, clock: Clock, actor: Actor, export_id: int) -> File:
    """A finished file, for who asked for it; raises ``export_not_found``, also once it has expired."""
    row = session.scalar(
        select(BoardExport)
        .options(undefer(BoardExport.content))
        .where(BoardExport.id == export_id, BoardExport.staff_id == actor.staff_id)
    )
    if row is None or row.content is None or row.expires_at is None or row.expires_at <= clock.now():
        raise DomainError("export_not_found")
    audit.record(session, clock=clock, actor=actor, action="board.export_fetched", subject=("board_export", row.id))
    return File(f"{row.wanted['stem']}.{row.form}", row.form, row.content)


def make_next(database: Database, *, clock: Clock, zone: ZoneInfo) -> bool:
    """Make the file that waits longest; False when none does. Called outside any transaction."""
    with database.transaction() as session:
        row = _claim(session, clock.now())
    if row is None:
        return False
    try:
        _make(database, clock, zone, row)
    except Exception:  # noqa: BLE001
        # Logged whole; tried again when its lease is over, and given up after ATTEMPTS.
        log.exception("export.failed", action="try again", export_id=row.id)
        if row.attempts >= ATTEMPTS:
            with database.transaction() as session:
                _finish(session, clock, row.id, state="failed")
    return True


def forget_expired(session: Session, *, clock: Clock) -> int:
    """Drop the contents whose time is over; gives how many."""
    over = update(BoardExport).where(BoardExport.expires_at <= clock.now(), BoardExport.sha256.is_not(None))
    gone = session.scalars(over.values(content=None, sha256=None).returning(BoardExport.id)).all()
    return len(gone)


def _put_off(session: Session, *, clock: Clock, actor: Actor, asked: Asked, form: str, rows: int) -> BoardExport:
    waiting = select(func.count()).select_from(BoardExport).where(WAITING, BoardExport.staff_id == actor.staff_id)
    if (session.scalar(waiting) or 0) >= WAITING_EACH:
        raise DomainError("export_queue_full", most=WAITING_EACH)
    now = clock.now()
    row = BoardExport(
        staff_id=actor.staff_id,
        form=form,
        language=asked.language,
        wanted={
            "sheet": asked.sheet,
            "query": asked.query,
            "stem": f"kesu-{asked.sheet}-{now.astimezone(asked.zone):%Y%m%d-%H%M}",
        },
        rows_total=rows,
        asked_at=now,
    )
    session.add(row)
    session.flush()
    return row


def _claim(session: Session, now: datetime) -> BoardExport | None:
    free = or_(BoardExport.lease_until.is_(None), BoardExport.lease_until <= now)
    row = session.scalar(
        select(BoardExport).where(WAITING, free).order_by(BoardExport.id).limit(1).with_for_update(skip_locked=True)
    )
    if row is not None:
        row.state, row.lease_until, row.attempts, row.rows_done = "making", now + LEASE, row.attempts + 1, 0
    return row


def _make(database: Database, clock: Clock, zone: ZoneInfo, row: BoardExport) -> None:
    """Into a file first: neither memory nor a transaction holds it while it grows."""
    asked = Asked(row.wanted["sheet"], row.wanted["query"], row.language, zone)
    with tempfile.TemporaryFile() as out:
        with database.reading() as session:
            # "Late" and "today" are of the moment at which it was asked for.
            table = sheets.table(session, clock=FixedClock(row.asked_at), asked=asked)
            told = replace(table, rows=_telling(database, clock, row.id, table))
            files.write(told, row.form, out, zone=zone, language=row.language)
        out.seek(0)
        content = out.read()
    with database.transaction() as session:
        _finish(session, clock, row.id, state="ready", content=content)


def _telling(database: Database, clock: Clock, export_id: int, table: Table) -> Iterator[Sequence[Cell]]:
    """The rows, with the progress written now and then, which also keeps the lease."""
    for done, cells in enumerate(table.rows, 1):
        yield cells
        if done % STEP == 0:
            with database.transaction() as session:
                session.execute(
                    update(BoardExport)
                    .where(BoardExport.id == export_id)
                    .values(rows_done=done, lease_until=clock.now() + LEASE)
                )


def _finish(session: Session, clock: Clock, export_id: int, *, state: str, content: bytes | None = None) -> None:
    row = session.get_one(BoardExport, export_id, with_for_update=True)
    if row.finished_at is not None:
        return
    now = clock.now()
    row.state, row.finished_at, row.expires_at = state, now, now + KEPT
    if content is not None:
        row.content, row.sha256, row.rows_done = content, hashlib.sha256(content).hexdigest(), row.rows_total
    session.flush()
    _tell(session, clock, row)


def _tell(session: Session, clock: Clock, row: BoardExport) -> None:
    colleague = people.roll(session, clock=clock).person(row.staff_id)
    words: dict[str, Any] = {"rows": row.rows_total, "form": row.form.upper()}
    news = notify.News(
        code=f"export_{row.state}",
        words={"zh": words, "en": words},
        path="/board/exports",
        dedupe=f"export:{row.id}:{row.state}",
        subject=("board_export", row.id),
    )
    notify.to_staff(session, clock=clock, news=news, to=[Recipient(colleague)] if colleague else [])
