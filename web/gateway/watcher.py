"""One thread per process: says agents' replies that are due, finds what other processes wrote into watched conversations, and
turns that nobody is running."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from datetime import timedelta

from ticketing.conversations import queries, replies
from ticketing.conversations.changes import Board
from ticketing.platform.clock import Clock
from ticketing.platform.db import Database
from ticketing.platform.log import log

LOOK_SECONDS = 0.4
RECOVER_EVERY_LOOKS = 12
OVERLAP = timedelta(seconds=10)
"""A change becomes readable when its transaction commits, which may be a while after its time stamp."""


class Watcher:
    """Started by the first request, again after a fork."""

    def __init__(self, *, database: Database, clock: Clock, board: Board, recover: Callable[[], int]) -> None:
        self._database = database
        self._clock = clock
        self._board = board
        self._recover = recover
        self._lock = threading.Lock()
        self._process: int | None = None
        self._stopping = threading.Event()
        self._seen: dict[int, int] = {}
        self._places: dict[int, int] = {}

    def ensure_running(self) -> None:
        """Start the thread if this process has none."""
        if self._process == os.getpid():
            return
        with self._lock:
            if self._process != os.getpid():
                self._process = os.getpid()
                threading.Thread(target=self._watch, name="watcher", daemon=True).start()

    def stop(self) -> None:
        """End the thread at its next look."""
        self._stopping.set()

    def look(self) -> None:
        """Wake the waiters of conversations that have changed since the last look, or moved up in the queue."""
        watched = self._board.watched()
        if not watched:
            return
        with self._database.reading() as session:
            changed = dict(queries.changed_since(session, self._clock.now() - OVERLAP))
            places = queries.places(session)
        fresh = (each for each in watched & changed.keys() if self._seen.get(each) != changed[each])
        news = {each for each in fresh if not self._board.has_announced(each, changed[each])}
        moved = {each for each in places if self._places.get(each) != places[each]}
        for conversation_id in news | (watched & moved):
            self._board.notify(conversation_id)
        self._seen, self._places = changed, places

    def _watch(self) -> None:
        looks = 0
        while not self._stopping.wait(LOOK_SECONDS):
            try:
                replies.release_due(self._database, clock=self._clock)
                self.look()
                if looks % RECOVER_EVERY_LOOKS == 0:
                    self._recover()
            except Exception:  # noqa: BLE001 - the watch goes on when the database is back
                log.exception("gateway.watch_broke", action="retry")
            looks += 1
