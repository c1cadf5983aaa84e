"""Questions that the demo company's assistant could not answer, so that there is something to teach it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from ticketing.conversations import service as conversations
from ticketing.customers.models import Customer
from ticketing.learning import collecting
from ticketing.learning.rules import Failure
from ticketing.platform.clock import Clock, FixedClock
from ticketing.platform.db import Database

HONEST = {
    "zh": "这个问题我暂时没有可靠的答案，不想随便回答误导您。可以帮您转人工。",
    "en": "I have no reliable answer to that and would rather not guess. I can bring in a colleague.",
}


def load(database: Database, *, now: Clock, questions: Sequence[dict[str, Any]]) -> None:
    """Each question once a conversation, as long ago as it says; the worker groups them."""
    with database.transaction() as session:
        for item in questions:
            customer = session.scalars(select(Customer).where(Customer.external_id == item["customer"])).one()
            for days in item["days_ago"]:
                clock = FixedClock(now.now() - timedelta(days=days))
                chat = conversations.open_conversation(
                    session, clock=clock, customer=customer, language=customer.language
                )
                conversations.append(session, clock=clock, conversation=chat, author="customer", text=item["text"])
                conversations.append(
                    session, clock=clock, conversation=chat, author="bot", text=HONEST[customer.language]
                )
                failure = Failure(item["text"], clock.now(), item["reason"])
                collecting.keep(session, conversation_id=chat.id, failure=failure)
