"""Runs turns: stores a message, calls the assistant outside any transaction, stores the answer, goes on with the next.

Turns run in background threads of the web process, so that a request waits only until its own turn is done or the customer
has been told that it takes longer; a late answer is stored all the same. ``recover`` takes up turns whose process died.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, Protocol, TypeVar

from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from ticketing.conversations import notices, queries, service, tokens, turns
from ticketing.conversations.assistant import Assistant, AssistantUnavailable, Reply
from ticketing.conversations.changes import Subscription
from ticketing.conversations.handoff import OpenTicket
from ticketing.conversations.models import Conversation, Message
from ticketing.conversations.notices import Help
from ticketing.conversations.rules import ServiceHours
from ticketing.conversations.service import Button, Received
from ticketing.conversations.transcript import locked, locked_by_public_id
from ticketing.conversations.turns import Lease, Turn
from ticketing.platform import metrics
from ticketing.platform.clock import Clock
from ticketing.platform.db import Database
from ticketing.platform.log import log
from ticketing.platform.settings import Settings

RUNNING_AT_ONCE = 32
LEASE_MARGIN_SECONDS = 10.0
LOOK_SECONDS = 1.0
"""Commits here and the watcher wake who waits; this is for what neither could tell."""
STORE_ATTEMPTS = 3

Page = TypeVar("Page")


class IsAwaited(Protocol):
    """Whether something of a conversation waits for its customer to write, a case say; a domain above this one knows."""

    def __call__(self, session: Session, *, conversation_id: int) -> bool: ...


class FindHelp(Protocol):
    """What the knowledge base says to a question; opens its own transactions."""

    def __call__(
        self, database: Database, *, clock: Clock, query: str, language: str, conversation_id: int
    ) -> Help | None: ...

    def embedding(self, query: str) -> dict[str, str]:
        """The text's embedding as the assistant takes it, so that it is computed once a turn."""


