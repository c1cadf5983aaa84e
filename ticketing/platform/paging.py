"""Cursor pagination over an ordered key; stable while rows come and go."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from ticketing.platform.errors import DomainError

T = TypeVar("T")
MAX_LIMIT = 100


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of rows and the cursor of the next one, None at the end."""

    items: Sequence[T]
    next_cursor: str | None


def encode_cursor(key: Sequence[Any]) -> str:
    """An opaque text of the last row's sort key."""
    return base64.urlsafe_b64encode(json.dumps(list(key), default=str).encode()).decode().rstrip("=")


def decode_cursor(cursor: str, length: int) -> list[Any]:
    """The sort key again; raises ``cursor_invalid``."""
    try:
        key = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, RecursionError, binascii.Error) as error:
        raise DomainError("cursor_invalid") from error
    if not isinstance(key, list) or len(key) != length:
        raise DomainError("cursor_invalid")
    return key


def as_id(value: Any) -> int:
    """A row's id out of a cursor; raises ``cursor_invalid``."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**31:
        raise DomainError("cursor_invalid")
    return value


def clamp(limit: int | None) -> int:
    """A page size between 1 and MAX_LIMIT, 20 when unsaid."""
    return max(1, min(limit or 20, MAX_LIMIT))
