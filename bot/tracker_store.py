"""Trackers in memory that cannot grow without bound: the least recently used conversation is forgotten first."""

from __future__ import annotations

import os
from collections import OrderedDict
from typing import Any

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker

CONVERSATIONS = 5000


class BoundedTrackerStore(InMemoryTrackerStore):
    """Keeps the latest session of the `KESU_BOT_CONVERSATIONS` conversations spoken in last (default 5000)."""

    def __init__(self, domain: Domain, event_broker: EventBroker | None = None, **kwargs: Any) -> None:
        """Takes what Rasa passes to a tracker store; host and url mean nothing here."""
        super().__init__(domain, event_broker)
        self._most = int(os.environ.get("KESU_BOT_CONVERSATIONS", CONVERSATIONS))
        self.store: OrderedDict[str, str] = OrderedDict()

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Keeps the tracker as the most recent and forgets the oldest beyond the bound."""
        await super().save(tracker)
        self.store.move_to_end(tracker.sender_id)
        while len(self.store) > self._most:
            self.store.popitem(last=False)
