"""Who is asking: set once per request by authentication, read by every view."""

from __future__ import annotations

from typing import cast

from flask import g

from ticketing.platform.actor import Actor
from ticketing.platform.errors import DomainError


def current_actor() -> Actor:
    """The authenticated actor; raises ``not_signed_in``."""
    actor = g.get("actor")
    if actor is None:
        raise DomainError("not_signed_in")
    return cast(Actor, actor)


def current_scope() -> str:
    """Whose idempotency keys these are."""
    actor = current_actor()
    return f"conversation:{actor.conversation_id}" if actor.conversation_id is not None else actor.label
