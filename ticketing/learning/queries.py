"""Reads for the page: clusters by size and age, one of them with its texts, what was decided."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from ticketing.learning import rules
from ticketing.learning.clustering import vector_of
from ticketing.learning.models import LearnedUtterance, LearningCluster, LearningSignal, LearningText
from ticketing.learning.suggesting import SAMPLE, Member
from ticketing.platform.clock import Clock
from ticketing.platform.errors import DomainError
from ticketing.platform.paging import Page, as_id, decode_cursor, encode_cursor
from ticketing.staff.models import Staff

ORDERS = ("size", "newest", "oldest")
SHOWN = ("open", "accepted", "dismissed")


@dataclass(frozen=True)
class Example:
    """A text of a cluster: how many conversations, why, and whether it may be taught."""

    text: LearningText
    said: int
    reasons: tuple[str, ...]
    learnable: bool


@dataclass(frozen=True)
class Shown:
    """A cluster with all that one looks at; examples most often said first."""

    cluster: LearningCluster
    examples: tuple[Example, ...]
    trend: tuple[int, ...]
    reasons: tuple[tuple[str, int], ...]
    blamed: tuple[str, ...]
    corrections: tuple[tuple[str, str], ...]
    decided_by: str | None
    since: int

    @property
    def weeks(self) -> tuple[int, int]:
        """This week and the one before."""
        return rules.week_on_week(self.trend)

    @property
    def members(self) -> tuple[Member, ...]:
        """What a suggestion is made of."""
        embedded = [item.text for item in self.examples if item.text.vector is not None]
        return tuple(Member(text.text, vector_of(text.vector), text.model or "") for text in embedded[:SAMPLE])


def clusters(
    session: Session, *, clock: Clock, status: str = "open", language: str | None = None, order: str = "size",
    cursor: str | None = None, limit: int = 20,
) -> Page[Shown]:  # fmt: skip
    """A page of clusters; decided ones always the latest decision first. Raises ``cursor_invalid``."""
    wanted = select(LearningCluster).where(LearningCluster.status == status)
    if status == "open":
        wanted = wanted.where(LearningCluster.size > 0)
    if language:
        wanted = wanted.where(LearningCluster.language == language)
    offset = as_id(decode_cursor(cursor, 1)[0]) if cursor else 0
    orders: dict[str, tuple[ColumnElement[Any], ...]] = {
        "size": (LearningCluster.size.desc(), LearningCluster.last_at.desc()),
        "newest": (LearningCluster.last_at.desc(),),
        "oldest": (LearningCluster.first_at.asc(),),
    }
    key = orders[order] if status == "open" else (LearningCluster.decided_at.desc(),)
    rows = list(session.scalars(wanted.order_by(*key, LearningCluster.id).offset(offset).limit(limit + 1)))
    following = encode_cursor([offset + limit]) if len(rows) > limit else None
    return Page(shown(session, clock=clock, found=rows[:limit]), following)


def cluster(session: Session, *, clock: Clock, cluster_id: int) -> Shown:
    """One cluster, or the one that took it over; raises ``learning_not_found``."""
    found = session.get(LearningCluster, cluster_id)
    while found is not None and found.merged_into_id is not None:
        found = session.get(LearningCluster, found.merged_into_id)
    if found is None:
        raise DomainError("learning_not_found")
    return shown(session, clock=clock, found=[found])[0]


def after(session: Session, *, cluster_id: int) -> int | None:
    """The largest open cluster besides this one, to go on with."""
    return session.scalar(
        select(LearningCluster.id)
        .where(LearningCluster.status == "open", LearningCluster.size > 0, LearningCluster.id != cluster_id)
        .order_by(LearningCluster.size.desc(), LearningCluster.last_at.desc())
        .limit(1)
    )


def counts(session: Session) -> dict[str, int]:
    """How many clusters there are by status, and the utterances kept (``learned``)."""
    rows = session.execute(
        select(LearningCluster.status, func.count())
        .where((LearningCluster.status != "open") | (LearningCluster.size > 0))
        .group_by(LearningCluster.status)
    )
    learned = session.scalar(select(func.count()).select_from(LearnedUtterance)) or 0
    return {"learned": learned, **{status: count for status, count in rows}}  # noqa: C416


def shown(session: Session, *, clock: Clock, found: Sequence[LearningCluster]) -> list[Shown]:
    """Clusters with their texts and signals, in two statements."""
    ids = [item.id for item in found]
    texts: defaultdict[int, list[LearningText]] = defaultdict(list)
    for text in session.scalars(select(LearningText).where(LearningText.cluster_id.in_(ids))):
        texts[text.cluster_id or 0].append(text)
    signals: defaultdict[int, list[LearningSignal]] = defaultdict(list)
    owned = select(LearningText.id).where(LearningText.cluster_id.in_(ids))
    for signal in session.scalars(select(LearningSignal).where(LearningSignal.text_id.in_(owned))):
        signals[signal.text_id].append(signal)
    names = _names(session, (item.decided_by_id for item in found))
    return [_shown(item, texts[item.id], signals, names, clock.now()) for item in found]


def _shown(
    cluster: LearningCluster, texts: Iterable[LearningText], signals: dict[int, list[LearningSignal]],
    names: dict[int, str], now: datetime,
) -> Shown:  # fmt: skip
    mine = [text for text in texts if text.status == cluster.status]
    said = [signal for text in mine for signal in signals.get(text.id, ())]
    examples = [
        Example(
            text,
            len(signals.get(text.id, ())),
            tuple(sorted({signal.reason for signal in signals.get(text.id, ())}, key=rules.REASONS.index)),
            rules.is_learnable(text.text),
        )
        for text in mine
    ]
    blamed = Counter(signal.article_key for signal in said if signal.article_key)
    since = cluster.decided_at or now + timedelta(days=1)
    return Shown(
        cluster=cluster,
        examples=tuple(sorted(examples, key=lambda item: (-item.said, item.text.id))),
        trend=rules.trend([signal.at for signal in said], now),
        reasons=tuple(Counter(signal.reason for signal in said).most_common()),
        blamed=tuple(key for key, count in blamed.most_common() if 2 * count > len(said)),
        corrections=tuple(
            (signal.target_kind, signal.target)
            for signal in said
            if signal.target_kind in {"article", "intent"} and signal.target_kind and signal.target
        ),
        decided_by=names.get(cluster.decided_by_id or 0),
        since=sum(signal.at > since for signal in said),
    )


def _names(session: Session, ids: Iterable[int | None]) -> dict[int, str]:
    wanted = {staff_id for staff_id in ids if staff_id is not None}
    return {row.id: row.name for row in session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(wanted)))}
