"""Which complaints are about the same matter: of one customer within 30 days (a repeat), of others within a week.

Embedding a text takes tens of milliseconds, and the model may be missing or broken; so it is no part of intake. The
worker compares what was taken in since it last looked: it embeds outside any transaction, then writes what it found,
raises the severity of a repeat, and brings the ticket under a root-cause record where the rules ask for one. Work is
derived from ``ticket.compared_at``, so nothing is lost and twice does no harm. Without a model the records are opened
all the same, and the comparison is made up for when it is back.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np
from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from ticketing.knowledge.embedding import Embedder, Vectors
from ticketing.platform.actor import SYSTEM
from ticketing.platform.clock import Clock
from ticketing.platform.db import Database
from ticketing.platform.log import log
from ticketing.tickets import judging, rectify
from ticketing.tickets.journal import note_event
from ticketing.tickets.models import Ticket, TicketLikeness, TicketVector

ALIKE = 0.92
"""From this cosine on two complaints are one matter; ``python -m ticketing.tickets.evaluation repetition`` prints the curve."""
VERY_ALIKE = 0.96
"""From here on people are told "very similar" and not only "similar"."""
REPEAT_WITHIN = timedelta(days=30)
OTHERS_WITHIN = timedelta(days=7)
MOST_OTHERS = 10
WINDOW = 5_000
"""The newest complaints that one is compared with; a week of most companies."""
ROUND = timedelta(seconds=1)
PAUSE = timedelta(seconds=60)


class Comparer:
    """Compares new complaints, a second at a time, so that the worker's other tasks are not held up."""

    def __init__(self, embedder: Embedder) -> None:
        self.embedder = embedder
        self._paused_until: datetime | None = None

    def run(self, database: Database, *, clock: Clock, limit: int = 20) -> int:
        """Compare what waits; gives the number of tickets looked at."""
        began = clock.now()
        if self._paused_until is not None and began < self._paused_until:
            return 0
        done = 0
        for ticket_id, description in _waiting(database, clock, limit):
            vector = self._vector(description, clock)
            with database.transaction() as session:
                compare(session, clock=clock, ticket_id=ticket_id, vector=vector, model=self.embedder.name)
            done += 1
            if clock.now() - began > ROUND:
                break
        return done

    def _vector(self, description: str, clock: Clock) -> Vectors | None:
        try:
            found: Vectors = self.embedder.embed([description], "query")[0]
            return found
        except Exception:  # noqa: BLE001
            # Whatever is wrong with the model, the rest of the work goes on; it is tried again after a pause.
            log.exception("likeness.not_embedded", action="try again later")
            self._paused_until = clock.now() + PAUSE
            return None


def compare(session: Session, *, clock: Clock, ticket_id: int, vector: Vectors | None, model: str) -> None:
    """Write what is like this ticket, and what follows; without a vector only what follows from what is known."""
    ticket = session.get_one(Ticket, ticket_id, with_for_update={"of": Ticket})
    if ticket.compared_at is not None:
        return
    if vector is not None:
        _keep(session, ticket, vector, model)
        _find_repeat(session, clock=clock, ticket=ticket, vector=vector, model=model)
        _find_others(session, clock=clock, ticket=ticket, vector=vector, model=model)
        _set(session, ticket, compared_at=clock.now())
    rectify.open_if_due(session, clock=clock, actor=SYSTEM, ticket=ticket)


def _waiting(database: Database, clock: Clock, limit: int) -> Sequence[tuple[int, str]]:
    asked = (
        select(Ticket.id, Ticket.description)
        .where(
            text("compared_at IS NULL"), Ticket.created_at >= clock.now() - OTHERS_WITHIN, Ticket.kind == "complaint"
        )
        .order_by(Ticket.created_at)
        .limit(limit)
    )
    with database.reading() as session:
        return [(ticket_id, description) for ticket_id, description in session.execute(asked)]


def _keep(session: Session, ticket: Ticket, vector: Vectors, model: str) -> None:
    insert = pg_insert if session.get_bind().dialect.name == "postgresql" else sqlite_insert
    session.execute(
        insert(TicketVector)
        .values(ticket_id=ticket.id, model=model, said_at=ticket.created_at, vector=vector.astype(np.float16).tobytes())
        .on_conflict_do_nothing()
    )


def _find_repeat(session: Session, *, clock: Clock, ticket: Ticket, vector: Vectors, model: str) -> None:
    """The customer's own earlier complaint that reads most like this one; one known by its class keeps its place."""
    own = _near(session, ticket, vector, model, own=True, since=ticket.created_at - REPEAT_WITHIN)
    similarity = dict(own)
    best = max(own, key=lambda item: item[1], default=None)
    if best is not None and best[1] >= ALIKE and best[0] != ticket.repeat_of_id:
        known = ticket.repeat_of_id is not None
        _set(session, ticket, repeat_of_id=best[0], repeat_similarity=best[1])
        if not known:
            number = session.scalar(select(Ticket.number).where(Ticket.id == best[0]))
            note_event(
                session, clock=clock, actor=SYSTEM, ticket=ticket, kind="repeat_found",
                of=number, similarity=round(best[1], 3),
            )  # fmt: skip
            judging.rejudge(session, clock=clock, ticket=ticket)
    elif ticket.repeat_of_id in similarity:
        _set(session, ticket, repeat_similarity=similarity[ticket.repeat_of_id])


def _find_others(session: Session, *, clock: Clock, ticket: Ticket, vector: Vectors, model: str) -> None:
    near = _near(session, ticket, vector, model, own=False, since=ticket.created_at - OTHERS_WITHIN)
    alike = sorted((item for item in near if item[1] >= ALIKE), key=lambda item: -item[1])[:MOST_OTHERS]
    insert = pg_insert if session.get_bind().dialect.name == "postgresql" else sqlite_insert
    for other_id, similarity in alike:
        session.execute(
            insert(TicketLikeness)
            .values(ticket_id=ticket.id, other_id=other_id, similarity=similarity)
            .on_conflict_do_nothing()
        )


def _near(
    session: Session, ticket: Ticket, vector: Vectors, model: str, *, own: bool, since: datetime
) -> list[tuple[int, float]]:
    """Earlier complaints of that time with their cosine: the customer's own, or other customers'."""
    whose = Ticket.customer_id == ticket.customer_id if own else Ticket.customer_id != ticket.customer_id
    rows = session.execute(
        select(TicketVector.ticket_id, TicketVector.vector)
        .join(Ticket, Ticket.id == TicketVector.ticket_id)
        .where(TicketVector.model == model, TicketVector.said_at >= since, TicketVector.ticket_id < ticket.id, whose)
        .order_by(TicketVector.said_at.desc())
        .limit(WINDOW)
    ).all()
    if not rows:
        return []
    matrix = np.stack([np.frombuffer(raw, np.float16) for _, raw in rows]).astype(np.float32)
    return [(row[0], float(cosine)) for row, cosine in zip(rows, matrix @ vector, strict=True)]


def _set(session: Session, ticket: Ticket, **values: object) -> None:
    """Written past the version, so that nobody's form is refused because a text was compared meanwhile."""
    session.execute(
        update(Ticket).where(Ticket.id == ticket.id).values(**values).execution_options(synchronize_session=False)
    )
    session.refresh(ticket, attribute_names=list(values))
