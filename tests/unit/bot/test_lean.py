"""What `bot.lean` replaces still refuses and finds what Rasa's own did; the tracker store forgets and restores."""

from __future__ import annotations

import asyncio

import pytest
from jsonschema import ValidationError
from rasa.core.actions.action import RemoteAction
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, Event, SessionStarted, SlotSet, UserUttered

from bot import lean
from bot.tracker_store import EVENTS, BoundedTrackerStore

DOMAIN = Domain.from_dict({"slots": {"memory": {"type": "any", "mappings": [{"type": "custom"}]}}})


@pytest.fixture(autouse=True)
def installed() -> None:
    lean.install()
    lean.install()


def test_a_good_answer_of_the_action_server_passes() -> None:
    answer = {"events": [{"event": "slot", "name": "memory", "value": {}}], "responses": [{"text": "好的"}]}
    assert RemoteAction("action_greet", None)._validate_action_result(answer)


@pytest.mark.parametrize("answer", [{"events": "none"}, {"events": [{"event": 1}]}, {"responses": ["hello"]}, []])
def test_an_answer_of_another_form_is_refused(answer: object) -> None:
    with pytest.raises(ValidationError):
        RemoteAction("action_greet", None)._validate_action_result(answer)  # type: ignore[arg-type]


def test_events_are_found_by_name_and_unknown_ones_are_not() -> None:
    assert Event.resolve_by_type("slot") is SlotSet
    with pytest.raises(ValueError, match="nothing"):
        Event.resolve_by_type("nothing")


def test_a_long_conversation_keeps_its_memory_and_forgets_its_oldest_events() -> None:
    store = BoundedTrackerStore(DOMAIN)

    async def talk() -> None:
        for number in range(100):
            tracker = await store.get_or_create_tracker("c")
            tracker.update(UserUttered(f"{number}"))
            tracker.update(SlotSet("memory", {"turns": number}))
            await store.save(tracker)
        tracker = await store.retrieve("c")
        assert tracker is not None
        assert tracker.get_slot("memory") == {"turns": 99}
        assert len(tracker.events) == EVENTS

    asyncio.run(talk())


def test_what_a_broken_turn_did_is_not_kept() -> None:
    store = BoundedTrackerStore(DOMAIN)

    async def talk() -> None:
        tracker = await store.get_or_create_tracker("c")
        tracker.update(SlotSet("memory", {"form": {}}))
        await store.save(tracker)
        tracker.update(SlotSet("memory", {"form": {"amount": "1"}}))
        again = await store.retrieve("c")
        assert again is not None
        assert again.get_slot("memory") == {"form": {}}

    asyncio.run(talk())


def test_a_new_session_starts_without_the_old_ones_events() -> None:
    store = BoundedTrackerStore(DOMAIN)

    async def talk() -> None:
        tracker = await store.get_or_create_tracker("c")
        for text in ("old", "new"):
            tracker.update(ActionExecuted("action_session_start"))
            tracker.update(SessionStarted())
            tracker.update(UserUttered(text))
        await store.save(tracker)
        latest, whole = await store.retrieve("c"), await store.retrieve_full_tracker("c")
        assert latest is not None
        assert whole is not None
        assert [event.text for event in latest.events if isinstance(event, UserUttered)] == ["new"]
        assert [event.text for event in whole.events if isinstance(event, UserUttered)] == ["old", "new"]

    asyncio.run(talk())
