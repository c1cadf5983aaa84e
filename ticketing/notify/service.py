"""Enqueue messages to customers and staff; the words are put together when a channel delivers them."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy.orm import Session

from ticketing.platform import outbox
from ticketing.platform.clock import Clock


def to_customer(
    session: Session,
    *,
    clock: Clock,
    code: str,
    language: str,
    values: dict[str, Any],
    conversation_id: int | None,
    email_of: tuple[str, int] | None,
    dedupe: str,
    subject: tuple[str, int],
    card: dict[str, Any] | None = None,
) -> None:
    """Tell a customer in the conversation and, when ``email_of`` names a row that holds an address, by e-mail.

    The address itself is not copied into the outbox: the channel reads it from the row when it delivers.
    """
    base = {"code": code, "language": language, "values": values}
    if conversation_id is not None:
        outbox.enqueue(
            session,
            clock=clock,
            channel="chat",
            dedupe_key=f"chat:{dedupe}",
            payload=base | {"conversation_id": conversation_id, "card": card},
            subject=subject,
        )
    if email_of is not None:
        outbox.enqueue(
            session,
            clock=clock,
            channel="email",
            dedupe_key=f"email:{dedupe}",
            payload=base | {"address_of": list(email_of)},
            subject=subject,
        )


def to_staff(
    session: Session,
    *,
    clock: Clock,
    code: str,
    language: str,
    values: dict[str, Any],
    staff_id: int,
    dedupe: str,
    subject: tuple[str, int],
) -> None:
    """Tell a colleague by e-mail."""
    outbox.enqueue(
        session,
        clock=clock,
        channel="email",
        dedupe_key=f"email:{dedupe}:staff:{staff_id}",
        payload={"code": code, "language": language, "values": values, "address_of": ["staff", staff_id]},
        subject=subject,
    )


@cache
def texts() -> dict[str, dict[str, dict[str, str]]]:
    """All messages by code and language."""
    loaded: dict[str, dict[str, dict[str, str]]] = yaml.safe_load(
        Path(__file__).with_name("texts.yml").read_text(encoding="utf-8")
    )
    return loaded


def compose(payload: dict[str, Any], *, part: str = "text", **extra: Any) -> str:
    """The words of a queued message."""
    return texts()[payload["code"]][payload["language"]][part].format(**payload["values"], **extra)
