"""How often a conversation or an address may ask. Counted after authentication, so that nobody can use up another's share."""

from __future__ import annotations

import math
import time

from limits import RateLimitItemPerMinute
from limits.storage import storage_from_string
from limits.strategies import MovingWindowRateLimiter

from ticketing.platform.errors import DomainError
from ticketing.platform.log import log

MESSAGES_PER_ADDRESS = 60
"""An address may carry this many conversations' worth of messages: offices and mobile networks share one."""
READS_PER_MINUTE = 300
LINKS_PER_MINUTE = 20
FAILED_SIGN_INS_PER_MINUTE = 10
"""Of staff, from one address: an account locks after five, and this stops trying one password on many accounts."""


class Limits:
    """Rate limits in ``KESU_LIMITER_URL``. A store that does not answer lets everything through: serving goes first."""

    def __init__(self, url: str) -> None:
        self._limiter = MovingWindowRateLimiter(storage_from_string(url))

    def check(self, kind: str, who: str, per_minute: int, *, count: bool = True) -> None:
        """Count one (or only look); raises ``rate_limited`` with ``retry_after`` seconds when it is one too many."""
        limit = RateLimitItemPerMinute(per_minute)
        try:
            if (self._limiter.hit if count else self._limiter.test)(limit, kind, who):
                return
            reset_at = self._limiter.get_window_stats(limit, kind, who).reset_time
        except Exception:  # noqa: BLE001 - the stores raise errors of many libraries
            log.exception("gateway.limits_unavailable", action="allow", kind=kind)
            return
        raise DomainError("rate_limited", retry_after=max(1, math.ceil(reset_at - time.time())))
