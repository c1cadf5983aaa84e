"""What customers get from the knowledge base."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import select

from tests import factories
from tests.integration.knowledge.conftest import Ask
from ticketing.conversations import service as conversations
from ticketing.knowledge import service
from ticketing.knowledge.models import AnswerLog
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.platform.errors import DomainError


@pytest.mark.parametrize(
    ("query", "key"),
    [
        ("提现多久到账", "withdrawal-arrival-time"),
        ("转账多久到账", "transfer-arrival-time"),
        ("提现失败怎么办", "withdrawal-failed"),
        ("转账失败，钱退到哪", "transfer-failed-refund"),
        ("提现手续费", "withdrawal-fee"),
        ("转账要手续费吗", "transfer-fee"),
        ("zenme tixian", "withdrawal-how"),
        ("請問怎麼題現", "withdrawal-how"),
        ("how do I withdraw my balance", "withdrawal-how"),
        ("transfer fees?", "transfer-fee"),
    ],
)
def test_neighbouring_questions_get_their_own_article(ask: Ask, query: str, key: str) -> None:
    found = ask(query)
    assert found.verdict in {"answer", "ask"}
    assert found.results[0].key == key


@pytest.mark.parametrize(
    ("query", "key"),
    [
        ("get my money out of the app", "withdrawal-how"),
        ("withdrawl steps", "withdrawal-how"),
        ("提现要几天", "withdrawal-arrival-time"),
    ],
)
def test_words_that_an_article_lists_are_answered_at_once(ask: Ask, query: str, key: str) -> None:
    found = ask(query)
    assert (found.verdict, [item.key for item in found.results]) == ("answer", [key])


@pytest.mark.parametrize(
    ("query", "topic", "key"),
    [
        ("那提现呢", "transfer-arrival-time", "withdrawal-arrival-time"),
        ("那转账呢", "withdrawal-fee", "transfer-fee"),
        ("what about withdrawals", "transfer-arrival-time", "withdrawal-arrival-time"),
        ("多久到账", "withdrawal-how", "withdrawal-arrival-time"),
        ("多久到账", "transfer-how", "transfer-arrival-time"),
        ("要手续费吗", "withdrawal-how", "withdrawal-fee"),
    ],
)
def test_a_follow_up_leans_on_the_answer_before(ask: Ask, query: str, topic: str, key: str) -> None:
    assert ask(query, topic=topic).results[0].key == key


@pytest.mark.parametrize(
    "query",
    [
        "",
        "   ",
        "\x00",
        "。。。",
        "🙂🙂🙂",
        "1234567",
        "啊啊啊啊啊",
        "明天上海会下雨吗",
        "red wine with fish?",
        "مرحبا كيف حالك",
    ],
)
def test_nonsense_and_other_subjects_are_declined(ask: Ask, query: str) -> None:
    found = ask(query)
    assert (found.verdict, found.results) == ("decline", ())


def test_hidden_characters_and_endless_texts_do_no_harm(ask: Ask) -> None:
    assert ask("提现\x00多久到账🙂").results[0].key == "withdrawal-arrival-time"
    assert ask("\u202e提现多久到账\u202c").results[0].key == "withdrawal-arrival-time"
    assert ask("提现多久到账" + "啊" * 10_000).verdict in {"answer", "ask", "decline"}


def test_the_answer_is_in_the_language_asked_for(ask: Ask) -> None:
    chinese, english = ask("提现手续费", "zh").results[0], ask("提现手续费", "en").results[0]
    assert chinese.key == english.key
    assert (chinese.question, english.question) == ("提现手续费怎么收？", english.question)
    assert english.answer.isascii() or "yuan" in english.answer
    assert {item.key for item in english.follow_ups} == {item.key for item in chinese.follow_ups} != set()


def test_every_verdict_is_logged_with_article_version_and_chance(ask: Ask, articles: Database) -> None:
    answered, declined = ask("提现手续费怎么收？"), ask("明天上海会下雨吗", "en")
    with articles.reading() as session:
        rows = {row.id: row for row in session.scalars(select(AnswerLog))}
    row = rows[answered.answer_id]
    assert (row.query, row.verdict, row.article_key, row.article_version) == (
        "提现手续费怎么收？",
        "answer",
        "withdrawal-fee",
        1,
    )
    assert 0.5 < row.score <= 1
    row = rows[declined.answer_id]
    assert (row.language, row.verdict, row.article_key, row.article_version) == ("en", "decline", None, None)


def test_a_thumb_counts_only_in_its_own_conversation(articles: Database, clock: FixedClock) -> None:
    with articles.transaction() as session:
        customer = factories.customer(session, clock)
        own = conversations.open_conversation(session, clock=clock, customer=customer, language="zh").id
        found = service.search(session, clock=clock, query="提现手续费", language="zh", conversation_id=own)
        with pytest.raises(DomainError, match="answer_not_found"):
            service.rate(session, clock=clock, answer_id=found.answer_id, helpful=False, conversation_id=own + 1)
        service.rate(session, clock=clock, answer_id=found.answer_id, helpful=False, conversation_id=own)
        assert session.get_one(AnswerLog, found.answer_id).helpful is False


def test_suggestions_for_agents_are_given_even_where_customers_are_declined(
    articles: Database, clock: FixedClock
) -> None:
    with articles.transaction() as session:
        assert len(service.suggest(session, clock=clock, query="红酒配鱼", language="zh")) == 3
        assert session.scalars(select(AnswerLog)).all() == []


def test_many_customers_at_once_get_the_same_answer(articles: Database, clock: FixedClock) -> None:
    keys: list[str] = []

    def one() -> None:
        with articles.transaction() as session:
            keys.append(service.search(session, clock=clock, query="提现多久到账", language="zh").results[0].key)

    threads = [threading.Thread(target=one) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert keys == ["withdrawal-arrival-time"] * 8
