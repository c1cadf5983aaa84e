"""Keeping the index: what was noted as changed is read again and written, in order, and all of it can be built anew."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import JSON, Select, String, bindparam, cast, column, delete, func, or_, select, text
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from ticketing.platform.db import Database
from ticketing.search import sources, storage
from ticketing.search.models import KINDS, SearchEntry, SearchPending, as_tsvector

BATCH = 500
NOTHING: Mapping[str, int] = {}
REBUILT_AT_ONCE = 1_000


def index_changes(database: Database, *, most: int = 20) -> int:
    """Index what changed, at most so many batches; gives how many changes. Whoever dies half-way has lost nothing."""
    done = 0
    for _ in range(most):
        with database.transaction() as session:
            taken = take_batch(session)
        done += taken
        if taken < BATCH:
            break
    return done


def take_batch(session: Session, *, size: int = BATCH) -> int:
    """Index the oldest changes and forget them; gives how many.

    The rows are locked in order, so that of two workers one waits: else the slower could write what the quicker had already replaced.
    """
    rows = session.execute(
        select(SearchPending.id, SearchPending.kind, SearchPending.ref_id)
        .order_by(SearchPending.id)
        .limit(size)
        .with_for_update()
    ).all()
    changed: defaultdict[str, set[int]] = defaultdict(set)
    for _id, kind, ref_id in rows:
        changed[kind].add(ref_id)
    for kind, ids in changed.items():
        index(session, kind=kind, ids=sorted(ids))
    if rows:
        session.execute(delete(SearchPending).where(SearchPending.id.in_([row.id for row in rows])))
    return len(rows)


def index(session: Session, *, kind: str, ids: Iterable[int]) -> None:
    """Bring the entries of these things up to date; those of what is gone go."""
    wanted = list(ids)
    found = sources.read(session, kind, wanted)
    gone = [each for each in wanted if each not in found]
    if gone:
        session.execute(delete(SearchEntry).where(SearchEntry.kind == kind, SearchEntry.ref_id.in_(gone)))
    if not found:
        return
    rows = [
        {"kind": kind, "ref_id": ref_id, "parent_id": each.parent_id, "rank": each.rank, "words": each.words}
        for ref_id, each in found.items()
    ]
    if session.get_bind().dialect.name == "postgresql":
        session.execute(_replacing(pg_insert(SearchEntry).from_select([*rows[0]], _sent(rows))))
    else:
        session.execute(_replacing(sqlite_insert(SearchEntry)), rows)


def _replacing(asked: Any) -> Any:
    """Insert, or bring up to date; what is the same stays unwritten, so that rebuilding hardly touches the full-text index."""
    kept = {name: asked.excluded[name] for name in ("parent_id", "rank", "words")}
    changed = or_(*(SearchEntry.__table__.c[name].is_distinct_from(value) for name, value in kept.items()))
    return asked.on_conflict_do_update(index_elements=["kind", "ref_id"], set_=kept, where=changed)


def _sent(rows: Sequence[Mapping[str, Any]]) -> Select[Any]:
    """All rows as one parameter, which PostgreSQL takes apart."""
    written = json.dumps([{**row, "words": as_tsvector(row["words"])} for row in rows], ensure_ascii=False)
    columns = [column(name, SearchEntry.__table__.c[name].type) for name in rows[0]]
    fresh = func.json_to_recordset(cast(bindparam(None, written, String), JSON)).table_valued(*columns)
    return select(fresh.render_derived(name="fresh", with_types=True))


def rebuild(
    database: Database,
    *,
    kinds: Iterable[str] = KINDS,
    after: Mapping[str, int] = NOTHING,
    say: Callable[[str], object] = lambda _: None,
    quickly: bool = False,
) -> int:
    """Read everything again, of some kinds only what comes ``after`` an id; gives how much. Searches go on meanwhile.

    ``quickly`` makes PostgreSQL's full-text indexes anew instead of keeping them; meanwhile searches are slow.
    """
    anew = quickly and database.dialect == "postgresql"
    if anew:
        # After a bulk load PostgreSQL would not know its tables, and read them whole for every thousand.
        _execute(database, *storage.without_gin(), "ANALYZE " + ", ".join(storage.READ))
    done = sum(_rebuild(database, kind, after.get(kind, 0), say) for kind in kinds)
    if anew:
        say("indexes\n")
        _execute(database, "SET LOCAL maintenance_work_mem = '512MB'", *storage.gin(), "ANALYZE search_entry")
    return done


def _rebuild(database: Database, kind: str, last: int, say: Callable[[str], object]) -> int:
    done = 0
    while True:
        with database.transaction() as session:
            ids = sources.next_ids(session, kind, after=last, limit=REBUILT_AT_ONCE)
            index(session, kind=kind, ids=ids)
        if not ids:
            break
        last, done = ids[-1], done + len(ids)
        say(f"\r{kind}: {done:,} read")
    with database.transaction() as session:
        gone = ~sources.exists(kind, SearchEntry.ref_id)
        session.execute(delete(SearchEntry).where(SearchEntry.kind == kind, gone))
    say("\n" if done else "")
    return done


def _execute(database: Database, *statements: str) -> None:
    with database.transaction() as session:
        for statement in statements:
            session.execute(text(statement))


def standing(session: Session) -> dict[str, int]:
    """How many entries there are of each kind, and how many changes wait (``pending``)."""
    counted = session.execute(select(SearchEntry.kind, func.count()).group_by(SearchEntry.kind)).all()
    waiting = session.scalar(select(func.count()).select_from(SearchPending)) or 0
    return {**{row[0]: row[1] for row in counted}, "pending": waiting}
