"""Whose conversation a request speaks for."""

from __future__ import annotations

from typing import cast

from flask import Response, g, request

from ticketing.conversations.auth import bearer_token
from ticketing.conversations.tokens import APP_LIFETIME, ConversationClaims, read_app_token
from ticketing.platform.errors import DomainError
from ticketing.platform.http import asked_language, runtime
from web.gateway import cors

COOKIE = "kesu_conversation"


def claims() -> ConversationClaims:
    """The verified app token or cookie of this request; raises ``token_invalid`` or ``csrf_failed``."""
    found = g.get("app_claims")
    if found is None:
        current = runtime()
        found = read_app_token(current.settings.secret_key, clock=current.clock, token=_token())
        g.app_claims, g.language = found, asked_language() or found.language
    return cast(ConversationClaims, found)


def check(public_id: str) -> ConversationClaims:
    """The same, for this conversation only; another one is not found."""
    own = claims()
    if own.public_id != public_id:
        raise DomainError("conversation_not_found")
    return own


def known() -> ConversationClaims | None:
    """Who the request says it is when it opens a new conversation, None for a newcomer."""
    try:
        return claims()
    except DomainError:
        return None


def keep(response: Response, token: str) -> None:
    """Let a page of our own remember its conversation."""
    if cors.is_own_page():
        response.set_cookie(
            COOKIE,
            token,
            max_age=int(APP_LIFETIME.total_seconds()),
            httponly=True,
            samesite="Lax",
            secure=runtime().settings.public_url.startswith("https://"),
        )


def _token() -> str:
    if request.headers.get("Authorization"):
        return bearer_token()
    cookie = request.cookies.get(COOKIE)
    if cookie is None:
        raise DomainError("token_invalid")
    if request.method not in {"GET", "HEAD"} and not cors.is_own_page():
        raise DomainError("csrf_failed")
    return cookie
