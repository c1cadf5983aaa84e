"""Embeddings that are remembered in the database, so that a start or another process embeds only what is new."""

from __future__ import annotations

import hashlib
import itertools
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, cast

import numpy as np
from sqlalchemy import Table, select
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from ticketing.knowledge.embedding import Embedder, Kind, Vectors, clean
from ticketing.knowledge.models import TextVector
from ticketing.platform.db import Database

BATCH = 512
LOOK_UP = 500


def recall(session: Session, *, embedder: Embedder, texts: Sequence[str], kind: Kind) -> Vectors:
    """The texts' vectors: remembered ones from the database, others embedded now."""
    digests = [digest(text, kind) for text in texts]
    known = _remembered(session, embedder.name, digests)
    missing = [at for at, name in enumerate(digests) if name not in known]
    if missing:
        found = embedder.embed([texts[at] for at in missing], kind)
        known.update({digests[at]: vector for at, vector in zip(missing, found, strict=True)})
    return np.stack([known[name] for name in digests]) if digests else np.empty((0, 0), np.float32)


def remember(
    database: Database,
    *,
    embedder: Embedder,
    texts: Iterable[tuple[str, Kind]],
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> int:
    """Embed and store what is not remembered yet, in short transactions; gives how many were new."""
    wanted = {digest(text, kind): (text, kind) for text, kind in texts}
    missing = _unknown(database, embedder.name, wanted)
    # Texts of one kind and of like length together: an engine that takes many at once pads them to the longest.
    missing.sort(key=lambda name: (wanted[name][1], len(wanted[name][0])))
    done = 0

    def embed(batch: list[str]) -> dict[str, Vectors]:
        found: dict[str, Vectors] = {}
        for kind, names in itertools.groupby(batch, key=lambda name: wanted[name][1]):
            of_kind = list(names)
            vectors = embedder.embed([wanted[name][0] for name in of_kind], kind)
            found.update(zip(of_kind, vectors, strict=True))
        return found

    # Embedding releases the interpreter, so threads keep all cores busy.
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        for found in pool.map(embed, _slices(missing, BATCH)):
            with database.transaction() as session:
                _store(session, embedder.name, found)
            done += len(found)
            progress(done, len(missing))
    return len(missing)


def unknown(database: Database, *, model: str, texts: Iterable[str], kind: Kind) -> list[str]:
    """The texts, each once, that are not remembered yet."""
    wanted = {digest(text, kind): text for text in texts}
    return [wanted[name] for name in _unknown(database, model, wanted)]


def keep(database: Database, *, model: str, kind: Kind, found: Mapping[str, Vectors]) -> None:
    """Remember texts' vectors that were computed elsewhere."""
    with database.transaction() as session:
        _store(session, model, {digest(text, kind): vector for text, vector in found.items()})


def local_store(path: Path) -> Database:
    """A file of this machine beside the database: a new database takes from it what was embedded before."""
    store = Database(f"sqlite:///{path}")
    cast(Table, TextVector.__table__).create(store.engine, checkfirst=True)
    return store


def copy(source: Database, target: Database, *, model: str) -> int:
    """Give the target what only the source remembers; gives how many vectors."""
    with target.reading() as session:
        known = set(session.scalars(select(TextVector.digest).where(TextVector.model == model)))
    with source.reading() as session:
        found = session.execute(select(TextVector.digest, TextVector.vector).where(TextVector.model == model))
        rows = [{"model": model, "digest": name, "vector": vector} for name, vector in found if name not in known]
    if rows:
        with target.transaction() as session:
            session.execute(
                _insert(session)(TextVector).on_conflict_do_nothing(index_elements=["model", "digest"]), rows
            )
    return len(rows)


def digest(text: str, kind: Kind) -> str:
    """The name under which a text's vector is remembered."""
    return hashlib.sha256(f"{kind}\n{clean(text)}".encode()).hexdigest()


def _unknown(database: Database, model: str, names: Iterable[str]) -> list[str]:
    with database.reading() as session:
        known = set(session.scalars(select(TextVector.digest).where(TextVector.model == model)))
    return [name for name in names if name not in known]


def _remembered(session: Session, model: str, digests: Sequence[str]) -> dict[str, Vectors]:
    found: dict[str, Vectors] = {}
    for names in _slices(list(dict.fromkeys(digests)), LOOK_UP):
        rows = session.execute(
            select(TextVector.digest, TextVector.vector).where(TextVector.model == model, TextVector.digest.in_(names))
        )
        found.update({name: np.frombuffer(raw, np.float16).astype(np.float32) for name, raw in rows})
    return found


def _store(session: Session, model: str, vectors: dict[str, Vectors]) -> None:
    rows = [
        {"model": model, "digest": name, "vector": vector.astype(np.float16).tobytes()}
        for name, vector in vectors.items()
    ]
    session.execute(_insert(session)(TextVector).on_conflict_do_nothing(index_elements=["model", "digest"]), rows)


def _insert(session: Session) -> Any:
    return pg_insert if session.get_bind().dialect.name == "postgresql" else sqlite_insert


def _slices(items: list[str], size: int) -> list[list[str]]:
    return [items[at : at + size] for at in range(0, len(items), size)]
