"""Files of customers, taken in by the worker: checked line by line first, applied after someone has seen what it would do.

Each step is one chunk in one transaction, so a killed worker goes on where it stopped and a file applied twice changes nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from ticketing.audit import service as audit
from ticketing.customers import consents, csv_files, upserting
from ticketing.customers.csv_files import ID, Problem, Unreadable
from ticketing.customers.models import CustomerImport, ImportChunk, ImportProblem
from ticketing.customers.upserting import Sayings
from ticketing.platform.actor import Actor
from ticketing.platform.clock import Clock
from ticketing.platform.db import Database
from ticketing.platform.errors import DomainError

CHUNK = 500
RUNNING = ("checking", "applying")
_PROBLEMS = ImportProblem.metadata.tables[ImportProblem.__tablename__]


@dataclass(frozen=True)
class _Read:
    """A line that can be taken in."""

    sayings: Sayings
    consents: Mapping[str, bool]


def upload(session: Session, *, clock: Clock, actor: Actor, name: str, raw: bytes) -> CustomerImport:
    """Keep a file to be checked; raises ``customer_file_`` and what is wrong with it as a whole."""
    try:
        table = csv_files.read(raw)
    except Unreadable as error:
        raise DomainError(f"customer_file_{error.code}", **error.values) from error
    assert actor.staff_id is not None
    row = CustomerImport(
        name=name[-120:], digest=hashlib.sha256(raw).hexdigest(), encoding=table.encoding, state="checking",
        lines=len(table.lines), uploaded_at=clock.now(), uploaded_by=actor.staff_id,
    )  # fmt: skip
    session.add(row)
    session.flush()
    first: dict[str, int] = {}
    body = [[number, cells, first.get(cells.get(ID, ""))] for number, cells in _noting(table.lines, first)]
    for at in range(0, len(body), CHUNK):
        part = body[at : at + CHUNK]
        session.add(
            ImportChunk(
                import_id=row.id, number=at // CHUNK, lines=len(part), body=json.dumps(part, ensure_ascii=False)
            )
        )
    session.flush()
    audit.record(
        session, clock=clock, actor=actor, action="customers.uploaded", subject=("customer_import", row.id),
        lines=row.lines, digest=row.digest,
    )  # fmt: skip
    return row


def confirm(session: Session, *, clock: Clock, actor: Actor, import_id: int) -> CustomerImport:
    """Let the worker take a checked file in; confirming twice is as good as once. Raises ``customer_import_not_checked``."""
    row = _locked(session, import_id)
    if row.state in {"applying", "done"}:
        return row
    if row.state != "checked" or row.new + row.changed == 0:
        raise DomainError("customer_import_not_checked")
    row.state, row.done_lines = "applying", 0
    row.new = row.changed = row.same = 0
    audit.record(
        session, clock=clock, actor=actor, action="customers.import_confirmed", subject=("customer_import", row.id)
    )
    return row


def drop(session: Session, *, clock: Clock, actor: Actor, import_id: int) -> None:
    """Throw a file away that was not applied. Raises ``customer_import_not_checked``."""
    row = _locked(session, import_id)
    if row.state == "dropped":
        return
    if row.state not in {"checking", "checked"}:
        raise DomainError("customer_import_not_checked")
    row.state, row.finished_at = "dropped", clock.now()
    _forget_bodies(session, row)
    audit.record(
        session, clock=clock, actor=actor, action="customers.import_dropped", subject=("customer_import", row.id)
    )


def advance(database: Database, *, clock: Clock) -> bool:
    """Work off one chunk of the oldest file that is under way; gives whether there was one."""
    with database.reading() as session:
        if session.scalar(select(CustomerImport.id).where(CustomerImport.state.in_(RUNNING)).limit(1)) is None:
            return False
    with database.transaction() as session:
        running = select(CustomerImport).where(CustomerImport.state.in_(RUNNING)).order_by(CustomerImport.id).limit(1)
        row = session.scalar(running.with_for_update(skip_locked=True))
        if row is None:
            return False
        step = _check if row.state == "checking" else _apply
        step(session, clock=clock, row=row)
        return True


def find(session: Session, import_id: int) -> CustomerImport:
    """A file; raises ``customer_import_not_found``."""
    found = session.get(CustomerImport, import_id)
    if found is None:
        raise DomainError("customer_import_not_found")
    return found


def latest(session: Session, limit: int = 20) -> Sequence[CustomerImport]:
    """The files sent lately."""
    return session.scalars(select(CustomerImport).order_by(CustomerImport.id.desc()).limit(limit)).all()


def problems(
    session: Session, import_id: int, *, after: int = 0, limit: int = 100
) -> tuple[Sequence[ImportProblem], int]:
    """What is wrong, line by line after a row of the report, and how much there is in all."""
    of_file = ImportProblem.import_id == import_id
    found = session.scalars(
        select(ImportProblem).where(of_file, ImportProblem.id > after).order_by(ImportProblem.id).limit(limit)
    ).all()
    return found, session.scalar(select(func.count()).select_from(ImportProblem).where(of_file)) or 0


def _noting(lines: Sequence[tuple[int, Mapping[str, str]]], first: dict[str, int]) -> Any:
    """The lines in order; ``first`` holds, when a line is given, where its id stood before."""
    for number, cells in lines:
        yield number, cells
        if cells.get(ID):
            first.setdefault(cells[ID], number)


def _check(session: Session, *, clock: Clock, row: CustomerImport) -> None:
    chunk = _next(session, row, ImportChunk.checked)
    if chunk is None:
        row.state, row.done_lines = "checked", row.lines
        return
    good, wrong = _read(chunk, clock)
    if wrong:
        session.execute(
            insert(_PROBLEMS),
            [
                {"import_id": row.id, "line": line, "field": each.field, "code": each.code, "values": dict(each.values)}
                for line, each in wrong
            ],
        )
    fates = upserting.foresee(session, clock=clock, source="csv", sayings=[each.sayings for each in good])
    chunk.checked = True
    _count(row, chunk, list(fates.values()), refused=chunk.lines - len(good))
    session.flush()
    if _next(session, row, ImportChunk.checked) is None:
        row.state = "checked"


def _apply(session: Session, *, clock: Clock, row: CustomerImport) -> None:
    chunk = _next(session, row, ImportChunk.applied)
    actor = Actor(kind="staff", id=row.uploaded_by)
    if chunk is not None:
        good, _wrong = _read(chunk, clock)
        done = upserting.upsert(
            session, clock=clock, actor=actor, source="csv", sayings=[each.sayings for each in good]
        )
        consents.record_many(
            session, clock=clock, actor=actor, how="csv",
            said={done[each.sayings.external_id][0].id: each.consents for each in good},
        )  # fmt: skip
        chunk.applied, chunk.body = True, "[]"
        _count(row, chunk, [fate for _customer, fate in done.values()], refused=0)
        session.flush()
    if _next(session, row, ImportChunk.applied) is None:
        row.state, row.finished_at = "done", clock.now()
        audit.record(
            session, clock=clock, actor=actor, action="customers.imported", subject=("customer_import", row.id),
            new=row.new, changed=row.changed, same=row.same, refused=row.refused,
        )  # fmt: skip


def _read(chunk: ImportChunk, clock: Clock) -> tuple[list[_Read], list[tuple[int, Problem]]]:
    """The lines that can be taken in, and what is wrong with the others; a line with any problem is left out whole."""
    today = clock.now().date()
    good, wrong = [], []
    for number, cells, twice_of in json.loads(chunk.body):
        said, agreed, found = csv_files.checked(cells, today)
        if twice_of is not None:
            found.insert(0, Problem(ID, "twice", {"line": twice_of}))
        if found:
            wrong += [(number, each) for each in found]
        else:
            good.append(_Read(Sayings(cells[ID], said), agreed))
    return good, wrong


def _count(row: CustomerImport, chunk: ImportChunk, fates: Sequence[str], *, refused: int) -> None:
    row.new += fates.count("new")
    row.changed += fates.count("changed")
    row.same += fates.count("same")
    row.refused += refused
    row.done_lines += chunk.lines


def _next(session: Session, row: CustomerImport, stage: Any) -> ImportChunk | None:
    return session.scalar(
        select(ImportChunk)
        .where(ImportChunk.import_id == row.id, stage.is_(False))
        .order_by(ImportChunk.number)
        .limit(1)
    )


def _forget_bodies(session: Session, row: CustomerImport) -> None:
    for chunk in session.scalars(select(ImportChunk).where(ImportChunk.import_id == row.id)):
        chunk.body = "[]"


def _locked(session: Session, import_id: int) -> CustomerImport:
    row = session.scalar(select(CustomerImport).where(CustomerImport.id == import_id).with_for_update())
    if row is None:
        raise DomainError("customer_import_not_found")
    return row
