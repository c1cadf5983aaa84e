"""Which lines of a process's log a person at the console should see."""

from __future__ import annotations

import json
import re

_LOUD_LEVELS = {"warning", "error", "critical"}
_LOUD_WORD = re.compile(r"\b(WARNING|ERROR|CRITICAL)\b(.*)")
_SILENT_FIELDS = {"level", "event", "timestamp", "request_id"}
WIDTH = 220


def worth_showing(line: str) -> str | None:
    """The line in short when it is a warning or worse, None otherwise. Reads our JSON lines and other programs' plain ones."""
    if line.startswith("{"):
        return _from_json(line)
    found = _LOUD_WORD.search(line)
    if found is None or found.start() > 80:
        return None
    return f"{found[1].lower()}: {found[2].strip(' :]-')}"[:WIDTH]


def _from_json(line: str) -> str | None:
    try:
        entry = json.loads(line)
    except ValueError:
        return None
    if entry.get("level") not in _LOUD_LEVELS:
        return None
    more = " ".join(f"{name}={value}" for name, value in entry.items() if name not in _SILENT_FIELDS)
    return f"{entry['level']}: {entry.get('event', '')} {more}".strip().replace("\n", " ")[:WIDTH]
