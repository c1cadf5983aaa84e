"""Plays a story, turn by turn, against the trained assistant and checks what a customer would notice."""

from __future__ import annotations

import asyncio
import json
import uuid
from dataclasses import dataclass, field, replace
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from rasa.shared.core.events import SlotSet

from bot.channel import CollectedReplies
from tests.conversations.backend import Backend

Json = dict[str, Any]
ALLOWED = frozenset({"text", "buttons", "custom", "language"})


@dataclass
class Conversation:
    """One customer talking; it keeps every reply so that old buttons can be pressed."""

    agent: Agent
    loop: asyncio.AbstractEventLoop
    backend: Backend
    language: str
    sender: str = field(default_factory=lambda: uuid.uuid4().hex)
    said: list[Json] = field(default_factory=list)
    last: list[Json] = field(default_factory=list)
    seq: int = 0
    waiting: str | None = None
    """Why a person was asked for, while one is waited for; the gateway tells it with each message."""

    def say(self, text: str) -> None:
        """Types a text; the gateway strips a leading slash."""
        self._send(text.lstrip("/"))

    def press(self, title: str, *, oldest: bool = False) -> None:
        """Presses a button by its title, the latest unless asked otherwise."""
        payloads = [b["payload"] for reply in self.said for b in reply.get("buttons", []) if b["title"] == title]
        shown = [b["title"] for reply in self.said for b in reply.get("buttons", [])]
        assert payloads, f"no button {title!r} among {shown}"
        self._send(payloads[0 if oldest else -1])

    def fork(self) -> Conversation:
        """The same conversation once more, to be gone on with in another way."""
        other = replace(self, sender=uuid.uuid4().hex, said=list(self.said), last=list(self.last))
        self.loop.run_until_complete(self._remember(other.sender, self.memory()))
        return other

    async def _remember(self, sender: str, memory: Json) -> None:
        """A new session that knows what this one knows; its past events would only make every turn slower."""
        tracker = await self.agent.processor.fetch_tracker_and_update_session(sender)
        tracker.update(SlotSet("memory", memory))
        tracker.update(SlotSet("task_open", bool(memory.get("tasks"))))
        await self.agent.tracker_store.save(tracker)

    def memory(self) -> Json:
        """What the assistant remembers."""
        tracker = self.loop.run_until_complete(self.agent.tracker_store.retrieve(self.sender))
        return (tracker.get_slot("memory") if tracker else None) or {}

    def task(self, kind: str) -> Json:
        """The open task of a kind, empty when there is none."""
        return next((task for task in self.memory().get("tasks") or [] if task["kind"] == kind), {})

    def asked(self) -> str | None:
        """The question open now: the step alone in the complaint form, `kind.step` in every other task."""
        tasks = self.memory().get("tasks")
        if not tasks:
            return None
        kind, step = tasks[-1]["kind"], str(tasks[-1]["step"])
        return step if kind == "complaint" else f"{kind}.{step}"

    def intent(self) -> str:
        """What the last message was taken for."""
        tracker = self.loop.run_until_complete(self.agent.tracker_store.retrieve(self.sender))
        return str(tracker.latest_message.intent.get("name"))

    def _send(self, text: str) -> None:
        self.seq += 1
        self.backend.calls.clear()
        metadata = {"token": "test", "message_seq": self.seq, "language": self.language, "language_locked": False,
                    "now": "2026-11-23T08:00:00+00:00", "time_zone": "Asia/Shanghai", "waiting": self.waiting}  # fmt: skip
        collected = CollectedReplies()
        message = UserMessage(text, collected, self.sender, input_channel="kesu", metadata=metadata)
        self.loop.run_until_complete(self.agent.handle_message(message))
        self.last = collected.replies
        for reply in self.last:
            assert set(reply) <= ALLOWED, reply
            self.language = reply.get("language", self.language)
        self.said += self.last


def play(conversation: Conversation, turns: list[Json]) -> None:
    """Plays all turns of a story."""
    for number, turn in enumerate(turns, 1):
        if "backend" in turn:
            conversation.backend.down = turn["backend"] == "down"
            conversation.backend.reject = turn.get("reject")
            continue
        conversation.waiting = turn.get("waiting")
        if "user" in turn:
            conversation.say(str(turn["user"]))
        else:
            conversation.press(turn.get("press") or turn["press_old"], oldest="press_old" in turn)
        try:
            check(conversation, turn)
        except AssertionError as error:
            told = json.dumps(conversation.last, ensure_ascii=False, indent=1)
            what = turn.get("user") or turn.get("press") or turn.get("press_old")
            raise AssertionError(
                f"turn {number} {what!r} (taken for {conversation.intent()}): {error}\nsaid: {told}\nmemory: {conversation.memory()}"
            ) from None


def check(conversation: Conversation, turn: Json) -> None:
    """What the story expects of one turn."""
    replies, calls = conversation.last, conversation.backend.calls
    assert bool(replies) != bool(turn.get("silent")), "something was said" if replies else "nothing was said"
    text = "\n".join(reply.get("text", "") for reply in replies)
    for part in _list(turn.get("says")):
        assert part in text, f"does not say {part!r}"
    for part in _list(turn.get("never")):
        assert part not in text, f"says {part!r}"
    kinds = [reply.get("custom", {}).get("kind") for reply in replies]
    for kind in _list(turn.get("kind")):
        assert kind in kinds, f"kinds {kinds}"
    titles = [b["title"] for reply in replies for b in reply.get("buttons", [])]
    for title in _list(turn.get("buttons")):
        assert title in titles, f"buttons {titles}"
    for title in _list(turn.get("no_buttons")):
        assert title not in titles, f"buttons {titles}"
    if "calls" in turn:
        made = [f"{method} {path}" for method, path, _, _ in calls]
        assert made == _list(turn["calls"]), f"calls {made}"
    if "sent" in turn:
        body = calls[-1][2]
        assert {k: body.get(k) for k in turn["sent"]} == turn["sent"], f"sent {body}"
    if "asks" in turn:
        assert conversation.asked() == turn["asks"], f"asks {conversation.asked()}"
    form = conversation.task("complaint")
    for slot, value in (turn.get("form") or {}).items():
        assert form.get("values", {}).get(slot) == value, f"{slot} is {form.get('values', {}).get(slot)!r}"
    if "language" in turn:
        assert {reply.get("language") for reply in replies} == {turn["language"]}, "language"
    if "tickets" in turn:
        assert len(conversation.backend.tickets) == turn["tickets"], "tickets"


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
