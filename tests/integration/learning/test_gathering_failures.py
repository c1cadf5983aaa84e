"""What the assistant could not serve is gathered once, grouped by meaning, and keeps its group."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import func, select

from tests import factories
from tests.integration.learning.conftest import CARD, WEATHER, clusters, conversation
from ticketing.conversations import service as conversations
from ticketing.knowledge import service as knowledge
from ticketing.knowledge.models import AnswerLog
from ticketing.learning import collecting, service
from ticketing.learning.clustering import Learner
from ticketing.learning.models import LearningSignal, LearningText
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.staff.models import Staff

Says = Callable[..., int]
Write = Callable[[], str]


def signals(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(LearningSignal)) or 0


def test_questions_without_an_answer_are_grouped_by_meaning(
    database: Database, clock: FixedClock, says: Says, learner: Learner
) -> None:
    for text in (*CARD, *WEATHER):
        says(text)
    assert learner.run(database, clock=clock) == 5
    cards, weather = clusters(database)
    assert (cards["texts"], cards["size"]) == (set(CARD), 3)
    assert (weather["texts"], weather["size"]) == (set(WEATHER), 2)


def test_languages_are_kept_apart(database: Database, clock: FixedClock, says: Says, learner: Learner) -> None:
    says("亲属卡怎么解绑")
    says("How do I unlink a family card?", language="en")
    learner.run(database, clock=clock)
    assert len(clusters(database)) == 2


def test_the_same_question_of_one_customer_counts_once_and_of_two_customers_twice(
    database: Database, clock: FixedClock, says: Says, learner: Learner
) -> None:
    chat = says(CARD[0])
    says(CARD[0] + "？")
    with database.transaction() as session:
        knowledge.search(session, clock=clock, query=CARD[0], language="zh", conversation_id=chat)
    learner.run(database, clock=clock)
    learner.run(database, clock=clock)
    (found,) = clusters(database)
    assert found["size"] == 2
    assert len(found["texts"]) == 1


def test_a_group_keeps_its_identity_while_it_grows(
    database: Database, clock: FixedClock, says: Says, learner: Learner
) -> None:
    says(CARD[0])
    says(WEATHER[0])
    learner.run(database, clock=clock)
    before = [item["id"] for item in clusters(database)]
    clock.advance(minutes=5)
    says(CARD[1])
    says(WEATHER[1])
    learner.run(database, clock=clock)
    assert [item["id"] for item in clusters(database)] == before
    assert [item["size"] for item in clusters(database)] == [2, 2]


def test_a_second_look_finds_nothing_new(database: Database, clock: FixedClock, says: Says, learner: Learner) -> None:
    says(CARD[0])
    learner.run(database, clock=clock)
    assert learner.run(database, clock=clock) == 0
    assert signals(database) == 1


def test_a_thumb_down_brings_the_question_with_the_article_that_did_not_help(
    database: Database, clock: FixedClock, learner: Learner
) -> None:
    with database.transaction() as session:
        chat = conversation(session, clock)
        asked = conversations.append(
            session, clock=clock, conversation=chat, author="customer", text="亲属卡额度能调高吗"
        )
        answer = AnswerLog(
            conversation_id=chat.id, query=asked.text, language="zh", verdict="answer", article_key="family-card",
            article_version=1, score=0.9, at=clock.now(),
        )  # fmt: skip
        session.add(answer)
        session.flush()
        conversations.append(
            session, clock=clock, conversation=chat, author="bot", text="亲属卡由您付款。", kind="article",
            card={"key": "family-card", "answer_id": answer.id}, reply_to=asked.seq,
        )  # fmt: skip
    learner.run(database, clock=clock)
    assert signals(database) == 0
    clock.advance(hours=5)
    with database.transaction() as session:
        knowledge.rate(session, clock=clock, answer_id=answer.id, helpful=False, conversation_id=chat.id)
    learner.run(database, clock=clock)
    with database.reading() as session:
        signal = session.scalars(select(LearningSignal)).one()
        assert (signal.reason, signal.article_key) == ("thumbs_down", "family-card")


def test_what_cannot_be_a_question_is_left_out(
    database: Database, clock: FixedClock, says: Says, learner: Learner
) -> None:
    says("？？？")
    says("1234")
    says("一个很长的故事" * 40)
    assert learner.run(database, clock=clock) == 0


def test_an_agents_correction_outranks_the_guess_and_the_last_word_counts(
    database: Database, clock: FixedClock, says: Says, learner: Learner, write: Write
) -> None:
    chat_id = says("亲属卡咋弄掉")
    article = write()
    learner.run(database, clock=clock)
    with database.transaction() as session:
        agent = factories.staff(session)
        chat = session.get_one(conversations.Conversation, chat_id)
        for kind, target in (("none", ""), ("article", article)):
            service.correct(
                session, clock=clock, actor=factories.actor_of(agent), conversation=chat, seq=2,
                target_kind=kind, target=target,
            )  # fmt: skip
    with database.reading() as session:
        signal = session.scalars(select(LearningSignal)).one()
        assert (signal.reason, signal.target) == ("corrected", article)
        assert session.get_one(Staff, signal.staff_id)


def test_what_nobody_taught_is_forgotten_in_time(
    database: Database, clock: FixedClock, says: Says, learner: Learner
) -> None:
    says(CARD[0])
    learner.run(database, clock=clock)
    clock.advance(days=181)
    with database.transaction() as session:
        assert collecting.forget(session, clock=clock, keep_days=180) == 1
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(LearningText)) == 0
    assert signals(database) == 0
    assert clusters(database) == []
