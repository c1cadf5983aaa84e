"""Event streams: each open widget holds a thread that sleeps until its conversation has news.

A stream never keeps a transaction: it reads, closes, writes to the wire, waits. So many streams cost threads, not connections.
"""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ticketing.conversations import queries
from ticketing.conversations.changes import Board
from ticketing.conversations.models import Conversation
from ticketing.conversations.rules import ServiceHours
from ticketing.conversations.schemas import message_out
from ticketing.conversations.standing import standing
from ticketing.platform import metrics
from ticketing.platform.clock import Clock
from ticketing.platform.db import Database
from ticketing.platform.errors import DomainError

HEARTBEAT_SECONDS = 15.0
TYPING_AGAIN_SECONDS = 4.0
LONGEST_STREAM_SECONDS = 15 * 60.0
PER_CONVERSATION = 5
THREADS_KEPT_FREE = 30
PAGE = 100


@dataclass(frozen=True)
class News:
    """What a stream learns at one look."""

    messages: list[dict[str, Any]]
    owner: dict[str, Any]
    typing: dict[str, Any] | None


class Streams:
    """The process's open streams, counted, so that ordinary requests always find a thread."""

    def __init__(self, *, database: Database, clock: Clock, board: Board, hours: ServiceHours, limit: int) -> None:
        self._database = database
        self._clock = clock
        self._board = board
        self._hours = hours
        self._limit = limit
        self._lock = threading.Condition()
        self._open: Counter[str] = Counter()
        self._stopping = False

    @staticmethod
    def limit_for(threads: int) -> int:
        """How many streams a process with this many threads may hold."""
        return max(1, threads - THREADS_KEPT_FREE)

    def open(self, *, public_id: str, after: int) -> Iterator[bytes]:
        """The stream's bytes; raises ``streams_full`` (the caller polls then) or ``conversation_not_found``."""
        with self._database.reading() as session:
            conversation_id = queries.by_public_id(session, public_id).id
        with self._lock:
            if self._open.total() >= self._limit or self._open[public_id] >= PER_CONVERSATION:
                raise DomainError("streams_full", retry_after=15)
            self._open[public_id] += 1
        metrics.OPEN_STREAMS.inc()
        return Stream(self, public_id, self._events(conversation_id, after))

    def closed(self, public_id: str) -> None:
        """Called once by each stream that ends."""
        with self._lock:
            self._open[public_id] -= 1
            if self._open[public_id] <= 0:
                del self._open[public_id]
            self._lock.notify_all()
        metrics.OPEN_STREAMS.dec()

    def stop(self, seconds: float = 2.0) -> None:
        """End all streams; widgets come back by themselves."""
        self._stopping = True
        for conversation_id in self._board.watched():
            self._board.notify(conversation_id)
        with self._lock:
            self._lock.wait_for(lambda: not self._open, seconds)

    def _events(self, conversation_id: int, after: int) -> Iterator[bytes]:
        ends_at = time.monotonic() + LONGEST_STREAM_SECONDS
        owner: dict[str, Any] | None = None
        typing: dict[str, Any] | None = None
        yield b"retry: 1000\n: hello\n\n"
        with self._board.subscribe(conversation_id) as subscription:
            while time.monotonic() < ends_at and not self._stopping:
                news = self._look(conversation_id, after)
                sent = [event("message", line, line["seq"]) for line in news.messages]
                after = news.messages[-1]["seq"] if news.messages else after
                if news.owner != owner:
                    owner = news.owner
                    sent.append(event("owner", owner))
                if news.typing or typing:
                    sent.append(event("typing", {"typing": bool(news.typing), **(news.typing or typing or {})}))
                    typing = news.typing
                if sent:
                    yield b"".join(sent)
                if len(news.messages) < PAGE and not subscription.wait(
                    TYPING_AGAIN_SECONDS if typing else HEARTBEAT_SECONDS
                ):
                    yield b": ping\n\n"

    def _look(self, conversation_id: int, after: int) -> News:
        with self._database.reading() as session:
            conversation = queries.by_id(session, conversation_id)
            lines = queries.messages(session, conversation_id=conversation_id, after=after, limit=PAGE)
            owner: dict[str, Any] = {"owner": conversation.owner}
            if conversation.owner == "agent":
                owner["name"] = queries.agent_name(session, conversation, conversation.language)
            elif conversation.owner == "queued":
                owner["queue"] = standing(
                    session,
                    clock=self._clock,
                    hours=self._hours,
                    conversation=conversation,
                    language=conversation.language,
                ).queue
            return News([message_out(line) for line in lines], owner, self._typing(conversation, owner))

    def _typing(self, conversation: Conversation, owner: dict[str, Any]) -> dict[str, Any] | None:
        """Who is about to say something: the assistant at its turn, or the agent at the keyboard."""
        by_agent = conversation.owner == "agent"
        until = conversation.agent_typing_until if by_agent else conversation.turn_lease_until
        if conversation.owner not in {"bot", "agent"} or until is None or until < self._clock.now():
            return None
        return {"author": "agent", "name": owner["name"]} if by_agent else {"author": "bot"}


class Stream(Iterator[bytes]):
    """An iterator that gives its place back however it ends; the server calls ``close``."""

    def __init__(self, streams: Streams, public_id: str, events: Iterator[bytes]) -> None:
        self._streams = streams
        self._public_id = public_id
        self._events = events
        self._closed = False

    def __next__(self) -> bytes:
        try:
            return next(self._events)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """End the stream; a second time does nothing."""
        if not self._closed:
            self._closed = True
            self._events.close()  # type: ignore[attr-defined]
            self._streams.closed(self._public_id)


def event(name: str, data: dict[str, Any], seq: int | None = None) -> bytes:
    """One server-sent event."""
    number = f"id: {seq}\n" if seq is not None else ""
    return f"{number}event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode()
