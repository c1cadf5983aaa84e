"""What Rasa 3.6 does anew in every turn though it changes nothing, done once or not at all.

Measured on a turn's way through Rasa (`py-spy`): checking the JSON schema's own schema 24 %, looking for the class of an event
among all subclasses 10 %; of what was left after that the past events for the action server 6 %, a scheduler for a chain of
components 6 %, a new connection to the action server 5 %, copies for debug lines nobody reads 3 %. The same answers are refused,
the same classes found, the same components run; actions see the message and the slots, not what happened before.
"""

from __future__ import annotations

import asyncio
from contextlib import nullcontext
from functools import cache, lru_cache
from types import SimpleNamespace
from typing import Any

import aiohttp
import rasa
from jsonschema.protocols import Validator
from jsonschema.validators import validator_for
from rasa.core import processor
from rasa.core.actions.action import RemoteAction
from rasa.core.policies import rule_policy
from rasa.engine.exceptions import GraphRunError
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import DEFAULT_REQUEST_TIMEOUT, EndpointConfig

KEEP_ALIVE_SECONDS = 3
"""The action server closes an idle connection after five."""
_request_once = EndpointConfig.request


def install() -> None:
    """Replace them in this process; a second time changes nothing."""
    RemoteAction._validate_action_result = _validate_action_result
    RemoteAction._action_call_format = _without_past_events
    EndpointConfig.session = _kept_session
    EndpointConfig.request = _request
    DaskGraphRunner.run = _run
    # All that these modules copy are values for their debug lines, which are written at once.
    processor.copy = rule_policy.copy = SimpleNamespace(deepcopy=lambda value: value)
    if not hasattr(Event.resolve_by_type, "cache_info"):
        Event.resolve_by_type = staticmethod(lru_cache(maxsize=256)(Event.resolve_by_type))


def _validate_action_result(_action: RemoteAction, result: dict[str, Any]) -> bool:
    """Whether an action server's answer has the form it must have; raises ValidationError as Rasa's own does."""
    _validator().validate(result)
    return True


@cache
def _validator() -> Validator:
    schema = RemoteAction.action_response_format_spec()
    kind = validator_for(schema)
    kind.check_schema(schema)
    return kind(schema)


def _without_past_events(action: RemoteAction, tracker: DialogueStateTracker, domain: Domain) -> dict[str, Any]:
    """The action server's call as Rasa makes it, without the events, which grow with the conversation and which no action reads."""
    call = {
        "next_action": action.name(),
        "sender_id": tracker.sender_id,
        "tracker": tracker.current_state() | {"events": []},
        "version": rasa.__version__,
    }
    if not action._is_selective_domain_enabled() or domain.does_custom_action_explicitly_need_domain(action.name()):
        call["domain"] = domain.as_dict()
    return call


def _kept_session(endpoint: EndpointConfig) -> nullcontext[aiohttp.ClientSession]:
    """The endpoint's connections, which outlive the request; one pool an event loop."""
    loop = asyncio.get_running_loop()
    kept = endpoint.__dict__.setdefault("kept_sessions", {})
    if loop not in kept or kept[loop].closed:
        kept[loop] = aiohttp.ClientSession(
            headers=endpoint.headers,
            auth=aiohttp.BasicAuth(**endpoint.basic_auth) if endpoint.basic_auth else None,
            timeout=aiohttp.ClientTimeout(total=DEFAULT_REQUEST_TIMEOUT),
            connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=KEEP_ALIVE_SECONDS),
            cookie_jar=aiohttp.DummyCookieJar(),
        )
    return nullcontext(kept[loop])


async def _request(endpoint: EndpointConfig, *args: Any, **kwargs: Any) -> Any:
    """As Rasa's own; a kept connection that the server has just closed is tried once more on a new one. Actions may run twice."""
    try:
        return await _request_once(endpoint, *args, **kwargs)
    except (aiohttp.ServerDisconnectedError, ConnectionResetError):
        return await _request_once(endpoint, *args, **kwargs)


def _run(
    runner: DaskGraphRunner, inputs: dict[str, Any] | None = None, targets: list[str] | None = None
) -> dict[str, Any]:
    """What the targets and all they need give: every component once, after those it needs."""
    done: dict[str, Any] = {name: (name, value) for name, value in (inputs or {}).items()}

    def result(name: str) -> Any:
        node = runner._graph_schema.nodes.get(name)
        if name not in done and node is not None:
            done[name] = runner._instantiated_nodes[name](*map(result, node.needs.values()))
        return done.get(name, name)

    try:
        return dict(map(result, targets or runner._graph_schema.target_names))
    except RuntimeError as error:
        raise GraphRunError("Error running runner.") from error
