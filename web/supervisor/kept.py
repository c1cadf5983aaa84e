"""Figures kept for some seconds where counting them is much work, so that looking costs nothing and stays live.

A small company's figures are counted at every look. Above HEAVY open tickets the last count is shown, with its time, and
renewed beside the request once it is FRESH_FOR old; only who looks after a long pause waits for the count.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar, cast

from flask import Flask, current_app
from sqlalchemy.orm import Session

from ticketing.platform.http import Runtime, session
from ticketing.platform.log import log

T = TypeVar("T")
HEAVY = 20_000
FRESH_FOR = timedelta(seconds=5)
SHOWN_FOR = timedelta(minutes=5)
Make = Callable[[Session], T]
IsHeavy = Callable[[T], bool]


@dataclass
class Kept(Generic[T]):
    """One count and when it began."""

    value: T
    at: datetime


class Keeper:
    """This app's kept figures by name."""

    def __init__(self, process: Runtime) -> None:
        self._process = process
        self._kept: dict[str, Kept[object]] = {}
        self._renewing: set[str] = set()
        self._lock = threading.Lock()
        self._counting = threading.Lock()

    def read(self, name: str, make: Make[T], *, heavy: IsHeavy[T], within: Session) -> T:
        """The figure called ``name``, counted now unless it is heavy and was counted lately."""
        found = self._found(name)
        if found is None:
            with self._counting:
                # Whoever waited for another's count takes that.
                found = self._found(name) or self._count(name, make, heavy, within)
        elif self._process.clock.now() - found.at >= FRESH_FOR:
            self._renew(name, make, heavy)
        return cast(T, found.value)

    def _found(self, name: str) -> Kept[object] | None:
        found = self._kept.get(name)
        return found if found is not None and self._process.clock.now() - found.at < SHOWN_FOR else None

    def _count(self, name: str, make: Make[T], heavy: IsHeavy[T], within: Session) -> Kept[object]:
        began = self._process.clock.now()
        fresh: Kept[object] = Kept(value := make(within), began)
        if heavy(value):
            known = {**self._kept, name: fresh}
            self._kept = {key: each for key, each in known.items() if began - each.at < SHOWN_FOR}
        else:
            self._kept.pop(name, None)
        return fresh

    def _renew(self, name: str, make: Make[T], heavy: IsHeavy[T]) -> None:
        with self._lock:
            if name in self._renewing:
                return
            self._renewing.add(name)
        threading.Thread(target=self._renewed, args=(name, make, heavy), daemon=True, name=f"board-{name}").start()

    def _renewed(self, name: str, make: Make[T], heavy: IsHeavy[T]) -> None:
        try:
            with self._process.database.reading() as own:
                self._count(name, make, heavy, own)
        except Exception:  # noqa: BLE001
            # The next look tries again; until then the last count is shown with its time.
            log.exception("board.not_renewed", action="show the last", name=name)
        finally:
            self._renewing.discard(name)


def install(app: Flask) -> None:
    """Give the app its keeper."""
    app.extensions["kesu_board"] = Keeper(app.extensions["kesu"])


def kept(name: str, make: Make[T], *, heavy: IsHeavy[T]) -> T:
    """The figure from this app's keeper, counted in the request's session where it has to be."""
    keeper: Keeper = current_app.extensions["kesu_board"]
    return keeper.read(name, make, heavy=heavy, within=session())
