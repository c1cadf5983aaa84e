"""Calls the assistant's channel: one POST per turn over kept-alive connections, with a hard deadline and a circuit breaker."""

from __future__ import annotations

import json
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import httpcore

from ticketing.conversations import rules

CHANNEL = "/webhooks/kesu/webhook"
MAX_ANSWER_BYTES = 512 * 1024
MAX_REPLIES = 20
MAX_REPLY_CHARS = 6_000
MAX_BUTTONS = 12
KEEP_ALIVE_SECONDS = 3.0  # sanic closes idle connections after 5
CONNECT_SECONDS = 1.0
FAILURES_TO_OPEN = 3
OPEN_SECONDS = 5.0
LATE_TO_HURRY = 3
HURRIED_WAIT_SECONDS = 0.3
FAILURES = (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException, httpcore.UnsupportedProtocol)


@cache
def _certificates() -> ssl.SSLContext:
    """Reading the known authorities takes longer than all else an app's start does for its clients."""
    return httpcore.default_ssl_context()


class AssistantUnavailable(Exception):
    """The assistant gave no usable answer; ``reason`` is ``refused``, ``timeout``, ``status``, ``garbage``, ``silent`` or ``open``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Reply:
    """One line of the assistant's answer, checked."""

    text: str
    kind: str | None = None
    card: dict[str, Any] | None = None
    buttons: list[dict[str, str]] = field(default_factory=list)
    language: str | None = None


class Breaker:
    """Opens after several failures in a row and lets one try through every few seconds. Thread-safe.

    It also knows when answers keep coming late, so that the next customers need not wait the full time to be told.
    """

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._failures = 0
        self._late = 0
        self._try_again_at = 0.0

    def allows(self) -> bool:
        """Whether a call may be made; while open, True once in ``OPEN_SECONDS``."""
        with self._lock:
            if self._failures < FAILURES_TO_OPEN:
                return True
            now = self._monotonic()
            if now < self._try_again_at:
                return False
            self._try_again_at = now + OPEN_SECONDS
            return True

    def failed(self) -> None:
        """A call failed."""
        with self._lock:
            self._failures += 1
            if self._failures == FAILURES_TO_OPEN:
                self._try_again_at = self._monotonic() + OPEN_SECONDS

    def answered(self, *, in_time: bool) -> None:
        """A call was answered."""
        with self._lock:
            self._failures = 0
            if in_time:
                self._late = 0

    def late(self) -> None:
        """A customer had to be told that the answer takes long."""
        with self._lock:
            self._late += 1

    def waiting_seconds(self, usual: float) -> float:
        """How long a customer should wait before being told."""
        with self._lock:
            troubled = self._failures >= FAILURES_TO_OPEN or self._late >= LATE_TO_HURRY
        return min(usual, HURRIED_WAIT_SECONDS) if troubled else usual


