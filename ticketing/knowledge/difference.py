"""What changed between two texts: by words where words are spaced, by characters in Chinese, joined so that people can read it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from ticketing.knowledge import details
from ticketing.knowledge.details import Worded
from ticketing.knowledge.seed import ArticleContent
from ticketing.knowledge.writing import DraftContent

Kind = Literal["same", "gone", "new"]
_HAN = "㐀-䶿一-鿿"
_TOKEN = re.compile(rf"[{_HAN}]|[^\W{_HAN}_]+(?:[.,'’-][^\W{_HAN}_]+)*[%％]?|\s+|.", re.DOTALL)
ISLAND = 2
"""So few characters left standing between two changes are joined to them: people read one whole change more easily."""


@dataclass(frozen=True)
class Piece:
    """A stretch of text that stayed, went or came."""

    kind: Kind
    text: str


@dataclass(frozen=True)
class Change:
    """One field that differs: ``zh.answer``, ``topic`` … Askings are compared as lists; each detail that differs is a change."""

    field: str
    pieces: tuple[Piece, ...]


def compare(before: str, after: str) -> tuple[Piece, ...]:
    """The pieces from one text to the other, in reading order."""
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    found: list[tuple[str, str, str]] = []
    for kind, a, b, c, d in _joined(SequenceMatcher(None, old, new, autojunk=False).get_opcodes(), old):
        found.append((kind, "".join(old[a:b]), "".join(new[c:d])))
    return tuple(_pieces(found))


def compare_lines(before: Sequence[str], after: Sequence[str]) -> tuple[Piece, ...]:
    """The same for lists: what stayed is not repeated."""
    gone = [Piece("gone", line) for line in before if line not in after]
    return (*gone, *(Piece("new", line) for line in after if line not in before))


def between(before: DraftContent | ArticleContent | None, after: DraftContent | ArticleContent) -> list[Change]:
    """The fields in which two contents of an article differ."""
    changes = [
        _change("topic", before.topic if before else "", after.topic),
        _change("skill", before.skill if before else "", after.skill),
        _listed("products", before.products if before else [], after.products),
        _listed("follow_ups", before.follow_ups if before else [], after.follow_ups),
    ]
    for language in ("zh", "en"):
        old, new = (getattr(content, language) if content else None for content in (before, after))
        for part in ("question", "answer", "risk_notice"):
            changes.append(_change(f"{language}.{part}", getattr(old, part, ""), getattr(new, part, "")))
        changes.append(_listed(f"{language}.askings", getattr(old, "askings", []), getattr(new, "askings", [])))
        changes += _detailed(f"{language}.details", getattr(old, "details", []), getattr(new, "details", []))
    return [change for change in changes if change.pieces]


def _change(field: str, before: str | None, after: str | None) -> Change:
    return Change(field, compare(before or "", after or "") if (before or "") != (after or "") else ())


def _listed(field: str, before: Sequence[str], after: Sequence[str]) -> Change:
    return Change(field, compare_lines(before, after))


def _detailed(field: str, before: Sequence[Worded], after: Sequence[Worded]) -> Iterator[Change]:
    """The details that came, went or were put differently; by a wording or the answer that stayed they are known again."""
    gone = list(before)
    for detail in after:
        said = {*detail.asked, detail.answer} - {""}
        held = next((old for old in gone if said & {*old.asked, old.answer}), None)
        if held is not None:
            gone.remove(held)
        yield _change(field, details.typed([held] if held else []), details.typed([detail]))
    for old in gone:
        yield _change(field, details.typed([old]), "")


def _joined(
    codes: Sequence[tuple[str, int, int, int, int]], old: Sequence[str]
) -> Iterator[tuple[str, int, int, int, int]]:
    """Neighbouring changes as one, with small islands between them taken in."""
    held: tuple[str, int, int, int, int] | None = None
    for at, (kind, a, b, c, d) in enumerate(codes):
        island = kind == "equal" and held is not None and at < len(codes) - 1 and len("".join(old[a:b])) <= ISLAND
        if kind != "equal" or island:
            held = ("replace", held[1] if held else a, b, held[3] if held else c, d)
            continue
        if held is not None:
            yield held
            held = None
        yield (kind, a, b, c, d)
    if held is not None:
        yield held


def _pieces(found: Sequence[tuple[str, str, str]]) -> Iterator[Piece]:
    for kind, old, new in found:
        if kind == "equal":
            yield Piece("same", old)
            continue
        if old:
            yield Piece("gone", old)
        if new:
            yield Piece("new", new)
