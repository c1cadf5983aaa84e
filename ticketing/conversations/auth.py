"""Who calls the API in a conversation's name: the action server, with the token the gateway gave it for that turn."""

from __future__ import annotations

from typing import cast

from flask import g, request

from ticketing.conversations.tokens import ConversationClaims, read_conversation_token
from ticketing.platform.actor import Actor
from ticketing.platform.errors import DomainError
from ticketing.platform.http import asked_language, runtime


def conversation_actor() -> Actor:
    """The customer in whose conversation the caller acts; raises ``token_invalid``. Sets the answer's language."""
    claims = conversation_claims()
    return Actor(kind="customer", id=claims.customer_id, conversation_id=claims.id, language=cast(str, g.language))


def conversation_claims() -> ConversationClaims:
    """The verified claims of this request's token, read once."""
    found = g.get("conversation_claims")
    if found is None:
        current = runtime()
        found = read_conversation_token(current.settings.secret_key, clock=current.clock, token=bearer_token())
        g.conversation_claims = found
        g.language = asked_language() or found.language
    return cast(ConversationClaims, found)


def conversation_scope() -> str:
    """Whose idempotency keys these are: one scope per conversation."""
    return f"conversation:{conversation_claims().id}"


def bearer_token() -> str:
    """The request's bearer token; raises ``token_invalid`` without one."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise DomainError("token_invalid")
    return token.strip()
