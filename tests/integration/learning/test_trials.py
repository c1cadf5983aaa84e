"""A new assistant on trial takes its share, costs no customer an answer, and goes by itself when it is clearly worse."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.integration.gateway.fake_rasa import FakeRasa
from tests.integration.learning.conftest import conversation
from ticketing.conversations import service as conversations
from ticketing.conversations.assistant import Assistant
from ticketing.learning import arms, collecting, trials
from ticketing.learning.routing import TriedAssistant
from ticketing.learning.rules import Failure
from ticketing.learning.trials import Choice
from ticketing.platform.actor import SYSTEM
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.platform.errors import DomainError

SHARE = 50


@pytest.fixture
def served() -> Iterator[FakeRasa]:
    made = FakeRasa()
    yield made
    made.stop()


@pytest.fixture
def tried() -> Iterator[FakeRasa]:
    made = FakeRasa()
    yield made
    made.stop()


@pytest.fixture
def assistant(database: Database, clock: FixedClock, served: FakeRasa, tried: FakeRasa) -> Iterator[TriedAssistant]:
    """The gateway's assistant while a trial may be on."""
    current, candidate = (
        Assistant(rasa.url, secret="b" * 40, notice_seconds=1, timeout_seconds=5) for rasa in (served, tried)
    )
    made = TriedAssistant(current, candidate, Choice(database, clock))
    yield made
    made.close()


def begin(database: Database, clock: FixedClock, candidate: str = "a" * 64) -> None:
    with database.transaction() as session:
        trials.begin(session, clock=clock, candidate=candidate, share=SHARE)


def opened(database: Database, clock: FixedClock, count: int, *, says: str = "") -> list[str]:
    """New conversations, with a first line where ``says`` has one; gives their public ids."""
    ids = []
    with database.transaction() as session:
        for _ in range(count):
            chat = conversation(session, clock)
            ids.append(chat.public_id)
            if says:
                conversations.append(session, clock=clock, conversation=chat, author="customer", text=says)
    return ids


def ask(assistant: TriedAssistant, ids: list[str]) -> None:
    for public_id in ids:
        assistant.ask(sender=public_id, message="你好", metadata={})


def test_without_a_trial_everybody_talks_to_the_assistant_that_serves(
    database: Database, clock: FixedClock, assistant: TriedAssistant, served: FakeRasa, tried: FakeRasa
) -> None:
    ask(assistant, opened(database, clock, 8))
    assert (len(served.seen), len(tried.seen)) == (8, 0)


def test_new_conversations_are_shared_and_each_stays_where_it_began(
    database: Database, clock: FixedClock, assistant: TriedAssistant, served: FakeRasa, tried: FakeRasa
) -> None:
    before = opened(database, clock, 6)
    clock.advance(minutes=1)
    begin(database, clock)
    new = opened(database, clock, 12)
    ask(assistant, [*before, *new, *new])
    mine = [name for name in new if arms.takes_candidate(name, SHARE)]
    assert sorted({body["sender"] for body in tried.seen}) == sorted(mine)
    assert {body["sender"] for body in served.seen} == {*before, *new} - {*mine}


def test_a_candidate_that_does_not_answer_costs_the_customer_nothing(
    database: Database, clock: FixedClock, assistant: TriedAssistant, served: FakeRasa, tried: FakeRasa
) -> None:
    begin(database, clock)
    tried.stop()
    new = opened(database, clock, 12)
    ask(assistant, new)
    assert {body["sender"] for body in served.seen} == {*new}


def test_after_the_trial_everybody_is_served_by_one_again(
    database: Database, clock: FixedClock, assistant: TriedAssistant, tried: FakeRasa
) -> None:
    begin(database, clock)
    new = opened(database, clock, 12)
    with database.transaction() as session:
        trials.end(session, clock=clock, actor=SYSTEM, outcome="rolled_back")
    clock.advance(seconds=10)
    ask(assistant, new)
    assert tried.seen == []


def test_one_trial_at_a_time_and_a_candidate_is_tried_once(database: Database, clock: FixedClock) -> None:
    begin(database, clock)
    with pytest.raises(DomainError, match="learning_trial_again"):
        begin(database, clock, "b" * 64)
    with database.transaction() as session:
        trials.end(session, clock=clock, actor=SYSTEM, outcome="promoted")
    with pytest.raises(DomainError, match="learning_trial_again"):
        begin(database, clock)
    with pytest.raises(DomainError, match="learning_no_trial"), database.transaction() as session:
        trials.end(session, clock=clock, actor=SYSTEM, outcome="promoted")


def fail(database: Database, clock: FixedClock, ids: list[str]) -> None:
    """The assistant failed once in each of these conversations."""
    with database.transaction() as session:
        for public_id in ids:
            chat = session.query(conversations.Conversation).filter_by(public_id=public_id).one()
            failure = Failure("亲属卡怎么解绑", clock.now(), "declined")
            collecting.keep(session, conversation_id=chat.id, failure=failure)


def test_a_clearly_worse_candidate_is_taken_off_by_itself(database: Database, clock: FixedClock) -> None:
    begin(database, clock)
    ids = opened(database, clock, 140, says="你好")
    fail(database, clock, [name for name in ids if arms.takes_candidate(name, SHARE)][:25])
    assert trials.watch(database, clock=clock) == "failed"
    with database.reading() as session:
        trial = trials.latest(session)
        assert trial is not None
        assert (trial.running, trial.outcome, trial.reason) == (None, "rolled_back", "worse_failed")


def test_a_candidate_like_the_other_goes_on(database: Database, clock: FixedClock) -> None:
    begin(database, clock)
    ids = opened(database, clock, 140, says="你好")
    fail(database, clock, ids[:30])
    assert trials.watch(database, clock=clock) is None
    with database.reading() as session:
        assert trials.running(session) is not None
