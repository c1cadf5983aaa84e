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
from rasa.shared.core.events import Event
from rasa.shared.core.trackers import DialogueStateTracker, get_trackers_for_conversation_sessions

CONVERSATIONS = 5000
EVENTS = 60
"""About the last five turns. Rules look at the last one, and every turn sets both slots again, so older events decide nothing;
but Rasa replays all it has several times a turn."""


class BoundedTrackerStore(TrackerStore):
    """Keeps the latest events of the `KESU_BOT_CONVERSATIONS` conversations spoken in last (default 5000).

    Events are never changed once they have happened, so they are kept as they are and not as text.
    """

    def __init__(self, domain: Domain, event_broker: EventBroker | None = None, **_kwargs: Any) -> None:
        """Takes what Rasa passes to a tracker store; host and url mean nothing here."""
        super().__init__(domain, event_broker)
        self._most = int(os.environ.get("KESU_BOT_CONVERSATIONS", CONVERSATIONS))
        self.store: OrderedDict[str, list[Event]] = OrderedDict()

    def init_tracker(self, sender_id: str) -> DialogueStateTracker:
        """A tracker that forgets what is older than its last EVENTS events."""
        return DialogueStateTracker(sender_id, self.domain.slots, max_event_history=EVENTS)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Keeps the tracker as the most recent and forgets the oldest beyond the bound."""
        await self.stream_events(tracker)
        self.store[tracker.sender_id] = list(tracker.events)
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