class Assistant:
    """The assistant behind ``url``. One per process; safe to share between threads."""

    def __init__(self, url: str, *, secret: str, notice_seconds: float, timeout_seconds: float) -> None:
        self.breaker = Breaker()
        self._url = httpcore.URL(url.rstrip("/") + CHANNEL)
        self._notice_seconds = notice_seconds
        self._timeout_seconds = timeout_seconds
        self._timeouts = dict.fromkeys(("read", "write", "pool"), timeout_seconds)
        self._timeouts["connect"] = min(CONNECT_SECONDS, timeout_seconds)
        self._headers = [
            ("Host", urlsplit(url).netloc),
            ("Authorization", f"Bearer {secret}"),
            ("Content-Type", "application/json"),
        ]
        # httpcore and not httpx, which takes as long again for addresses, redirects and cookies that a turn has none of.
        self._pool = httpcore.ConnectionPool(
            ssl_context=_certificates(),
            max_connections=64,
            max_keepalive_connections=32,
            keepalive_expiry=KEEP_ALIVE_SECONDS,
        )

    def ask(self, *, sender: str, message: str, metadata: dict[str, Any]) -> list[Reply]:
        """The assistant's replies, at least one; raises AssistantUnavailable. Call it outside any transaction."""
        if not self.breaker.allows():
            raise AssistantUnavailable("open")
        started = time.monotonic()
        try:
            replies = read_replies(self._post({"sender": sender, "message": message, "metadata": metadata}))
        except AssistantUnavailable as error:
            # Silence to one message says nothing about the next.
            if error.reason != "silent":
                self.breaker.failed()
            raise
        self.breaker.answered(in_time=time.monotonic() - started <= self._notice_seconds)
        return replies

    def close(self) -> None:
        """Close the connections."""
        self._pool.close()

    def _post(self, body: dict[str, Any]) -> bytes:
        deadline = time.monotonic() + self._timeout_seconds
        content = json.dumps(body, ensure_ascii=False).encode()
        try:
            return self._read(content, deadline)
        except (httpcore.RemoteProtocolError, httpcore.ReadError, httpcore.WriteError):
            # A kept-alive connection may have been closed just then: once more on a new one. Turns may run twice.
            try:
                return self._read(content, deadline)
            except FAILURES as error:
                raise AssistantUnavailable("refused") from error
        except httpcore.TimeoutException as error:
            raise AssistantUnavailable(
                "refused" if isinstance(error, httpcore.ConnectTimeout | httpcore.PoolTimeout) else "timeout"
            ) from error
        except FAILURES as error:
            raise AssistantUnavailable("refused") from error

    def _read(self, content: bytes, deadline: float) -> bytes:
        received = bytearray()
        with self._pool.stream(
            "POST",
            self._url,
            headers=[*self._headers, ("Content-Length", str(len(content)))],
            content=content,
            extensions={"timeout": self._timeouts},
        ) as response:
            if response.status != 200:
                raise AssistantUnavailable("status")
            for chunk in response.iter_stream():
                received += chunk
                if len(received) > MAX_ANSWER_BYTES:
                    raise AssistantUnavailable("garbage")
                if time.monotonic() > deadline:
                    raise AssistantUnavailable("timeout")
        return bytes(received)


def read_replies(raw: bytes) -> list[Reply]:
    """Replies from the channel's JSON; what is not as agreed is left out, and nothing at all is an error."""
    try:
        items = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise AssistantUnavailable("garbage") from error
    if not isinstance(items, list):
        raise AssistantUnavailable("garbage")
    replies = [_reply(item) for item in items[:MAX_REPLIES] if isinstance(item, dict)]
    usable = [reply for reply in replies if reply.text or reply.card or reply.buttons]
    if not usable:
        raise AssistantUnavailable("silent" if not items else "garbage")
    return usable


def _reply(item: dict[str, Any]) -> Reply:
    text, custom, language = item.get("text"), item.get("custom"), item.get("language")
    shown = rules.storable(custom) if isinstance(custom, dict) else {}
    kind, card = shown.get("kind"), shown.get("card")
    return Reply(
        text=rules.clean_text(text)[:MAX_REPLY_CHARS] if isinstance(text, str) else "",
        kind=kind[:20] if isinstance(kind, str) else None,
        card=card if isinstance(card, dict) and card else None,
        buttons=_buttons(item.get("buttons")),
        language=language if language in {"zh", "en"} else None,
    )


def _buttons(given: Any) -> list[dict[str, str]]:
    if not isinstance(given, list):
        return []
    buttons = []
    for item in given:
        title, payload = (item.get("title"), item.get("payload")) if isinstance(item, dict) else (None, None)
        if isinstance(title, str) and isinstance(payload, str) and title.strip() and payload.strip():
            buttons.append({"title": rules.clean_text(title)[:80], "payload": rules.storable(payload)[:2_000]})
    return buttons[:MAX_BUTTONS]
