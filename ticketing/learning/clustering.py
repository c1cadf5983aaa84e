"""Groups what failed by meaning, one language at a time.

A text joins the cluster to whose texts it is on average most alike, or begins one; clusters that have grown alike become the
older one. So a cluster keeps its identity from run to run. A dismissed cluster goes on taking its like, silently: what was
dismissed does not return. A taught one takes nothing more: what still fails after it was taught is news.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from ticketing.knowledge.embedding import Embedder, Vectors, shared
from ticketing.knowledge.text import normalise
from ticketing.learning import utterances
from ticketing.learning.collecting import collect
from ticketing.learning.models import LearningCluster, LearningSignal, LearningText
from ticketing.platform.clock import Clock
from ticketing.platform.db import Database
from ticketing.platform.log import log

ALIKE = {"zh": 0.92, "en": 0.90}
"""From this mean cosine on a text belongs to a cluster; ``python -m ticketing.learning measure`` prints the curve."""
ROUND = timedelta(seconds=1)
PAUSE = timedelta(seconds=60)
AT_ONCE = 500


class Learner:
    """Collects, embeds a second at a time so that the worker's other tasks are not held up, and groups."""

    def __init__(self, embedder: Embedder, *, trained: Path = utterances.TRAINED) -> None:
        self.embedder = embedder
        self._trained = trained
        self._paused_until: datetime | None = None
        self._missing: list[str] | None = None

    def run(self, database: Database, *, clock: Clock) -> int:
        """One pass; gives the number of texts that found their cluster."""
        with database.transaction() as session:
            changed = collect(session, clock=clock)
        self._embed(database, clock)
        with database.transaction() as session:
            grouped = group(session, model=self.embedder.name)
            if changed or grouped:
                recount(session)
        return grouped

    def _embed(self, database: Database, clock: Clock) -> None:
        began = clock.now()
        if self._paused_until is not None and began < self._paused_until:
            return
        with database.reading() as session:
            waiting = session.execute(
                select(LearningText.id, LearningText.text)
                .where(or_(LearningText.vector.is_(None), LearningText.model != self.embedder.name))
                .order_by(LearningText.id)
                .limit(AT_ONCE)
            ).all()
        found: dict[int, bytes] = {}
        try:
            for text_id, text in waiting:
                found[text_id] = self.embedder.embed([normalise(text)])[0].astype(np.float16).tobytes()
                if clock.now() - began > ROUND:
                    break
            if not waiting:
                self._embed_examples(database)
        except Exception:  # noqa: BLE001
            # Whatever is wrong with the model, collecting goes on; it is tried again after a pause.
            log.exception("learning.not_embedded", action="try again later")
            self._paused_until = clock.now() + PAUSE
        with database.transaction() as session:
            for text_id, vector in found.items():
                changed = update(LearningText).where(LearningText.id == text_id)
                session.execute(changed.values(vector=vector, model=self.embedder.name))

    def _embed_examples(self, database: Database) -> None:
        if self._missing is None:
            self._missing = utterances.missing(database, model=self.embedder.name, trained=self._trained)
        elif self._missing:
            utterances.remember_some(database, embedder=self.embedder.shared, texts=self._missing)


