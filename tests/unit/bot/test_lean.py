"""What `bot.lean` replaces still refuses and finds what Rasa's own did; the tracker store forgets and restores."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest
from aiohttp import web
from jsonschema import ValidationError
from rasa.core.actions.action import RemoteAction
from rasa.engine.exceptions import GraphComponentException
from rasa.engine.graph import ExecutionContext, GraphComponent, GraphSchema, SchemaNode
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, Event, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import ClientResponseError, EndpointConfig, read_endpoint_config

from bot import lean
from bot.tracker_store import EVENTS, BoundedTrackerStore
from bot.training_data import BOT

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


@pytest.mark.parametrize("file", ["endpoints.yml", "endpoints.redis.yml"])
def test_an_action_is_told_message_and_slots_but_not_what_happened_before(
    file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in re.findall(r"\$\{(\w+)\}", (BOT / file).read_text()):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    endpoint = read_endpoint_config(str(BOT / file), "action_endpoint")
    assert endpoint is not None
    tracker = DialogueStateTracker("c", DOMAIN.slots)
    tracker.update(SlotSet("memory", {"turns": 3}))
    parsed = {"text": "你好", "intent": {"name": "greet"}, "metadata": {"message_seq": 7}}
    tracker.update(UserUttered("你好", parsed["intent"], [], parsed))
    call = RemoteAction("action_greet", endpoint)._action_call_format(tracker, DOMAIN)
    assert (call["next_action"], call["sender_id"]) == ("action_greet", "c")
    assert call["tracker"]["slots"]["memory"] == {"turns": 3}
    assert call["tracker"]["latest_message"]["text"] == "你好"
    assert call["tracker"]["latest_message"]["metadata"] == {"message_seq": 7}
    assert call["tracker"]["events"] == []
    assert "domain" not in call, "the domain goes along in every call"


class ActionServer:
    """Counts its connections; `hang_up` drops the next request without an answer, `status` answers so."""

    def __init__(self) -> None:
        self.connections: set[int] = set()
        self.calls = 0
        self.hang_up = False
        self.status = 200

    async def answer(self, request: web.Request) -> web.Response:
        assert request.transport is not None
        self.connections.add(id(request.transport))
        self.calls += 1
        if self.hang_up:
            self.hang_up = False
            request.transport.close()
        return web.json_response({"events": [], "asked": (await request.json())["text"]}, status=self.status)


def asked(server: ActionServer, *texts: str, hang_up_before: str = "") -> list[Any]:
    """What one endpoint's requests came to."""

    async def ask() -> list[Any]:
        app = web.Application()
        app.router.add_post("/webhook", server.answer)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        endpoint = EndpointConfig(f"http://127.0.0.1:{runner.addresses[0][1]}/webhook")
        answers = []
        for text in texts:
            server.hang_up = text == hang_up_before
            answers.append((await endpoint.request("post", json={"text": text}))["asked"])
        async with endpoint.session() as session:
            await session.close()
        await runner.cleanup()
        return answers

    return asyncio.run(ask())


def test_the_action_server_is_called_over_one_connection() -> None:
    server = ActionServer()
    assert asked(server, "一", "二", "三") == ["一", "二", "三"]
    assert len(server.connections) == 1


def test_a_connection_closed_meanwhile_costs_no_turn() -> None:
    server = ActionServer()
    assert asked(server, "一", "二", hang_up_before="二") == ["一", "二"]
    assert server.calls == 3


def test_an_error_of_the_action_server_is_not_tried_again() -> None:
    server = ActionServer()
    server.status = 500
    with pytest.raises(ClientResponseError):
        asked(server, "一")
    assert server.calls == 1


class Joined(GraphComponent):
    """Joins what it needs with its own name, and counts."""

    calls = 0

    def __init__(self, name: str) -> None:
        self.name = name

    @classmethod
    def create(
        cls, config: dict[str, Any], model_storage: Any, resource: Any, execution_context: ExecutionContext
    ) -> Joined:
        return cls(config["name"])

    def join(self, first: str, second: str) -> str:
        type(self).calls += 1
        if first == "broken":
            raise RuntimeError(first)
        return f"({first}{self.name}{second})"


@pytest.fixture
def diamond(tmp_path: Any) -> DaskGraphRunner:
    """Two nodes that need the same one, a last one that needs both, and one that nobody asks for."""

    def node(name: str, first: str, second: str) -> SchemaNode:
        return SchemaNode({"first": first, "second": second}, Joined, "create", "join", {"name": name})

    Joined.calls = 0
    nodes = {
        "top": node("t", "text", "text"),
        "left": node("l", "top", "text"),
        "right": node("r", "text", "top"),
        "last": node("+", "left", "right"),
        "idle": node("i", "text", "text"),
    }
    return DaskGraphRunner(GraphSchema(nodes), LocalModelStorage(tmp_path), ExecutionContext(GraphSchema(nodes)))


def test_each_component_that_is_needed_runs_once_after_those_it_needs(diamond: DaskGraphRunner) -> None:
    assert diamond.run(inputs={"text": "x"}, targets=["last"]) == {"last": "(((xtx)lx)+(xr(xtx)))"}
    assert Joined.calls == 4


def test_a_broken_component_breaks_the_run(diamond: DaskGraphRunner) -> None:
    with pytest.raises(GraphComponentException):
        diamond.run(inputs={"text": "broken"}, targets=["last"])


def test_a_slot_outlives_the_event_that_set_it() -> None:
    store = BoundedTrackerStore(DOMAIN)

    async def talk() -> None:
        tracker = await store.get_or_create_tracker("c")
        tracker.update(SlotSet("memory", {"form": {"amount": "1"}}))
        await store.save(tracker)
        for _ in range(EVENTS):
            tracker = await store.get_or_create_tracker("c")
            tracker.update(UserUttered("没有动作回答"))
            tracker.update(ActionExecuted("action_listen"))
            await store.save(tracker)
        tracker = await store.retrieve("c")
        assert tracker is not None
        assert tracker.get_slot("memory") == {"form": {"amount": "1"}}

    asyncio.run(talk())


def test_a_slot_of_an_earlier_session_is_not_brought_back() -> None:
    store = BoundedTrackerStore(DOMAIN)

    async def talk() -> None:
        tracker = await store.get_or_create_tracker("c")
        tracker.update(SlotSet("memory", {"form": {"amount": "1"}}))
        tracker.update(ActionExecuted("action_session_start"))
        tracker.update(SessionStarted())
        for _ in range(EVENTS):
            tracker.update(UserUttered("新的会话"))
        await store.save(tracker)
        tracker = await store.retrieve("c")
        assert tracker is not None
        assert tracker.get_slot("memory") is None

    asyncio.run(talk())


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
