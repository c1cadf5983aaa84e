"""Requests whose JSON is read strictly: what elsewhere silently becomes nothing is refused here with its reason."""

from __future__ import annotations

import json
import math
import re
from io import BytesIO
from typing import Any, NoReturn

from flask import Request

from ticketing.platform.errors import DomainError

DEEPEST = 32
_UNREAD: Any = object()
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class KesuRequest(Request):
    """Flask's request with the API's idea of JSON: UTF-8, one object, finite numbers, text that can be stored."""

    _parsed: Any = _UNREAD

    def get_json(self, force: bool = False, silent: bool = False, cache: bool = True) -> Any:
        """The body's object, None without a body. Raises ``http_413``, ``http_415`` or ``http_400``, even when ``silent``."""
        if self._parsed is _UNREAD:
            self._parsed = self._read_json()
        return self._parsed

    def _get_file_stream(self, *_args: Any, **_options: Any) -> BytesIO:
        """A file that is sent stays in memory: a temporary file would be what customers show, readable on the disk."""
        return BytesIO()

    def _read_json(self) -> dict[str, Any] | None:
        raw = self.get_data()
        if not raw.strip():
            return None
        if not self.is_json:
            raise DomainError("http_415")
        return read_object(raw)


def read_object(raw: bytes) -> dict[str, Any]:
    """The JSON object in ``raw``; raises ``http_400``."""
    try:
        value = json.loads(raw.decode(), parse_constant=_refuse, parse_float=_finite)
    except (ValueError, RecursionError) as error:
        raise DomainError("http_400") from error
    if not isinstance(value, dict) or not _is_storable(value, DEEPEST):
        raise DomainError("http_400")
    return value


def is_storable(text: str) -> bool:
    """Whether databases and encoders take the text: no NUL, no half of a surrogate pair."""
    return _UNSTORABLE.search(text) is None


def _is_storable(value: Any, deeper: int) -> bool:
    if isinstance(value, str):
        return is_storable(value)
    if isinstance(value, list | dict):
        inner = [*value, *value.values()] if isinstance(value, dict) else value
        return deeper > 0 and all(_is_storable(item, deeper - 1) for item in inner)
    return True


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("this number is too large")
    return number
