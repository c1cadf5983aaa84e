"""A conversation is read once for all that a transaction changes about it, and again whenever its lock may be gone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import event, update
from sqlalchemy.orm import Session

from tests.integration.gateway.conftest import Widget
from ticketing.conversations import queries
from ticketing.conversations.models import Conversation
from ticketing.conversations.transcript import lock, locked, locked_by_public_id
from ticketing.platform.db import Database
from ticketing.platform.errors import DomainError


@pytest.fixture
def readings(database: Database) -> Iterator[list[str]]:
    """The statements that read a conversation."""
    said: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith("SELECT conversation."):
            said.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    yield said
    event.remove(database.engine, "before_cursor_execute", note)


def test_what_is_held_is_not_read_again(database: Database, widget: Widget, readings: list[str]) -> None:
    with database.transaction() as session:
        conversation = queries.by_public_id(session, widget.id)
        readings.clear()
        lock(session, conversation)
        conversation.language = "en"
        assert locked(session, conversation.id).language == "en"
        lock(session, conversation)
        session.flush()
        assert locked(session, conversation.id) is conversation
        assert len(readings) == 1


def test_the_next_transaction_reads_what_others_wrote(database: Database, widget: Widget) -> None:
    with Session(database.engine, expire_on_commit=False) as session:
        conversation = lock(session, queries.by_public_id(session, widget.id))
        session.commit()
        with database.transaction() as other:
            other.execute(update(Conversation).values(language="en"))
        assert lock(session, conversation).language == "en"
        session.rollback()


def test_back_before_a_savepoint_the_lock_is_taken_anew(
    database: Database, widget: Widget, readings: list[str]
) -> None:
    with database.transaction() as session:
        conversation = queries.by_public_id(session, widget.id)
        savepoint = session.begin_nested()
        lock(session, conversation)
        savepoint.rollback()
        readings.clear()
        lock(session, conversation)
        assert len(readings) == 1


def test_a_whole_turn_reads_and_writes_each_row_no_more_often_than_it_must(
    database: Database, widget: Widget, readings: list[str]
) -> None:
    widget.send("你好")
    written: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith(("UPDATE", "INSERT")):
            written.append(statement.split(" SET ")[0].split(" (")[0])

    event.listen(database.engine, "before_cursor_execute", note)
    readings.clear()
    assert len(widget.send("在吗").json()["messages"]) == 2
    event.remove(database.engine, "before_cursor_execute", note)
    # To store the line and to store the answer; a third to show both.
    assert len([each for each in readings if "conversation.public_id, " in each]) == 3
    # The line, its turn begun, its turn over, the answer; the conversation with the line, with the answer, its lease given back.
    assert sorted(written) == ["INSERT INTO message"] * 2 + ["UPDATE conversation"] * 3 + ["UPDATE message"] * 2


def test_a_conversation_found_by_its_outside_id_is_held(
    database: Database, widget: Widget, readings: list[str]
) -> None:
    with database.transaction() as session:
        conversation = locked_by_public_id(session, widget.id)
        assert lock(session, conversation) is locked(session, conversation.id)
        assert len([each for each in readings if "conversation.public_id, " in each]) == 1
        with pytest.raises(DomainError, match="conversation_not_found"):
            locked_by_public_id(session, "nobody")
