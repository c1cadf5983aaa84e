"""Names for things that leave the process."""

from __future__ import annotations

import hashlib
import secrets


def public_id() -> str:
    """A fresh unguessable id: 22 characters, 132 bits, URL-safe."""
    return secrets.token_urlsafe(17)[:22]


def one_time_token() -> str:
    """A fresh token of 256 bits for links that sign someone in or open a survey; store only its hash."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """What is stored of a token: SHA-256, hex."""
    return hashlib.sha256(token.encode()).hexdigest()
