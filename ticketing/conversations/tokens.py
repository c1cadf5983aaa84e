"""What proves who is speaking: signed tokens for the widget, the assistant and the customer's browser, and the host page's identity.

Each purpose has its own key, derived from ``KESU_SECRET_KEY``, so that a token made for one door opens no other.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ticketing.platform.clock import Clock
from ticketing.platform.errors import DomainError

ALGORITHM = "HS256"
APP_LIFETIME = timedelta(days=30)
CONVERSATION_LIFETIME = timedelta(minutes=10)
CUSTOMER_LIFETIME = timedelta(hours=12)
IDENTITY_LEEWAY_SECONDS = 30
LONGEST_TOKEN = 4096


@dataclass(frozen=True)
class ConversationClaims:
    """The conversation a token speaks for. ``id`` and ``customer_id`` are internal, ``public_id`` is the one outside."""

    public_id: str
    id: int
    customer_id: int
    language: str


class Identity(BaseModel):
    """What the host page vouches for; ``sub`` is its own id of the customer."""

    model_config = ConfigDict(str_strip_whitespace=True)

    sub: str = Field(min_length=1, max_length=100)
    name: str | None = Field(default=None, max_length=100)
    email: str | None = Field(default=None, max_length=200)
    phone: str | None = Field(default=None, max_length=40)
    tier: str | None = Field(default=None, max_length=20)


def sign_app_token(secret: str, *, clock: Clock, claims: ConversationClaims) -> str:
    """The widget's token (also the value of the ``kesu_conversation`` cookie)."""
    return _sign_conversation(secret, "app", clock=clock, claims=claims, lifetime=APP_LIFETIME)


def read_app_token(secret: str, *, clock: Clock, token: str) -> ConversationClaims:
    """The widget's conversation; raises ``token_invalid``."""
    return _read_conversation(secret, "app", clock=clock, token=token)


def sign_conversation_token(secret: str, *, clock: Clock, claims: ConversationClaims) -> str:
    """The short-lived token with which the action server acts for this conversation and customer."""
    return _sign_conversation(secret, "conversation", clock=clock, claims=claims, lifetime=CONVERSATION_LIFETIME)


def read_conversation_token(secret: str, *, clock: Clock, token: str) -> ConversationClaims:
    """The conversation an action acts for; raises ``token_invalid``."""
    return _read_conversation(secret, "conversation", clock=clock, token=token)


def sign_customer_token(secret: str, *, clock: Clock, customer_id: int, language: str) -> str:
    """The cookie value of a browser signed in to the customer's own pages."""
    return _sign(
        secret, "customer", {"sub": str(customer_id), "lang": language}, clock=clock, lifetime=CUSTOMER_LIFETIME
    )


def read_customer_token(secret: str, *, clock: Clock, token: str) -> tuple[int, str]:
    """Customer id and language of a signed-in browser; raises ``token_invalid``."""
    claims = _read(secret, "customer", clock=clock, token=token)
    try:
        return int(claims["sub"]), str(claims.get("lang", "zh"))
    except (KeyError, ValueError, TypeError) as error:
        raise DomainError("token_invalid") from error


def customer_signed_in_at(secret: str, *, clock: Clock, token: str) -> datetime:
    """When this browser was signed in; raises ``token_invalid``."""
    return datetime.fromtimestamp(_read(secret, "customer", clock=clock, token=token)["iat"], UTC)


def read_identity_token(secret: str, *, clock: Clock, token: str) -> Identity:
    """Who the host page says the customer is. The token must expire; raises ``token_invalid``, also when no secret is set."""
    if not secret:
        raise DomainError("token_invalid")
    claims = _decode(OctKey.import_key(secret), clock=clock, token=token, required={}, leeway=IDENTITY_LEEWAY_SECONDS)
    try:
        return Identity.model_validate(claims)
    except ValidationError as error:
        raise DomainError("token_invalid") from error


def _sign_conversation(
    secret: str, scope: str, *, clock: Clock, claims: ConversationClaims, lifetime: timedelta
) -> str:
    body = {"sub": claims.public_id, "cid": claims.id, "cust": claims.customer_id, "lang": claims.language}
    return _sign(secret, scope, body, clock=clock, lifetime=lifetime)


def _read_conversation(secret: str, scope: str, *, clock: Clock, token: str) -> ConversationClaims:
    claims = _read(secret, scope, clock=clock, token=token)
    try:
        return ConversationClaims(str(claims["sub"]), int(claims["cid"]), int(claims["cust"]), str(claims["lang"]))
    except (KeyError, ValueError, TypeError) as error:
        raise DomainError("token_invalid") from error


def _sign(secret: str, scope: str, claims: dict[str, Any], *, clock: Clock, lifetime: timedelta) -> str:
    now = clock.now()
    times = {"iat": int(now.timestamp()), "exp": int((now + lifetime).timestamp())}
    return jwt.encode({"alg": ALGORITHM}, claims | times | {"scope": scope}, _key(secret, scope), [ALGORITHM])


def _read(secret: str, scope: str, *, clock: Clock, token: str) -> dict[str, Any]:
    return _decode(_key(secret, scope), clock=clock, token=token, required={"scope": scope}, leeway=0)


def _decode(key: OctKey, *, clock: Clock, token: str, required: dict[str, str], leeway: int) -> dict[str, Any]:
    if not token or len(token) > LONGEST_TOKEN:
        raise DomainError("token_invalid")
    options: dict[str, Any] = {name: {"essential": True, "value": value} for name, value in required.items()}
    registry = jwt.JWTClaimsRegistry(
        now=int(clock.now().timestamp()), leeway=leeway, exp={"essential": True}, sub={"essential": True}, **options
    )
    try:
        claims = jwt.decode(token, key, [ALGORITHM]).claims
        registry.validate(claims)
    except (JoseError, ValueError, TypeError) as error:
        raise DomainError("token_invalid") from error
    return claims


@lru_cache(maxsize=64)
def _key(secret: str, scope: str) -> OctKey:
    return OctKey.import_key(hmac.digest(secret.encode(), b"kesu token " + scope.encode(), "sha256"))
