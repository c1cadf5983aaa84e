"""Look-up tables: longest entry first, no word boundaries between Chinese characters."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from bot.components.entities import Entity, fold


@dataclass(frozen=True)
class Lookup:
    """One table: the kind of entity and its names."""

    kind: str
    names: tuple[str, ...]

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """All names as one pattern; Latin ones only as whole words."""
        names = sorted({fold(name) for name in self.names}, key=len, reverse=True)
        return re.compile(
            "|".join(
                rf"(?<![a-z]){re.escape(n)}(?=(?:s|red|ring)?(?![a-z]))" if n.isascii() else re.escape(n) for n in names
            )
        )

    @staticmethod
    def save(lookups: list[Lookup], path: Path) -> None:
        """Writes the tables as JSON."""
        path.write_text(json.dumps([[t.kind, t.names] for t in lookups], ensure_ascii=False), encoding="utf-8")

    @staticmethod
    def load(path: Path) -> list[Lookup]:
        """Reads what `save` wrote."""
        return [Lookup(kind, tuple(names)) for kind, names in json.loads(path.read_text(encoding="utf-8"))]


def find(text: str, lookups: list[Lookup]) -> list[Entity]:
    """The table entries a text names."""
    folded = fold(text)
    return [
        Entity(table.kind, text[match.start() : match.end()], match.start(), match.end())
        for table in lookups
        for match in table.pattern.finditer(folded)
    ]
