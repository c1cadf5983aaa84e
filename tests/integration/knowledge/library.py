"""A handful of articles, so that pages and editing are tested without embedding hundreds of texts."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.knowledge import service
from ticketing.knowledge.articles import content_of
from ticketing.knowledge.models import Article
from ticketing.knowledge.seed import ArticleContent
from ticketing.platform.actor import SYSTEM
from ticketing.platform.clock import Clock

RISK = {"zh": "理财非存款，投资须谨慎，可能损失本金。", "en": "This is not a deposit. You may lose principal."}
ARTICLES: tuple[dict[str, Any], ...] = (
    {
        "key": "transfer-limit",
        "topic": "transfers",
        "products": ["transfer"],
        "follow_ups": ["withdrawal-fee"],
        "zh": {
            "question": "转账限额是多少？",
            "askings": ["一天最多能转多少", "转账有上限吗", "单笔能转几万"],
            "answer": "单笔最高 20,000 元，每日最高 50,000 元。",
        },
        "en": {
            "question": "What is the transfer limit?",
            "askings": ["how much can i send a day", "max transfer amount", "is there a cap on transfers"],
            "answer": "At most 20,000 yuan each and 50,000 yuan a day.",
        },
    },
    {
        "key": "withdrawal-fee",
        "topic": "withdrawals",
        "skill": "talk_to_person",
        "zh": {
            "question": "提现手续费怎么收？",
            "askings": ["提现要钱吗", "取到银行卡收多少手续费", "提现扣费标准"],
            "answer": "每月前 20,000 元免费，超出部分按 0.1% 收取。",
            "details": [
                {"asked": ["下个月会重新算吗", "额度每月清零吗"], "answer": "会，免费额度每月 1 日重新计算。"},
                {"asked": ["周末也收吗"], "answer": "周末和工作日的收费标准相同。"},
            ],
        },
        "en": {
            "question": "What does a withdrawal cost?",
            "askings": ["withdrawal fee", "do you charge for cashing out", "cost of taking money out"],
            "answer": "The first 20,000 yuan a month are free, then 0.1 %.",
            "details": [
                {
                    "asked": ["does it reset", "is it per month"],
                    "answer": "Yes. The free amount starts anew on the first.",
                },
                {"asked": ["same on weekends?"], "answer": "Yes. Weekends cost the same as working days."},
            ],
        },
    },
    {
        "key": "wealth-risk",
        "topic": "wealth",
        "products": ["wealth"],
        "zh": {
            "question": "理财产品会亏本吗？",
            "askings": ["买理财有没有风险", "理财会不会亏钱", "R2 的产品能亏多少"],
            "answer": "理财产品不保本，净值会有涨跌。",
            "risk_notice": RISK["zh"],
        },
        "en": {
            "question": "Can I lose money with wealth products?",
            "askings": ["are wealth products safe", "could my investment go down", "risk of wealth products"],
            "answer": "Yes. The value goes up and down and nobody guarantees the capital.",
            "risk_notice": RISK["en"],
        },
    },
    {
        "key": "points-expiry",
        "topic": "points",
        "products": ["points"],
        "zh": {
            "question": "积分什么时候过期？",
            "askings": ["积分有效期多久", "积分会清零吗", "去年的积分还能用吗"],
            "answer": "积分自获得之日起两年内有效。",
        },
    },
)


def fill(session: Session, clock: Clock) -> None:
    """Publish them, by nobody."""
    for raw in ARTICLES:
        content = ArticleContent.model_validate(raw)
        service.save_article(session, clock=clock, actor=SYSTEM, content=content)


def held(session: Session, key: str) -> Article:
    """An article as stored."""
    return session.scalars(select(Article).where(Article.key == key)).one()


def answer_of(session: Session, key: str, language: str = "zh") -> str:
    """What customers read."""
    return content_of(held(session, key)).texts[language].answer
