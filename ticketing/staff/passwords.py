"""What a password of staff must be like, and how a one-time one is made. Pure, except for chance."""

from __future__ import annotations

import secrets
from datetime import timedelta

from ticketing.platform.errors import DomainError

SHORTEST, LONGEST = 12, 200
DIFFERENT = 5
ONE_TIME = timedelta(days=7)
"""How long a password that somebody else has set lets its owner in; they choose their own at once."""
READABLE = "abcdefghjkmnpqrstuvwxyz23456789"


def check(password: str, *, login: str) -> None:
    """Raise ``password_too_short``, ``password_too_long``, ``password_too_plain`` or ``password_like_login``.

    Length is what counts (NIST SP 800-63B); what is asked besides only keeps out what anyone would try first.
    """
    if len(password) < SHORTEST:
        raise DomainError("password_too_short", least=SHORTEST)
    if len(password) > LONGEST:
        raise DomainError("password_too_long", most=LONGEST)
    if len(set(password)) < DIFFERENT:
        raise DomainError("password_too_plain", least=DIFFERENT)
    if login.casefold() in password.casefold():
        raise DomainError("password_like_login")


def one_time() -> str:
    """A fresh password of 79 bits that can be read out and typed: four groups of four."""
    return "-".join("".join(secrets.choice(READABLE) for _ in range(4)) for _ in range(4))
