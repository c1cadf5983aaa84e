"""Who in this process waits for news of a conversation, and the news itself, told when a transaction has committed.

A service calls ``note_change``; the commit wakes the waiting streams and requests. Other processes' changes are found by
the gateway's watcher, which reads ``conversation.changed_at`` and leaves out the revisions that were announced here already.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from types import TracebackType

from sqlalchemy import event
from sqlalchemy.orm import Session

_NOTED = "kesu_changed_conversations"


class Subscription:
    """One waiter; a context manager."""

    def __init__(self, board: Board, conversation_id: int) -> None:
        self._board = board
        self._conversation_id = conversation_id
        self._news = threading.Event()

    def __enter__(self) -> Subscription:
        self._board.add(self._conversation_id, self._news)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._board.remove(self._conversation_id, self._news)

    def wait(self, seconds: float) -> bool:
        """Wait for news; False when there was none. Read the database after it, never before."""
        came = self._news.wait(max(0.0, seconds))
        self.forget()
        return came

    def forget(self) -> None:
        """What came so far is no news to the waiter: it was their own doing."""
        self._news.clear()


class Board:
    """Wakes the waiters of a conversation."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: defaultdict[int, set[threading.Event]] = defaultdict(set)
        self._announced: dict[int, int] = {}

    def subscribe(self, conversation_id: int) -> Subscription:
        """A waiter for this conversation's news."""
        return Subscription(self, conversation_id)

    def notify(self, conversation_id: int) -> None:
        """Wake whoever waits for this conversation."""
        with self._lock:
            for news in self._waiting.get(conversation_id, ()):
                news.set()

    def announce(self, conversation_id: int, revision: int) -> None:
        """The same for a change that this process has committed."""
        with self._lock:
            if conversation_id in self._waiting:
                self._announced[conversation_id] = revision
        self.notify(conversation_id)

    def has_announced(self, conversation_id: int, revision: int) -> bool:
        """Whether who waits for this conversation has been woken for that very revision."""
        with self._lock:
            return self._announced.get(conversation_id) == revision

    def watched(self) -> set[int]:
        """The conversations somebody waits for."""
        with self._lock:
            return set(self._waiting)

    def add(self, conversation_id: int, news: threading.Event) -> None:
        """Used by Subscription."""
        with self._lock:
            self._waiting[conversation_id].add(news)

    def remove(self, conversation_id: int, news: threading.Event) -> None:
        """Used by Subscription."""
        with self._lock:
            self._waiting[conversation_id].discard(news)
            if not self._waiting[conversation_id]:
                del self._waiting[conversation_id]
                self._announced.pop(conversation_id, None)


BOARD = Board()


def note_change(session: Session, conversation_id: int, revision: int) -> None:
    """Wake the conversation's waiters once this session has committed its change to that revision."""
    session.info.setdefault(_NOTED, {})[conversation_id] = revision


@event.listens_for(Session, "after_commit")
def _announce(session: Session) -> None:
    for conversation_id, revision in session.info.pop(_NOTED, {}).items():
        BOARD.announce(conversation_id, revision)


@event.listens_for(Session, "after_soft_rollback")
def _forget(session: Session, _previous: object) -> None:
    if not session.in_transaction():
        session.info.pop(_NOTED, None)
