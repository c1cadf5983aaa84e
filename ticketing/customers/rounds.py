"""Walks through all customers in small steps: each step takes the next ids after a cursor and commits."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from ticketing.customers.models import Round
from ticketing.platform.clock import Clock

JUDGING = "judging"


def take(session: Session, *, clock: Clock, name: str, on: date) -> Round | None:
    """The walk of that name and day, begun if new and locked for one step; None when it is done, or in another's hands."""
    insert = pg_insert if session.get_bind().dialect.name == "postgresql" else sqlite_insert
    session.execute(
        insert(Round)
        .values(name=name, on=on, cursor=0, looked_at=clock.now())
        .on_conflict_do_nothing(index_elements=["name", "on"])
    )
    return session.scalar(
        select(Round)
        .where(Round.name == name, Round.on == on, Round.done_at.is_(None))
        .with_for_update(skip_locked=True)
    )


def step(walk: Round, *, now: datetime, last: int | None) -> None:
    """Go on after the last id seen; None ends the walk."""
    walk.looked_at = now
    if last is None:
        walk.done_at = now
    else:
        walk.cursor = last


def is_done(session: Session, *, name: str, on: date) -> bool:
    """Whether the walk of that name and day has seen everybody."""
    done = select(Round.id).where(Round.name == name, Round.on == on, Round.done_at.is_not(None))
    return session.scalar(done) is not None


def newest(session: Session, name: str) -> Round | None:
    """The latest walk of a name."""
    return session.scalar(select(Round).where(Round.name == name).order_by(Round.on.desc()).limit(1))


def begin_again(session: Session, *, clock: Clock, name: str) -> None:
    """Let the latest walk start over."""
    walk = newest(session, name)
    if walk is not None:
        session.execute(update(Round).where(Round.id == walk.id).values(cursor=0, done_at=None, looked_at=clock.now()))
