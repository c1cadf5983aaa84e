"""The trained assistant, a real action server and a small API, started once for all stories. Needs `.venv-bot`."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pytest

# Threads of the embedding engine wait for one another when the machine has other work.
os.environ.setdefault("OMP_NUM_THREADS", "1")

from bot.quiet import keep_quiet

keep_quiet()

from bot.model import MODEL  # noqa: E402
from tests.conversations.backend import Backend, serve, ticket  # noqa: E402


@pytest.fixture(scope="session")
def backend() -> Iterator[tuple[Backend, str]]:
    """The API and its address."""
    state = Backend()
    server, address = serve(state)
    yield state, address
    server.shutdown()


@pytest.fixture(scope="session")
def actions(backend: tuple[Backend, str]) -> Iterator[str]:
    """The address of a running action server."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {"KESU_API_URL": backend[1], "SANIC_HOST": "127.0.0.1"}
    command = [sys.executable, "-W", "ignore", "-m", "rasa_sdk", "--actions", "actions", "--port", str(port)]
    server = subprocess.Popen(command, env=environment)
    address = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(f"{address}/health", timeout=1).close()
            break
        except OSError:
            assert server.poll() is None, "the action server did not start"
            assert time.monotonic() < deadline, "the action server did not answer"
            time.sleep(0.1)
    yield f"{address}/webhook"
    server.terminate()
    server.wait(timeout=10)


@pytest.fixture(scope="session")
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    """One event loop for all turns."""
    loop = asyncio.new_event_loop()
    yield loop
    loop.close()


@pytest.fixture(scope="session")
def agent(actions: str, loop: asyncio.AbstractEventLoop) -> Any:
    """The assistant as trained by `python -m bot.train`, with what serves it (`bot/endpoints.yml`, `bot/lean.py`)."""
    if not MODEL.is_file():
        pytest.fail("no trained assistant: run make train")
    from rasa.core.agent import load_agent
    from rasa.core.utils import AvailableEndpoints
    from rasa.utils.endpoints import EndpointConfig

    from bot import lean

    lean.install()
    endpoints = AvailableEndpoints(
        action=EndpointConfig(actions, enable_selective_domain=True),
        tracker_store=EndpointConfig(type="bot.tracker_store.BoundedTrackerStore"),
    )
    agent = loop.run_until_complete(load_agent(model_path=str(MODEL), endpoints=endpoints))
    assert agent.processor is not None, "the trained assistant does not load: run make train"
    return agent


@pytest.fixture(scope="session")
def start(agent: Any, loop: asyncio.AbstractEventLoop, backend: tuple[Backend, str]) -> Callable[[dict[str, Any]], Any]:
    """Begins the conversation of a story on a fresh backend."""
    from tests.conversations.conversation import Conversation

    def begin(story: dict[str, Any]) -> Conversation:
        language = story.get("language", "zh")
        tickets = [ticket(language=language, **known) for known in story.get("tickets", [])]
        backend[0].reset(tickets, story.get("surveys"), story.get("knowledge"))
        return Conversation(agent, loop, backend[0], language)

    return begin
