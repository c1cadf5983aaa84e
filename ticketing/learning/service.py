"""Deciding what the assistant is taught: askings of an article, examples of an intent, out of scope, or nothing."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from ticketing.audit import service as audit
from ticketing.conversations.models import Conversation, Message
from ticketing.knowledge import articles, checking
from ticketing.knowledge import service as knowledge
from ticketing.knowledge.models import Article
from ticketing.learning import clustering, collecting, rules
from ticketing.learning.models import LearnedUtterance, LearningCluster, LearningText
from ticketing.learning.rules import Failure
from ticketing.platform.actor import Actor
from ticketing.platform.clock import Clock
from ticketing.platform.errors import DomainError


def accept_as_askings(
    session: Session, *, clock: Clock, actor: Actor, cluster_id: int, text_ids: Sequence[int], article_key: str
) -> int:
    """Add texts to an article as ways to ask for it, as a new version of it; gives how many it did not have.

    They also become examples of a question, so that the next training tells them from a complaint. Raises
    ``learning_decided``, ``learning_nothing_chosen``, ``learning_masked``, ``learning_article_missing``,
    ``article_not_found`` or ``article_asking_taken``.
    """
    if not article_key:
        raise DomainError("learning_article_missing")
    cluster = _open(session, cluster_id)
    texts = _chosen(session, cluster, text_ids)
    article = session.scalar(select(Article).where(Article.key == article_key).with_for_update(of=Article))
    if article is None:
        raise DomainError("article_not_found")
    content = articles.content_of(article)
    if not content.texts:  # a first draft, which customers cannot be given yet
        raise DomainError("article_not_found")
    wording = content.texts.get(cluster.language) or next(iter(content.texts.values()))
    known = {collecting.bare(text) for text in (wording.question, *wording.askings)}
    fresh = [text.text for text in texts if collecting.bare(text.text) not in known]
    if fresh:
        checking.refuse_taken(session, key=article_key, askings=fresh)
        wording.askings = [*wording.askings, *fresh]
        knowledge.save_article(
            session, clock=clock, actor=actor, content=content, status=article.status, version=article.version
        )
    _learn(session, clock=clock, actor=actor, texts=texts, intent=rules.ASK_QUESTION)
    _settle(session, clock=clock, actor=actor, cluster=cluster, texts=texts, decision="askings", target=article_key)
    return len(fresh)


def accept_as_utterances(
    session: Session, *, clock: Clock, actor: Actor, cluster_id: int, text_ids: Sequence[int], intent: str
) -> int:
    """Keep texts as examples of an intent for the next training; gives how many were not kept yet.

    Raises ``learning_decided``, ``learning_nothing_chosen``, ``learning_masked`` or ``learning_intent_unknown``.
    """
    if intent not in {*rules.INTENTS, rules.OUT_OF_SCOPE}:
        raise DomainError("learning_intent_unknown")
    cluster = _open(session, cluster_id)
    texts = _chosen(session, cluster, text_ids)
    kept = _learn(session, clock=clock, actor=actor, texts=texts, intent=intent)
    decision = "out_of_scope" if intent == rules.OUT_OF_SCOPE else "utterances"
    _settle(session, clock=clock, actor=actor, cluster=cluster, texts=texts, decision=decision, target=intent)
    return kept


def dismiss(session: Session, *, clock: Clock, actor: Actor, cluster_id: int, reason: str) -> None:
    """Nothing to learn here: the whole cluster goes and does not return. Raises ``learning_decided`` or ``learning_reason_missing``."""
    if reason not in rules.DISMISSALS:
        raise DomainError("learning_reason_missing")
    cluster = _open(session, cluster_id)
    texts = _open_texts(session, cluster)
    _settle(session, clock=clock, actor=actor, cluster=cluster, texts=texts, decision="dismissed", reason=reason)


def correct(
    session: Session, *, clock: Clock, actor: Actor, conversation: Conversation, seq: int, target_kind: str, target: str
) -> None:
    """An agent says what a customer's line should have been: ``article``, ``intent`` or ``none``; the last word counts.

    Raises ``learning_line_unknown``, ``learning_intent_unknown``, ``learning_not_a_question`` or ``article_not_found``.
    """
    message = session.scalar(select(Message).where(Message.conversation_id == conversation.id, Message.seq == seq))
    if message is None or not collecting.line_of(message).is_typed:
        raise DomainError("learning_line_unknown")
    _check_target(session, target_kind, target)
    failure = Failure(message.text, message.created_at, "corrected")
    if not collecting.is_worth_keeping(message.text):
        raise DomainError("learning_not_a_question")
    collecting.keep(
        session, conversation_id=conversation.id, failure=failure, staff_id=actor.staff_id, target=(target_kind, target)
    )
    audit.record(
        session, clock=clock, actor=actor, action="learning.corrected", subject=("message", message.id),
        target_kind=target_kind, target=target,
    )  # fmt: skip


def _check_target(session: Session, kind: str, target: str) -> None:
    if kind == "article" and session.scalar(select(Article.id).where(Article.key == target)) is None:
        raise DomainError("article_not_found")
    if kind == "intent" and target not in {*rules.INTENTS, rules.OUT_OF_SCOPE}:
        raise DomainError("learning_intent_unknown")
    if kind not in {"article", "intent", "none"}:
        raise DomainError("learning_intent_unknown")


def _open(session: Session, cluster_id: int) -> LearningCluster:
    """The cluster, held until the transaction ends; raises ``learning_not_found`` or ``learning_decided``."""
    cluster = session.get(LearningCluster, cluster_id, with_for_update=True, populate_existing=True)
    if cluster is None:
        raise DomainError("learning_not_found")
    if cluster.status != "open":
        raise DomainError("learning_decided")
    return cluster


def _open_texts(session: Session, cluster: LearningCluster) -> list[LearningText]:
    return list(
        session.scalars(
            select(LearningText).where(LearningText.cluster_id == cluster.id, LearningText.status == "open")
        )
    )


def _chosen(session: Session, cluster: LearningCluster, text_ids: Sequence[int]) -> list[LearningText]:
    wanted = set(text_ids)
    texts = [text for text in _open_texts(session, cluster) if text.id in wanted]
    if not texts:
        raise DomainError("learning_nothing_chosen")
    if not all(rules.is_learnable(text.text) for text in texts):
        raise DomainError("learning_masked")
    return texts


def _learn(session: Session, *, clock: Clock, actor: Actor, texts: Sequence[LearningText], intent: str) -> int:
    insert = pg_insert if session.get_bind().dialect.name == "postgresql" else sqlite_insert
    kept = 0
    for text in texts:
        added = insert(LearnedUtterance).values(
            digest=text.digest, language=text.language, text=text.text, intent=intent,
            accepted_at=clock.now(), accepted_by_id=actor.staff_id,
        )  # fmt: skip
        done = added.on_conflict_do_nothing(index_elements=["digest", "language"]).returning(LearnedUtterance.id)
        kept += len(session.execute(done).all())
    return kept


def _settle(
    session: Session, *, clock: Clock, actor: Actor, cluster: LearningCluster, texts: Sequence[LearningText],
    decision: str, target: str | None = None, reason: str | None = None,
) -> None:  # fmt: skip
    """Note the decision; a cluster of which texts are left stays open with them."""
    status = "dismissed" if decision == "dismissed" else "accepted"
    for text in texts:
        text.status = status
    session.flush()
    if not _open_texts(session, cluster):
        cluster.status, cluster.decision, cluster.target, cluster.reason = status, decision, target, reason
        cluster.decided_at, cluster.decided_by_id = clock.now(), actor.staff_id
    else:
        clustering.recount(session)
    audit.record(
        session, clock=clock, actor=actor, action=f"learning.{decision}", subject=("learning_cluster", cluster.id),
        texts=len(texts), target=target, reason=reason,
    )  # fmt: skip
    session.flush()
