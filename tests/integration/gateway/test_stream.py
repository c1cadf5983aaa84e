"""Open widgets learn of news at once, wherever it was written."""

from __future__ import annotations

import dataclasses
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from flask import Flask

from tests import factories
from tests.integration.gateway.conftest import Widget
from tests.integration.gateway.fake_rasa import FakeRasa
from ticketing.conversations import queries, replies, service
from ticketing.conversations.changes import BOARD, Board
from ticketing.platform import metrics
from ticketing.platform.actor import Actor
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from web.gateway.watcher import Watcher

Event = tuple[str, dict[str, Any]]


@contextmanager
def listening(widget: Widget, after: int = 0, headers: dict[str, str] | None = None) -> Iterator[Iterator[Event]]:
    with widget.http.stream(
        "GET",
        f"{widget.path}/events",
        params={"after": after} if after else {},
        headers=widget.headers | (headers or {}),
    ) as response:
        assert response.headers["Content-Type"].startswith("text/event-stream")
        yield events(response)


def events(response: httpx.Response) -> Iterator[Event]:
    name = ""
    for row in response.iter_lines():
        if row.startswith("event: "):
            name = row[7:]
        elif row.startswith("data: "):
            yield name, json.loads(row[6:])


def next_message(stream: Iterator[Event]) -> dict[str, Any]:
    return next(data for name, data in stream if name == "message")


@pytest.fixture
def agent(database: Database, clock: FixedClock, widget: Widget) -> Actor:
    """An agent who has claimed the widget's conversation."""
    with database.transaction() as session:
        member = factories.staff(session)
        member.name = "小王"
        agent = Actor(kind="staff", id=member.id, name="小王", role="agent")
        number = queries.by_public_id(session, widget.id).id
        service.claim_by_agent(session, clock=clock, actor=agent, conversation_id=number)
    return dataclasses.replace(agent, conversation_id=number)


def reply(database: Database, clock: FixedClock, agent: Actor, text: str) -> None:
    assert agent.conversation_id is not None
    with database.transaction() as session:
        service.reply_as_agent(session, clock=clock, actor=agent, conversation_id=agent.conversation_id, text=text)


def test_an_agents_reply_arrives_by_itself(widget: Widget, database: Database, clock: FixedClock, agent: Actor) -> None:
    with listening(widget, after=2) as stream:
        assert next(stream) == ("owner", {"owner": "agent", "name": "小王"})
        reply(database, clock, agent, "您好")
        line = next_message(stream)
    assert (line["author"], line["name"], line["text"]) == ("agent", "小王", "您好")


def test_a_reply_that_waits_arrives_when_its_time_comes_and_until_then_someone_writes(
    widget: Widget, database: Database, clock: FixedClock, agent: Actor
) -> None:
    assert agent.conversation_id is not None
    with listening(widget, after=2) as stream:
        next(stream)
        with database.transaction() as session:
            replies.say(
                session,
                clock=clock,
                actor=agent,
                conversation_id=agent.conversation_id,
                text="您好",
                client_id="a",
                seconds=5,
            )
        assert next(stream) == ("typing", {"typing": True, "author": "agent", "name": "小王"})
        assert [line["author"] for line in widget.transcript()] == ["bot", "system"]
        clock.advance(seconds=5)
        assert next_message(stream)["text"] == "您好"
    assert widget.transcript()[-1]["text"] == "您好"


