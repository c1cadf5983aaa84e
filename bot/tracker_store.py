"""Trackers in memory that cannot grow without bound: neither their number nor what each remembers."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Iterable
from typing import Any

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.conversation import Dialogue
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event, Restarted, SessionStarted, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker, get_trackers_for_conversation_sessions

CONVERSATIONS = 5000
EVENTS = 24
"""About the last three turns. Rules look at the last one, so older events decide nothing but what is in the slots, and those
are kept; Rasa replays all it has six times a turn."""


class BoundedTrackerStore(TrackerStore):
    """Keeps the slots and the latest events of the `KESU_BOT_CONVERSATIONS` conversations spoken in last (default 5000).

    Events are never changed once they have happened, so they are kept as they are and not as text.
    """

    def __init__(self, domain: Domain, event_broker: EventBroker | None = None, **_kwargs: Any) -> None:
        """Takes what Rasa passes to a tracker store; host and url mean nothing here."""
        super().__init__(domain, event_broker)
        self._most = int(os.environ.get("KESU_BOT_CONVERSATIONS", CONVERSATIONS))
        self.store: OrderedDict[str, list[Event]] = OrderedDict()

    def init_tracker(self, sender_id: str) -> DialogueStateTracker:
        """A tracker that takes what is kept and a turn's events, and cannot grow without bound in one turn either."""
        return DialogueStateTracker(sender_id, self.domain.slots, max_event_history=3 * EVENTS)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Keeps the tracker as the most recent and forgets the oldest beyond the bound."""
        await self.stream_events(tracker)
        self.store[tracker.sender_id] = _latest(list(tracker.events))
        self.store.move_to_end(tracker.sender_id)
        while len(self.store) > self._most:
            self.store.popitem(last=False)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The tracker of the latest session, made anew: what a broken turn did to it is not kept."""
        tracker = await self.retrieve_full_tracker(sender_id)
        sessions = get_trackers_for_conversation_sessions(tracker) if tracker else []
        return sessions[-1] if len(sessions) > 1 else tracker

    async def retrieve_full_tracker(self, conversation_id: str) -> DialogueStateTracker | None:
        """The tracker of all sessions whose events are still kept."""
        events = self.store.get(conversation_id)
        if events is None:
            return None
        tracker = self.init_tracker(conversation_id)
        tracker.recreate_from_dialogue(Dialogue(conversation_id, events))
        return tracker

    async def keys(self) -> Iterable[str]:
        """The conversations there are."""
        return self.store.keys()


def _latest(events: list[Event]) -> list[Event]:
    """The last EVENTS, and before them what the slots were set to earlier in the session and not since."""
    older, latest = events[:-EVENTS], events[-EVENTS:]
    slots: dict[str, Event] = {}
    for event in older:
        if isinstance(event, Restarted | SessionStarted):
            slots = {}
        elif isinstance(event, SlotSet):
            slots[event.key] = event
    since = {event.key for event in latest if isinstance(event, SlotSet)}
    return [*(event for key, event in slots.items() if key not in since), *latest]
