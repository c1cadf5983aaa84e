"""Texts whose words follow a number: ``{count:# ticket|# tickets}`` is ``1 ticket`` or ``2 tickets``."""

from __future__ import annotations

from collections.abc import Mapping
from string import Formatter
from typing import Any


class _Counting(Formatter):
    def format_field(self, value: Any, format_spec: str) -> Any:
        one, either, many = format_spec.partition("|")
        if not either:
            return super().format_field(value, format_spec)
        return (one if str(value) == "1" else many).replace("#", str(value))


_COUNTING = _Counting()


def fill(text: str, values: Mapping[str, Any]) -> str:
    """The text with its placeholders filled; raises KeyError for one without a value."""
    return _COUNTING.vformat(text, (), values) if "|" in text else text.format_map(values)
