"""How often an address may guess passwords, at the door and where one changes one's own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from flask import request

from ticketing.platform.errors import DomainError
from web.gateway import limits
from web.gateway.process import gateway

WRONG = frozenset({"sign_in_failed", "password_wrong"})


@contextmanager
def counted() -> Iterator[None]:
    """Around a check of a password: a wrong one counts, and too many of them raise ``rate_limited``."""
    address, guard = request.remote_addr or "", gateway().limits
    guard.check("failed-sign-in", address, limits.FAILED_SIGN_INS_PER_MINUTE, count=False)
    try:
        yield
    except DomainError as error:
        if error.code in WRONG:
            with suppress(DomainError):  # the next one is refused
                guard.check("failed-sign-in", address, limits.FAILED_SIGN_INS_PER_MINUTE)
        raise
