"""Saved views of the queue: one's own, those a lead shares, and the one that someone begins with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from ticketing.platform.actor import Actor
from ticketing.platform.clock import Clock
from ticketing.platform.errors import DomainError
from ticketing.staff.rules import Permission
from ticketing.tickets.filters import Wanted
from ticketing.tickets.gates import require
from ticketing.tickets.view_models import QueueStart, QueueView

MOST = 20
LONGEST_NAME = 40


@dataclass(frozen=True)
class SavedView:
    """A view as its reader sees it: ``own`` ones they may change, ``starts`` is the one their queue opens with."""

    id: int
    name: str
    wanted: Wanted
    shared: bool
    own: bool
    starts: bool


def visible(session: Session, *, actor: Actor) -> list[SavedView]:
    """One's own views and those shared with one's team, by name."""
    rows = session.execute(
        select(QueueView, QueueStart.staff_id)
        .outerjoin(QueueStart, (QueueStart.view_id == QueueView.id) & (QueueStart.staff_id == actor.staff_id))
        .where(or_(QueueView.staff_id == actor.staff_id, QueueView.shared & _for_team(actor)))
        .order_by(QueueView.shared, QueueView.name, QueueView.id)
    )
    return [
        SavedView(
            view.id, view.name, Wanted.of(view.filters), view.shared, view.staff_id == actor.staff_id, starts is not None
        )
        for view, starts in rows
    ]  # fmt: skip


def save(
    session: Session,
    *,
    clock: Clock,
    actor: Actor,
    name: str,
    wanted: Wanted,
    shared: bool = False,
    start: bool = False,
) -> QueueView:
    """Keep a queue under a name; the same name again replaces it.

    Raises ``view_name_missing``, ``view_too_many``, and ``permission_denied`` for sharing by whoever may not.
    """
    name = _named(name)
    if shared:
        require(actor, Permission.TICKET_REASSIGN)
    view = session.scalar(select(QueueView).where(QueueView.staff_id == actor.staff_id, QueueView.name == name))
    if view is None:
        mine = select(func.count()).select_from(QueueView).where(QueueView.staff_id == actor.staff_id)
        if (session.scalar(mine) or 0) >= MOST:
            raise DomainError("view_too_many", most=MOST)
        view = QueueView(staff_id=actor.staff_id, name=name)
        session.add(view)
    view.filters, view.updated_at = dict[str, Any](wanted.as_filters()), clock.now()
    view.shared, view.team_id = shared, actor.team_id if shared else None
    session.flush()
    if start:
        begin_with(session, actor=actor, view_id=view.id)
    return view


def rename(session: Session, *, clock: Clock, actor: Actor, view_id: int, name: str) -> QueueView:
    """Give one's own view another name; raises ``view_not_found``, ``view_name_missing`` and ``view_name_taken``."""
    view, name = _own(session, actor, view_id), _named(name)
    taken = select(QueueView.id).where(
        QueueView.staff_id == actor.staff_id, QueueView.name == name, QueueView.id != view_id
    )
    if session.scalar(taken) is not None:
        raise DomainError("view_name_taken", name=name)
    view.name, view.updated_at = name, clock.now()
    session.flush()
    return view


def remove(session: Session, *, actor: Actor, view_id: int) -> None:
    """Delete one's own view, and with it whoever began with it begins with their tickets again."""
    view = _own(session, actor, view_id)
    session.execute(delete(QueueStart).where(QueueStart.view_id == view.id))
    session.delete(view)
    session.flush()


def begin_with(session: Session, *, actor: Actor, view_id: int | None) -> None:
    """Choose the view that one's queue opens with; None goes back to one's tickets. Raises ``view_not_found``."""
    if view_id is not None and all(view.id != view_id for view in visible(session, actor=actor)):
        raise DomainError("view_not_found")
    session.execute(delete(QueueStart).where(QueueStart.staff_id == actor.staff_id))
    if view_id is not None:
        session.add(QueueStart(staff_id=actor.staff_id, view_id=view_id))
    session.flush()


def chosen(views: Sequence[SavedView], view_id: int | None) -> SavedView | None:
    """The view asked for, of those one sees."""
    return next((view for view in views if view.id == view_id), None)


def _own(session: Session, actor: Actor, view_id: int) -> QueueView:
    view = session.scalar(select(QueueView).where(QueueView.id == view_id, QueueView.staff_id == actor.staff_id))
    if view is None:
        raise DomainError("view_not_found")
    return view


def _named(name: str) -> str:
    name = " ".join(name.split())[:LONGEST_NAME]
    if not name:
        raise DomainError("view_name_missing")
    return name


def _for_team(actor: Actor) -> Any:
    everybody = QueueView.team_id.is_(None)
    return everybody if actor.team_id is None else or_(everybody, QueueView.team_id == actor.team_id)
