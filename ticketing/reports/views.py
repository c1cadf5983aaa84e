"""Filters that people keep under a name: their own, a few each, no more than an address's query."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import parse_qsl

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from ticketing.platform.actor import Actor
from ticketing.platform.clock import Clock
from ticketing.platform.errors import DomainError
from ticketing.reports.board_models import BoardView
from ticketing.reports.filters import Filter

MOST = 20
LONGEST_NAME = 60


def mine(session: Session, *, staff_id: int) -> Sequence[BoardView]:
    """Somebody's kept filters by name."""
    return session.scalars(
        select(BoardView).where(BoardView.staff_id == staff_id).order_by(BoardView.name, BoardView.id)
    ).all()


def keep(session: Session, *, clock: Clock, actor: Actor, name: str, query: str) -> BoardView:
    """Keep a filter; under a name that is there it replaces that one.

    DomainError: board_view_name (missing or too long), board_filter_unknown, board_views_full.
    """
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise DomainError("board_view_name", longest=LONGEST_NAME)
    wanted = Filter.of(dict(parse_qsl(query, keep_blank_values=True))).query()
    row = session.scalar(select(BoardView).where(BoardView.staff_id == actor.staff_id, BoardView.name == name))
    if row is None:
        count = session.scalar(select(func.count()).where(BoardView.staff_id == actor.staff_id)) or 0
        if count >= MOST:
            raise DomainError("board_views_full", most=MOST)
        row = BoardView(staff_id=actor.staff_id, name=name, created_at=clock.now())
        session.add(row)
    row.query = wanted
    session.flush()
    return row


def drop(session: Session, *, actor: Actor, view_id: int) -> None:
    """Forget one of one's own; anybody else's stays, and one that is gone is gone."""
    session.execute(delete(BoardView).where(BoardView.id == view_id, BoardView.staff_id == actor.staff_id))
