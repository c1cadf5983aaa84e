"""Customers whom the assistant could not help, and the real embedding model that groups what they said."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests import factories
from tests.desk import app, company, signed_in
from ticketing.conversations import service as conversations
from ticketing.conversations.models import Conversation
from ticketing.knowledge import service as knowledge
from ticketing.knowledge.embedding import Embedder
from ticketing.knowledge.seed import ArticleContent, TextContent
from ticketing.learning.clustering import Learner
from ticketing.learning.models import LearningCluster, LearningText
from ticketing.platform.actor import SYSTEM
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database

__all__ = ["app", "company", "signed_in"]

CARD = ("亲属卡怎么解绑", "亲属卡如何解绑", "怎么解绑亲属卡")
ARTICLES = {
    "family-card": ("亲属卡怎么使用", "亲属卡怎么开通", "给爸妈开的亲属卡在哪里看", "不想让家人用亲属卡了怎么关"),
    "transfer-arrival": ("转账多久到账", "转出去的钱几时能到", "跨行转账要等多久", "转账没到账怎么办"),
    "withdraw-fee": ("提现收手续费吗", "提现到银行卡要钱吗", "为什么提现扣了手续费", "免费提现额度有多少"),
    "loan-early": ("贷款可以提前还吗", "提前还款要违约金吗", "想一次性把借款还清", "怎么提前结清"),
}
WEATHER = ("北京明天下雨吗", "明天北京会下雨吗")


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    return Embedder(light=True)


@pytest.fixture
def learner(embedder: Embedder, tmp_path: Path) -> Learner:
    """One on whose machine no assistant was trained."""
    return Learner(embedder, trained=tmp_path)


@pytest.fixture
def says(database: Database, clock: FixedClock) -> Callable[..., int]:
    """A new customer asks something that no article answers; gives the conversation's id."""

    def say(text: str, language: str = "zh") -> int:
        with database.transaction() as session:
            chat = conversation(session, clock, language)
            conversations.append(session, clock=clock, conversation=chat, author="customer", text=text)
            knowledge.search(session, clock=clock, query=text, language=language, conversation_id=chat.id)
            return chat.id

    return say


@pytest.fixture
def write(database: Database, clock: FixedClock) -> Callable[[], str]:
    """Writes four articles; gives the key of the one about family cards."""

    def written() -> str:
        with database.transaction() as session:
            for key, (question, *askings) in ARTICLES.items():
                text = TextContent(question=question, askings=askings, answer=f"{question}：请在“我的”里查看。")
                content = ArticleContent(key=key, topic=key.split("-")[0], zh=text)
                knowledge.save_article(session, clock=clock, actor=SYSTEM, content=content)
        return "family-card"

    return written


def conversation(session: Session, clock: FixedClock, language: str = "zh") -> Conversation:
    """One between a new customer and the assistant."""
    customer = factories.customer(session, clock)
    return conversations.open_conversation(session, clock=clock, customer=customer, language=language)


def clusters(database: Database) -> list[dict[str, Any]]:
    """Every cluster that is left, with its texts, the first one first."""
    with database.reading() as session:
        found = session.query(LearningCluster).filter(LearningCluster.status != "merged").order_by(LearningCluster.id)
        return [
            {
                "id": item.id,
                "status": item.status,
                "size": item.size,
                "texts": {
                    text.text for text in session.query(LearningText).filter_by(cluster_id=item.id, status=item.status)
                },
            }
            for item in found
        ]