class Groups:
    """Vectors in groups; the mean cosine to a group's vectors is the cosine to their mean."""

    def __init__(self, threshold: float) -> None:
        self._threshold = threshold
        self.sums: dict[int, Vectors] = {}
        self.counts: dict[int, int] = {}

    def add(self, name: int, vector: Vectors) -> None:
        """Put a vector into a group, which may be new."""
        self.sums[name] = self.sums[name] + vector if name in self.sums else vector.copy()
        self.counts[name] = self.counts.get(name, 0) + 1

    def nearest(self, vector: Vectors) -> int | None:
        """The group that a vector belongs to, None when it is like no other."""
        if not self.sums:
            return None
        names = list(self.sums)
        alike = self._means(names) @ vector
        best = int(alike.argmax())
        return names[best] if alike[best] >= self._threshold else None

    def merge(self, may: Callable[[int, int], bool]) -> list[tuple[int, int]]:
        """Pairs (younger, older) of groups that have become alike, merged here already; names grow with age's end."""
        merged = []
        while (pair := self._closest(may)) is not None:
            older, younger = sorted(pair)
            self.sums[older] = self.sums[older] + self.sums.pop(younger)
            self.counts[older] += self.counts.pop(younger)
            merged.append((younger, older))
        return merged

    def _closest(self, may: Callable[[int, int], bool]) -> tuple[int, int] | None:
        names = list(self.sums)
        if len(names) < 2:
            return None
        means = self._means(names)
        alike = np.triu(means @ means.T, 1)
        for at in np.argsort(-alike, axis=None)[: 2 * len(names)]:
            row, column = divmod(int(at), len(names))
            if alike[row, column] < self._threshold:
                return None
            if may(names[row], names[column]):
                return names[row], names[column]
        return None

    def _means(self, names: Sequence[int]) -> Vectors:
        return np.stack([self.sums[name] / self.counts[name] for name in names])


def group(session: Session, *, model: str) -> int:
    """Give every embedded text without a cluster one; gives how many."""
    waiting: defaultdict[str, list[LearningText]] = defaultdict(list)
    fresh = select(LearningText).where(
        LearningText.cluster_id.is_(None), LearningText.status == "open", LearningText.model == model
    )
    for text in session.scalars(fresh.order_by(LearningText.id)):
        waiting[text.language].append(text)
    for language, texts in waiting.items():
        _group_language(session, language, texts, model)
    session.flush()
    return sum(map(len, waiting.values()))


def _group_language(session: Session, language: str, fresh: Sequence[LearningText], model: str) -> None:
    groups, statuses = Groups(ALIKE[language]), {}
    known = session.execute(
        select(LearningText.cluster_id, LearningText.vector, LearningCluster.status)
        .join(LearningCluster, LearningCluster.id == LearningText.cluster_id)
        .where(
            LearningText.language == language,
            LearningText.model == model,
            LearningText.status.in_(("open", "dismissed")),
            LearningCluster.status.in_(("open", "dismissed")),
        )
        .order_by(LearningText.cluster_id, LearningText.id)
    )
    for cluster_id, raw, status in known:
        groups.add(cluster_id or 0, shared(vector_of(raw), model))
        statuses[cluster_id or 0] = status
    for text in fresh:
        vector = shared(vector_of(text.vector), model)
        home = groups.nearest(vector)
        if home is None:
            cluster = LearningCluster(language=language, first_at=text.last_at, last_at=text.last_at)
            session.add(cluster)
            session.flush()
            home, statuses[cluster.id] = cluster.id, "open"
        text.cluster_id, text.status = home, statuses[home]
        groups.add(home, vector)
    session.flush()
    for younger, older in groups.merge(lambda a, b: statuses[a] == statuses[b] == "open"):
        session.execute(update(LearningText).where(LearningText.cluster_id == younger).values(cluster_id=older))
        session.execute(
            update(LearningCluster).where(LearningCluster.id == younger).values(status="merged", merged_into_id=older)
        )


def recount(session: Session) -> None:
    """Bring size, first and last time of the open clusters up to what was said."""
    counted = session.execute(
        select(LearningText.cluster_id, func.count(), func.min(LearningSignal.at), func.max(LearningSignal.at))
        .join(LearningSignal, LearningSignal.text_id == LearningText.id)
        .where(LearningText.status == "open", LearningText.cluster_id.is_not(None))
        .group_by(LearningText.cluster_id)
    )
    stands = {cluster_id: (size, first_at, last_at) for cluster_id, size, first_at, last_at in counted}
    for cluster in session.scalars(select(LearningCluster).where(LearningCluster.status == "open")):
        if cluster.id in stands:
            cluster.size, cluster.first_at, cluster.last_at = stands[cluster.id]
        else:
            cluster.size = 0
    session.flush()


def vector_of(raw: bytes | None) -> Vectors:
    """A stored vector."""
    return np.frombuffer(raw or b"", np.float16).astype(np.float32)
