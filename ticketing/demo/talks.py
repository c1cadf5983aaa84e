"""Chats and surveys beside made-up tickets: what customers said meanwhile and how they rated it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from random import Random
from typing import Any

from ticketing.demo import stories
from ticketing.tickets.rules import Status

Row = dict[str, Any]
LINES = ("customer", "agent", "customer", "agent")
PAUSE = timedelta(minutes=5)
"""Between two lines."""
CHAT_SHARE, RATED_SHARE = 1 / 3, 1 / 4
PUBLIC_ID = "bulk-"


def chat(pick: Random, ticket: Row, conversation_id: int) -> tuple[Row, list[Row]]:
    """A ticket's conversation and its lines, told in the hour after the complaint and over since."""
    began = ticket["complained_at"]
    ends = began + PAUSE * len(LINES)
    row = {
        "id": conversation_id,
        "public_id": f"{PUBLIC_ID}{conversation_id}",
        "customer_id": ticket["customer_id"],
        "owner": "closed",
        "language": ticket["language"],
        "last_seq": len(LINES),
        "created_at": began,
        "last_message_at": ends,
        "changed_at": ends,
        "handoff_reason": "asked",
    }
    return row, list(_lines(pick, ticket, conversation_id))


def _lines(pick: Random, ticket: Row, conversation_id: int) -> Iterator[Row]:
    for seq, author in enumerate(LINES, start=1):
        yield {
            "conversation_id": conversation_id,
            "seq": seq,
            "author": author,
            "staff_id": ticket["owner_id"] if author == "agent" else None,
            "text": ticket["description"] if seq == 1 else stories.said(pick, author),
            "payload": {},
            "created_at": ticket["complained_at"] + PAUSE * (seq - 1),
        }


def survey(pick: Random, ticket: Row) -> Row | None:
    """How a closed ticket was rated, if it was: the later it was, the worse."""
    if ticket["status"] != Status.CLOSED or pick.random() > RATED_SHARE:
        return None
    best = 3 if ticket["breached"] else 5
    sent = ticket["closed_at"]
    return {
        "ticket_id": ticket["id"],
        "ticket_number": ticket["number"],
        "round": 1,
        "customer_id": ticket["customer_id"],
        "language": ticket["language"],
        "token_hash": sha256(f"bulk {ticket['id']}".encode()).hexdigest(),
        "sent_at": sent,
        "expires_at": sent + timedelta(days=30),
        "answered_at": sent + timedelta(minutes=30),
        **{part: max(1, best - pick.choice((0, 0, 0, 1, 2))) for part in ("speed", "completeness", "solution")},
    }
