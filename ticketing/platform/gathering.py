"""Doing what is alike in one transaction together: fifty rows in one statement cost little more than one row.

Services hand what may wait to `together`. Inside `gathering` it waits for its like and is done when the block ends, still
in the same transaction and before its commit; outside it is done at once. So there is one way to write each thing, and
whoever works through many of them decides that they are written many at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy.orm import Session

T = TypeVar("T")
_KEPT = "kesu_gathered"
_Waiting = dict[Callable[[Session, Sequence[Any]], object], list[Any]]


@contextmanager
def gathering(session: Session) -> Iterator[None]:
    """Let what is alike wait for the end of the block. What waits when the block raises is never done."""
    if _KEPT in session.info:
        yield
        return
    waiting: _Waiting = {}
    session.info[_KEPT] = waiting
    try:
        yield
        # Doing one thing may ask for others: they are done after those that wait already.
        while waiting:
            act = next(iter(waiting))
            act(session, waiting.pop(act))
    finally:
        del session.info[_KEPT]


def together(session: Session, act: Callable[[Session, Sequence[T]], object], *items: T) -> None:
    """Have `act` called with these and all their like, in the order they came; it must be a function of a module."""
    waiting: _Waiting | None = session.info.get(_KEPT)
    if waiting is None:
        act(session, items)
    else:
        waiting.setdefault(act, []).extend(items)
