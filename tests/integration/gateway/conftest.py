"""A gateway that really serves, a stand-in for the assistant, and a widget to talk to them."""

from __future__ import annotations

import dataclasses
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from flask import Flask
from werkzeug.serving import make_server

from tests.integration.gateway.fake_rasa import FakeRasa
from ticketing.conversations.api import api
from ticketing.conversations.notices import Help
from ticketing.platform import http
from ticketing.platform.clock import Clock, FixedClock
from ticketing.platform.db import Database
from ticketing.platform.http import KesuFlask, Runtime
from ticketing.platform.settings import Settings
from web import gateway


class Knowledge:
    """The knowledge base's stand-in: ``says`` is its answer to everything, ``embedded`` what it was asked to embed."""

    says: Help | None = None

    def __init__(self) -> None:
        self.embedded: list[str] = []

    def __call__(
        self, database: Database, *, clock: Clock, query: str, language: str, conversation_id: int
    ) -> Help | None:
        return self.says

    def embedding(self, query: str) -> dict[str, str]:
        self.embedded.append(query)
        assert query != "坏了"
        return {"model": "stand-in", "vector": "AAAA"}


class Widget:
    """One customer's widget."""

    def __init__(self, base: str) -> None:
        self.http = httpx.Client(base_url=base, trust_env=False, timeout=20)
        self.id = self.token = ""
        self.opened: dict[str, Any] = {}

    def open(self, **body: Any) -> Widget:
        answer = self.http.post("/chat/v1/conversations", json=body)
        assert answer.status_code == 201, answer.text
        self.opened = answer.json()
        self.id, self.token = self.opened["id"], self.opened["token"]
        return self

    @property
    def path(self) -> str:
        return f"/chat/v1/conversations/{self.id}"

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def post(self, path: str, body: Any) -> httpx.Response:
        return self.http.post(self.path + path, json=body, headers=self.headers)

    def get(self, path: str = "", **params: Any) -> httpx.Response:
        return self.http.get(self.path + path, params=params, headers=self.headers)

    def send(self, text: str, client_id: str | None = None) -> httpx.Response:
        return self.post("/messages", {"client_id": client_id or uuid.uuid4().hex, "text": text})

    def press(self, seq: int, index: int) -> httpx.Response:
        return self.post("/messages", {"client_id": uuid.uuid4().hex, "button": {"seq": seq, "index": index}})

    def transcript(self) -> list[dict[str, Any]]:
        return list(self.get("/messages", limit=100).json()["messages"])

    def until(self, seen: Callable[[list[dict[str, Any]]], bool], seconds: float = 20) -> list[dict[str, Any]]:
        """The transcript once it looks as wanted."""
        end = time.monotonic() + seconds
        while not seen(lines := self.transcript()):
            assert time.monotonic() < end, lines
            time.sleep(0.02)
        return lines

    def texts(self) -> list[str]:
        return [message["text"] for message in self.transcript()]


@pytest.fixture
def rasa() -> Iterator[FakeRasa]:
    fake = FakeRasa()
    yield fake
    fake.stop()


@pytest.fixture
def knowledge() -> Knowledge:
    return Knowledge()


@pytest.fixture
def patience() -> tuple[float, float]:
    """Seconds until the customer is told that it takes longer, and until the assistant is given up, on any machine's bad day."""
    return 10.0, 20.0


@pytest.fixture
def settings(settings: Settings, rasa: FakeRasa, patience: tuple[float, float]) -> Settings:
    return dataclasses.replace(
        settings,
        rasa_url=rasa.url,
        bot_notice_seconds=patience[0],
        bot_timeout_seconds=patience[1],
        identity_secret="i" * 40,
        messages_per_minute=1000,
        conversations_per_minute=1000,
    )


@pytest.fixture
def app(settings: Settings, database: Database, clock: FixedClock, knowledge: Knowledge) -> Iterator[Flask]:
    app = KesuFlask("gateway-test")
    app.extensions["kesu"] = Runtime(settings, database, clock)
    http.install(app, render_page=http.problem)
    app.register_api(api)
    gateway.install(app, find_help=knowledge)
    yield app
    app.extensions["kesu_gateway"].close()


@pytest.fixture
def base_url(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    app.extensions["kesu_gateway"].streams.stop()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def new_widget(base_url: str) -> Iterator[Callable[[], Widget]]:
    made: list[Widget] = []

    def make() -> Widget:
        made.append(Widget(base_url))
        return made[-1]

    yield make
    for widget in made:
        widget.http.close()


@pytest.fixture
def widget(new_widget: Callable[[], Widget]) -> Widget:
    """A widget with an open Chinese conversation."""
    return new_widget().open(language="zh")