class TurnRunner:
    """One per process: give it messages, it gets them answered."""

    def __init__(
        self,
        *,
        settings: Settings,
        database: Database,
        clock: Clock,
        assistant: Assistant,
        find_help: FindHelp,
        open_ticket: OpenTicket,
        is_awaited: IsAwaited,
    ) -> None:
        self._settings = settings
        self._database = database
        self._clock = clock
        self._assistant = assistant
        self._find_help = find_help
        self._open_ticket = open_ticket
        self._is_awaited = is_awaited
        self._hours = ServiceHours.parse(settings.service_hours, settings.time_zone)
        self._form_url = settings.public_url.rstrip("/") + "/my/complaint"
        self._lease_seconds = settings.bot_timeout_seconds + LEASE_MARGIN_SECONDS
        self._lock = threading.Lock()
        self._pool: tuple[int, ThreadPoolExecutor] | None = None

    def accept(
        self,
        *,
        public_id: str,
        client_id: str,
        text: str | None = None,
        button: Button | None = None,
        action: str | None = None,
        news: Subscription | None = None,
    ) -> Received:
        """Store the customer's message and set its turn going; raises like ``service.receive``.

        ``news``, if somebody is to ``wait``, holds from then on what came after the message itself.
        """
        with self._database.transaction() as session:
            conversation = locked_by_public_id(session, public_id)
            # Before anything changes, which asking would write on its own.
            awaited = self._is_awaited(session, conversation_id=conversation.id)
            received = service.receive(
                session,
                clock=self._clock,
                hours=self._hours,
                max_chars=self._settings.message_max_chars,
                conversation=conversation,
                client_id=client_id,
                text=text,
                button=button,
                action=action,
                open_ticket=self._open_ticket,
            )
            started = self._start(session, conversation.id) if received.message.needs_turn else None
        if news is not None:
            news.forget()
        if started is not None:
            self._submit(*started)
        return replace(received, awaited=received.fresh and awaited)

    def wait(self, message: Message, news: Subscription, show: Callable[[Session, Sequence[Message]], Page]) -> Page:
        """What ``show`` makes of the message and the lines after it, once its turn is over or, at the latest in time, the customer
        has been told.
        """
        pending = _is_pending(message)
        until = time.monotonic() + self._assistant.breaker.waiting_seconds(self._settings.bot_notice_seconds)
        while pending and (left := until - time.monotonic()) > 0:
            news.wait(min(left, LOOK_SECONDS))
            with self._database.reading() as session:
                lines = queries.since(session, message)
                pending = _is_pending(lines[0])
                if not pending:
                    return show(session, lines)
        if pending:
            self._assistant.breaker.late()
            self._tell(message.id)
        with self._database.reading() as session:
            return show(session, queries.since(session, message))

    def recover(self) -> int:
        """Take up turns that nobody is working on; gives the number of conversations."""
        with self._database.reading() as session:
            found = queries.stuck(session, now=self._clock.now())
        for conversation_id in found:
            with self._database.transaction() as session:
                started = self._start(session, conversation_id)
            if started is not None:
                self._submit(*started)
        return len(found)

    def close(self) -> None:
        """Finish what is running and start nothing more."""
        if self._pool is not None:
            self._pool[1].shutdown(wait=True, cancel_futures=True)
        self._assistant.close()

    def _start(self, session: Session, conversation_id: int) -> tuple[Turn, Lease] | None:
        conversation = locked(session, conversation_id)
        lease = turns.claim(session, clock=self._clock, conversation=conversation, seconds=self._lease_seconds)
        turn = self._next(session, lease) if lease is not None else None
        return (turn, lease) if turn is not None and lease is not None else None

    def _next(self, session: Session, lease: Lease) -> Turn | None:
        return turns.next_turn(session, clock=self._clock, lease=lease, form_url=self._form_url)

    def _submit(self, turn: Turn, lease: Lease) -> None:
        with self._lock:
            # Threads do not survive a fork: a child process makes its own.
            if self._pool is None or self._pool[0] != os.getpid():
                self._pool = os.getpid(), ThreadPoolExecutor(RUNNING_AT_ONCE, thread_name_prefix="turns")
            self._pool[1].submit(self._work, turn, lease)

    def _work(self, turn: Turn | None, lease: Lease) -> None:
        try:
            while turn is not None:
                turn = self._run(turn, lease)
        except Exception:  # noqa: BLE001 - a thread's last resort
            # Whatever it was, the message stays unanswered in the database and recovery takes it up.
            log.exception("turn.broke", action="release", conversation_id=lease.conversation_id)
            with self._database.transaction() as session:
                turns.release(session, clock=self._clock, lease=lease)

    def _run(self, turn: Turn, lease: Lease) -> Turn | None:
        try:
            replies = self._ask(turn)
        except AssistantUnavailable as error:
            reason = error.reason
            log.warning(
                "turn.unanswered",
                action="notice",
                conversation_id=turn.conversation_id,
                seq=turn.seq,
                reason=reason,
            )
            helped = None if self._was_told(turn) else self._help_for(turn.sends, turn.language, turn.conversation_id)
            outcome, following = self._retrying(lambda session: self._give_up(session, turn, lease, helped, reason))
        else:
            outcome, following = self._retrying(lambda session: self._store(session, turn, lease, replies))
        seconds = (self._clock.now() - turn.received_at).total_seconds()
        metrics.TURN_SECONDS.labels(outcome).observe(max(0.0, seconds))
        return following

    def _ask(self, turn: Turn) -> list[Reply]:
        claims = tokens.ConversationClaims(turn.public_id, turn.conversation_id, turn.customer_id, turn.language)
        token = tokens.sign_conversation_token(self._settings.secret_key, clock=self._clock, claims=claims)
        metadata: dict[str, Any] = {
            "embedding": self._embedding(turn.sends),
            "token": token,
            "message_seq": turn.seq,
            "language": turn.language,
            "language_locked": turn.language_locked,
            "masked": list(turn.masked),
            "now": self._clock.now().isoformat(),
            "time_zone": turn.time_zone or self._settings.time_zone,
            "waiting": turn.waiting,
        }
        try:
            return self._assistant.ask(sender=turn.public_id, message=turn.sends, metadata=metadata)
        except AssistantUnavailable as error:
            if turn.waiting and error.reason == "silent":
                return []  # what was said is for the person waited for
            raise

    def _embedding(self, text: str) -> dict[str, str] | None:
        if text.startswith("/"):
            return None  # a pressed button is not read
        try:
            return self._find_help.embedding(text)
        except Exception:  # noqa: BLE001 - the assistant embeds it then; a search will say what is wrong
            log.exception("turn.not_embedded", action="go on")
            return None

    def _store(self, session: Session, turn: Turn, lease: Lease, replies: list[Reply]) -> tuple[str, Turn | None]:
        outcome = turns.store_replies(session, clock=self._clock, lease=lease, turn=turn, replies=replies)
        return outcome, self._next(session, lease)

    def _give_up(
        self, session: Session, turn: Turn, lease: Lease, helped: Help | None, reason: str
    ) -> tuple[str, Turn | None]:
        turns.give_up(session, clock=self._clock, lease=lease, turn=turn, helped=helped, form_url=self._form_url)
        return reason, self._next(session, lease)

    def _retrying(self, step: Callable[[Session], tuple[str, Turn | None]]) -> tuple[str, Turn | None]:
        """Run a storing step; a busy database gets another chance, because the answer in hand would be lost."""
        for attempt in range(STORE_ATTEMPTS):
            try:
                with self._database.transaction() as session:
                    return step(session)
            except OperationalError:
                if attempt == STORE_ATTEMPTS - 1:
                    raise
                log.warning("turn.database_busy", action="retry", attempt=attempt)
        raise AssertionError("unreachable")

    def _was_told(self, turn: Turn) -> bool:
        with self._database.reading() as session:
            told = select(Message.notice_seq).where(
                Message.conversation_id == turn.conversation_id, Message.seq == turn.seq
            )
            return session.scalar(told) is not None

    def _tell(self, message_id: int) -> None:
        with self._database.reading() as session:
            message = session.get_one(Message, message_id)
            language = session.get_one(Conversation, message.conversation_id).language
        said = message.payload.get("sends") or message.text
        helped = self._help_for(said, language, message.conversation_id)
        with self._database.transaction() as session:
            notices.store(
                session,
                clock=self._clock,
                message=session.get_one(Message, message_id),
                helped=helped,
                form_url=self._form_url,
                final=False,
            )

    def _help_for(self, text: str, language: str, conversation_id: int) -> Help | None:
        if text.startswith("/"):
            return None  # a pressed button is no question
        try:
            return self._find_help(
                self._database, clock=self._clock, query=text, language=language, conversation_id=conversation_id
            )
        except Exception:  # noqa: BLE001 - see below
            # The notice itself matters more than what the knowledge base would have said.
            log.exception("turn.knowledge_broke", action="skip", conversation_id=conversation_id)
            return None


def _is_pending(message: Message) -> bool:
    """Whether the customer has heard nothing to it yet."""
    return message.needs_turn and message.notice_seq is None