def test_what_another_process_wrote_arrives_by_itself(
    widget: Widget, database: Database, clock: FixedClock, agent: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    with listening(widget, after=2) as stream:
        next(stream)
        with monkeypatch.context() as patched:
            # Another process's commit does not reach this process's board; only the watcher can find it.
            patched.setattr("ticketing.conversations.changes.note_change", lambda *_: None)
            reply(database, clock, agent, "您好")
        assert next_message(stream)["text"] == "您好"


def test_a_stream_begins_where_the_widget_left_off(widget: Widget) -> None:
    widget.send("第一条")
    with listening(widget) as stream:
        assert [next_message(stream)["seq"] for _ in range(3)] == [1, 2, 3]
    with listening(widget, headers={"Last-Event-ID": "2"}) as stream:
        assert next_message(stream)["seq"] == 3


def test_typing_is_shown_while_the_assistant_thinks(widget: Widget, rasa: FakeRasa) -> None:
    rasa.gate.clear()
    with listening(widget, after=1) as stream:
        assert next(stream)[0] == "owner"
        sending = threading.Thread(target=widget.send, args=("你好",))
        sending.start()
        assert ("typing", {"typing": True, "author": "bot"}) in [next(stream), next(stream)]
        rasa.gate.set()
        while (event := next(stream)) != ("typing", {"typing": False, "author": "bot"}):
            assert event[0] in {"message", "typing"}
        sending.join()


def test_claiming_is_told_as_a_change_of_owner(widget: Widget, database: Database, clock: FixedClock) -> None:
    with listening(widget, after=1) as stream:
        assert next(stream) == ("owner", {"owner": "bot"})
        with database.transaction() as session:
            agent = Actor(kind="staff", id=factories.staff(session).id, name="小李", role="agent")
            number = queries.by_public_id(session, widget.id).id
            service.claim_by_agent(session, clock=clock, actor=agent, conversation_id=number)
        assert {next(stream)[0], next(stream)[0]} == {"message", "owner"}


def test_a_stream_too_many_is_told_to_poll(app: Flask, widget: Widget) -> None:
    streams = app.extensions["kesu_gateway"].streams
    streams._limit = 1
    with listening(widget) as stream:
        next(stream)
        refused = widget.get("/events")
        assert (refused.status_code, refused.json()["code"]) == (503, "streams_full")
        assert int(refused.headers["Retry-After"]) > 0


def test_ended_streams_give_their_place_back(app: Flask, widget: Widget) -> None:
    before = metrics.OPEN_STREAMS._value.get()
    streams = app.extensions["kesu_gateway"].streams
    opened = [streams.open(public_id=widget.id, after=0) for _ in range(5)]
    for stream in opened:
        next(stream)
    assert metrics.OPEN_STREAMS._value.get() == before + 5
    for stream in opened:
        stream.close()
        stream.close()
    assert metrics.OPEN_STREAMS._value.get() == before
    assert streams._open.total() == 0
    assert BOARD.watched() == set()


def test_only_a_committed_message_wakes_who_waits(
    widget: Widget, database: Database, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A board of its own: the watcher may still tell the process's board that the conversation was opened.
    board = Board()
    monkeypatch.setattr("ticketing.conversations.changes.BOARD", board)
    with database.reading() as session:
        number = queries.by_public_id(session, widget.id).id
    with board.subscribe(number) as news:
        with database.reading() as session:
            conversation = queries.by_id(session, number)
            service.append(session, clock=clock, conversation=conversation, author="bot", text="从未说过")
            session.rollback()
        assert news.wait(0) is False
        with database.transaction() as session:
            conversation = queries.by_id(session, number)
            service.append(session, clock=clock, conversation=conversation, author="bot", text="说过")
        assert news.wait(0) is True


def test_the_watcher_wakes_for_what_was_written_elsewhere_only(
    widget: Widget, database: Database, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    board = Board()
    monkeypatch.setattr("ticketing.conversations.changes.BOARD", board)
    watcher = Watcher(database=database, clock=clock, board=board, recover=lambda: 0)

    def write(text: str) -> None:
        with database.transaction() as session:
            conversation = queries.by_public_id(session, widget.id)
            service.append(session, clock=clock, conversation=conversation, author="system", text=text)

    with database.reading() as session:
        number = queries.by_public_id(session, widget.id).id
    with board.subscribe(number) as news:
        write("这里写的")
        assert news.wait(0) is True
        watcher.look()
        assert news.wait(0) is False
        with monkeypatch.context() as patched:
            patched.setattr("ticketing.conversations.changes.note_change", lambda *_: None)
            write("别处写的")
        assert news.wait(0) is False
        watcher.look()
        assert news.wait(0) is True


def test_sixty_open_widgets_hear_their_own_conversation_only(
    new_widget: Callable[[], Widget], app: Flask, database: Database, clock: FixedClock
) -> None:
    streams = app.extensions["kesu_gateway"].streams
    widgets = [new_widget().open() for _ in range(60)]
    opened = [streams.open(public_id=widget.id, after=1) for widget in widgets]
    for stream in opened:
        next(stream)
        next(stream)
    with database.transaction() as session:
        conversation = queries.by_public_id(session, widgets[7].id)
        service.append(session, clock=clock, conversation=conversation, author="system", text="只给您")
    assert "只给您".encode() in next(opened[7])
    for stream in opened:
        stream.close()
