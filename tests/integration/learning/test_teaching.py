"""People decide about a group once: it becomes askings, examples, or goes; it does not come back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from tests import factories
from tests.integration.learning.conftest import CARD, WEATHER, clusters
from ticketing.audit.models import AuditEntry
from ticketing.knowledge import drafts
from ticketing.knowledge import service as knowledge
from ticketing.knowledge.models import Article
from ticketing.knowledge.seed import ArticleContent, TextContent
from ticketing.learning import service
from ticketing.learning.clustering import Learner
from ticketing.learning.models import LearnedUtterance, LearningText
from ticketing.platform.actor import Actor
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.platform.errors import DomainError

Says = Callable[..., int]
Write = Callable[[], str]


@pytest.fixture
def lead(database: Database) -> Actor:
    with database.transaction() as session:
        return factories.actor_of(factories.staff(session, role="team_lead"))


def ids(database: Database, *texts: str) -> list[int]:
    with database.reading() as session:
        return list(session.scalars(select(LearningText.id).where(LearningText.text.in_(texts))))


def test_accepted_texts_become_askings_and_the_customer_is_answered(
    database: Database, clock: FixedClock, says: Says, learner: Learner, lead: Actor, write: Write
) -> None:
    for text in CARD:
        says(text)
    article = write()
    learner.run(database, clock=clock)
    (found,) = clusters(database)
    with database.transaction() as session:
        added = service.accept_as_askings(
            session, clock=clock, actor=lead, cluster_id=found["id"], text_ids=ids(database, *CARD), article_key=article
        )
    assert added == 3
    with database.transaction() as session:
        held = session.scalars(select(Article).where(Article.key == article)).one()
        assert held.version == 2
        assert {*CARD} <= {*held.texts[0].askings}
        answered = knowledge.search(session, clock=clock, query=CARD[0], language="zh")
        assert (answered.verdict, answered.results[0].key) == ("answer", article)
        actions = set(session.scalars(select(AuditEntry.action)))
        assert {"learning.askings", "knowledge.article_saved"} <= actions


def test_what_already_asks_for_another_article_is_not_taught(
    database: Database, clock: FixedClock, says: Says, learner: Learner, lead: Actor, write: Write
) -> None:
    says(CARD[0])
    article = write()
    text = TextContent(question=CARD[0], answer="请见卡片管理。")
    other = ArticleContent(key="another-one", topic="cards", zh=text)
    with database.transaction() as session:
        knowledge.save_article(session, clock=clock, actor=lead, content=other)
    learner.run(database, clock=clock)
    (found,) = clusters(database)
    with pytest.raises(DomainError, match="article_asking_taken"), database.transaction() as session:
        service.accept_as_askings(
            session, clock=clock, actor=lead, cluster_id=found["id"], text_ids=ids(database, CARD[0]),
            article_key=article,
        )  # fmt: skip


def test_an_article_that_is_only_a_draft_cannot_be_taught(
    database: Database, clock: FixedClock, says: Says, learner: Learner, lead: Actor
) -> None:
    says(CARD[0])
    learner.run(database, clock=clock)
    (found,) = clusters(database)
    with database.transaction() as session:
        content = drafts.DraftContent(key="family-card", topic="cards")
        drafts.save(session, clock=clock, actor=lead, content=content, version=None, revision=0)
        with pytest.raises(DomainError, match="article_not_found"):
            service.accept_as_askings(
                session,
                clock=clock,
                actor=lead,
                cluster_id=found["id"],
                text_ids=ids(database, CARD[0]),
                article_key="family-card",
            )


def test_a_decision_is_taken_once(
    database: Database, clock: FixedClock, says: Says, learner: Learner, lead: Actor, write: Write
) -> None:
    says(CARD[0])
    article = write()
    learner.run(database, clock=clock)
    (found,) = clusters(database)
    chosen = ids(database, CARD[0])
    with database.transaction() as session:
        service.accept_as_askings(
            session, clock=clock, actor=lead, cluster_id=found["id"], text_ids=chosen, article_key=article
        )
    with pytest.raises(DomainError, match="learning_decided"), database.transaction() as session:
        service.accept_as_askings(
            session, clock=clock, actor=lead, cluster_id=found["id"], text_ids=chosen, article_key=article
        )
    with database.reading() as session:
        assert session.scalars(select(Article.version).where(Article.key == article)).one() == 2


def test_what_is_not_chosen_stays_in_the_group(
    database: Database, clock: FixedClock, says: Says, learner: Learner, lead: Actor
) -> None:
    for text in CARD:
        says(text)
    learner.run(database, clock=clock)
    (found,) = clusters(database)
    with database.transaction() as session:
        service.accept_as_utterances(
            session, clock=clock, actor=lead, cluster_id=found["id"], text_ids=ids(database, CARD[0]),
            intent="talk_to_person",
        )  # fmt: skip
    (left,) = clusters(database)
    assert (left["id"], left["status"], left["texts"], left["size"]) == (found["id"], "open", set(CARD[1:]), 2)


def test_a_dismissed_group_takes_its_like_and_does_not_return(
    database: Database, clock: FixedClock, says: Says, learner: Learner, lead: Actor
) -> None:
    says(WEATHER[0])
    learner.run(database, clock=clock)
    (found,) = clusters(database)
    with database.transaction() as session:
        service.dismiss(session, clock=clock, actor=lead, cluster_id=found["id"], reason="noise")
    clock.advance(days=1)
    says(WEATHER[0])
    says(WEATHER[1])
    learner.run(database, clock=clock)
    assert [(item["id"], item["status"]) for item in clusters(database)] == [(found["id"], "dismissed")]


def test_what_still_fails_after_it_was_taught_is_a_new_group(
    database: Database, clock: FixedClock, says: Says, learner: Learner, lead: Actor
) -> None:
    says(CARD[0])
    learner.run(database, clock=clock)
    (found,) = clusters(database)
    with database.transaction() as session:
        service.accept_as_utterances(
            session, clock=clock, actor=lead, cluster_id=found["id"], text_ids=ids(database, CARD[0]), intent="greet"
        )
    clock.advance(days=1)
    says(CARD[0])
    says(CARD[1])
    learner.run(database, clock=clock)
    taught, fresh = clusters(database)
    assert taught["status"] == "accepted"
    assert (fresh["status"], fresh["texts"]) == ("open", {CARD[1]})


def test_examples_are_kept_once_with_their_intent(
    database: Database, clock: FixedClock, says: Says, learner: Learner, lead: Actor
) -> None:
    says("我那个单子弄到哪了")
    learner.run(database, clock=clock)
    (found,) = clusters(database)
    with database.transaction() as session:
        kept = service.accept_as_utterances(
            session, clock=clock, actor=lead, cluster_id=found["id"], text_ids=ids(database, "我那个单子弄到哪了"),
            intent="ask_ticket_status",
        )  # fmt: skip
    assert kept == 1
    with database.reading() as session:
        utterance = session.scalars(select(LearnedUtterance)).one()
        assert (utterance.text, utterance.intent, utterance.accepted_by_id) == (
            "我那个单子弄到哪了", "ask_ticket_status", lead.id,
        )  # fmt: skip


@pytest.mark.parametrize(("intent", "code"), [("affirm", "learning_intent_unknown"), ("greet", "learning_masked")])
def test_masked_numbers_and_unknown_intents_are_refused(
    database: Database, clock: FixedClock, says: Says, learner: Learner, lead: Actor, intent: str, code: str
) -> None:
    says("号码138****5678收不到短信")
    learner.run(database, clock=clock)
    (found,) = clusters(database)
    with pytest.raises(DomainError, match=code), database.transaction() as session:
        service.accept_as_utterances(
            session, clock=clock, actor=lead, cluster_id=found["id"],
            text_ids=ids(database, "号码138****5678收不到短信"), intent=intent,
        )  # fmt: skip
